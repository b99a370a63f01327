/// What has to be remembered of our orders at Coinbase: it cancels and lists by its own ids alone, which are
/// texts, and events carry numbers.

import TradingCore

/// Orders by the names that Coinbase gave them. What is not known is learned from a placing's answer, from
/// the snapshot of open orders that a link begins with, and from questions.
struct CoinbaseOrders: Sendable {
  /// One order as far as requests need it.
  struct Known: Sendable {
    var venueID: String
    var instrument: InstrumentID
    /// Its limit; zero where it is not known or there is none.
    var price = Price.zero
  }

  /// What an answer or a report tells of an order. It is taken when all was read: nothing is to be taken
  /// back then, and nothing is copied.
  struct Note: Sendable {
    var order: OrderID
    var known: Known
    var hasEnded = false
  }

  private var known: [OrderID: Known] = [:]
  private var arrivals: [OrderID] = []
  /// Our orders by Coinbase's ids, for fills name no other.
  private var owners: [String: OrderID] = [:]

  /// Orders remembered; the older half is forgotten when they are that many.
  static let capacity = 65_536

  /// What is known of an order.
  subscript(_ order: OrderID) -> Known? { known[order] }

  /// Whose fill it is; `.none` for a stranger's.
  func owner(_ venueID: String) -> OrderID { owners[venueID] ?? .none }

  /// Orders of an instrument, the oldest first.
  func orders(of instrument: InstrumentID) -> [Known] {
    arrivals.compactMap { known[$0] }.filter { $0.instrument == instrument }
  }

  /// Takes what was told, in order.
  mutating func take(_ notes: [Note]) {
    for told in notes {
      note(told.order, told.known)
      if told.hasEnded { end(told.order) }
    }
  }

  /// Notes an order. A price that is not told stays as it was.
  private mutating func note(_ order: OrderID, _ told: Known) {
    guard order != .none else { return }
    if known[order] == nil {
      if arrivals.count == Self.capacity { forgetHalf() }
      arrivals.append(order)
    }
    var told = told
    if told.price == .zero { told.price = known[order]?.price ?? .zero }
    known[order] = told
    owners[told.venueID] = order
  }

  /// Forgets an order that has ended, but for whose it was: its fills may still come.
  private mutating func end(_ order: OrderID) {
    guard let old = known[order] else { return }
    known[order]?.instrument = .none
    owners[old.venueID] = order
  }

  private mutating func forgetHalf() {
    for order in arrivals.prefix(Self.capacity / 2) {
      if let old = known.removeValue(forKey: order) { owners[old.venueID] = nil }
    }
    arrivals.removeFirst(Self.capacity / 2)
  }

  /// A text id as the number that events carry: 63 bits of its XXH64, never 0. Two of a million ids are one
  /// with a chance of 1 in 10⁷; an order is asked for and canceled by the text, never by the number, so
  /// the worst is a fill that is taken for one that was told.
  static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int64 {
    max(1, Int64(XXH64.hash(range.map { text[$0] }) >> 1))
  }
}
