/// The journal beside the store has every step before the store does, and says so when one was lost.

import Foundation
import Journal
import Testing
import TradingCore

@testable import Store

@Suite("The key store's journal")
struct VaultJournalTests {
  private func steps(of store: KeyStore) throws -> [String] {
    var reader = try JournalReader(opening: store.journalFolder, acceptingOpen: true)
    var (batch, steps) = (EventBatch(), [String]())
    while try reader.next(into: &batch) {
      for event in batch.events {
        guard case .key(let change) = event.body else { continue }
        steps.append("\(change.id) \(change.action)")
      }
    }
    return steps
  }

  @Test("tells every step in order")
  func story() throws {
    try KeyFixture.withStore { store in
      try store.revoke(3, isForced: true, at: KeyFixture.now)
      #expect(try store.expire(isForced: false, at: KeyFixture.now + .day) == [1])
      #expect(try store.revokeAtOnce(nil, at: KeyFixture.now + .day) == [2])
      let expected = [
        "1 added", "1 activated", "2 added", "2 activated", "1 graced", "3 added", "3 activated",
        "3 revoked", "1 expired", "2 emergencyRevoked",
      ]
      #expect(try steps(of: store) == expected)
    }
  }

  /// A process that this one begins has the journal's lock until it runs a program of its own.
  @Test("is waited for while somebody else has it for a moment, and no longer")
  func held() throws {
    try KeyFixture.withStore { store in
      var limits = LiveLimits()
      (limits.segmentBytes, limits.ballastBytes) = (1 << 20, 1 << 20)
      let surroundings = try LiveSurroundings.ofThisMachine(build: "")
      let holder = try LiveJournal(opening: store.journalFolder, limits, surroundings) { _ in }
      #expect(throws: JournalError.locked(path: store.journalFolder)) {
        try store.revoke(3, isForced: true, at: KeyFixture.now)
      }
      #expect(try store.records().map(\.state) == [.grace, .active, .active])
      let end = Thread {
        usleep(200_000)
        #expect(throws: Never.self) { try holder.close() }
      }
      end.start()
      try store.revoke(3, isForced: true, at: KeyFixture.now)
      #expect(try store.records().map(\.state) == [.grace, .active, .revoked])
    }
  }

  /// The store is put back to what it was before the step: that is what a crash between both leaves.
  @Test(
    "says of a step that never reached the store that it was undone, and gives its id to no other")
  func crashBetween() throws {
    try KeyFixture.withStore { store in
      let url = URL(fileURLWithPath: store.path)
      let before = try Data(contentsOf: url)
      let keys = try store.unlock(KeyFixture.passphrase())
      _ = try store.rotate(
        2, to: KeyFixture.material(4), grace: .hour, life: nil, with: keys, at: KeyFixture.now)
      try before.write(to: url)
      chmod(store.path, 0o600)
      let again = try KeyStore(opening: store.path)
      #expect(try again.records().map(\.state) == [.grace, .active, .active])
      let unlocked = try again.unlock(KeyFixture.passphrase())
      let id = try again.rotate(
        2, to: KeyFixture.material(5), grace: .hour, life: nil, with: unlocked, at: KeyFixture.now)
      #expect(id == 5)
      let expected = [
        "4 added", "4 activated", "2 graced", "2 undone", "4 undone", "5 added", "5 activated",
        "2 graced",
      ]
      #expect(try Array(steps(of: again).suffix(8)) == expected)
      #expect(try again.records().map(\.id) == [1, 2, 3, 5])
    }
  }

  @Test("holds the end of a key against an older copy of the store: it is ended again, not undone")
  func restoredCopy() throws {
    try KeyFixture.withStore { store in
      let url = URL(fileURLWithPath: store.path)
      let before = try Data(contentsOf: url)
      _ = try store.revokeAtOnce([2], at: KeyFixture.now)
      try before.write(to: url)
      chmod(store.path, 0o600)
      let again = try KeyStore(opening: store.path)
      #expect(try again.records().map(\.state) == [.grace, .active, .active])
      // Whoever completes it is told, though it asked for nothing of the kind.
      #expect(try again.expire(isForced: false, at: KeyFixture.now) == [2])
      try again.revoke(3, isForced: true, at: KeyFixture.now)
      #expect(try again.records().map(\.state) == [.grace, .emergencyRevoked, .revoked])
      #expect(try Array(steps(of: again).suffix(2)) == ["2 emergencyRevoked", "3 revoked"])
    }
  }

  @Test("lies beside the store itself where that was named by a link")
  func link() throws {
    try KeyFixture.withStore { store in
      let link = store.path + ".link"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: store.path)
      try KeyStore(opening: link).revoke(3, isForced: true, at: KeyFixture.now)
      #expect(try steps(of: store).last == "3 revoked")
    }
  }

  @Test("that cannot be kept keeps the step from being taken")
  func noJournal() throws {
    try KeyFixture.withStore { store in
      let before = try store.records()
      try FileManager.default.removeItem(atPath: store.journalFolder)
      try Data("in the way".utf8).write(to: URL(fileURLWithPath: store.journalFolder))
      #expect(throws: (any Error).self) {
        try store.revoke(3, isForced: true, at: KeyFixture.now)
      }
      #expect(try store.records() == before)
    }
  }

  @Test("that cannot be kept does not keep a key alive in an emergency, and hears of it later")
  func emergencyWithoutJournal() throws {
    try KeyFixture.withStore { store in
      let aside = store.journalFolder + ".aside"
      try FileManager.default.moveItem(atPath: store.journalFolder, toPath: aside)
      try Data("in the way".utf8).write(to: URL(fileURLWithPath: store.journalFolder))
      let error = #expect(throws: VaultError.self) {
        _ = try store.revokeAtOnce([2], at: KeyFixture.now)
      }
      guard case .erased([2], _, _)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(try store.records().map(\.state) == [.grace, .emergencyRevoked, .active])
      try FileManager.default.removeItem(atPath: store.journalFolder)
      try FileManager.default.moveItem(atPath: aside, toPath: store.journalFolder)
      try store.revoke(3, isForced: true, at: KeyFixture.now)
      #expect(try Array(steps(of: store).suffix(2)) == ["2 emergencyRevoked", "3 revoked"])
    }
  }

  @Test(
    "that is lost is begun anew with where every key stands, and whoever takes the step is told")
  func lost() throws {
    try KeyFixture.withStore { store in
      try store.revoke(3, isForced: true, at: KeyFixture.now)
      try FileManager.default.removeItem(atPath: store.journalFolder)
      let told = Told()
      let again = try KeyStore(opening: store.path) { told.add($0) }
      #expect(try again.expire(isForced: false, at: KeyFixture.now) == [])
      #expect(told.notices == [.journalBegunAnew(path: store.journalFolder, keys: [1, 2, 3])])
      #expect(try steps(of: again) == ["1 graced", "2 activated", "3 revoked"])
      _ = try again.revokeAtOnce([2], at: KeyFixture.now)
      #expect(try steps(of: again).last == "2 emergencyRevoked")
      #expect(told.notices.count == 1)
    }
  }

  /// What lies there instead: another store's, a journal of anything else, and one that is left of a store
  /// whose file is gone.
  @Test("of another store or of something else is refused by its name and left as it is")
  func foreign() throws {
    try KeyFixture.withStore { store in
      try KeyFixture.withStore(first: 11) { other in
        try FileManager.default.removeItem(atPath: store.journalFolder)
        try FileManager.default.copyItem(atPath: other.journalFolder, toPath: store.journalFolder)
        try expectRefused(store, "the steps of another store", erasing: 1)
      }
      try FileManager.default.removeItem(atPath: store.journalFolder)
      try write(
        [Event(receiveTime: KeyFixture.now, .resume(HaltCommand(reason: 0)))],
        to: store.journalFolder)
      try expectRefused(store, "events of another kind", erasing: 2)
    }
    try KeyFixture.withStore { store in
      try FileManager.default.removeItem(atPath: store.path)
      #expect(throws: VaultError.self) {
        try KeyStore.create(at: store.path, KeyFixture.passphrase(), KeyFixture.cost)
      }
      #expect(!FileManager.default.fileExists(atPath: store.path))
    }
  }

  @Test("without the store's name is the store's where it tells of the store's keys")
  func earlier() throws {
    try KeyFixture.withStore { store in
      let known = try store.records().map {
        KeyChange(.added, id: $0.id, fingerprint: $0.fingerprint)
      }
      try FileManager.default.removeItem(atPath: store.journalFolder)
      let events = known.map { Event(receiveTime: KeyFixture.now, .key($0)) }
      try write(events, to: store.journalFolder)
      try store.revoke(3, isForced: true, at: KeyFixture.now)
      #expect(try steps(of: store).prefix(1) == ["1 added"])
      #expect(try steps(of: store).last == "3 revoked")
    }
  }

  @Test("without the store's name is the store's where its first key died on the way")
  func earlierBeginning() throws {
    for (actions, isOurs) in [([.added, .activated], true), ([.added, .revoked], false)]
      as [([KeyAction], Bool)]
    {
      try KeyFixture.inFolder { path in
        try KeyStore.create(at: path, KeyFixture.passphrase(), KeyFixture.cost)
        let store = try KeyStore(opening: path)
        #expect(try !store.hasJournal())
        let first = actions.map { KeyChange($0, id: 1, fingerprint: 7) }
        try write(
          first.map { Event(receiveTime: KeyFixture.now, .key($0)) }, to: store.journalFolder)
        guard isOurs else {
          #expect(throws: VaultError.self) { try store.hasJournal() }
          return
        }
        let keys = try store.unlock(KeyFixture.passphrase())
        let id = try store.add(
          KeyFixture.material(1), venue: "binance", label: "main", life: .day, with: keys,
          at: KeyFixture.now)
        #expect(id == 2)
        let expected = ["1 added", "1 activated", "1 undone", "2 added", "2 activated"]
        #expect(try steps(of: store) == expected)
      }
    }
  }

  @Test("is not begun where something else stands, and no store is made beside that")
  func inTheWay() throws {
    for isFolder in [false, true] {
      try KeyFixture.withStore { store in
        try FileManager.default.removeItem(atPath: store.journalFolder)
        if isFolder {
          try FileManager.default.createDirectory(
            atPath: store.journalFolder, withIntermediateDirectories: false)
          // As a process leaves it that died before the first segment.
          try Data().write(to: URL(fileURLWithPath: store.journalFolder + "/LOCK"))
          #expect(try !store.hasJournal())
        }
        let foreign = store.journalFolder + (isFolder ? "/letter" : "")
        try Data("of something else".utf8).write(to: URL(fileURLWithPath: foreign))
        let found = isFolder ? "it holds letter" : "it is a file"
        let refusal = VaultError.foreignJournal(
          path: store.journalFolder, holds: "something else (\(found))")
        #expect(throws: refusal) { try store.hasJournal() }
        try FileManager.default.removeItem(atPath: store.path)
        #expect(throws: refusal) {
          try KeyStore.create(at: store.path, KeyFixture.passphrase(), KeyFixture.cost)
        }
        #expect(!FileManager.default.fileExists(atPath: store.path))
      }
    }
  }

  private func expectRefused(
    _ store: KeyStore, _ contents: String, erasing id: UInt32
  ) throws {
    let before = try steps(of: store)
    let refusal = VaultError.foreignJournal(path: store.journalFolder, holds: contents)
    #expect(throws: refusal) { try store.revoke(3, isForced: true, at: KeyFixture.now) }
    #expect(throws: refusal) { _ = try store.expire(isForced: true, at: KeyFixture.now) }
    #expect(try steps(of: store) == before)
    let error = #expect(throws: VaultError.self) {
      _ = try store.revokeAtOnce([id], at: KeyFixture.now)
    }
    guard case .erased([id], _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  private func write(_ events: [Event], to folder: String) throws {
    var limits = LiveLimits()
    (limits.segmentBytes, limits.ballastBytes) = (1 << 20, 1 << 20)
    let journal = try LiveJournal(opening: folder, limits, .ofThisMachine(build: "")) { _ in }
    var batch = EventBatch()
    batch.firstSequence = journal.firstSequence
    for event in events { batch.events.append(event) }
    try journal.append(batch)
    try journal.close()
  }
}
