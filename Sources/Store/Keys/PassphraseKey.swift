/// A key from a passphrase, at a price that makes guessing dear: scrypt through libcrypto.
/// Source: RFC 7914; EVP_PBE_scrypt(3); the OWASP Password Storage Cheat Sheet for the parameters.

internal import COpenSSL
public import Dialects

/// What one derivation costs. It is stored beside what it protects, so it can be raised later.
struct ScryptCost: Equatable, Sendable {
  /// How often the memory is filled; a power of two.
  var rounds: UInt64
  /// Blocks of 128 bytes in a row of memory.
  var blocks: UInt64
  /// Independent derivations.
  var lanes: UInt64

  /// What OWASP asks for at least: 128 MiB, about half a second.
  static let standard = ScryptCost(rounds: 1 << 17, blocks: 8, lanes: 1)
  /// The most memory that is given to one derivation; a stored cost that wants more is not ours.
  static let mostMemory: UInt64 = 1 << 30

  /// Bytes that a derivation needs.
  var memory: UInt64 { 128 &* rounds &* blocks &+ 128 &* blocks &* lanes &+ (1 << 20) }

  /// Whether it is one that a build of ours would have stored.
  var isSane: Bool {
    rounds > 1 && rounds <= 1 << 20 && rounds & (rounds - 1) == 0 && (1...32).contains(blocks)
      && (1...16).contains(lanes) && memory <= Self.mostMemory
  }
}

/// What opens a key store. It is taken from an environment, a file or standard input, never an argument.
public struct Passphrase: ~Copyable, Sendable {
  /// Bytes that a passphrase must have at least.
  public static let fewestBytes = 12

  private let secret: Secret

  /// - Parameter secret: the passphrase as UTF-8.
  public init(_ secret: consuming Secret) { self.secret = secret }

  /// Refuses what a person should not seal with.
  /// - Throws: `VaultError.weakPassphrase`.
  func expectStrength() throws(VaultError) {
    guard secret.count >= Self.fewestBytes else {
      throw .weakPassphrase(
        reason: "has \(secret.count) bytes; take \(Self.fewestBytes) or more, such as four words")
    }
  }

  /// The key that it stands for. Takes as long as `cost` says.
  /// - Throws: `VaultError.library`.
  func key(salt: [UInt8], _ cost: ScryptCost) throws(VaultError) -> SealingKey {
    var derived = [UInt8](repeating: 0, count: SealingKey.byteCount)
    let isDone = secret.withBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { text in
        EVP_PBE_scrypt(
          text.baseAddress, text.count, salt, salt.count, cost.rounds, cost.blocks, cost.lanes,
          cost.memory, &derived, derived.count) == 1
      }
    }
    let key = SealingKey(Secret(wiping: &derived))
    guard isDone else { throw .library("it derives no key by scrypt; is there enough memory?") }
    return key
  }
}
