/// Key stores that cost nothing to open, in folders that go away.

import Dialects
import Foundation
import Synchronization
import TradingCore

@testable import Store

/// What a store had to say.
final class Told: Sendable {
  private let all = Mutex<[KeyStoreNotice]>([])
  var notices: [KeyStoreNotice] { all.withLock { $0 } }
  func add(_ notice: KeyStoreNotice) { all.withLock { $0.append(notice) } }
}

enum KeyFixture {
  static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)
  /// As few rounds as scrypt takes: what a passphrase costs is not what is tested.
  static let cost = ScryptCost(rounds: 2, blocks: 8, lanes: 1)

  static func passphrase(_ text: String = "four words make sense") -> Passphrase {
    Passphrase(secret(text))
  }

  static func secret(_ text: String) -> Secret {
    var bytes = Array(text.utf8)
    return Secret(wiping: &bytes)
  }

  static func material(_ number: Int) -> KeyMaterial {
    KeyMaterial(apiKey: "public-\(number)", secret: secret("planted-secret-\(number)"))
  }

  /// What stands in a secret.
  static func text(of secret: borrowing Secret) -> String {
    secret.withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// A store in a new folder, and the folder.
  static func inFolder<Answer>(_ body: (String) throws -> Answer) throws -> Answer {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "cryptobot-keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.appendingPathComponent("keys.db").path)
  }

  /// As `inFolder`, with a store that has keys 1, in grace, and 2 under `main`, and 3 under `second`.
  /// - Parameter first: the number of the first key's material.
  static func withStore<Answer>(
    first: Int = 1, _ body: (KeyStore) throws -> Answer
  ) throws -> Answer {
    try inFolder { path in
      try KeyStore.create(at: path, passphrase(), cost)
      let store = try KeyStore(opening: path)
      let keys = try store.unlock(passphrase())
      let life = KeyRecord.life
      _ = try store.add(
        material(first), venue: "binance", label: "main", life: life, with: keys, at: now)
      _ = try store.rotate(
        1, to: material(first + 1), grace: .hour, life: nil, with: keys, at: now + .second)
      _ = try store.add(
        material(first + 2), venue: "binance", label: "second", life: life, with: keys, at: now)
      return try body(store)
    }
  }
}
