/// Signed notes: text, an empty line, and a line for every signature. The form is C2SP's, so other
/// people's tools verify them. Source: https://c2sp.org/signed-note
internal import TradingCore

/// A note as it was found or made. Its text means nothing before a key has accepted it.
public struct SignedNote: Equatable, Sendable, CustomStringConvertible {
  /// The largest note that is read, in bytes.
  public static let maxBytes = 65_536

  /// One signature line: `— <name> <base64(key id ‖ signature)>`.
  public struct Signature: Equatable, Sendable {
    /// The key's name.
    public let name: String
    /// The first four bytes of a hash over name and key: a hint, not a proof.
    public let keyID: [UInt8]
    /// What the key made of the text.
    public let bytes: [UInt8]
  }

  /// What is signed, its last line end included.
  public let text: String
  /// At least one.
  public let signatures: [Signature]

  /// Reads a whole note.
  /// - Returns: `nil` for anything else: no signature, no empty line before them, a control
  ///   character, a line of another form, more than `maxBytes`. O(n).
  public init?(_ note: String) {
    let bytes = Array(note.utf8)
    guard bytes.count <= Self.maxBytes, bytes.last == Self.lineEnd,
      !bytes.contains(where: { $0 < 0x20 && $0 != Self.lineEnd }),
      let gap = bytes.indices.dropLast().last(where: {
        bytes[$0] == Self.lineEnd && bytes[$0 + 1] == Self.lineEnd
      })
    else { return nil }
    var signatures: [Signature] = []
    for line in bytes[(gap + 2)...].dropLast().split(
      separator: Self.lineEnd, omittingEmptySubsequences: false)
    {
      guard let signature = Signature(line: String(decoding: line, as: UTF8.self)) else {
        return nil
      }
      signatures.append(signature)
    }
    text = String(decoding: bytes[...gap], as: UTF8.self)
    self.signatures = signatures
  }

  /// Signs a text.
  /// - Parameters:
  ///   - text: ends with a line end and holds no other control character.
  ///   - name: the key's name: not empty, no space, no `+`.
  ///   - key: what signs.
  /// - Throws: `JournalError.library` when libcrypto fails.
  public init(
    signing text: String, as name: String, with key: borrowing Ed25519PrivateKey
  ) throws(JournalError) {
    precondition(text.utf8.last == Self.lineEnd, "SignedNote: the text's last line has no end")
    let verifier = try VerifierKey(name: name, key: key.publicKey)
    let bytes = try key.sign(Array(text.utf8))
    self.text = text
    signatures = [Signature(name: name, keyID: verifier.keyID, bytes: bytes)]
  }

  /// Whether `key` signed the text, and no line that claims to be by `key` is false.
  public func isSigned(by key: VerifierKey) -> Bool {
    let claims = signatures.filter { $0.name == key.name && $0.keyID == key.keyID }
    return !claims.isEmpty
      && claims.allSatisfy { key.key.accepts($0.bytes, over: Array(text.utf8)) }
  }

  /// The note as text.
  public var description: String {
    text + "\n"
      + signatures.map { "— \($0.name) \(Base64.text($0.keyID + $0.bytes))\n" }.joined()
  }

  private static let lineEnd = UInt8(ascii: "\n")
}

extension SignedNote.Signature {
  /// Reads one line without its end.
  fileprivate init?(line: String) {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "—", VerifierKey.isName(parts[1]),
      let bytes = Base64.bytes(parts[2]), bytes.count > 4
    else { return nil }
    self.init(name: String(parts[1]), keyID: Array(bytes[..<4]), bytes: Array(bytes[4...]))
  }
}

/// A named public key, written as `name+hash+base64`: what one gives to whoever shall verify.
public struct VerifierKey: Equatable, Sendable, CustomStringConvertible {
  /// The signature type that stands for Ed25519.
  static let ed25519: UInt8 = 1

  /// The key's name: not empty, no space, no `+`.
  public let name: String
  /// The public key.
  public let key: Ed25519PublicKey
  /// The first four bytes of SHA-256(name ‖ "\n" ‖ 01 ‖ public key).
  public let keyID: [UInt8]

  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public init(name: String, key: Ed25519PublicKey) throws(JournalError) {
    precondition(Self.isName(name), "VerifierKey: \(name) is no name")
    self.name = name
    self.key = key
    let digest = try Digest.sha256(Array(name.utf8) + [0x0A, Self.ed25519] + key.bytes)
    keyID = Array(digest.bytes[..<4])
  }

  /// Reads `name+hash+base64`.
  /// - Returns: `nil` for other text, another kind of key, or a hash that is not the key's.
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public init?(_ text: String) throws(JournalError) {
    let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, Self.isName(parts[0]), let bytes = Base64.bytes(parts[2]),
      bytes.first == Self.ed25519, let key = Ed25519PublicKey(bytes: Array(bytes[1...]))
    else { return nil }
    try self.init(name: String(parts[0]), key: key)
    guard text.utf8.elementsEqual(description.utf8) else { return nil }
  }

  /// `name+hash+base64`.
  public var description: String { "\(name)+\(hexadecimal(keyID))+\(Base64.text(encoded))" }

  /// The key with the byte before it that says which kind it is.
  var encoded: [UInt8] { [Self.ed25519] + key.bytes }

  /// Whether a key may have this name.
  static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && !text.contains("+")
      && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 }
  }
}
