/// What the queue had no room for, until it can be said in the journal.

internal import TradingCore

/// Events that were dropped, counted by instrument and stream.
struct Losses {
  private struct Row {
    let instrument: InstrumentID
    let stream: StreamKind
    var count: UInt64
  }

  private var rows: [Row] = []
  /// Connections that opened or closed meanwhile: these are kept as they are.
  private var reports: [Event] = []

  var isEmpty: Bool { rows.isEmpty && reports.isEmpty }

  /// Instruments whose book lost updates.
  var books: [InstrumentID] { rows.filter { $0.stream == .depth }.map(\.instrument) }

  /// Counts messages; a run is one. O(events · rows).
  mutating func add(_ events: borrowing ContiguousArray<Event>) {
    for index in events.indices { add(events[index]) }
  }

  private mutating func add(_ event: Event) {
    switch event.body {
    case .trade(let trade): add(trade.instrument, .trade, 1)
    case .quote(let quote): add(quote.instrument, .quote, 1)
    case .candle(let candle): add(candle.instrument, .candle, 1)
    case .depth(let level): add(level.instrument, .depth, level.flags.contains(.last) ? 1 : 0)
    case .bookSnapshot(let level):
      add(level.instrument, .depth, level.flags.contains(.last) ? 1 : 0)
    case .gap(let gap): add(gap.instrument, gap.stream, gap.count)
    default: reports.append(event)
    }
  }

  private mutating func add(_ instrument: InstrumentID, _ stream: StreamKind, _ count: UInt64) {
    let known = rows.firstIndex { $0.instrument == instrument && $0.stream == stream }
    if let known {
      rows[known].count += count
    } else {
      rows.append(Row(instrument: instrument, stream: stream, count: count))
    }
  }

  /// What was lost, as facts at `time`: every gap, then what was kept.
  func events(at time: Timestamp) -> [Event] {
    rows.map { row in
      let gap = Gap(
        instrument: row.instrument, stream: row.stream, count: row.count, reason: .overflow)
      return Event(receiveTime: time, .gap(gap))
    } + reports
  }
}
