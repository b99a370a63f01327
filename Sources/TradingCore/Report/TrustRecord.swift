/// How far a report's recording can be trusted: the figures of `audit gaps` that a reader of results needs.

/// What of a recording cannot be trusted, within a run or a whole journal.
public struct TrustRecord: Equatable, Sendable {
  /// Untrustworthy spans of all streams, and the first of them in the order of their ends.
  public var spanCount: UInt64
  public var spans: [UntrustedSpan]
  /// Spans in which something is known to be missing; the others are books before their first snapshot.
  public var lossCount: UInt64
  /// The time in which one of an instrument's streams cannot be trusted, by instrument id.
  public var untrusted: [Interval]
  /// From the first market event to the last event.
  public var period: Interval

  public init(
    spanCount: UInt64 = 0, spans: [UntrustedSpan] = [], lossCount: UInt64 = 0,
    untrusted: [Interval] = [], period: Interval = .zero
  ) {
    self.spanCount = spanCount
    self.spans = spans
    self.lossCount = lossCount
    self.untrusted = untrusted
    self.period = period
  }

  /// The share of the period in which a stream of the instrument cannot be trusted, 0…1; `nil` where there
  /// is no time. For display.
  public func share(_ instrument: InstrumentID) -> Double? {
    guard period > .zero else { return nil }
    let time = instrument.index < untrusted.count ? untrusted[instrument.index] : .zero
    return time.seconds / period.seconds
  }
}

extension TrustTally {
  /// The figures so far, open spans included. O(streams + spans kept).
  /// - Parameter spans: those taken so far; the first `most` are kept.
  public func record(after spans: [UntrustedSpan], most: Int) -> TrustRecord {
    var end = self
    end.finish()
    let all = spans + end.takeSpans()
    let count = end.streams.reduce(0) { $0 + $1.spanCount }
    return TrustRecord(
      spanCount: count, spans: Array(all.prefix(most)),
      lossCount: end.streams.reduce(0) { $0 + $1.lossCount },
      untrusted: end.instruments.map { end.untrusted($0) }, period: end.period)
  }

  private var instruments: [InstrumentID] {
    let last = streams.lazy.filter { $0.instrument != .none }.map(\.instrument.raw).max()
    return last.map { (0...$0).map { InstrumentID($0) } } ?? []
  }
}
