/// What stands once in a key store: its id, and the key that seals every secret, itself sealed under the
/// passphrase. So a new passphrase seals one key anew and touches no secret.

internal import Dialects

/// The head of a store.
struct VaultHead: Equatable, Sendable {
  /// Drawn when the store was made; seals cover it.
  var id: [UInt8]
  var salt: [UInt8]
  var cost: ScryptCost
  var master: SealedBytes

  static let idBytes = 16
  private static let saltBytes = 32

  /// What the store's journal is known by: the first half of the id.
  var owner: UInt64 { id.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) } }

  /// A head for a new store.
  /// - Returns: the head, which has the key that seals secrets, itself sealed.
  /// - Throws: `.weakPassphrase`, `.library`.
  static func new(
    _ passphrase: borrowing Passphrase, _ cost: ScryptCost
  ) throws(VaultError) -> VaultHead {
    let key = try SealingKey.random()
    let id = try randomBytes(idBytes)
    return try VaultHead(id: id, sealing: key, passphrase, cost)
  }

  /// Seals `key` under a passphrase, with a salt that no other has.
  /// - Throws: `.weakPassphrase`, `.library`.
  init(
    id: [UInt8], sealing key: borrowing SealingKey, _ passphrase: borrowing Passphrase,
    _ cost: ScryptCost
  ) throws(VaultError) {
    try passphrase.expectStrength()
    salt = try randomBytes(Self.saltBytes)
    (self.id, self.cost) = (id, cost)
    master = try passphrase.key(salt: salt, cost).seal(
      key.secret, as: Self.context(id, salt, cost))
  }

  /// A head as it was stored.
  init(id: [UInt8], salt: [UInt8], cost: ScryptCost, master: SealedBytes) {
    (self.id, self.salt, self.cost, self.master) = (id, salt, cost, master)
  }

  /// The key that seals secrets.
  /// - Returns: `nil` for another passphrase.
  /// - Throws: `.library`.
  func open(_ passphrase: borrowing Passphrase) throws(VaultError) -> SealingKey? {
    let key = try passphrase.key(salt: salt, cost)
    guard let master = try key.open(master, as: Self.context(id, salt, cost)),
      master.count == SealingKey.byteCount
    else { return nil }
    return SealingKey(master)
  }

  /// A checksum: what rots is told from a wrong passphrase.
  func digest() throws(VaultError) -> [UInt8] {
    try sha256(Self.context(id, salt, cost) + master.nonce + master.bytes)
  }

  private static func context(_ id: [UInt8], _ salt: [UInt8], _ cost: ScryptCost) -> [UInt8] {
    let words = [UInt64(id.count), UInt64(salt.count), cost.rounds, cost.blocks, cost.lanes]
    return Array("cryptobot keys 1 \(words)".utf8) + id + salt
  }
}
