/// What rots, is swapped, cut, foreign or newer is found, named, and nothing is written over it.

import Foundation
import GRDB
import Testing
import TradingCore

@testable import Store

@Suite("A damaged key store")
struct VaultDamageTests {
  /// Every byte of every column of every row, each by itself.
  @Test("is refused whichever byte of it has changed, and whole again when that is mended")
  func everyByte() throws {
    try KeyFixture.withStore { store in
      let original = try Data(contentsOf: URL(fileURLWithPath: store.path))
      var flips = 0
      for (table, place, column, value) in try cells(of: store.path) {
        for changed in flipped(value) {
          try set(store.path, table, place, column, changed)
          #expect(throws: VaultError.self, "\(table) \(place) \(column)") {
            try KeyStore(opening: store.path).unlock(KeyFixture.passphrase()).verify()
          }
          flips += 1
        }
        try set(store.path, table, place, column, value)
      }
      #expect(flips > 400)
      #expect(try Data(contentsOf: URL(fileURLWithPath: store.path)).count == original.count)
      try KeyStore(opening: store.path).unlock(KeyFixture.passphrase()).verify()
    }
  }

  @Test("is told from a wrong passphrase, and its keys by their ids")
  func named() throws {
    try KeyFixture.withStore { store in
      try execute(store.path, "UPDATE vault SET salt = zeroblob(32)")
      #expect(throws: VaultError.damaged(path: store.path, reason: "its head is damaged")) {
        _ = try KeyStore(opening: store.path).unlock(KeyFixture.passphrase())
      }
    }
    try KeyFixture.withStore { store in
      try execute(store.path, "UPDATE key SET venue = 'kraken' WHERE id = 2")
      #expect(
        throws: VaultError.damaged(path: store.path, reason: "the record of key 2 is damaged")
      ) {
        _ = try KeyStore(opening: store.path).records()
      }
    }
  }

  @Test(
    "does not keep a key alive in an emergency, be it the damaged one, and those who watch hear of it"
  )
  func emergency() throws {
    for ids in [[2], [3], nil] as [[UInt32]?] {
      try KeyFixture.withStore { store in
        try execute(store.path, "UPDATE key SET venue = 'kraken' WHERE id = 3")
        let ended = ids ?? [1, 2, 3]
        // Said twice it is as true as before.
        for _ in 1...2 {
          #expect(
            throws: VaultError.erased(
              ended, path: store.path, reason: "the record of key 3 is damaged")
          ) { _ = try store.revokeAtOnce(ids, at: KeyFixture.now) }
        }
        let sealed = try DatabaseQueue(path: store.path).read {
          try UInt32.fetchAll($0, sql: "SELECT id FROM key WHERE sealed IS NOT NULL")
        }
        #expect(sealed == [1, 2, 3].filter { !ended.contains($0) })
        let found = try store.file.survey()
        #expect(found.damage != nil && found.rows.map(\.record.id) == [1, 2])
        #expect(found.erased == ended.filter { $0 == 3 })
        for row in found.rows {
          #expect(row.record.state.isUsable == !ended.contains(row.record.id))
        }
        // Who never was there is not answered as done.
        #expect(
          throws: VaultError.nothingErased(
            path: store.path, venues: [], reason: "the record of key 3 is damaged")
        ) { _ = try store.revokeAtOnce([99], at: KeyFixture.now) }
      }
    }
  }

  @Test("that others may use is closed to them in an emergency, and its keys end")
  func exposedEmergency() throws {
    try KeyFixture.withStore { store in
      chmod(store.path, 0o644)
      #expect(throws: VaultError.exposed(path: store.path, mode: 0o644)) {
        _ = try KeyStore(opening: store.path)
      }
      let told = Told()
      let open = try KeyStore(opening: store.path, isEmergency: true) { told.add($0) }
      #expect(try open.revokeAtOnce(nil, at: KeyFixture.now) == [1, 2, 3])
      #expect(told.notices == [.closedToOthers(path: store.path, mode: 0o644)])
      #expect(try KeyStore(opening: store.path).records().allSatisfy { !$0.state.isUsable })
    }
    // As where only another may close it: it stands open when its keys have ended.
    try KeyFixture.withStore { store in
      let open = try KeyStore(opening: store.path, isEmergency: true)
      chmod(store.path, 0o666)
      for ended in [[2], []] as [[UInt32]] {
        #expect(throws: VaultError.unheard(ended, path: store.path)) {
          _ = try open.revokeAtOnce([2], at: KeyFixture.now)
        }
      }
      try FileManager.default.removeItem(atPath: store.journalFolder)
      try Data().write(to: URL(fileURLWithPath: store.journalFolder))
      #expect(throws: VaultError.unheard([3], path: store.path)) {
        _ = try open.revokeAtOnce([3], at: KeyFixture.now)
      }
      #expect(try open.records().map(\.state) == [.grace, .emergencyRevoked, .emergencyRevoked])
    }
    // A file of somebody else's is left as it is.
    try KeyFixture.inFolder { path in
      try Data("no key store".utf8).write(to: URL(fileURLWithPath: path))
      chmod(path, 0o644)
      #expect(throws: VaultError.self) { try KeyStore(opening: path, isEmergency: true) }
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect(mode as? Int == 0o644)
    }
  }

  @Test("of which nothing can be erased says so, with the venue where that can be read")
  func nothingErased() throws {
    try KeyFixture.withStore { store in
      let url = URL(fileURLWithPath: store.path)
      try Data(contentsOf: url).prefix(8_192).write(to: url)
      #expect(
        throws: VaultError.nothingErased(
          path: store.path, venues: [], reason: "its pages are damaged")
      ) { _ = try KeyStore(opening: store.path, isEmergency: true) }
    }
    try KeyFixture.withStore { store in
      // As on a file system that is only read: every write to it fails.
      let kept = "BEFORE UPDATE ON key BEGIN SELECT RAISE(ABORT, 'kept'); END"
      try execute(store.path, "CREATE TRIGGER kept \(kept)")
      try FileManager.default.removeItem(atPath: store.journalFolder)
      try Data().write(to: URL(fileURLWithPath: store.journalFolder))
      let error = #expect(throws: VaultError.self) {
        _ = try store.revokeAtOnce([2], at: KeyFixture.now)
      }
      guard case .nothingErased(store.path, ["binance"], _, false)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test("does not keep a key alive in an emergency where its head is damaged")
  func emergencyWithoutHead() throws {
    try KeyFixture.withStore { store in
      try execute(store.path, "UPDATE vault SET salt = zeroblob(32)")
      #expect(
        throws: VaultError.erased([2], path: store.path, reason: "its head is damaged")
      ) { _ = try store.revokeAtOnce([2], at: KeyFixture.now) }
      #expect(try store.file.survey().erased == [2])
      #expect(
        throws: VaultError.erased([2], path: store.path, reason: "its head is damaged")
      ) { _ = try store.revokeAtOnce([2], at: KeyFixture.now) }
    }
  }

  /// Whoever can write the file can also make its checksums right; the seals he cannot.
  @Test("does not open a secret that somebody moved to another key or called back to life")
  func swapped() throws {
    try KeyFixture.withStore { store in
      try store.file.write { head, rows in
        var rows = rows
        (rows[1].sealed, rows[2].sealed) = (rows[2].sealed, rows[1].sealed)
        return (head, rows)
      }
      let keys = try store.unlock(KeyFixture.passphrase())
      #expect(throws: VaultError.altered(path: store.path, id: 2)) { _ = try keys.material(2) }
      #expect(throws: VaultError.altered(path: store.path, id: 3)) { _ = try keys.material(3) }
    }
    try KeyFixture.withStore { store in
      try store.file.write { head, rows in
        var rows = rows
        rows[0].record.graceEnd = .distantFuture
        return (head, rows)
      }
      let keys = try store.unlock(KeyFixture.passphrase())
      #expect(throws: VaultError.altered(path: store.path, id: 1)) { try keys.verify() }
    }
  }

  @Test("that is cut anywhere is refused and left as it is", arguments: [0, 1, 100, 4_096, 8_192])
  func cut(length: Int) throws {
    try KeyFixture.withStore { store in
      let url = URL(fileURLWithPath: store.path)
      let bytes = try Data(contentsOf: url).prefix(length)
      try bytes.write(to: url)
      #expect(throws: VaultError.self) {
        try KeyStore(opening: store.path).unlock(KeyFixture.passphrase()).verify()
      }
      #expect(try Data(contentsOf: url) == bytes)
    }
  }

  @Test("is told from a file of something else, of a newer build, of nobody, and of everybody")
  func others() throws {
    try KeyFixture.inFolder { path in
      #expect(throws: VaultError.missing(path: path)) { try KeyStore(opening: path) }
      try Data("no database, but long enough to be looked at twice".utf8)
        .write(to: URL(fileURLWithPath: path))
      chmod(path, 0o600)
      #expect(throws: VaultError.foreign(path: path)) { try KeyStore(opening: path) }
    }
    try KeyFixture.inFolder { path in
      _ = try RunStore(path: path)
      chmod(path, 0o600)
      #expect(throws: VaultError.foreign(path: path)) { try KeyStore(opening: path) }
    }
    try KeyFixture.withStore { store in
      try execute(store.path, "PRAGMA user_version = 2")
      #expect(throws: VaultError.newer(path: store.path)) { try KeyStore(opening: store.path) }
      chmod(store.path, 0o640)
      #expect(throws: VaultError.exposed(path: store.path, mode: 0o640)) {
        try KeyStore(opening: store.path)
      }
    }
  }

  // MARK: The file behind the store's back

  private func execute(_ path: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
  }

  private func cells(of path: String) throws -> [(String, Int64, String, DatabaseValue)] {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { database in
      try [("vault", "place"), ("key", "id")].flatMap { table, identity in
        try Row.fetchAll(database, sql: "SELECT * FROM \(table)").flatMap { row in
          let place: Int64 = row[identity]
          return row.compactMap { column, value in
            column == "place" || value.isNull ? nil : (table, place, column, value)
          }
        }
      }
    }
  }

  /// The value with each of its bytes changed; of an id only what is another one.
  private func flipped(_ value: DatabaseValue) -> [DatabaseValue] {
    switch value.storage {
    case .blob(let data):
      data.indices.map { index in
        var changed = data
        changed[index] ^= 1
        return changed.databaseValue
      }
    case .string(let text):
      text.utf8.indices.map { index in
        var bytes = Array(text.utf8)
        bytes[text.utf8.distance(from: text.utf8.startIndex, to: index)] ^= 1
        return String(decoding: bytes, as: UTF8.self).databaseValue
      }
    case .int64(let number): (0..<8).map { (number ^ (1 << (8 * $0 + 4))).databaseValue }
    case .null, .double: []
    }
  }

  private func set(
    _ path: String, _ table: String, _ place: Int64, _ column: String, _ value: DatabaseValue
  ) throws {
    let queue = try DatabaseQueue(path: path)
    let identity = table == "vault" ? "place" : "rowid"
    guard column != "id" else { return try setID(queue, place, value) }
    try queue.write {
      try $0.execute(
        sql: "UPDATE \(table) SET \(column) = ? WHERE \(identity) = ?", arguments: [value, place])
    }
    try queue.close()
  }

  /// An id is what its row is found by: it is changed from whatever it is now.
  private func setID(_ queue: DatabaseQueue, _ place: Int64, _ value: DatabaseValue) throws {
    try queue.write {
      let known = try Int64.fetchAll($0, sql: "SELECT id FROM key")
      let there = known.contains(place) ? place : known.first { $0 < 1 || $0 > 3 }
      try $0.execute(sql: "UPDATE key SET id = ? WHERE id = ?", arguments: [value, there])
    }
    try queue.close()
  }
}
