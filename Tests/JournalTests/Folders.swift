/// A folder of its own for every test, and the shortest ways to write and read a journal in it.
import Foundation
import Journal
import TradingCore

/// A temporary folder that goes when the test is over.
final class TestFolder {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "journal-test-" + UUID().uuidString
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch { preconditionFailure("no temporary folder: \(error)") }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

func identity(_ seed: UInt8 = 1) throws -> JournalIdentity {
  try JournalIdentity(inputs: [seed], scenario: "test", build: "test build")
}

/// Writes `events` in batches of at most `size`.
@discardableResult
func write(
  _ events: [Event], to path: String, batches size: Int = EventBatch.capacity,
  segmentLimit: UInt64 = JournalFormat.segmentBytes
) throws -> JournalSummary {
  var writer = try JournalWriter(
    creating: path, identity: identity(), replacing: false, segmentLimit: segmentLimit)
  var batch = EventBatch()
  for start in stride(from: 0, to: events.count, by: size) {
    batch.removeAll()
    batch.firstSequence = UInt64(start) + 1
    batch.events.append(contentsOf: events[start..<min(start + size, events.count)])
    try writer.append(batch)
  }
  return try writer.seal()
}

/// All events of a journal; throws what the reader throws.
func read(_ path: String, from sequence: UInt64 = 1) throws -> [Event] {
  var reader = try JournalReader(opening: path)
  if sequence > 1 { try reader.seek(to: sequence) }
  var batch = EventBatch()
  var events: [Event] = []
  while try reader.next(into: &batch) {
    guard batch.firstSequence == sequence + UInt64(events.count), batch.events.count <= 4_096 else {
      throw JournalError.outOfOrder(expected: sequence, found: batch.firstSequence)
    }
    events.append(contentsOf: batch.events)
  }
  return events
}

func bytes(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}
