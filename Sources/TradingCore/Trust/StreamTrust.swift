/// One stream of a recording: what came of it, where it cannot be trusted, and how late it came.

/// A stream of an instrument, or the account's.
public struct StreamTrust: Equatable, Sendable {
  public let instrument: InstrumentID
  public let stream: StreamKind
  /// Events that came.
  public private(set) var eventCount: UInt64 = 0
  /// Spans that ended, and gaps, jumps and losses of all of them.
  public private(set) var spanCount: UInt64 = 0
  /// Spans that an event ended; a last one may have lasted until the journal ended.
  private var recoveries: UInt64 = 0
  /// Ended spans in which something is known to be missing.
  public private(set) var lossCount: UInt64 = 0
  public private(set) var gaps: UInt64 = 0
  public private(set) var jumps: UInt64 = 0
  public private(set) var lost: UInt64 = 0
  public private(set) var uncounted: UInt64 = 0
  /// The time of the spans that ended.
  public private(set) var untrusted = Interval.zero
  /// Receive time less venue time of each message that has one; for a candle, less its close.
  public private(set) var lag = LagHistogram()
  /// The span that lasts.
  public private(set) var open: UntrustedSpan?
  /// The last event that came.
  private(set) var last: EventPlace?
  /// The book's ids without its levels, where this is its stream: it knows when it is in step.
  private var book = OrderBook()

  init(_ instrument: InstrumentID, _ stream: StreamKind) {
    self.instrument = instrument
    self.stream = stream
  }

  /// Whether books of this stream were brought into step again after they were not.
  public var resyncs: UInt64 { stream == .depth ? recoveries : 0 }

  // MARK: What came

  /// Takes an event of a stream that is whole with each of its events.
  /// - Returns: the span that it ends.
  @inline(__always)
  mutating func take(at place: EventPlace) -> UntrustedSpan? {
    eventCount += 1
    last = place
    return open == nil ? nil : close(at: place)
  }

  /// Takes a level of the book, whose stream is whole only while the book is in step.
  /// - Returns: the span that it ends.
  mutating func take(
    _ level: BookLevel, isSnapshot: Bool, at place: EventPlace
  ) -> UntrustedSpan? {
    eventCount += 1
    // Inside an update nothing is decided: its first level says whether it fits, its last what it ends at.
    if !isSnapshot, !level.isFirstOfRun, !level.isLastOfRun, book.isValid {
      last = place
      return nil
    }
    var bare = level
    bare.isEmpty = true
    let jumpsBefore = book.gapCount
    if isSnapshot { book.load(bare) } else { book.update(bare) }
    if book.gapCount != jumpsBefore { noteJumps(book.gapCount - jumpsBefore, at: place) }
    let isValid = book.isValid
    if !isValid, !isSnapshot, open == nil { begin(.noSnapshot, from: place, at: place) }
    last = place
    return isValid && open != nil ? close(at: place) : nil
  }

  @inline(__always)
  mutating func note(lag interval: Interval) { lag.add(interval) }

  // MARK: What did not

  /// Something is missing.
  /// - Parameter start: where the journal's market begins, for a stream that nothing came of yet.
  mutating func note(_ gap: Gap, at place: EventPlace, start: EventPlace) {
    distrust(DistrustReasons(gap.reason), at: place, start: start)
    open?.note(gap)
  }

  /// From here on it cannot be trusted, or still cannot.
  mutating func distrust(_ reasons: DistrustReasons, at place: EventPlace, start: EventPlace) {
    if stream == .depth { book.invalidate() }
    open == nil
      ? begin(reasons, from: last ?? start, at: place) : open?.reasons.formUnion(reasons)
  }

  private mutating func noteJumps(_ count: UInt64, at place: EventPlace) {
    if open == nil { begin(.sequence, from: last ?? place, at: place) }
    open?.reasons.formUnion(.sequence)
    open?.note(jumps: count)
  }

  private mutating func begin(
    _ reasons: DistrustReasons, from start: EventPlace, at place: EventPlace
  ) {
    open = UntrustedSpan(
      instrument: instrument, stream: stream, reasons: reasons, from: start, noticed: place,
      to: EventPlace(sequence: 0, time: place.time))
  }

  /// Ends the open span.
  /// - Returns: the span; `nil` where none was open.
  @inline(never)
  mutating func close(at place: EventPlace) -> UntrustedSpan? {
    guard var span = open else { return nil }
    open = nil
    span.to = place
    spanCount += 1
    if !span.isOpen { recoveries += 1 }
    if span.reasons != .noSnapshot { lossCount += 1 }
    gaps += span.gaps
    jumps = jumps.addingClamped(span.jumps)
    lost = lost.addingClamped(span.lost)
    uncounted = uncounted.addingClamped(span.uncounted)
    untrusted = untrusted + span.duration
    return span
  }

  /// The earliest moment that a span yet to end may begin.
  var earliestStart: Timestamp { open?.from.time ?? last?.time ?? .distantFuture }
}

extension UntrustedSpan {
  fileprivate mutating func note(_ gap: Gap) {
    gaps += 1
    lost = lost.addingClamped(gap.count)
    if gap.count == 0 { uncounted += 1 }
  }

  fileprivate mutating func note(jumps count: UInt64) {
    jumps = jumps.addingClamped(count)
    uncounted = uncounted.addingClamped(count)
  }
}
