/// A key as the store holds it: what everybody may know, sealed together with what nobody may.

public import Dialects
internal import Journal
internal import TradingCore

/// A key's record with its sealed secret, which is gone once the key has ended.
struct VaultRow: Equatable, Sendable {
  var record: KeyRecord
  var sealed: SealedBytes?

  /// The key has ended, and its secret is gone.
  mutating func end(_ state: KeyState, at time: Timestamp) {
    (record.state, record.changed, sealed) = (state, time, nil)
  }

  /// The record byte for byte, as the seal covers it: a sealed secret opens in no other row, store or
  /// state.
  func context(of vault: [UInt8]) -> [UInt8] {
    var bytes = Array("cryptobot key 1".utf8) + vault
    append(UInt64(record.id), to: &bytes)
    for text in [record.venue, record.label, record.state.rawValue] {
      append(UInt64(text.utf8.count), to: &bytes)
      bytes += Array(text.utf8)
    }
    append(record.fingerprint, to: &bytes)
    for time in [record.created, record.changed, record.due, record.graceEnd] {
      append(UInt64(bitPattern: time.nanoseconds), to: &bytes)
    }
    return bytes
  }

  /// A checksum of the whole row: what rots is found without the passphrase.
  func digest(of vault: [UInt8]) throws(VaultError) -> [UInt8] {
    try sha256(context(of: vault) + (sealed.map { $0.nonce + $0.bytes } ?? []))
  }

  private func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * place))) }
  }
}

/// What a venue gave: the key's id, which goes out with every request, and what signs.
public struct KeyMaterial: ~Copyable, Sendable {
  public let apiKey: String
  public let secret: Secret

  public init(apiKey: String, secret: consuming Secret) {
    self.apiKey = apiKey
    self.secret = secret
  }

  /// What a person can compare: `printf %s ID | sha256sum` begins with it.
  /// - Throws: `VaultError.library`.
  public func fingerprint() throws(VaultError) -> UInt64 {
    try sha256(Array(apiKey.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Both parts as one, the id's length before it.
  func joined() -> Secret {
    let id = Array(apiKey.utf8)
    var bytes =
      [UInt8(truncatingIfNeeded: id.count >> 8), UInt8(truncatingIfNeeded: id.count)] + id
    bytes.reserveCapacity(bytes.count + secret.count)
    secret.withBytes { bytes += $0 }
    return Secret(wiping: &bytes)
  }

  /// What `joined` made; `nil` for anything else.
  init?(_ joined: consuming Secret) {
    var (id, rest): ([UInt8], [UInt8]) = ([], [])
    joined.withBytes { bytes in
      guard bytes.count > 2 else { return }
      let count = Int(bytes[0]) << 8 | Int(bytes[1])
      guard count <= bytes.count - 2 else { return }
      id = Array(bytes[2..<(2 + count)])
      rest = Array(bytes[(2 + count)...])
    }
    guard !id.isEmpty, let text = String(validating: id, as: UTF8.self) else { return nil }
    self.init(apiKey: text, secret: Secret(wiping: &rest))
  }
}

/// - Throws: `VaultError.library` where libcrypto has no SHA-256.
func sha256(_ bytes: [UInt8]) throws(VaultError) -> [UInt8] {
  do { return try Digest.sha256(bytes).bytes } catch { throw .library("it has no SHA-256") }
}
