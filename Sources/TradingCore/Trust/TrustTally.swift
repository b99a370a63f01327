/// What of a journal can be trusted, told by its events as they pass: one struct for `audit gaps`, for the
/// reports of runs and for whoever else has events and must say how whole they are.
///
/// Memory grows with streams, never with events: spans that ended wait to be taken.

/// Trust in a journal's streams. Feed it every event in order, then `finish`.
public struct TrustTally: Equatable, Sendable {
  /// In the order in which they were first heard of.
  public private(set) var streams: ContiguousArray<StreamTrust> = []
  public private(set) var facts = TrustFacts()
  /// The first market event, and the last event of any kind.
  public private(set) var start: EventPlace?
  public private(set) var last = EventPlace(sequence: 0, time: .distantPast)
  private var ended: [UntrustedSpan] = []
  /// Place in `streams`, by instrument id and stream; −1 for none.
  private var slots: ContiguousArray<Int32> = []
  private var accountSlot: Int?
  /// Venues whose account is away.
  private var accountsAway: ContiguousArray<UInt16> = []
  /// The time in which one of an instrument's streams cannot be trusted, by instrument id.
  private var covers: ContiguousArray<TimeCover> = []
  private let measuresLag: Bool

  /// Streams of an instrument: trade, quote, depth, candle.
  private static let streamsEach = 4

  /// - Parameter measuresLag: whether lags are wanted; they cost a few nanoseconds an event.
  public init(measuringLag measuresLag: Bool = false) { self.measuresLag = measuresLag }

  /// Takes the next events. O(events).
  public mutating func take(_ batch: borrowing EventBatch) {
    var sequence = batch.firstSequence
    for event in batch.events {
      observe(event, sequence)
      sequence += 1
    }
  }

  /// Ends what is open, at the last event; call it once, when there are no more.
  public mutating func finish() {
    for slot in streams.indices {
      end(streams[slot].close(at: EventPlace(sequence: 0, time: last.time)))
    }
  }

  /// The spans that ended since the last call, in the order of their ends.
  public mutating func takeSpans() -> [UntrustedSpan] {
    defer { ended.removeAll(keepingCapacity: true) }
    return ended
  }

  /// From the first market event to the last event.
  public var period: Interval { start.map { last.time - $0.time } ?? .zero }

  /// The time in which a stream of this instrument, of those ended, could not be trusted.
  public func untrusted(_ instrument: InstrumentID) -> Interval {
    instrument.index < covers.count ? covers[instrument.index].total : .zero
  }

  // MARK: Events

  private mutating func observe(_ event: Event, _ sequence: Sequence64) {
    if event.receiveTime < last.time {
      facts.wentBack(last.time - event.receiveTime)
    } else {
      last.time = event.receiveTime
    }
    last.sequence = sequence
    switch event.body {
    case .trade(let trade): came(trade.instrument, .trade, event, event.venueTime)
    case .quote(let quote): came(quote.instrument, .quote, event, event.venueTime)
    case .candle(let candle):
      let close = event.venueTime.isNone ? .none : event.venueTime + candle.interval
      came(candle.instrument, .candle, event, close)
    case .depth(let depth): came(depth.level, of: depth.instrument, isSnapshot: false, event)
    case .bookSnapshot(let level): came(level.level, of: level.instrument, isSnapshot: true, event)
    default: observeSeldom(event)
    }
  }

  @inline(__always)
  private mutating func came(
    _ instrument: InstrumentID, _ stream: StreamKind, _ event: Event, _ moment: Timestamp
  ) {
    guard let slot = slot(instrument, stream) else { return }
    if measuresLag, !moment.isNone { streams[slot].note(lag: event.receiveTime - moment) }
    if let span = streams[slot].take(at: last) { end(span) }
  }

  private mutating func came(
    _ level: BookLevel, of instrument: InstrumentID, isSnapshot: Bool, _ event: Event
  ) {
    guard let slot = slot(instrument, .depth) else { return }
    if measuresLag, level.isLastOfRun, !event.venueTime.isNone {
      streams[slot].note(lag: event.receiveTime - event.venueTime)
    }
    if let span = streams[slot].take(level, isSnapshot: isSnapshot, at: last) { end(span) }
  }

  @inline(never)
  private mutating func observeSeldom(_ event: Event) {
    switch event.body {
    case .gap(let gap):
      facts.note(gap, isBeforeMarket: start == nil)
      let slots = concerned(gap.instrument, gap.stream)
      for slot in slots { streams[slot].note(gap, at: last, start: start ?? last) }
      if slots.isEmpty { facts.early += 1 }
    case .disconnected(let report):
      facts.disconnects += 1
      guard report.endsAll || report.stream == .account else { return }
      if report.stream == .account, !accountsAway.contains(report.venue) {
        accountsAway.append(report.venue)
      }
      for slot in concerned(.none, report.stream) {
        streams[slot].distrust(.disconnected, at: last, start: start ?? last)
      }
    case .connected(let report):
      facts.connects += 1
      guard report.stream == .account else { return }
      accountsAway.removeAll { $0 == report.venue }
      // The reports are whole when those of every venue are.
      guard accountsAway.isEmpty else { return }
      for slot in concerned(.none, .account) { end(streams[slot].take(at: last)) }
    case .clockStep(let step): facts.stepped(step.step)
    case .notice(let notice): facts.note(notice)
    default: break  // It says nothing of what is missing.
    }
  }

  // MARK: Streams

  /// The streams that a gap or a connection speaks of: the one it names, or all that came so far.
  private mutating func concerned(_ instrument: InstrumentID, _ stream: StreamKind) -> [Int] {
    if stream == .account { return [account()] }
    if instrument != .none, stream != .any { return slot(instrument, stream).map { [$0] } ?? [] }
    return streams.indices.filter { index in
      streams[index].stream != .account
        && (stream == .any || streams[index].stream == stream)
        && (instrument == .none || streams[index].instrument == instrument)
    }
  }

  private mutating func account() -> Int {
    if let accountSlot { return accountSlot }
    accountSlot = streams.count
    streams.append(StreamTrust(.none, .account))
    return streams.count - 1
  }

  /// The place of an instrument's stream; `nil` for an id that no journal of ours has room for.
  @inline(__always)
  private mutating func slot(_ instrument: InstrumentID, _ stream: StreamKind) -> Int? {
    let key = instrument.index * TrustTally.streamsEach + Int(stream.rawValue) - 1
    if key < slots.count, slots[key] >= 0 { return Int(slots[key]) }
    return begin(key, instrument, stream)
  }

  @inline(never)
  private mutating func begin(
    _ key: Int, _ instrument: InstrumentID, _ stream: StreamKind
  ) -> Int? {
    guard instrument.hasRoom else { return nil }
    if start == nil { start = last }
    while slots.count <= key { slots.append(-1) }
    while covers.count <= instrument.index { covers.append(TimeCover()) }
    slots[key] = Int32(streams.count)
    streams.append(StreamTrust(instrument, stream))
    return streams.count - 1
  }

  /// A span has ended.
  @inline(never)
  private mutating func end(_ span: UntrustedSpan?) {
    guard let span else { return }
    ended.append(span)
    guard span.instrument != .none else { return }
    let index = span.instrument.index
    covers[index].add(from: span.from.time, to: span.to.time)
    guard covers[index].isFull else { return }
    let starts = streams.lazy.filter { $0.instrument == span.instrument }.map(\.earliestStart)
    covers[index].settle(before: starts.min() ?? last.time)
  }
}
