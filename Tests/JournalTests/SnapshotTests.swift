/// Snapshots of state: equal to the fold they stand for, bound to their journal's chain, and refused
/// by name when anything about them is wrong.
import Foundation
import Testing
import TradingCore

@testable import Journal

/// A small market with every kind of event in it, and absurd ones in between.
func market(seed: UInt64, _ count: Int) -> [Event] {
  var numbers = Numbers(seed: seed)
  let definition = InstrumentDefinition(
    instrument: InstrumentID(0), base: AssetID(1), quote: AssetID(0),
    tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 5))
  let funds = AssetAmount(asset: AssetID(0), amount: Money(units: 1_000 * Money.one.units))
  var events = [
    Event(receiveTime: Timestamp(nanoseconds: 1), .instrument(definition)),
    Event(receiveTime: Timestamp(nanoseconds: 1), .balance(funds)),
  ]
  while events.count < count {
    let time = Timestamp(nanoseconds: Int64(events.count) * 1_000_000_000)
    let price = Price(ticks: 4_000_000 + Int64(numbers.below(1_000)))
    let lots = Quantity(lots: 1 + Int64(numbers.below(500)))
    let side: Side = numbers.below(2) == 0 ? .buy : .sell
    switch numbers.below(20) {
    case 0..<10:
      let trade = Trade(
        instrument: InstrumentID(0), price: price, quantity: lots, aggressor: side, id: 1)
      events.append(Event(receiveTime: time, venueTime: time, .trade(trade)))
    case 10..<15:
      let level = BookSnapshot(
        instrument: InstrumentID(0), side: side, price: price, quantity: lots,
        updateID: Int64(events.count), flags: RunFlags(rawValue: numbers.below(3) == 0 ? 1 : 2))
      events.append(Event(receiveTime: time, .bookSnapshot(level)))
    case 15..<19:
      let fill = Fill(
        order: OrderID(UInt64(events.count)), instrument: InstrumentID(0), side: side,
        price: price, quantity: lots, fee: 3, feeAsset: AssetID(0), tradeID: 1, liquidity: .taker)
      events.append(Event(receiveTime: time, .fill(fill)))
    default:
      events.append(anyEvent(EventKind.allCases[numbers.below(EventKind.allCases.count)], &numbers))
    }
  }
  return events
}

func folded(_ events: ArraySlice<Event>) -> State {
  events.reduce(into: State(), reduce)
}

@Suite("Snapshots")
struct SnapshotTests {
  private func facts(_ journal: String) throws -> JournalFacts {
    try JournalReader(opening: journal).facts
  }

  /// A journal of a few segments with one snapshot at `sequence`.
  private func kept(
    _ folder: TestFolder, events: [Event], at sequence: Int, companion: [UInt8] = [7, 8, 9]
  ) throws -> Snapshot {
    try write(events, to: folder.path("j"), segmentLimit: 40_000)
    let snapshot = try Snapshot(
      of: folded(events[..<sequence]), companion: companion, journal: folder.path("j"))
    try SnapshotStore(of: folder.path("j")).write(snapshot)
    return snapshot
  }

  @Test(
    "reading on from a snapshot ends where reading all ends", arguments: [1, 2] as [UInt64])
  func readingOn(seed: UInt64) throws {
    let folder = TestFolder()
    let journal = folder.path("j")
    let events = market(seed: seed, 9_000)
    let segments = try write(events, to: journal, segmentLimit: 40_000).segments
    #expect(segments > 1, "seed \(seed)")
    let store = SnapshotStore(of: journal)
    for sequence in [1, 777, 4_096, 8_192, 8_999, 9_000] {
      let state = folded(events[..<sequence])
      try store.write(Snapshot(of: state, companion: [], journal: journal), keeping: 99)
      let snapshot = try store.read(UInt64(sequence), facts: facts(journal))
      #expect(snapshot.state == state, "seed \(seed), sequence \(sequence)")
      guard sequence < events.count else { continue }
      let rest = try read(journal, from: UInt64(sequence) + 1)
      let end = rest.reduce(into: snapshot.state, reduce)
      #expect(end == folded(events[...]), "seed \(seed), sequence \(sequence)")
    }
    #expect(try JournalVerifier.verify(journal).facts.lastSequence == 9_000)
  }

  @Test("the anchor is the last whole block's end, for every sequence of a journal")
  func anchors() throws {
    let folder = TestFolder()
    let journal = folder.path("j")
    let events = market(seed: 4, 25_000)
    let summary = try write(events, to: journal, segmentLimit: 40_000)
    var ends: [UInt64: SHA256Digest] = [0: try HashChain.origin(of: identity())]
    let parts = Folder(journal, on: SystemDisk())
    for name in try parts.segments() {
      let segment = try parts.openSegment(name)
      for (index, block) in segment.footer.blocks.enumerated() {
        ends[block.firstSequence + UInt64(block.count) - 1] =
          try segment.chainHead(before: index + 1)
      }
    }
    #expect(ends.count > 4 && ends[25_000] == summary.chainHead)
    for sequence in UInt64(0)...25_000
    where sequence % 97 == 0 || ends[sequence] != nil || ends[sequence + 1] != nil {
      let anchor = try ChainAnchor(in: parts, atOrBefore: sequence)
      #expect(anchor.sequence == ends.keys.filter { $0 <= sequence }.max(), "\(sequence)")
      #expect(anchor.head == ends[anchor.sequence], "\(sequence)")
    }
    #expect(throws: JournalError.noSuchSequence(25_001, last: 25_000)) {
      try ChainAnchor(in: parts, atOrBefore: 25_001)
    }
  }

  @Test("every truncation, every surplus byte and every flipped bit of a snapshot is refused")
  func damage() throws {
    let folder = TestFolder()
    _ = try kept(folder, events: market(seed: 5, 150), at: 120)
    let whole = try bytes(folder.path("j/" + SnapshotStore.name(120)))
    #expect(throws: Never.self) { try SnapshotFile.snapshot(in: whole) }
    for length in 0..<whole.count {
      #expect(throws: Malformed.self, "\(length) of \(whole.count) bytes") {
        try SnapshotFile.snapshot(in: Array(whole[..<length]))
      }
    }
    #expect(throws: Malformed.self) { try SnapshotFile.snapshot(in: whole + [0]) }
    for bit in 0..<whole.count * 8 {
      var flipped = whole
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: Malformed.self, "bit \(bit)") { try SnapshotFile.snapshot(in: flipped) }
    }
  }

  @Test("hostile bytes under right checksums are refused or read, and never trap")
  func hostile() throws {
    let folder = TestFolder()
    _ = try kept(folder, events: market(seed: 6, 300), at: 300)
    let whole = try bytes(folder.path("j/" + SnapshotStore.name(300)))
    var numbers = Numbers(seed: 66)
    for round in 0..<2_000 {
      var changed = whole
      for _ in 0...numbers.below(3) {
        changed[numbers.below(whole.count - 16)] = UInt8(numbers.below(256))
      }
      resum(&changed)
      guard let snapshot = try? SnapshotFile.snapshot(in: changed) else { continue }
      #expect(snapshot.state.sequence == 300, "round \(round)")
    }
  }

  /// Makes header and file checksum agree with changed bytes.
  private func resum(_ bytes: inout [UInt8]) {
    func put(_ value: UInt64, at offset: Int) {
      for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
    }
    put(
      XXH64.hash(Array(bytes[..<(SnapshotFile.headerBytes - 8)])), at: SnapshotFile.headerBytes - 8)
    let end = bytes.count - SnapshotFile.endBytes
    put(XXH64.hash(Array(bytes[..<end])), at: end + 8)
  }
}

@Suite("Snapshots that do not belong here")
struct ForeignSnapshotTests {
  private func facts(_ journal: String) throws -> JournalFacts {
    try JournalReader(opening: journal).facts
  }

  private func refusal(_ journal: String, _ sequence: UInt64) throws -> String {
    let facts = try facts(journal)
    do {
      _ = try SnapshotStore(of: journal).read(sequence, facts: facts)
      return "none"
    } catch JournalError.unusableSnapshot(let name, let reason) {
      #expect(name == SnapshotStore.name(sequence))
      return reason
    }
  }

  private func move(_ folder: TestFolder, _ from: String, _ to: String) throws {
    try FileManager.default.copyItem(atPath: folder.path(from), toPath: folder.path(to))
  }

  @Test("each thing that can be wrong is refused with its reason")
  func reasons() throws {
    let folder = TestFolder()
    let events = market(seed: 7, 3_000)
    try write(events, to: folder.path("j"))
    let journal = folder.path("j")
    let name = SnapshotStore.name(3_000)
    let store = SnapshotStore(of: journal)
    try store.write(Snapshot(of: folded(events[...]), journal: journal))
    #expect(try refusal(journal, 3_000) == "none")
    #expect(try refusal(journal, 2_999).contains("No such file"))

    try write(Array(events[..<2_000]), to: folder.path("short"))
    try move(folder, "j/" + name, "short/" + name)
    #expect(try refusal(folder.path("short"), 3_000).contains("newer than the journal"))
    try move(folder, "j/" + name, "short/" + SnapshotStore.name(2_000))
    #expect(try refusal(folder.path("short"), 2_000) == "it holds sequence 3000")

    var changed = events
    changed[10] = changed[11]
    try write(changed, to: folder.path("changed"))
    try move(folder, "j/" + name, "changed/" + name)
    #expect(try refusal(folder.path("changed"), 3_000) == "its chain head is not in the journal")

    let other = try JournalIdentity(inputs: [2], scenario: "test", build: "")
    var writer = try JournalWriter(
      creating: folder.path("other"), identity: other, replacing: false)
    var batch = EventBatch()
    batch.firstSequence = 1
    batch.events.append(contentsOf: events)
    try writer.append(batch)
    _ = try writer.seal()
    try move(folder, "j/" + name, "other/" + name)
    #expect(try refusal(folder.path("other"), 3_000) == "it belongs to another journal")
  }

  @Test("a snapshot of other rules is refused before its state is looked at")
  func otherRules() throws {
    let folder = TestFolder()
    let journal = folder.path("j")
    let events = market(seed: 8, 200)
    try write(events, to: journal)
    let anchor = try ChainAnchor(in: Folder(journal, on: SystemDisk()), atOrBefore: 200)
    let snapshot = Snapshot(
      journal: try identity().id, logicVersion: LogicVersion(version: 77), anchor: anchor,
      state: folded(events[...]), companion: [])
    try SnapshotStore(of: journal).write(snapshot)
    #expect(try refusal(journal, 200).contains("logic version 77"))
  }

  @Test("the newest are kept, and a killed writer's rest is no journal's")
  func keeping() throws {
    let folder = TestFolder()
    let journal = folder.path("j")
    let events = market(seed: 9, 900)
    try write(events, to: journal)
    let store = SnapshotStore(of: journal)
    for sequence in [100, 500, 200, 300, 400] {
      try store.write(Snapshot(of: folded(events[..<sequence]), journal: journal))
    }
    #expect(try store.sequences == [500, 400, 300, 200])
    try store.write(Snapshot(of: folded(events[..<600]), journal: journal), keeping: 2)
    #expect(try store.sequences == [600, 500])
    let rests = ([400, 500, 700] as [Sequence64]).map {
      folder.path("j/\(SnapshotStore.name($0)).1.tmp")
    }
    for rest in rests { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: rest)) }
    #expect(try store.sequences == [600, 500])
    // The file of 700 may be another process's at work.
    try store.write(Snapshot(of: folded(events[..<700]), journal: journal))
    #expect(rests.map(FileManager.default.fileExists(atPath:)) == [false, true, true])
    #expect(try store.read(700, facts: facts(journal)).sequence == 700)
  }

  @Test("many made at once do not write into each other's files")
  func manyAtOnce() throws {
    let folder = TestFolder()
    let journal = folder.path("j")
    let events = market(seed: 11, 900)
    try write(events, to: journal)
    let store = SnapshotStore(of: journal)
    let snapshot = try Snapshot(of: folded(events[..<600]), journal: journal)
    for _ in 0..<20 {
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do { try store.write(snapshot) } catch { Issue.record(error) }
      }
      #expect(try store.read(600, facts: facts(journal)).sequence == 600)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: journal).count == 2)
  }

  @Test("a journal with snapshots may be replaced, one with anything else beside them may not")
  func replacing() throws {
    let folder = TestFolder()
    let journal = folder.path("j")
    let events = market(seed: 10, 300)
    try write(events, to: journal)
    try SnapshotStore(of: journal).write(Snapshot(of: folded(events[...]), journal: journal))
    let rest = folder.path("j/" + SnapshotStore.name(7) + ".2.tmp")
    try Data().write(to: URL(fileURLWithPath: rest))
    let writer = try JournalWriter(creating: journal, identity: identity(), replacing: true)
    _ = try writer.seal()
    #expect(try FileManager.default.contentsOfDirectory(atPath: journal).count == 1)
    for name in ["snapshot-7.cbs", "snapshot-00000000000000000007.cbs.old", "notes.txt"] {
      try Data().write(to: URL(fileURLWithPath: folder.path("j/" + name)))
      #expect(throws: JournalError.notAJournal(path: journal, reason: "it holds \(name)")) {
        _ = try JournalWriter(creating: journal, identity: identity(), replacing: true)
      }
      try FileManager.default.removeItem(atPath: folder.path("j/" + name))
    }
  }
}
