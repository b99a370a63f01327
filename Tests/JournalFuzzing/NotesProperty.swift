/// Whatever parses as a note, checkpoint or key is written again exactly as it was read; and a proof over
/// a Merkle tree holds for what it was made of and for nothing else.
import Journal
import TradingCore

enum NotesProperty {
  /// The first byte chooses between texts and trees.
  static func run(_ input: [UInt8]) throws -> FuzzOutcome {
    guard let choice = input.first else { return .refused }
    let rest = Array(input.dropFirst())
    return choice & 1 == 0 ? try texts(String(decoding: rest, as: UTF8.self)) : try trees(rest)
  }

  /// Whatever the text may be: a note, what a note may state, a key.
  private static func texts(_ text: String) throws -> FuzzOutcome {
    if let note = SignedNote(text) {
      guard SignedNote(note.description) == note else { return .broken("a note changes") }
      if let key = KeyNote(note.text) { _ = note.isSigned(by: try key.verifier()) }
      let stated = statement(note.text)
      return stated == .refused ? .held : stated
    }
    if let key = try VerifierKey(text) {
      return same(key.description, text) ? .held : .broken("a key changes")
    }
    return statement(text)
  }

  private static func statement(_ text: String) -> FuzzOutcome {
    guard let written = Checkpoint(text)?.text ?? KeyNote(text)?.text else { return .refused }
    return same(written, text) ? .held : .broken("a statement changes")
  }

  /// Byte by byte: strings that differ only in form are equal.
  private static func same(_ first: String, _ second: String) -> Bool {
    first.utf8.elementsEqual(second.utf8)
  }

  /// Tree size, two places, then the bytes of a forged path.
  private static func trees(_ input: [UInt8]) throws -> FuzzOutcome {
    guard input.count >= 18 else { return .refused }
    let (first, second, path) = (input.word(at: 2), input.word(at: 10), path(input[18...]))
    let consistency = ConsistencyProof(firstSize: first, secondSize: second, path: path)
    _ = try consistency.proves(.zero, isPrefixOf: .zero)
    let forged = InclusionProof(index: first, treeSize: second, path: path)
    _ = try forged.proves(.zero, under: .zero)
    let leaves = try (0...Int(input[0]) % 40).map { try Digest.sha256([UInt8($0)]) }
    let (place, root) = (Int(input[1]) % leaves.count, try root(over: leaves))
    var proof = try InclusionProof(of: place, in: leaves)
    guard try proof.proves(leaves[place], under: root) else { return .broken("a true proof fails") }
    guard proof.path != path else { return .held }
    proof.path = path
    return try proof.proves(leaves[place], under: root) ? .broken("a forged path proves") : .refused
  }

  /// The root by pairing, level by level: another way than the one tested.
  private static func root(over leaves: [SHA256Digest]) throws -> SHA256Digest {
    var level = leaves
    while level.count > 1 {
      level = try stride(from: 0, to: level.count, by: 2).map { left in
        left + 1 == level.count
          ? level[left] : try Digest.sha256([1] + level[left].bytes + level[left + 1].bytes)
      }
    }
    return level[0]
  }

  private static func path(_ bytes: ArraySlice<UInt8>) -> [SHA256Digest] {
    let bytes = Array(bytes)
    return stride(from: 0, to: bytes.count - 31, by: 32).map { start in
      SHA256Digest(
        words: (
          bytes.word(at: start), bytes.word(at: start + 8), bytes.word(at: start + 16),
          bytes.word(at: start + 24)
        ))
    }
  }
}
