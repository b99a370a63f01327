/// Market events on their way from a connection to the journal: what comes twice is dropped, what is
/// missing becomes a gap, and books are brought into step. Two links of one connection may feed it one
/// after the other with an overlap, so a link is replaced without a loss. A venue that begins to count
/// anew is a gap of unknown size.

public import TradingCore

/// What was seen of every stream of a connection's instruments.
public struct MarketIntake: Sendable {
  /// What came of one instrument's streams.
  private struct Seen: Sendable {
    var trade = StreamIDs()
    var aggregate = StreamIDs()
    var quote = StreamIDs()
    var depth = StreamIDs()
    var book = BookSync()
    /// The last id of an update since the book was opened; 0 before the first.
    var lastUpdate: Int64 = 0
    /// Opening times by interval.
    var candles: [(seconds: UInt32, time: Timestamp)] = []

    mutating func openBook() {
      book.open()
      lastUpdate = 0
    }

    /// Takes an update of the book. Whatever else it means, one before it that never came is a jump: a
    /// snapshot may hold what that had said, or so much may wait that the book has forgotten where it
    /// was, and the recording lacks it all the same.
    mutating func take(_ depth: Depth, levels: Int) -> BookSync.UpdateVerdict {
      let (first, last) = (depth.firstUpdateID, depth.lastUpdateID)
      let missing = lastUpdate > 0 ? first - lastUpdate - 1 : 0
      lastUpdate = max(lastUpdate, last)
      let verdict = book.update(first: first, last: last, levels: levels)
      guard missing > 0, verdict != .unexpected else { return verdict }
      if verdict == .applies || verdict == .stale {
        book.open()
        _ = book.update(first: first, last: last, levels: levels)
      }
      return .jump(missing: UInt64(missing))
    }
  }

  private var seen: [Seen] = []
  /// Events dropped because they came before.
  public private(set) var duplicates: UInt64 = 0
  /// Gaps found.
  public private(set) var gaps: UInt64 = 0

  public init() {}

  /// Where an instrument's book stands.
  public func book(_ instrument: InstrumentID) -> BookSync {
    instrument.index < seen.count ? seen[instrument.index].book : BookSync()
  }

  /// A subscription to an instrument's updates stands: a snapshot of its book is needed.
  public mutating func openBook(_ instrument: InstrumentID) {
    makeRoom(instrument)
    seen[instrument.index].openBook()
  }

  /// A snapshot was asked for and did not come.
  public mutating func snapshotFailed(_ instrument: InstrumentID) {
    makeRoom(instrument)
    seen[instrument.index].book.snapshotFailed()
  }

  /// Takes a batch's events in order; those for the journal are appended to `journal`, instruments whose
  /// book needs a snapshot to `snapshots`. Events that are not of the market pass. O(events).
  public mutating func take(
    _ events: borrowing ContiguousArray<Event>, into journal: inout ContiguousArray<Event>,
    snapshots: inout [InstrumentID]
  ) {
    var index = 0
    while index < events.count {
      let event = events[index]
      let end = runEnd(events, from: index)
      if admit(event, levels: end - index, into: &journal, &snapshots) {
        while index < end {
          journal.append(events[index])
          index += 1
        }
      }
      index = end
    }
  }

  /// The connection was lost: every stream of these instruments has a gap, and their books mean nothing.
  public mutating func lose(
    _ streams: [MarketStream], at time: Timestamp, into journal: inout ContiguousArray<Event>
  ) {
    for stream in streams {
      makeRoom(stream.instrument)
      if stream.kind.stream == .depth { seen[stream.instrument.index].book.close() }
      note(
        stream.kind.stream, of: stream.instrument, missing: 0, reason: .disconnected, at: time,
        to: &journal)
    }
  }
}

extension MarketIntake {
  private mutating func makeRoom(_ instrument: InstrumentID) {
    while seen.count <= instrument.index { seen.append(Seen()) }
  }

  /// The end of the run that begins at `start`.
  private func runEnd(_ events: borrowing ContiguousArray<Event>, from start: Int) -> Int {
    var index = start
    while index < events.count {
      let isLast: Bool
      switch events[index].body {
      case .depth(let depth): isLast = depth.flags.contains(.last)
      case .bookSnapshot(let level): isLast = level.flags.contains(.last)
      default: isLast = true
      }
      index += 1
      if isLast { break }
    }
    return index
  }

  private mutating func note(
    _ stream: StreamKind, of instrument: InstrumentID, missing: UInt64,
    reason: GapReason = .sequence, at time: Timestamp, to journal: inout ContiguousArray<Event>
  ) {
    gaps += 1
    let gap = Gap(instrument: instrument, stream: stream, count: missing, reason: reason)
    journal.append(Event(receiveTime: time, .gap(gap)))
  }

  /// Whether a message belongs in the journal; its gap, if there is one, goes there before it.
  private mutating func admit(
    _ event: Event, levels: Int, into journal: inout ContiguousArray<Event>,
    _ snapshots: inout [InstrumentID]
  ) -> Bool {
    switch event.body {
    case .trade(let trade): return admit(trade, event, into: &journal)
    case .quote(let quote): return admit(quote, event, into: &journal)
    case .depth(let depth):
      return admit(depth, event, levels: levels, into: &journal, &snapshots)
    case .bookSnapshot(let level): return admit(level, &snapshots)
    case .candle(let candle): return admit(candle, event)
    case .gap(let gap):
      admit(gap, &snapshots)
      return true
    default: return true
    }
  }

  /// A loss that the dialect found by itself: a book that is followed needs a snapshot.
  private mutating func admit(_ gap: Gap, _ snapshots: inout [InstrumentID]) {
    gaps += 1
    guard gap.stream == .depth, gap.instrument != .none else { return }
    makeRoom(gap.instrument)
    guard seen[gap.instrument.index].book.phase != .idle else { return }
    seen[gap.instrument.index].openBook()
    snapshots.append(gap.instrument)
  }

  /// Trades and aggregates each count up by one; 0 is no id.
  private mutating func admit(
    _ trade: Trade, _ event: Event, into journal: inout ContiguousArray<Event>
  ) -> Bool {
    guard trade.id != 0 else { return true }
    makeRoom(trade.instrument)
    let index = trade.instrument.index
    let verdict =
      trade.isAggregate
      ? seen[index].aggregate.take(trade.id, at: event.moment)
      : seen[index].trade.take(trade.id, at: event.moment)
    switch verdict {
    case .new(missing: 0): break
    case .new(let missing):
      note(.trade, of: trade.instrument, missing: missing, at: event.receiveTime, to: &journal)
    case .restarted:
      note(.trade, of: trade.instrument, missing: 0, at: event.receiveTime, to: &journal)
    case .repeated:
      duplicates += 1
      return false
    }
    return true
  }

  /// A quote's id counts changes of the book, so a jump is no loss; 0 is no id.
  private mutating func admit(
    _ quote: Quote, _ event: Event, into journal: inout ContiguousArray<Event>
  ) -> Bool {
    guard quote.updateID != 0 else { return true }
    makeRoom(quote.instrument)
    switch seen[quote.instrument.index].quote.take(quote.updateID, at: event.moment) {
    case .new: return true
    case .restarted:
      note(.quote, of: quote.instrument, missing: 0, at: event.receiveTime, to: &journal)
      return true
    case .repeated:
      duplicates += 1
      return false
    }
  }

  private mutating func admit(
    _ depth: Depth, _ event: Event, levels: Int, into journal: inout ContiguousArray<Event>,
    _ snapshots: inout [InstrumentID]
  ) -> Bool {
    makeRoom(depth.instrument)
    let index = depth.instrument.index
    let isRestart =
      seen[index].depth.take(depth.lastUpdateID, at: event.moment) == .restarted
      && seen[index].book.phase != .idle
    if isRestart { seen[index].openBook() }
    var (missing, reason) = (UInt64(0), GapReason.sequence)
    switch seen[index].take(depth, levels: levels) {
    case .waits where isRestart: break
    case .applies, .waits, .unexpected: return true
    case .stale:
      duplicates += 1
      return false
    case .jump(let count): missing = count
    case .overflow: reason = .overflow
    }
    note(
      .depth, of: depth.instrument, missing: missing, reason: reason, at: event.receiveTime,
      to: &journal)
    snapshots.append(depth.instrument)
    return true
  }

  private mutating func admit(_ level: BookSnapshot, _ snapshots: inout [InstrumentID]) -> Bool {
    makeRoom(level.instrument)
    switch seen[level.instrument.index].book.snapshot(id: level.updateID) {
    // A book of the best levels alone comes as snapshots that nobody asked for.
    case .loads, .unexpected: return true
    case .tooOld:
      if !seen[level.instrument.index].book.isInStep { snapshots.append(level.instrument) }
      return false
    }
  }

  private mutating func admit(_ candle: Candle, _ event: Event) -> Bool {
    makeRoom(candle.instrument)
    let index = candle.instrument.index
    guard
      let place = seen[index].candles.firstIndex(where: { $0.seconds == candle.intervalSeconds })
    else {
      seen[index].candles.append((candle.intervalSeconds, event.venueTime))
      return true
    }
    guard event.venueTime > seen[index].candles[place].time else {
      duplicates += 1
      return false
    }
    seen[index].candles[place].time = event.venueTime
    return true
  }
}

extension MarketStream.Kind {
  /// What a gap in it is called.
  public var stream: StreamKind {
    switch self {
    case .trades, .aggregateTrades: .trade
    case .quotes: .quote
    case .depth, .topLevels: .depth
    case .candles: .candle
    }
  }
}
