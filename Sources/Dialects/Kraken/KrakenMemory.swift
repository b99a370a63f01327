/// What a session has to remember of its orders at Kraken, which tells most of an order only once.

import TradingCore

/// Ids of Kraken's, `OUF4EM-FRGI2-MQMWZD`, as the numbers that events carry.
enum KrakenIDs {
  /// 63 bits of the XXH64 of the text. Two of a million ids are one with a chance of 1 in 10⁷; an order is
  /// never addressed by its number, only recognised, and always together with its own name, so the worst is
  /// a fill that is asked for again.
  static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int64 {
    Int64(XXH64.hash(range.map { text[$0] }) >> 1)
  }
}

/// Orders that a session was told of.
struct KrakenMemory: Sendable {
  /// What is known of an order.
  struct Order: Sendable {
    var id: OrderID
    var instrument: InstrumentID
    var price = Price.zero
    var quantity = Quantity.zero
    /// Whether it is for a sum of money, so that no number of lots says when it is done.
    var isInQuote = false
    /// Since when its trades are to be listed, in whole seconds; `nil` where nobody said when it was placed.
    var tradesFrom: Int64?
  }

  /// By Kraken's id. Bounded, the oldest half forgotten.
  private var orders: [Int64: Order] = [:]
  private var arrivals: [Int64] = []
  var cancels = KrakenCancels()

  /// Orders remembered.
  static let capacity = 65_536

  subscript(_ venueOrder: Int64) -> Order? {
    get { orders[venueOrder] }
    set {
      if orders[venueOrder] == nil, newValue != nil {
        if arrivals.count == Self.capacity {
          for old in arrivals.prefix(Self.capacity / 2) { orders[old] = nil }
          arrivals.removeFirst(Self.capacity / 2)
        }
        arrivals.append(venueOrder)
      }
      orders[venueOrder] = newValue
    }
  }
}
