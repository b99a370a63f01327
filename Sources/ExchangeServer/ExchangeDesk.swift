/// The simulated exchange as its clients meet it, without a socket: facts of a market and requests go
/// in, with the time at which they arrive; answers and messages come out as bytes.
///
/// Below is TradingCore's simulated exchange, one for each account, and the reducer's state for the
/// books everybody sees. Here is what an exchange has around its matching: names, keys, signatures,
/// limits, order history, streams. Nothing in this file or beside it asks a clock or a random source,
/// so equal inputs give equal bytes.

public import TradingCore

/// One exchange.
public struct ExchangeDesk {
  var state = State()
  var names = VenueNames()
  var markets = Markets()
  var traders: [Trader] = []
  var limits = RequestLimits()
  public var faults = FaultPlan()
  /// Whether the market waits for `POST /control/start`.
  public var isHeld = false
  var connections: [Int: Connection] = [:]
  var subscriptions = Subscriptions()
  var tallies = Tallies()
  private(set) var outbox: [Delivery] = []
  /// Facts that came before the market they are of was known.
  var waitingFilters: [ExchangeFilter] = []
  var waitingDefinitions: [InstrumentDefinition] = []
  /// Markets whose filters the accounts have not heard of.
  var openedMarkets: [InstrumentID] = []
  /// Standard commission rates in 10⁻⁸, as the fee facts have them.
  var fees = FeeSchedule(instrument: .none, maker: 100_000, taker: 100_000, currency: .received)
  /// All fees as they were published.
  var publishedFees = PublishedFees()
  /// When streams with a beat of their own were last served.
  var beats = Beats()
  /// The levels last published on each book channel of Kraken's language.
  var krakenBooks: [StreamKey: KrakenLevels] = [:]
  /// What connections in Kraken's language sign in with.
  var krakenTokens = KrakenTokens()
  /// Reports of the user data stream that a fault holds back.
  var heldReports: [UserReport] = []

  private(set) var lastOrder: Int64 = 0
  private(set) var lastTrade: Int64 = 0
  private(set) var lastExecution: Int64 = 0
  private(set) var lastList: Int64 = -1
  private var lastConnection = 0

  /// - Parameters:
  ///   - accounts: at least one.
  ///   - preamble: settings, fees and assets as facts, before the market's own. Latencies are left out:
  ///     a request arrives when it arrives.
  public init(
    accounts: [AccountSettings], preamble: [Event], limits: LimitSettings = LimitSettings(),
    at now: Timestamp
  ) throws(ExchangeServerError) {
    self.limits.settings = limits
    for (index, account) in accounts.enumerated() {
      var keys: [AccountKey] = []
      for key in account.keys { keys.append(try key.key()) }
      guard !keys.isEmpty else { throw .account("an account has no API key") }
      traders.append(Trader(keys: keys, uid: Int64(index + 1)))
    }
    for event in preamble { take(Self.settled(event), at: now) }
    for (index, account) in accounts.enumerated() {
      for balance in account.balances {
        traders[index].venue.observe(Event(receiveTime: now, .balance(balance)), at: now)
      }
      traders[index].updated = now
    }
  }

  /// A fact of the preamble as this exchange takes it: candles have no opens to wait for here.
  private static func settled(_ event: Event) -> Event {
    guard case .configure(var change) = event.body, change.setting == .fillRule,
      change.value == Int64(FillRule.candle.rawValue)
    else { return event }
    change.value = Int64(FillRule.sameEvent.rawValue)
    return Event(receiveTime: event.receiveTime, .configure(change))
  }

  /// What is to be sent, oldest first. Empties the list.
  public mutating func takeDeliveries() -> [Delivery] {
    defer { outbox.removeAll(keepingCapacity: true) }
    return outbox
  }

  mutating func send(
    _ connection: Int, _ action: Delivery.Action, after delay: Interval = .zero,
    mark: TallyMark? = nil
  ) {
    outbox.append(Delivery(connection: connection, action: action, delay: delay, mark: mark))
  }

  // MARK: Numbers

  mutating func nextOrder() -> Int64 {
    lastOrder += 1
    return lastOrder
  }

  mutating func nextTrade() -> Int64 {
    lastTrade += 1
    return lastTrade
  }

  mutating func nextExecution() -> Int64 {
    lastExecution += 1
    return lastExecution
  }

  mutating func nextList() -> Int64 {
    lastList += 1
    return lastList
  }

  mutating func nextConnection() -> Int {
    lastConnection += 1
    return lastConnection
  }

  /// A client id for an order or a list that came without one: 22 characters that look like any other.
  func clientID(_ number: Int64, _ salt: UInt64) -> String {
    let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    var text: [UInt8] = []
    var value = UInt64(bitPattern: number)
    for _ in 0..<2 {
      value = XXH64.hash(littleEndianBytes(of: value), seed: salt)
      var rest = value
      for _ in 0..<11 {
        text.append(letters[Int(rest % 62)])
        rest /= 62
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private func littleEndianBytes(of value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}
