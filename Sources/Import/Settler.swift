/// Messages to events: decimals onto the grid, levels to runs, and everything odd counted.

import Dialects
import TradingCore

/// Turns messages of one import into events. One settler serves all its files, so it holds the
/// counts.
final class Settler {
  private let grids: [TickAndLot]
  /// By symbol index: the instrument's id, `.none` for symbols without a definition.
  private let instruments: [InstrumentID]
  private(set) var counts = ImportCounts()
  /// By instrument, then by `NoticeCode.rawValue`; the last row counts for all instruments.
  private var notices: [[UInt64]]

  init(grids: [TickAndLot], instruments: [InstrumentID]) {
    self.grids = grids
    self.instruments = instruments
    let row = [UInt64](repeating: 0, count: NoticeCode.allCases.count)
    notices = [[UInt64]](repeating: row, count: grids.count + 1)
  }

  /// The instrument of a symbol index; `.none` where it has none.
  func instrument(_ symbol: Int) -> InstrumentID {
    instruments.indices.contains(symbol) ? instruments[symbol] : .none
  }

  /// Appends the message's events. On a fault nothing is appended.
  func settle(
    _ message: borrowing Message, into events: inout ContiguousArray<Event>
  ) throws(LineFault) {
    let instrument = instrument(message.symbol)
    guard instrument != .none else {
      throw LineFault(
        message.symbol == Message.unnamed
          ? "the message names no symbol and its file holds several; name it with --symbol"
          : "the symbol first appears behind the rows looked at; import it from a file")
    }
    let grid = grids[instrument.index]
    let odd = try message.appendEvents(of: instrument, on: grid, to: &events)
    if odd.contains(.zeroQuantity) { count(.zeroQuantity, instrument) }
    if odd.contains(.crossed) { count(.crossed, instrument) }
    if message.rounded > 0 { count(.digitsRounded, instrument, UInt64(message.rounded)) }
    countMessage(message)
  }

  private func countMessage(_ message: borrowing Message) {
    let levels = UInt64(message.bids.count + message.asks.count)
    switch message.body {
    case .trade: counts.trades += 1
    case .quote: counts.quotes += 1
    case .candle: counts.candles += 1
    case .depth:
      counts.depthMessages += 1
      counts.depthLevels += levels
    case .snapshot:
      counts.snapshots += 1
      counts.snapshotLevels += levels
    }
  }
}

extension Settler {
  func countLine() { counts.lines += 1 }
  func countFraming() { counts.framingLines += 1 }
  func countSkipped() { counts.skippedLines += 1 }
  func countEvents(_ number: Int) { counts.events += UInt64(number) }

  /// Counts an odd thing about an instrument, `.none` for all.
  func count(_ code: NoticeCode, _ instrument: InstrumentID, _ number: UInt64 = 1) {
    counts.notices[Int(code.rawValue)] += number
    let row = instrument == .none ? grids.count : instrument.index
    notices[row][Int(code.rawValue)] += number
  }

  /// What was counted, as events at `time`: by instrument, then by code, zeros left out.
  func noticeEvents(at time: Timestamp) -> [Event] {
    var events: [Event] = []
    for (row, numbers) in notices.enumerated() {
      let instrument = row == grids.count ? InstrumentID.none : InstrumentID(UInt16(row))
      for code in NoticeCode.allCases where numbers[Int(code.rawValue)] > 0 {
        let notice = Notice(code, count: numbers[Int(code.rawValue)], instrument: instrument)
        events.append(Event(receiveTime: time, .notice(notice)))
      }
    }
    return events
  }
}
