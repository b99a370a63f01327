/// The key store holds what it was given, gives it to nobody else, and loses nothing.

import Dialects
import Foundation
import GRDB
import Journal
import Testing
import TradingCore

@testable import Store

@Suite("The key store")
struct KeyStoreTests {
  @Test("gives back what was put in, after the file was closed and opened")
  func roundTrip() throws {
    try KeyFixture.withStore { store in
      let again = try KeyStore(opening: store.path)
      let keys = try again.unlock(KeyFixture.passphrase())
      for number in 1...3 {
        let material = try keys.material(UInt32(number))
        #expect(material.apiKey == "public-\(number)")
        #expect(KeyFixture.text(of: material.secret) == "planted-secret-\(number)")
      }
      #expect(try again.records().map(\.state) == [.grace, .active, .active])
      // printf %s public-1 | sha256sum
      #expect(try hexadecimal(again.records()[0].fingerprint) == sha("public-1"))
    }
  }

  private func sha(_ text: String) throws -> String {
    String(try Digest.sha256(Array(text.utf8)).hex.prefix(16))
  }

  @Test("holds no secret and no key's id in clear, and is its owner's alone")
  func clear() throws {
    try KeyFixture.withStore { store in
      let bytes = try Data(contentsOf: URL(fileURLWithPath: store.path))
      for planted in ["planted-secret-1", "public-1", "four words make sense"] {
        #expect(bytes.range(of: Data(planted.utf8)) == nil)
      }
      let mode = try FileManager.default.attributesOfItem(atPath: store.path)[.posixPermissions]
      #expect(mode as? Int == 0o600)
    }
  }

  @Test("another passphrase is told from damage, and changes nothing")
  func wrongPassphrase() throws {
    try KeyFixture.withStore { store in
      let before = try Data(contentsOf: URL(fileURLWithPath: store.path))
      #expect(throws: VaultError.wrongPassphrase(path: store.path)) {
        _ = try store.unlock(KeyFixture.passphrase("some other words here"))
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: store.path)) == before)
    }
  }

  @Test("a new passphrase opens it and the old one does not, while whoever had it open goes on")
  func reseal() throws {
    try KeyFixture.withStore { store in
      let keys = try store.unlock(KeyFixture.passphrase())
      try store.reseal(
        KeyFixture.passphrase("brand new words here"), with: keys, at: KeyFixture.now)
      #expect(try keys.material(2).apiKey == "public-2")
      #expect(throws: VaultError.wrongPassphrase(path: store.path)) {
        _ = try store.unlock(KeyFixture.passphrase())
      }
      let new = try store.unlock(KeyFixture.passphrase("brand new words here"))
      #expect(try new.material(3).apiKey == "public-3")
    }
  }

  @Test("a passphrase that protects nothing is refused before anything is made")
  func weak() throws {
    try KeyFixture.inFolder { path in
      #expect(throws: VaultError.self) {
        try KeyStore.create(at: path, KeyFixture.passphrase("short"), KeyFixture.cost)
      }
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("a key that ended has left no secret behind in the file")
  func erased() throws {
    try KeyFixture.withStore { store in
      let sealed = try #require(try store.file.read().rows[2].sealed).bytes
      #expect(try Data(contentsOf: URL(fileURLWithPath: store.path)).range(of: Data(sealed)) != nil)
      try store.revoke(3, isForced: true, at: KeyFixture.now)
      #expect(try Data(contentsOf: URL(fileURLWithPath: store.path)).range(of: Data(sealed)) == nil)
      let keys = try store.unlock(KeyFixture.passphrase())
      #expect(throws: VaultError.endedKey(id: 3, state: .revoked)) { _ = try keys.material(3) }
    }
  }

  @Test("the same key is not taken twice, nor a second one under a label")
  func twice() throws {
    try KeyFixture.withStore { store in
      let keys = try store.unlock(KeyFixture.passphrase())
      #expect(throws: VaultError.takenLabel("main", venue: "binance", id: 2)) {
        _ = try store.add(
          KeyFixture.material(4), venue: "binance", label: "main", life: .day, with: keys,
          at: KeyFixture.now)
      }
      #expect(throws: VaultError.knownKey(id: 1)) {
        _ = try store.rotate(
          2, to: KeyFixture.material(1), grace: .zero, life: nil, with: keys, at: KeyFixture.now)
      }
      #expect(try store.records().count == 3)
    }
  }
}
