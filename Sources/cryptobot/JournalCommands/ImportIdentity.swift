/// An import's identity: derived from what went in, so that the same files give the same journal,
/// byte for byte, on every machine.

import Import
import Journal
import Research
import TradingCore

enum ImportIdentity {
  /// The SHA-256 of each file in order. Standard input and pipes cannot be read twice, so the
  /// import's first events stand for them.
  static func make(
    _ options: ImportOptions, head: [EventBatch]
  ) throws -> JournalIdentity {
    var inputs: [UInt8] = []
    for file in options.files {
      inputs += Files.isStream(file) ? try digest(of: head) : try Files.sha256(file)
    }
    if let list = options.instruments { inputs += try Files.sha256(list) }
    return try JournalIdentity(inputs: inputs, scenario: options.settings, build: Version.text)
  }

  /// The SHA-256 of events as JSON lines.
  static func digest(of batches: [EventBatch]) throws -> [UInt8] {
    var digest = try Digest()
    let fields = EventFields()
    for batch in batches {
      var lines = JSONLineVisitor(appendingTo: [])
      for (offset, event) in batch.events.enumerated() {
        lines.append(event, batch.firstSequence + Sequence64(offset), fields)
      }
      digest.update(lines.bytes)
    }
    return digest.finish().bytes
  }
}
