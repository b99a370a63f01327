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
    lots[Place(instrument: fill.instrument, book: book), default: 0] +=
      fill.quantity.lots * fill.side.sign
  }

  /// Lots that a book holds, negative when it is short.
  func held(_ instrument: InstrumentID, _ book: BookID) -> Int64 {
    lots[Place(instrument: instrument, book: book)] ?? 0
  }
}
