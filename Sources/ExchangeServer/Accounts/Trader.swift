/// An account of the exchange: its keys, its orders and trades, and its side of the matching.

internal import Dialects
internal import TradingCore

/// What an account's signatures are checked with. A class, because a key must not be copied.
final class AccountKey {
  let id: String
  let verifier: SignatureVerifier

  init(id: String, verifier: consuming SignatureVerifier) {
    self.id = id
    self.verifier = verifier
  }

  /// Whether requests are signed with a private key, as `session.logon` demands.
  var isPrivate: Bool { verifier.scheme != .hmac }
}

/// A key of an account with what was done with it.
struct HeldKey {
  let key: AccountKey
  var rights = KeyRights()
  /// From when on it is not taken any more.
  var end = Timestamp.distantFuture
  /// Requests that it signed.
  var signed = 0
  /// Requests that named it after its end; whoever signs with a key that has ended is found by these.
  var late = 0
  /// The highest number of its requests in Kraken's language, which rise.
  var nonce: UInt64 = 0
  /// What it asked in that language of late.
  var counter = KrakenCounter()
  /// Questions of it that this count refused.
  var limited = 0

  init(_ key: AccountKey) { self.key = key }
}

/// An account.
struct Trader {
  /// The first is the one it began with.
  var keys: [HeldKey]
  let uid: Int64
  var venue = SimulatedAccount()
  private(set) var orders = Records<OrderRecord>()
  var lists = Records<ListRecord>()
  /// Held on credit, by a test's wish alone.
  var positions: [PlantedPosition] = []
  private(set) var trades: [TradeRow] = []
  /// Trades that were forgotten.
  private(set) var forgottenTrades = 0
  /// The order that last had a client id.
  private var clientIDs: [String: Int64] = [:]
  var tenSeconds = CountWindow(width: Interval(nanoseconds: 10_000_000_000))
  var day = CountWindow(width: .day)
  var updated = Timestamp(nanoseconds: 0)
  /// Whether its fees are in the quote asset, whatever the market's are in.
  private(set) var paysInQuote = false
  /// When all its orders are canceled unless it puts that off: the dead man's switch.
  var cancelsAllAt: Timestamp?

  /// The most trades remembered; beyond it the oldest half is forgotten.
  static let mostTrades = 1 << 17

  init(keys: [AccountKey], uid: Int64) {
    self.keys = keys.map { HeldKey($0) }
    self.uid = uid
  }

  // MARK: Orders

  /// Takes an order that is about to meet the matching. Its client id does not find it yet: that may
  /// belong to a finished order, and stays with it when this one is rejected.
  mutating func insert(_ order: OrderRecord) {
    for gone in orders.append(order) {
      for name in gone.clientIDs where clientIDs[name] == gone.id { clientIDs[name] = nil }
    }
  }

  /// The matching took an order: from now on its client id finds it.
  mutating func confirm(_ id: Int64) {
    guard let index = index(of: id) else { return }
    clientIDs[orders[index].clientID] = id
  }

  /// Forgets an order that was never accepted.
  mutating func remove(_ id: Int64) { _ = orders.remove(id) }

  /// The place of an order. O(log orders).
  func index(of id: Int64) -> Int? { orders.index(of: id) }

  /// Whether an order with this number, if there was one, is no longer remembered.
  func hasForgotten(_ id: Int64?) -> Bool {
    guard let id, orders.forgotten > 0, let oldest = orders.all.first else { return false }
    return (1..<oldest.id).contains(id)
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

  /// Whether an open order has a client id. O(open orders).
  func hasOpen(client id: String) -> Bool { orders.allOpen.contains { $0.clientID == id } }

  /// Whether an open list has a client id. O(open lists).
  func hasOpenList(client id: String) -> Bool { lists.allOpen.contains { $0.clientID == id } }

  /// The list that an order belongs to.
  func list(of order: OrderRecord) -> ListRecord? { lists.index(of: order.list).map { lists[$0] } }

  mutating func add(_ trade: TradeRow) {
    if trades.count == Trader.mostTrades {
      trades.removeFirst(Trader.mostTrades / 2)
      forgottenTrades += Trader.mostTrades / 2
    }
    trades.append(trade)
  }

  // MARK: Money

  /// Takes a fact as it is for this account.
  mutating func observe(_ fact: Event, at time: Timestamp) {
    var own = fact
    if paysInQuote, case .fee(var schedule) = fact.body {
      schedule.currency = .quote
      own.body = .fee(schedule)
    }
    venue.observe(own, at: time)
  }

  /// Charges fees in the quote asset from now on.
  /// - Parameter fees: those in force.
  mutating func payInQuote(_ fees: PublishedFees, at time: Timestamp) {
    guard !paysInQuote else { return }
    paysInQuote = true
    for schedule in fees.schedules {
      observe(Event(receiveTime: time, .fee(schedule)), at: time)
    }
  }

  /// What open orders reserve of an asset. O(open orders).
  func locked(_ asset: AssetID) -> Money {
    orders.allOpen.compactMap(\.reserve).filter { $0.asset == asset }
      .reduce(.zero) { $0 + $1.amount }
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
