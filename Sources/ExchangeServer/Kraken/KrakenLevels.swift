/// A book of the best levels as Kraken publishes it: what changed from one message to the next, and the
/// checksum that lets a client check what it made of them. Source: docs.kraken.com, Spot WebSocket v2,
/// "book" and "book checksum".

internal import Dialects
internal import TradingCore

/// The best levels of both sides, as last published.
struct KrakenLevels: Equatable, Sendable {
  struct Level: Equatable, Sendable {
    var price: Price
    var quantity: Quantity
  }

  private(set) var bids: [Level] = []
  private(set) var asks: [Level] = []

  /// The best `depth` levels of a book.
  init(_ book: borrowing OrderBook, depth: Int) {
    bids = Self.best(book.bids, depth)
    asks = Self.best(book.asks, depth)
  }

  private static func best(_ side: BookSide, _ depth: Int) -> [Level] {
    (0..<min(depth, side.count)).map { Level(price: side[$0].price, quantity: side[$0].quantity) }
  }

  /// What leads from older levels to these. A level that merely fell out of the depth is not said: the
  /// client drops it by itself.
  func changes(
    from old: KrakenLevels, _ book: borrowing OrderBook
  ) -> (bids: [Level], asks: [Level]) {
    (
      Self.changes(from: old.bids, to: bids, book.bids),
      Self.changes(from: old.asks, to: asks, book.asks)
    )
  }

  private static func changes(from old: [Level], to new: [Level], _ side: BookSide) -> [Level] {
    let gone = old.filter { level in
      !new.contains { $0.price == level.price } && side.quantity(at: level.price) == .zero
    }
    let changed = new.filter { level in !old.contains(level) }
    return gone.map { Level(price: $0.price, quantity: .zero) } + changed
  }

  /// CRC-32 over the digits of the ten best asks, then the ten best bids: each price before its quantity,
  /// without points and leading zeros.
  func checksum(_ definition: InstrumentDefinition) -> UInt32 {
    var sum = CRC32()
    for level in asks.prefix(10) + bids.prefix(10) {
      for text in [definition.text(level.price), definition.text(level.quantity)] {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ".") }
        for digit in digits.drop(while: { $0 == UInt8(ascii: "0") }) { sum.add(digit) }
      }
    }
    return sum.value
  }
}
