/// What each strategy's book holds of each instrument, by the orders that it placed.

internal import TradingCore

struct BookHoldings {
  private struct Place: Hashable {
    var instrument: InstrumentID
    var book: BookID
  }

  private var lots: [Place: Int64] = [:]
  /// Whose orders they are, those that no longer work among them: a fill may come late.
  private var owners: [UInt64: BookID] = [:]

  /// Takes note of an order that is a book's.
  mutating func place(_ order: Sequence64, _ book: BookID) { owners[order] = book }

  mutating func take(_ fill: Fill) {
    guard let book = owners[fill.order.raw] else { return }
    let place = Place(instrument: fill.instrument, book: book)
    lots[place] = (lots[place] ?? 0).moved(fill.side, by: fill.quantity.lots)
  }

  /// Lots that a book holds, negative when it is short.
  func held(_ instrument: InstrumentID, _ book: BookID) -> Int64 {
    lots[Place(instrument: instrument, book: book)] ?? 0
  }
}

// A journal may hold any number; what judges it may not trap at one.
extension Int64 {
  /// What is held after so many lots of a side, clamped.
  func moved(_ side: Side, by lots: Int64) -> Int64 {
    side == .buy ? addingClamped(lots) : subtractingClamped(lots)
  }
}

extension Int128 {
  /// The sum, clamped.
  func addingClamped(_ other: Int128) -> Int128 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (self < 0 ? .min : .max) : sum
  }

  /// The difference, clamped.
  func subtractingClamped(_ other: Int128) -> Int128 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (self < 0 ? .min : .max) : difference
  }
}
