/// What `audit gaps` reads: a journal once through, in memory that grows with its streams and not with its
/// events; spans are handed on as they end.

public import Journal
public import TradingCore

/// A journal's trustworthiness, with the words of its definitions.
public struct TrustReading: Sendable {
  /// The journal's folder.
  public let journal: String
  public let facts: JournalFacts
  public private(set) var tally = TrustTally(measuringLag: true)
  public private(set) var names = Names()
  /// The first spans in the order of their ends; `spanCount` has all.
  public private(set) var spans: [UntrustedSpan] = []
  public private(set) var spanCount: UInt64 = 0
  private(set) var strips: [TrustStrip] = []

  /// The most spans that are kept.
  public static let mostSpans = 1_000

  /// Reads a journal, sealed or not, to its end. O(events).
  /// - Parameters:
  ///   - passing: told the sequence reached, batch by batch; what it throws ends the reading.
  ///   - each: takes every span as it ends, with what the definitions say so far.
  /// - Throws: `JournalError` for damage, and what the two closures throw.
  public init(
    of journal: String, passing: (Sequence64) throws -> Void = { _ in },
    each: (UntrustedSpan, Names) throws -> Void = { _, _ in }
  ) throws {
    self.journal = journal
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    facts = reader.facts
    let end = try JournalTotals(of: journal).receiveTimes?.upperBound
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      for event in batch.events where event.kind.isDefinition { names.learn(event) }
      tally.take(batch)
      try hand(on: each, end: end)
      try passing(tally.last.sequence)
    }
    tally.finish()
    try hand(on: each, end: end)
  }

  private mutating func hand(
    on each: (UntrustedSpan, Names) throws -> Void, end: Timestamp?
  ) throws {
    for span in tally.takeSpans() {
      spanCount += 1
      if spans.count < TrustReading.mostSpans { spans.append(span) }
      draw(span, until: end ?? tally.last.time)
      try each(span, names)
    }
  }

  private mutating func draw(_ span: UntrustedSpan, until end: Timestamp) {
    let known = strips.firstIndex { $0.instrument == span.instrument && $0.stream == span.stream }
    if let known { return strips[known].add(span) }
    let start = tally.start?.time ?? span.from.time
    var strip = TrustStrip(span.instrument, span.stream, from: start, to: end)
    strip.add(span)
    strips.append(strip)
  }

  /// What a stream is called: `BTCUSDT trade`, `account`.
  func name(_ instrument: InstrumentID, _ stream: StreamKind) -> String {
    names.symbol(instrument).map { ReportText.visible($0) + " \(stream)" } ?? "\(stream)"
  }

  /// The share of the time in which all streams of an instrument could be trusted, 0…1; `nil` where there
  /// is no time, or its beginning is lost. For display.
  public func trustedShare(_ instrument: InstrumentID) -> Double? {
    share(tally.untrusted(instrument))
  }

  /// What is left of the whole period, as a share of it.
  func share(_ untrusted: Interval) -> Double? {
    tally.period > .zero && !tally.facts.isHeadLost
      ? 1 - untrusted.seconds / tally.period.seconds : nil
  }

  /// The instruments of which anything came, by id.
  var instruments: [InstrumentID] {
    var ids: [InstrumentID] = []
    for stream in tally.streams where stream.instrument != .none && !ids.contains(stream.instrument)
    {
      ids.append(stream.instrument)
    }
    return ids.sorted()
  }

  /// Streams by instrument and kind.
  var streams: [StreamTrust] {
    tally.streams.sorted {
      ($0.instrument, $0.stream.rawValue) < ($1.instrument, $1.stream.rawValue)
    }
  }
}

/// A stream's untrustworthy stretches as a row of cells, each an equal part of the time.
struct TrustStrip: Equatable, Sendable {
  let instrument: InstrumentID
  let stream: StreamKind
  private let start: Timestamp
  private let width: Double
  /// The time of each cell that cannot be trusted, in seconds.
  private var cells = [Double](repeating: 0, count: TrustStrip.columns)

  static let columns = 64

  init(_ instrument: InstrumentID, _ stream: StreamKind, from start: Timestamp, to end: Timestamp) {
    self.instrument = instrument
    self.stream = stream
    self.start = start
    width = max(1e-9, (end - start).seconds / Double(TrustStrip.columns))
  }

  /// A cell for each part of the time: `·` trusted, `█` not, shades for what is in between.
  var text: String {
    String(
      cells.map { covered -> Character in
        let share = covered / width
        if share <= 0 { return "·" }
        return share < 0.25 ? "░" : share < 0.75 ? "▒" : share < 0.999 ? "▓" : "█"
      })
  }

  /// Spans of one stream do not overlap. However short one is, it is seen.
  mutating func add(_ span: UntrustedSpan) {
    let from = (span.from.time - start).seconds
    let to = (span.to.time - start).seconds
    let (first, last) = (cell(at: from), cell(at: to))
    for cell in first...max(first, last) {
      let left = Double(cell) * width
      cells[cell] += max(1e-12, min(to, left + width) - max(from, left))
    }
  }

  private func cell(at seconds: Double) -> Int {
    Int(max(0, min(Double(TrustStrip.columns - 1), seconds / width)))
  }
}
