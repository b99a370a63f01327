/// An account of the exchange: its key, its orders and trades, and its side of the matching.

internal import Dialects
internal import TradingCore

/// What an account's signatures are checked with. A class, because a key must not be copied.
final class AccountKey {
  let id: String
  let verifier: SignatureVerifier
  /// Whether requests are signed with a private key, as `session.logon` demands.
  let isPrivate: Bool

  init(id: String, verifier: consuming SignatureVerifier, isPrivate: Bool) {
    self.id = id
    self.verifier = verifier
    self.isPrivate = isPrivate
  }
}

/// An account.
struct Trader {
  let key: AccountKey
  let uid: Int64
  var venue = SimulatedAccount()
  /// By rising id.
  private(set) var orders: [OrderRecord] = []
  var lists: [ListRecord] = []
  private(set) var trades: [TradeRow] = []
  /// The order that last had a client id.
  private var clientIDs: [String: Int64] = [:]
  var tenSeconds = CountWindow(width: Interval(nanoseconds: 10_000_000_000))
  var day = CountWindow(width: .day)
  var updated = Timestamp(nanoseconds: 0)

  init(key: AccountKey, uid: Int64) {
    self.key = key
    self.uid = uid
  }

  // MARK: Orders

  mutating func insert(_ order: OrderRecord) {
    orders.append(order)
    clientIDs[order.clientID] = order.id
  }

  /// Forgets an order that was never accepted.
  mutating func remove(_ id: Int64) {
    guard let index = index(of: id) else { return }
    clientIDs[orders[index].clientID] = nil
    orders.remove(at: index)
  }

  /// The place of an order. O(log orders).
  func index(of id: Int64) -> Int? {
    var (low, high) = (0, orders.count)
    while low < high {
      let middle = (low + high) / 2
      if orders[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < orders.count && orders[low].id == id ? low : nil
  }

  func index(ofClient id: String) -> Int? { clientIDs[id].flatMap(index(of:)) }

  subscript(_ index: Int) -> OrderRecord {
    get { orders[index] }
    _modify { yield &orders[index] }
  }

  /// Gives an order another client id; the old one still finds it.
  mutating func rename(_ index: Int, to clientID: String) {
    orders[index].originalClientID = orders[index].clientID
    orders[index].clientID = clientID
    clientIDs[clientID] = orders[index].id
  }

  /// Whether an open order has a client id.
  func hasOpen(client id: String) -> Bool {
    index(ofClient: id).map { orders[$0].status.isOpen && orders[$0].clientID == id } ?? false
  }

  mutating func add(_ trade: TradeRow) { trades.append(trade) }

  // MARK: Money

  /// What open orders reserve of an asset. O(orders).
  func locked(_ asset: AssetID, _ markets: Markets) -> Money {
    var sum = Money.zero
    for order in orders where order.status.isOpen {
      guard let market = markets[order.terms.instrument],
        let reserve = order.reserve(market.grid.definition), reserve.asset == asset
      else { continue }
      sum += reserve.amount
    }
    return sum
  }
}

/// A count in windows that are aligned to the clock.
struct CountWindow: Sendable {
  let width: Interval
  private var start = Timestamp.distantPast
  private var count: Int64 = 0

  init(width: Interval) { self.width = width }

  /// What was counted in the window that holds a moment.
  func count(at time: Timestamp) -> Int64 { time.floored(to: width) == start ? count : 0 }

  mutating func add(_ amount: Int64, at time: Timestamp) {
    let window = time.floored(to: width)
    if window != start { (start, count) = (window, 0) }
    count = max(0, count + amount)
  }

  /// When the window that holds a moment ends.
  func end(at time: Timestamp) -> Timestamp { time.floored(to: width) + width }
}
