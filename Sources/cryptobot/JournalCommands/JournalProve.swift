/// `cryptobot journal prove`: the proof that one event stands in a journal, for whoever has neither
/// the journal nor this program.

import ArgumentParser
import Journal
import Research
import TradingCore

struct JournalProve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove",
    abstract: "Prove to others that an event stands in a journal.",
    discussion: """
      Writes JSON: the block that holds the event (`entry`, Base 64 of its logical header and its \
      payload), its `leaf` SHA-256(00 ‖ entry), the `path` of hashes from there to the root of the \
      Merkle tree (RFC 6962), and the newest checkpoint `note` that signs this root (C2SP signed \
      note), with the `key` that verifies it. Twenty lines of Python in the README check it, with \
      nothing of ours. A journal without checkpoints gives a proof against the root of all its \
      blocks; `note` and `key` are then null and nothing is signed.

      Examples:
        cryptobot journal prove live 4711 -o proof.json
        cryptobot journal prove january 1 | jq -r .root
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Argument(help: "The event's sequence.")
  var sequence: UInt64

  @Option(name: .shortAndLong, help: "The file to write; default: stdout.", completion: .file())
  var output: String?

  @Flag(help: "Replace the output if it exists.")
  var force = false

  func run() throws {
    let output = try ByteOutput(path: output, replacing: force)
    let proof = try EntryProof(of: sequence, in: journal)
    output.buffer.append(contentsOf: (json(proof).text() + "\n").utf8)
    try output.finish()
    if proof.signed == nil {
      Output.note("\(journal): no checkpoint covers sequence \(sequence), so nothing is signed")
    }
  }

  private func json(_ proof: EntryProof) -> JSONValue {
    .object([
      ("journal", .string("\(proof.journal)")), ("sequence", .count(proof.sequence)),
      ("block", .count(proof.block)),
      ("firstSequence", .count(proof.sequences.lowerBound)),
      ("lastSequence", .count(proof.sequences.upperBound)),
      ("treeSize", .count(proof.inclusion.treeSize)), ("leaf", .string(proof.leaf.hex)),
      ("path", .array(proof.inclusion.path.map { .string($0.hex) })),
      ("root", .string(proof.root.hex)), ("entry", .string(Base64.text(proof.entry))),
      ("note", proof.signed.map { .string("\($0.note)") } ?? .null),
      ("key", proof.signed.map { .string("\($0.key)") } ?? .null),
    ])
  }
}
