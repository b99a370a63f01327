/// What a checkpoint and a key note say, as text and back. Both are the text of a `SignedNote`.
///
/// A checkpoint (C2SP tlog-checkpoint, with three lines of ours) binds everything up to a moment:
///
///     cryptobot/<journal id, 32 hex>
///     <tree size: data blocks>
///     <base64 root>
///     sequence <last sequence>
///     chain <64 hex>
///     time <ISO 8601 of the last event's receive time, or "none">
///
/// A key note names the key that signs from here on, and is signed by the key before it, which repeats
/// a checkpoint of its own: nothing up to there can be signed anew. The first note, and one that
/// follows a lost key, is signed by its own key and has three lines:
///
///     cryptobot/<journal id>/key
///     <number, from 0>
///     <base64 of 01 ‖ public key>
///     <tree size of that checkpoint>
///     <base64 root of that checkpoint>
///
/// Source: https://c2sp.org/tlog-checkpoint. Reading accepts exactly what is written here.
public import TradingCore

/// The state of a journal at a block's end.
public struct Checkpoint: Equatable, Sendable {
  /// The journal's id.
  public let journal: JournalID
  /// Data blocks, the leaves of the tree.
  public let treeSize: UInt64
  /// The Merkle root over them.
  public let root: SHA256Digest
  /// The last event's sequence; 0 when there is none.
  public let sequence: Sequence64
  /// The hash chain after the last block.
  public let chain: SHA256Digest
  /// The last event's receive time; none where there is no event, or no text names the time.
  public let time: Timestamp

  public init(
    journal: JournalID, treeSize: UInt64, root: SHA256Digest, sequence: Sequence64,
    chain: SHA256Digest, time: Timestamp
  ) {
    self.journal = journal
    self.treeSize = treeSize
    self.root = root
    self.sequence = sequence
    self.chain = chain
    self.time = Timestamp(utc: time.iso8601) == time ? time : .none
  }

  /// Reads the text that `text` writes; `nil` for any other.
  public init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 7, lines[6].isEmpty, let journal = JournalID(origin: lines[0]),
      let treeSize = UInt64(lines[1]), let root = SHA256Digest(base64: lines[2]),
      let sequence = lines[3].after("sequence ").flatMap({ UInt64($0) }),
      let chain = lines[4].after("chain ").flatMap({ SHA256Digest(hex: $0) }),
      let time = lines[5].after("time ")
    else { return nil }
    self.init(
      journal: journal, treeSize: treeSize, root: root, sequence: sequence, chain: chain,
      time: Timestamp(utc: String(time)) ?? .none)
    guard text.utf8.elementsEqual(self.text.utf8) else { return nil }
  }

  /// Six lines.
  public var text: String {
    """
    \(journal.origin)
    \(treeSize)
    \(Base64.text(root.bytes))
    sequence \(sequence)
    chain \(chain.hex)
    time \(time.isNone ? "none" : time.iso8601)

    """
  }
}

/// Which key signs from here on.
public struct KeyNote: Equatable, Sendable {
  /// A tree as a checkpoint gives it: so many leaves, and their root.
  public struct Tree: Equatable, Sendable {
    /// Data blocks.
    public let size: UInt64
    /// The Merkle root over them.
    public let root: SHA256Digest

    /// The tree of a checkpoint.
    public init(of checkpoint: Checkpoint) {
      (size, root) = (checkpoint.treeSize, checkpoint.root)
    }

    fileprivate init?(_ lines: ArraySlice<Substring>) {
      guard lines.count == 2, let size = UInt64(lines[lines.startIndex]),
        let root = SHA256Digest(base64: lines[lines.startIndex + 1])
      else { return nil }
      (self.size, self.root) = (size, root)
    }
  }

  /// The journal's id.
  public let journal: JournalID
  /// 0 for the first key, one more for each that follows.
  public let number: UInt64
  /// The key.
  public let key: Ed25519PublicKey
  /// What the key before it signed; `nil` for a first key, and in notes of journals from before this
  /// was written.
  public let signed: Tree?

  public init(
    journal: JournalID, number: UInt64, key: Ed25519PublicKey, signed: Tree? = nil
  ) {
    self.journal = journal
    self.number = number
    self.key = key
    self.signed = signed
  }

  /// Reads the text that `text` writes; `nil` for any other.
  public init?(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 4 || lines.count == 6, lines[lines.count - 1].isEmpty,
      lines[0].hasSuffix("/key"), let journal = JournalID(origin: lines[0].dropLast(4)),
      let number = UInt64(lines[1]), let bytes = Base64.bytes(lines[2]),
      bytes.first == VerifierKey.ed25519, let key = Ed25519PublicKey(bytes: Array(bytes[1...]))
    else { return nil }
    self.init(journal: journal, number: number, key: key, signed: Tree(lines[3...].dropLast()))
    guard text.utf8.elementsEqual(self.text.utf8) else { return nil }
  }

  /// Three lines, or five.
  public var text: String {
    """
    \(journal.origin)/key
    \(number)
    \(Base64.text([VerifierKey.ed25519] + key.bytes))

    """ + (signed.map { "\($0.size)\n\(Base64.text($0.root.bytes))\n" } ?? "")
  }

  /// The key under its journal's name.
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public func verifier() throws(JournalError) -> VerifierKey {
    try VerifierKey(name: journal.origin, key: key)
  }
}

extension JournalID {
  /// How notes call the journal, and the name of all its keys.
  public var origin: String { "cryptobot/\(self)" }

  /// Reads `origin`.
  init?(origin: some StringProtocol) {
    guard let digits = origin.after("cryptobot/"), let bytes = hexBytes(digits, count: 16) else {
      return nil
    }
    self.init(low: word(bytes[0..<8]), high: word(bytes[8..<16]))
  }
}

extension SHA256Digest {
  /// Reads 64 lower-case hex digits.
  init?(hex: some StringProtocol) {
    guard let bytes = hexBytes(hex, count: 32) else { return nil }
    self.init(bytes: bytes)
  }

  /// Reads the Base 64 of 32 bytes.
  init?(base64: some StringProtocol) {
    guard let bytes = Base64.bytes(base64), bytes.count == 32 else { return nil }
    self.init(bytes: bytes)
  }

  /// Takes 32 bytes in order.
  private init(bytes: [UInt8]) {
    self.init(
      words: (word(bytes[0..<8]), word(bytes[8..<16]), word(bytes[16..<24]), word(bytes[24..<32])))
  }
}

extension StringProtocol {
  /// What follows `prefix`; `nil` when something else stands there.
  fileprivate func after(_ prefix: String) -> SubSequence? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}

/// Eight bytes, the first lowest.
private func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// The bytes that exactly `2 * count` lower-case hex digits stand for: one text for each value.
private func hexBytes(_ text: some StringProtocol, count: Int) -> [UInt8]? {
  guard let bytes = hexBytes(text), bytes.count == count, hexadecimal(bytes) == text else {
    return nil
  }
  return bytes
}
