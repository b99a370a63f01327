/// The key file: private, whole after every crash, and never more than the present key.
import DiskSimulation
import Foundation
import Journal
import JournalSimulation
import Testing
import TradingCore

private let journal = JournalID(low: 1, high: 2)

/// A model journal of one event a block: its tree, last sequence and time.
struct Session: ~Copyable {
  private(set) var tree: MerkleTree
  private(set) var sequence: Sequence64 = 0
  private(set) var time: Timestamp
  private let journal: JournalID

  init(
    of journal: JournalID = JournalID(low: 1, high: 2),
    from time: Timestamp = Timestamp(nanoseconds: 1_704_067_200_000_000_000)
  ) throws {
    tree = try MerkleTree()
    self.journal = journal
    self.time = time
  }

  mutating func append(after span: Interval = .minute) throws { try append(at: time + span) }

  mutating func append(at time: Timestamp) throws {
    sequence += 1
    self.time = time
    tree.append(
      try Digest.sha256(
        [UInt8(truncatingIfNeeded: sequence), UInt8(truncatingIfNeeded: sequence >> 8)]))
  }

  mutating func notes(from signer: inout CheckpointSigner) throws -> [String] {
    try signer.checkpoint(tree: &tree, sequence: sequence, chain: .zero, time: time)
  }

  var state: Checkpoint {
    mutating get {
      Checkpoint(
        journal: journal, treeSize: tree.size, root: tree.root(), sequence: sequence, chain: .zero,
        time: time)
    }
  }
}

@Suite("The key vault")
struct KeyVaultTests {
  @Test("holds the old key or the new one after a crash at any call")
  func everyCrash() throws {
    let before = SimDisk()
    var session = try Session()
    let old = try vault(before).signer(at: session.time).verifier()
    let disk = SimDisk(before.image, plan: plan { $0.keepsMoments = true })
    var signer = try movable(disk, &session)
    #expect(try session.notes(from: &signer).count == 2)
    let new = try signer.verifier()
    #expect(old != new)

    var outcomes = 0
    for (moment, image) in (disk.moments.map(\.image) + [disk.image]).enumerated() {
      let choices = CrashChoices(of: image)
      for number in 0..<choices.count {
        let found = try vault(SimDisk(choices.outcome(number))).signer(at: session.time).verifier()
        #expect(found == old || found == new, "change \(moment), outcome \(number)")
        outcomes += 1
      }
    }
    #expect(outcomes > 20)
    print("key vault: \(outcomes) crashes while a key moves; the old or the new key after each")
  }

  @Test("overwrites the old key's bytes, which no name leads to any more")
  func erasure() throws {
    let disk = SimDisk()
    var session = try Session()
    var signer = try movable(disk, &session)
    let old = try disk.open("state/keys/\(journal).key", .read)
    #expect(try bytes(of: old).contains { $0 != 0 })
    _ = try session.notes(from: &signer)
    #expect(try bytes(of: old).allSatisfy { $0 == 0 })
    #expect(disk.image.names("state/keys") == ["\(journal).key"])
  }

  @Test("keeps signing with the old key when the next cannot be kept, and moves when asked again")
  func everyFailure() throws {
    let before = SimDisk()
    let start = try Session().time
    _ = try vault(before).signer(at: start)
    var (failures, operation, isHit) = (0, 0, true)
    while isHit {
      let disk = SimDisk(
        before.image, plan: plan { $0.faults = [Fault(.fails(EIO), at: operation)] })
      operation += 1
      var session = try Session()
      do {
        var signer = try movable(disk, &session)
        let old = try signer.verifier()
        var notes = try? session.notes(from: &signer)
        isHit = disk.hits > 0
        if notes == nil {
          failures += 1
          #expect(try signer.verifier() == old)
          notes = try session.notes(from: &signer)
        }
        #expect(notes?.count == 2)
        let kept = try vault(SimDisk(disk.image)).signer(at: start).verifier()
        #expect(try kept == signer.verifier() && kept != old)
      } catch JournalError.io { continue }
    }
    #expect(failures > 5)
  }

  private func plan(_ change: (inout SimDisk.Plan) -> Void) -> SimDisk.Plan {
    var plan = SimDisk.Plan()
    change(&plan)
    return plan
  }

  private func vault(_ disk: SimDisk) -> KeyVault {
    KeyVault(folder: "state/keys", journal: journal, on: disk)
  }

  /// A signer whose key moves when it is asked next.
  private func movable(
    _ disk: SimDisk, _ session: inout Session
  ) throws -> CheckpointSigner {
    var signer = try vault(disk).signer(at: session.time)
    #expect(try session.notes(from: &signer).count == 2)
    try session.append(after: .hour)
    signer.isDurable(through: session.sequence)
    return signer
  }

  private func bytes(of file: any DiskFile) throws -> [UInt8] {
    let count = Int(try file.size())
    var bytes = [UInt8](repeating: 0, count: count)
    let got = try bytes.withUnsafeMutableBytes { buffer in
      try file.read(count, at: 0, into: #require(buffer.baseAddress))
    }
    #expect(got == count)
    return bytes
  }

  @Test("is readable by its owner alone, in a folder of its own")
  func modes() throws {
    let folder = TestFolder()
    let vault = KeyVault(folder: folder.path("a/b/keys"), journal: journal)
    let key = try vault.signer(at: Timestamp(nanoseconds: 0)).verifier()
    #expect(try vault.signer(at: Timestamp(nanoseconds: 0)).verifier() == key)
    #expect(try mode(vault.path) == 0o600)
    for name in ["a", "a/b", "a/b/keys"] { #expect(try mode(folder.path(name)) == 0o700) }
  }

  @Test("refuses a key or a folder that others can read", arguments: [0o640, 0o604, 0o660, 0o666])
  func othersCanRead(permissions: Int) throws {
    let folder = TestFolder()
    let vault = KeyVault(folder: folder.path("keys"), journal: journal)
    _ = try vault.signer(at: Timestamp(nanoseconds: 0))
    try chmod(vault.path, permissions)
    #expect(throws: JournalError.self) { _ = try vault.signer(at: Timestamp(nanoseconds: 0)) }
    try chmod(vault.path, 0o600)
    try chmod(folder.path("keys"), permissions | 0o100)
    #expect(throws: JournalError.self) { _ = try vault.signer(at: Timestamp(nanoseconds: 0)) }
    try chmod(folder.path("keys"), 0o700)
    _ = try vault.signer(at: Timestamp(nanoseconds: 0))
  }

  @Test("refuses a key with any bit changed, any byte cut, or of another journal")
  func damagedKey() throws {
    let disk = SimDisk()
    _ = try KeyVault(folder: "keys", journal: journal, on: disk).signer(
      at: Timestamp(nanoseconds: 0))
    let path = "keys/\(journal).key"
    let whole = disk.image.contents(path)
    func isRefused(_ bytes: [UInt8], _ path: String, _ journal: JournalID) throws -> Bool {
      let disk = SimDisk()
      try disk.makeFolder("keys")
      let file = try disk.open(path, .create)
      _ = try bytes.withUnsafeBytes { buffer in
        try file.write(#require(buffer.baseAddress), count: buffer.count, at: 0)
      }
      let vault = KeyVault(folder: "keys", journal: journal, on: disk)
      do { _ = try vault.signer(at: Timestamp(nanoseconds: 0)) } catch JournalError.key {
        return true
      }
      return false
    }
    #expect(try !isRefused(whole, path, journal))
    for bit in 0..<whole.count * 8 {
      var changed = whole
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(try isRefused(changed, path, journal), "bit \(bit)")
    }
    for length in 1..<whole.count {
      #expect(try isRefused(Array(whole.prefix(length)), path, journal))
    }
    let other = JournalID(low: 3, high: 4)
    #expect(try isRefused(whole, "keys/\(other).key", other))
  }

  private func mode(_ path: String) throws -> Int {
    let facts = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(facts[.posixPermissions] as? NSNumber).intValue
  }

  private func chmod(_ path: String, _ permissions: Int) throws {
    try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
  }
}
