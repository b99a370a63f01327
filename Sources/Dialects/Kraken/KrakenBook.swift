/// One book as Kraken sends it: a snapshot of the best so many levels, then changes, each with a checksum
/// over the ten best of either side. Source: docs.kraken.com, "Spot WebSocket (v2) book checksum".
///
/// Kraken numbers nothing, so the checksum is all there is to find a loss by, and it runs over the digits
/// as they were sent: `0.10` and `0.1` are one number and two checksums. So a level keeps its digits beside
/// its place on the instrument's grid. A level that falls out of the subscribed depth is not taken back by
/// Kraken; here it is, so that whoever follows the changes holds the same levels.

import TradingCore

/// A level with what its checksum runs over.
struct KrakenLevel: Equatable, Sendable {
  var raw: RawLevel
  /// On the instrument's grid, which orders levels.
  var price: Price
  /// The digits as sent, read as one whole number: the point and leading zeros are left out.
  var priceDigits: UInt64
  var quantityDigits: UInt64

  static func == (left: Self, right: Self) -> Bool {
    left.price == right.price && left.priceDigits == right.priceDigits
      && left.quantityDigits == right.quantityDigits
  }
}

/// The levels of one subscription on one link.
struct KrakenBook: Equatable, Sendable {
  /// Levels a side that the subscription has.
  let depth: Int
  /// The best first.
  private(set) var bids: [KrakenLevel] = []
  private(set) var asks: [KrakenLevel] = []

  /// Levels of a side that the checksum covers.
  static let checked = 10

  init(depth: Int) { self.depth = depth }

  /// Takes the changes of one message. O(changes × depth).
  /// - Returns: the levels that fell out of the depth.
  mutating func take(
    bids newBids: [KrakenLevel], asks newAsks: [KrakenLevel]
  ) -> (bids: [RawLevel], asks: [RawLevel]) {
    for level in newBids { Self.put(level, in: &bids) { $0 > $1 } }
    for level in newAsks { Self.put(level, in: &asks) { $0 < $1 } }
    return (Self.cut(&bids, to: depth), Self.cut(&asks, to: depth))
  }

  private static func put(
    _ level: KrakenLevel, in levels: inout [KrakenLevel], isBetter: (Price, Price) -> Bool
  ) {
    var (low, high) = (0, levels.count)
    while low < high {
      let middle = (low + high) / 2
      if isBetter(levels[middle].price, level.price) { low = middle + 1 } else { high = middle }
    }
    let isKnown = low < levels.count && levels[low].price == level.price
    if level.quantityDigits == 0 {
      if isKnown { levels.remove(at: low) }
    } else if isKnown {
      levels[low] = level
    } else {
      levels.insert(level, at: low)
    }
  }

  /// Only after the whole message: a level may fall out and come back within one.
  private static func cut(_ levels: inout [KrakenLevel], to depth: Int) -> [RawLevel] {
    let fallen = levels.dropFirst(depth).map { level in
      RawLevel(price: level.raw.price, quantity: Decimal64(mantissa: 0, scale: 0))
    }
    levels.removeLast(fallen.count)
    return fallen
  }

  /// What Kraken sends if the book is the same: asks from the lowest up, then bids from the highest down,
  /// each price before its quantity.
  var checksum: UInt32 {
    var sum = CRC32()
    for level in asks.prefix(Self.checked) + bids.prefix(Self.checked) {
      sum.add(digitsOf: level.priceDigits)
      sum.add(digitsOf: level.quantityDigits)
    }
    return sum.value
  }
}

extension KrakenLevel {
  /// Reads `{"price":…,"qty":…}`.
  init(
    _ text: Span<UInt8>, _ json: inout JSONScanner, on grid: TickAndLot
  ) throws(LineFault) {
    let fields = try KrakenFields(text, &json)
    let price = try Self.written(text, try fields.place(.price, text))
    let quantity = try Self.written(text, try fields.place(.quantity, text))
    guard price.digits > 0 else { throw LineFault("a level's price is zero") }
    raw = RawLevel(price: price.value, quantity: quantity.value)
    self.price = try grid.price(price.value)
    try grid.check(self.price, try grid.quantity(quantity.value))
    (priceDigits, quantityDigits) = (price.digits, quantity.digits)
  }

  /// A number and its digits as they stand.
  private static func written(
    _ text: Span<UInt8>, _ start: JSONScanner
  ) throws(LineFault) -> (value: Decimal64, digits: UInt64) {
    var json = start
    let scanned = try json.decimal(text)
    guard !scanned.rounded else { throw LineFault("a level is finer than 8 decimals") }
    var digits: UInt64 = 0
    for index in start.position..<json.position where text[index] != UInt8(ascii: ".") {
      let (tens, isTooLong) = digits.multipliedReportingOverflow(by: 10)
      guard text[index] &- 48 < 10, !isTooLong else {
        throw LineFault("a level is not written in plain digits")
      }
      digits = tens &+ UInt64(text[index] &- 48)
    }
    return (scanned.value, digits)
  }
}
