/// Checkpoints in real live journals: written by the writer, found and checked by the verifier.
import Foundation
import Testing
import TradingCore

@testable import Journal

/// A live journal with checkpoints, and where its keys are kept.
private final class SignedJournal {
  let folder = TestFolder()
  var path: String { folder.path("j") }
  private var count = 0

  /// One session: so many trades, ten seconds apart, synced now and then, and closed or dropped.
  func session(_ trades: Int, closing: Bool = true, keys: String = "keys") throws {
    var limits = LiveLimits()
    limits.segmentBytes = 1 << 16
    limits.blockReserve = 8 << 10
    var writer = try LiveWriter.open(
      path, on: SystemDisk(), limits,
      LiveSurroundings(
        now: Int64(count) * 10_000_000_000, monotonic: 2, bootID: .zero, build: "test build",
        newIdentity: identity(), keys: folder.path(keys)))
    var numbers = Numbers(seed: 3)
    let events = (0..<trades).map { number in
      var event = anyEvent(.trade, &numbers)
      event.receiveTime = Timestamp(nanoseconds: Int64(count + number) * 10_000_000_000)
      return event
    }
    count += trades
    for start in stride(from: 0, to: trades, by: 6) {
      try append(events[start..<min(start + 6, trades)], to: &writer, batches: 6)
      try writer.sync()
    }
    #expect(writer.checkpointFailure == nil)
    if closing { try writer.close() }
  }

  func verify(key: VerifierKey? = nil, anchor: SignedNote? = nil) throws -> VerificationReport {
    try JournalVerifier.verify(path, key: key, anchor: anchor)
  }
}

@Suite("Checkpoints in a live journal")
struct LiveCheckpointTests {
  @Test("stand every minute and at every seal, and cover every event of a closed journal")
  func everyMinute() throws {
    let journal = SignedJournal()
    try journal.session(1_500)
    let report = try journal.verify()
    let found = report.checkpoints
    #expect(found.holds && found.breaks.isEmpty)
    #expect(found.checkpoints >= 250 && found.handOvers == 4)
    #expect(found.signedThrough == 1_500 && report.facts.lastSequence == 1_500)
    #expect(report.facts.segments > 2)
    #expect(found.last?.root == (try MerkleTree.root(of: leaves(journal.path))))
    #expect(found.last?.chain == report.facts.chainHead)
  }

  @Test("of many sessions, closed and killed, are signed by one unbroken line of keys")
  func sessions() throws {
    let journal = SignedJournal()
    var first: VerifierKey?
    for session in 0..<8 {
      try journal.session(40 + 37 * session, closing: session % 3 != 1)
      let found = try journal.verify(key: first).checkpoints
      #expect(found.holds && found.breaks.isEmpty && found.problemCount == 0)
      first = first ?? found.firstKey
      #expect(found.handOvers >= session)
    }
    #expect(try journal.verify(key: first).checkpoints.isPinned == true)
  }

  @Test("of a session killed early leave events behind the last one unsigned, and say so")
  func openTail() throws {
    let journal = SignedJournal()
    try journal.session(33, closing: false)
    let report = try journal.verify()
    #expect(report.facts.ending == .open && report.checkpoints.holds)
    #expect(report.checkpoints.signedThrough < 33 && report.checkpoints.signedThrough > 20)
  }

  @Test("of the same events by other keys do not pass for the first")
  func otherKeys() throws {
    let (honest, forged) = (SignedJournal(), SignedJournal())
    try honest.session(200)
    try forged.session(200)
    let truth = try honest.verify().checkpoints
    #expect(try forged.verify().checkpoints.holds)
    #expect(try !forged.verify(key: truth.firstKey).checkpoints.holds)
    #expect(try !forged.verify(anchor: truth.lastNote).checkpoints.holds)
    #expect(try honest.verify(key: truth.firstKey, anchor: truth.lastNote).checkpoints.holds)
  }

  @Test("go on with a break when the keys are lost, which a pinned key does not accept")
  func lostKeys() throws {
    let journal = SignedJournal()
    try journal.session(100)
    try journal.session(100, keys: "other keys")
    let found = try journal.verify().checkpoints
    #expect(found.holds && found.breaks.count == 1)
    #expect(try !journal.verify(key: found.firstKey).checkpoints.holds)
  }

  @Test("are not begun with a key that others can read")
  func readableKeys() throws {
    let journal = SignedJournal()
    try journal.session(100)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: journal.folder.path("keys"))
    #expect(throws: JournalError.self) { try journal.session(100) }
  }

  /// The leaves of a sealed journal, from its footers.
  private func leaves(_ path: String) throws -> [SHA256Digest] {
    let folder = Folder(path, on: SystemDisk())
    return try folder.segments().flatMap { name in
      try folder.openSegment(name).footer.blocks.map(\.leaf)
    }
  }
}
