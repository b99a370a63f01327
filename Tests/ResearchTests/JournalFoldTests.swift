/// Folding a journal from a snapshot of it is folding it from the start: the same state, the same
/// names, at any target; on the golden journals and on random definitions.
import Foundation
import Journal
import Research
import Testing
import TradingCore

/// A copy of a golden journal in a folder that goes when the test is over.
private final class GoldenCopy {
  let journal: String
  private let folder: URL

  init(_ name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fold-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let copy = folder.appendingPathComponent("j")
    try FileManager.default.copyItem(at: root.appendingPathComponent("journals/\(name)"), to: copy)
    journal = copy.path
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Keeps the state after each of these sequences.
  func keep(_ sequences: [Sequence64]) throws {
    var fold = try JournalFold(opening: journal)
    for sequence in sequences {
      while try fold.advance(to: .sequence(sequence)) {}
      try SnapshotStore(of: journal).write(fold.snapshot(), keeping: 99)
    }
  }

  func damage(_ sequence: Sequence64) throws {
    let file = URL(fileURLWithPath: "\(journal)/\(SnapshotStore.name(sequence))")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: file)
  }
}

/// What a fold up to a limit gives, and where it began.
private struct Answer: Equatable {
  var state: State
  var names: Names
  var refusals: [String] = []
  var start: Sequence64 = 0
}

private func fromStart(_ journal: String, _ limit: FoldLimit) throws -> Answer {
  var fold = try JournalFold(opening: journal)
  while try fold.advance(to: limit) {}
  return Answer(state: fold.state, names: fold.names)
}

private func resumed(_ journal: String, _ limit: FoldLimit) throws -> Answer {
  var refusals: [String] = []
  var fold = try JournalFold.resuming(journal, upTo: limit) { refusals.append("\($0)") }
  let start = fold.state.sequence
  while try fold.advance(to: limit) {}
  return Answer(state: fold.state, names: fold.names, refusals: refusals, start: start)
}

@Suite("Folds from snapshots")
struct JournalFoldTests {
  static let goldens = ["order-flow-1", "flow-with-outage-1", "candles-1"]

  @Test("every target gives the state and names of a fold from the start", arguments: goldens)
  func targets(name: String) throws {
    let golden = try GoldenCopy(name)
    let last = try JournalReader(opening: golden.journal).facts.lastSequence
    let kept: [Sequence64] = [1, 3, 5, 17, 500, 1_999, last - 1, last]
    try golden.keep(kept)
    for target in [1, 2, 4, 5, 6, 499, 500, 501, 1_998, 2_000, last - 1, last, last + 9] {
      let whole = try fromStart(golden.journal, .sequence(target))
      let short = try resumed(golden.journal, .sequence(target))
      #expect(short.state == whole.state && short.names == whole.names, "\(name) up to \(target)")
      #expect(short.start == kept.last { $0 <= target }, "\(name) up to \(target)")
      #expect(short.refusals.isEmpty)
    }
  }

  @Test("a moment as target never begins behind it", arguments: goldens)
  func moments(name: String) throws {
    let golden = try GoldenCopy(name)
    try golden.keep([5, 300, 900, 1_500, 2_400])
    for sequence in [5, 6, 299, 300, 301, 1_200, 1_500, 2_400, 2_600] as [Sequence64] {
      let time = try fromStart(golden.journal, .sequence(sequence)).state.time
      for nanoseconds in [time.nanoseconds - 1, time.nanoseconds, time.nanoseconds + 1] {
        let limit = FoldLimit.time(Timestamp(nanoseconds: nanoseconds))
        let whole = try fromStart(golden.journal, limit)
        let short = try resumed(golden.journal, limit)
        #expect(short.state == whole.state && short.names == whole.names, "\(name), \(sequence)")
        #expect(short.start <= whole.state.sequence, "\(name), \(sequence)")
      }
    }
  }

  @Test("damaged snapshots are named one after the other and passed over")
  func damaged() throws {
    let golden = try GoldenCopy("order-flow-1")
    try golden.keep([400, 800, 1_200])
    let whole = try fromStart(golden.journal, .none)
    for (damaged, start) in [(1_200, 800), (800, 400), (400, 0)] as [(Sequence64, Sequence64)] {
      try golden.damage(damaged)
      let short = try resumed(golden.journal, .none)
      #expect(short.state == whole.state && short.names == whole.names)
      #expect(short.start == start)
      #expect(short.refusals.first?.hasPrefix(SnapshotStore.name(1_200)) == true)
    }
  }

  @Test("a snapshot whose names cannot be read is passed over")
  func foreignCompanion() throws {
    let golden = try GoldenCopy("order-flow-1")
    let state = try fromStart(golden.journal, .sequence(700)).state
    let snapshot = try Snapshot(of: state, companion: [1, 2, 3], journal: golden.journal)
    try SnapshotStore(of: golden.journal).write(snapshot)
    let short = try resumed(golden.journal, .none)
    #expect(short.start == 0 && short.refusals.count == 1)
    #expect(short.state == (try fromStart(golden.journal, .none)).state)
  }

  @Test("names read back are equal, and go on learning alike, for any definitions")
  func names() throws {
    for seed in 1...60 as ClosedRange<UInt64> {
      var random = RandomSource(seed: seed, label: "names")
      var original = Names()
      for _ in 0..<random.below(80) { original.learn(definition(&random)) }
      var bytes = CanonicalBytes()
      original.encode(into: &bytes)
      var decoded = try Names(canonicalBytes: bytes.bytes)
      #expect(decoded == original, "seed \(seed)")
      for length in 0..<bytes.bytes.count where length % 7 == seed % 7 {
        #expect(throws: CanonicalError.self) {
          try Names(canonicalBytes: Array(bytes.bytes[..<length]))
        }
      }
      for _ in 0..<20 {
        let event = definition(&random)
        original.learn(event)
        decoded.learn(event)
      }
      #expect(decoded == original, "seed \(seed)")
    }
  }

  /// Any definition, texts in broken runs and broken UTF-8 among them.
  private func definition(_ random: inout RandomSource) -> Event {
    let id = UInt16(random.below(5))
    let body: EventBody
    switch random.below(6) {
    case 0:
      body = .instrument(
        InstrumentDefinition(
          instrument: InstrumentID(id), base: AssetID(id), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3)))
    case 1:
      body = .asset(
        AssetDefinition(asset: AssetID(id), commissionDecimals: UInt8(random.below(256))))
    case 2:
      body = .fee(
        FeeSchedule(
          instrument: InstrumentID(id), maker: -5, taker: Int64(random.below(99)),
          currency: .received, asset: AssetID(id)))
    default:
      let bytes = (0..<random.below(41)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let subjects = TextSubject.allCases
      body = .text(
        Text(
          subject: subjects[Int(random.below(UInt64(subjects.count)))], id: id, utf8: bytes[...],
          flags: RunFlags(rawValue: UInt8(random.below(4)))))
    }
    return Event(receiveTime: Timestamp(nanoseconds: 1), body)
  }
}
