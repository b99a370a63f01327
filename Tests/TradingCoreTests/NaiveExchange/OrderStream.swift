/// Random markets and random orders that are sure to meet: a seed gives a session, a session gives its
/// settings and then facts and requests one after the other.
///
/// Prices stay within a few ticks of 100 and lots within a dozen, so that every rule of the exchange
/// meets every other; what no venue would send (undefined instruments, lists out of shape, old
/// messages, crossed books) comes rarely, but comes.
@testable import TradingCore

/// One thing that reaches an exchange.
enum StreamInput {
  case fact(Event)
  /// A request, sent at the time of the last fact.
  case request(OrderID, OrderRequest)
}

struct OrderStream {
  /// What a generator remembers of an instrument.
  struct Market {
    var middle: Int64 = 100
    var close: Int64 = 100
    /// When the last candle closed: the next does not begin before.
    var closed = Timestamp(nanoseconds: 0)
    var update: Int64 = 1
    var isLost = true
    var levels: [(side: Side, price: Int64)] = []
  }

  var random: RandomSource
  let rule: NaiveRule
  let isSpot: Bool
  /// Whole seconds, so that much happens at once and every session can be written as a script.
  var now = Timestamp(nanoseconds: 100_000_000_000)
  let particulars: Particulars
  var markets: [Market]
  /// Facts and requests that have to come directly one after the other.
  var pending: [StreamInput] = []
  var orderCount: UInt64 = 0

  /// What a session may be configured with beside the rule and the account.
  struct Particulars: OptionSet {
    var rawValue: Int
    static let latencyTable = Particulars(rawValue: 1)
    static let filters = Particulars(rawValue: 2)
    static let impact = Particulars(rawValue: 4)
    static let volumeCap = Particulars(rawValue: 8)
    static let all: Particulars = [.latencyTable, .filters, .impact, .volumeCap]
  }

  init(seed: UInt64, session: UInt64, particulars: Particulars = .all) {
    self.particulars = particulars
    random = RandomSource(seed: seed, label: "orders \(session)")
    rule = NaiveRule.allCases[Int(session % 5)]
    isSpot = random.chance(0.3)
    markets = Array(repeating: Market(), count: Int(random.integer(in: 1...3)))
    settle()
  }

  /// The next input; O(1) but for a message of a book.
  mutating func next() -> StreamInput {
    if !pending.isEmpty { return pending.removeFirst() }
    let choice = random.uniform()
    if choice < 0.42 {
      addRequests()
    } else {
      passTime()
      addFacts(Int(random.below(UInt64(markets.count))), (choice - 0.42) / 0.58)
    }
    return pending.removeFirst()
  }

  private mutating func passTime() {
    guard random.chance(0.7) else { return }
    now = now + Interval(nanoseconds: random.integer(in: 0...3) * Interval.second.nanoseconds)
  }

  mutating func add(_ body: EventBody, venueTime: Timestamp = .none) {
    pending.append(.fact(Event(receiveTime: now, venueTime: venueTime, body)))
  }

  // MARK: Settings

  private mutating func settle() {
    for index in markets.indices {
      let asset = AssetID(UInt16(index))
      add(.balance(AssetAmount(asset: asset, amount: Money(units: 25 * Money.one.units))))
      add(
        .instrument(
          InstrumentDefinition(
            instrument: InstrumentID(UInt16(index)), base: asset, quote: AssetID(3),
            tick: Decimal64(mantissa: 1, scale: 0), lot: Decimal64(mantissa: 1, scale: 0))))
    }
    add(.balance(AssetAmount(asset: AssetID(3), amount: Money(units: 6_000 * Money.one.units))))
    add(.configure(Configure(.fillRule, value: rule.rawValue)))
    add(.configure(Configure(.account, value: isSpot ? 0 : 1)))
    if random.chance(0.5) { addLatencies() }
    if random.chance(0.35), particulars.contains(.filters) { addFilters() }
    if random.chance(0.3), particulars.contains(.impact) {
      let model = UInt16(random.integer(in: 1...3))
      let strength = random.integer(in: 1...20) * 5_000
      add(.configure(Configure(.impact, value: strength, index: model)))
    }
    if random.chance(0.25), particulars.contains(.volumeCap) {
      add(.configure(Configure(.volumeCap, value: random.integer(in: 0...9) * 125_000)))
    }
    let isLogarithm = random.chance(0.4)
    let exponent = isLogarithm ? 0 : random.integer(in: 1...8) * 500_000
    add(.configure(Configure(.queue, value: exponent, index: isLogarithm ? 1 : 0)))
  }

  private mutating func addLatencies() {
    if random.chance(0.3) || !particulars.contains(.latencyTable) {
      let latency = random.integer(in: 0...4) * Interval.second.nanoseconds
      return add(.configure(Configure(.latency, value: latency)))
    }
    for action in LatencyAction.allCases {
      let legs = (0..<3).map { _ in
        Interval(nanoseconds: random.integer(in: 0...5) * Interval.second.nanoseconds)
      }
      let row = LatencyRow(
        feed: action == .any ? legs[0] : .zero, entry: legs[1], response: legs[2], action: action)
      add(.latency(row))
    }
  }

  private mutating func addFilters() {
    let bounds: [(FilterKind, Int64, Int64, Int64, Int64)] = [
      (.price, 93, 107, 0, 0), (.lot, 2, 30, 0, 0), (.lot, 0, 0, 2, 0), (.marketLot, 0, 8, 0, 0),
      (.notional, 20_000_000_000, 150_000_000_000, 3, 0),
      (.notional, 20_000_000_000, 150_000_000_000, 0, 0),
      (.percentPrice, 960_000, 1_040_000, 0, 0),
      (.percentPriceBySide, 950_000, 1_020_000, 980_000, 1_050_000), (.icebergParts, 0, 4, 0, 0),
      (.maxOrders, 0, 6, 0, 0), (.maxAlgoOrders, 0, 2, 0, 0), (.maxIcebergOrders, 0, 1, 0, 0),
      (.maxPosition, 0, 40, 0, 0), (.trailingDelta, 100, 400, 200, 500), (.maxAmends, 0, 1, 0, 0),
    ]
    for (kind, low, high, step, other) in bounds where random.chance(0.25) {
      add(
        .filter(
          ExchangeFilter(
            kind, instrument: InstrumentID(0), low: low, high: high, step: step, other: other)))
    }
  }
}
