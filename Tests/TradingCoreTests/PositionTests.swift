/// What fills do to positions, balances and equity: tables computed apart from this program with exact
/// fractions, and properties that hold after every fill.
import Testing

@testable import TradingCore

/// A state with instrument 0 (asset 0 in asset 1, ticks of 0.01, lots of 0.001), instrument 1 (asset 2
/// in asset 1 at 2.00), and fills as text.
struct Ledger {
  var state = State()
  private var seconds: Int64 = 0

  init(capital: Int64 = 1_000_000, decimals: UInt8 = 8) {
    for id in UInt16(0)..<2 {
      take(
        .instrument(
          InstrumentDefinition(
            instrument: InstrumentID(id), base: AssetID(id * 2), quote: AssetID(1),
            tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))))
    }
    take(.asset(AssetDefinition(asset: AssetID(0), commissionDecimals: decimals)))
    take(.configure(Configure(.reportingAsset, value: 1)))
    take(.configure(Configure(.account, value: Int64(AccountKind.margin.rawValue))))
    take(.balance(AssetAmount(asset: AssetID(1), amount: Money(whole: capital))))
    trade(200, of: 1)
  }

  mutating func take(_ body: EventBody) {
    seconds += 1
    reduce(
      &state,
      Event(receiveTime: Timestamp(nanoseconds: seconds * Interval.second.nanoseconds), body))
  }

  mutating func trade(_ ticks: Int64, of instrument: UInt16 = 0) {
    take(
      .trade(
        Trade(
          instrument: InstrumentID(instrument), price: Price(ticks: ticks),
          quantity: Quantity(lots: 1), aggressor: .buy, id: 0)))
  }

  mutating func fill(_ side: Side, _ lots: Int64, at ticks: Int64, fee: Int64, of asset: UInt16) {
    take(
      .fill(
        Fill(
          order: OrderID(1), instrument: InstrumentID(0), side: side, price: Price(ticks: ticks),
          quantity: Quantity(lots: lots), fee: fee, feeAsset: AssetID(asset), tradeID: 0,
          liquidity: .taker)))
  }

  /// `buy 5 @100 fee 30 of 1`.
  mutating func fill(_ text: String) {
    let words = text.split(separator: " ")
    let numbers = words.compactMap { Int64($0.drop { $0 == "@" }) }
    fill(
      words[0] == "buy" ? .buy : .sell, numbers[0], at: numbers[1], fee: numbers[2],
      of: UInt16(numbers[3]))
  }

  var position: Position { state.account.positions[0] }
  var profit: Money { state.account.equity - state.metrics.capital }
}

@Suite("Positions")
struct PositionTests {
  struct Story: CustomTestStringConvertible, Sendable {
    var name: String
    /// A fill, then amount, cost, realised profit and fees after it.
    var rows: [(String, String)]
    var testDescription: String { name }
  }

  static let stories = [
    Story(
      name: "a long position, sold in two parts",
      rows: [
        ("buy 3 @100 fee 0 of 1", "0.003 0.003 0 0"),
        ("sell 1 @200 fee 0 of 1", "0.002 0.002 0.001 0"),
        ("sell 2 @50 fee 0 of 1", "0 0 0 0"),
      ]),
    Story(
      name: "a short position, bought back in two parts",
      rows: [
        ("sell 4 @100 fee 0 of 1", "-0.004 -0.004 0 0"),
        ("buy 1 @50 fee 0 of 1", "-0.003 -0.003 0.0005 0"),
        ("buy 3 @150 fee 0 of 1", "0 0 -0.001 0"),
      ]),
    Story(
      name: "long to short in one fill",
      rows: [
        ("buy 2 @100 fee 30 of 1", "0.002 0.002 0 0.0000003"),
        ("sell 5 @120 fee 50 of 1", "-0.003 -0.0036 0.0004 0.0000008"),
        ("buy 3 @110 fee 0 of 1", "0 0 0.0007 0.0000008"),
      ]),
    Story(
      name: "short to long in one fill",
      rows: [
        ("sell 2 @100 fee 0 of 1", "-0.002 -0.002 0 0"),
        ("buy 5 @120 fee 0 of 1", "0.003 0.0036 -0.0004 0"),
        ("sell 3 @110 fee 0 of 1", "0 0 -0.0007 0"),
      ]),
    Story(
      name: "a third of a cost rounds half to even and leaves nothing behind",
      rows: [
        ("buy 1 @1 fee 0 of 1", "0.001 0.00001 0 0"),
        ("buy 2 @2 fee 0 of 1", "0.003 0.00005 0 0"),
        ("sell 1 @3 fee 0 of 1", "0.002 0.000033333333333333 0.000013333333333333 0"),
        ("sell 1 @3 fee 0 of 1", "0.001 0.000016666666666667 0.000026666666666667 0"),
        ("sell 1 @3 fee 0 of 1", "0 0 0.00004 0"),
      ]),
    Story(
      name: "sevenths",
      rows: [
        ("sell 7 @33 fee 0 of 1", "-0.007 -0.00231 0 0"),
        ("buy 1 @32 fee 0 of 1", "-0.006 -0.00198 0.00001 0"),
        ("buy 4 @31 fee 0 of 1", "-0.002 -0.00066 0.00009 0"),
        ("buy 2 @30 fee 0 of 1", "0 0 0.00015 0"),
      ]),
    Story(
      name: "a fee in the base asset leaves dust",
      rows: [
        ("buy 5 @100 fee 500 of 0", "0.004995 0.004995 0 0.000005"),
        ("sell 4 @110 fee 0 of 1", "0.000995 0.000995 0.0004 0.000005"),
        ("buy 5 @120 fee 500 of 0", "0.00599 0.006989 0.0004 0.000011"),
      ]),
    Story(
      name: "a fee in the base asset leaves a short position open by as much",
      rows: [
        ("sell 10 @100 fee 0 of 1", "-0.01 -0.01 0 0"),
        ("buy 10 @90 fee 200000 of 0", "-0.002 -0.002 0.0008 0.0018"),
        ("buy 2 @80 fee 0 of 1", "0 0 0.0012 0.0018"),
      ]),
    Story(
      name: "a fee in a third asset counts at its price",
      rows: [
        ("buy 5 @100 fee 100 of 2", "0.005 0.005 0 0.000002"),
        ("sell 5 @100 fee 100 of 2", "0 0 0 0.000004"),
      ]),
    Story(
      name: "a rebate lowers the fees",
      rows: [
        ("buy 5 @100 fee -10 of 1", "0.005 0.005 0 -0.0000001"),
        ("sell 5 @100 fee -10 of 1", "0 0 0 -0.0000002"),
      ]),
  ]

  @Test("book fills by average cost", arguments: stories)
  func story(story: Story) {
    var ledger = Ledger()
    for (fill, expected) in story.rows {
      ledger.fill(fill)
      let position = ledger.position
      let numbers = [position.amount, position.cost, position.realised, position.fees]
      #expect(numbers.map(\.exactText).joined(separator: " ") == expected, "\(fill)")
    }
  }

  @Test("a fee in the base asset can turn a position, which ends a round trip")
  func tripsAndBaseFees() throws {
    var ledger = Ledger()
    ledger.fill("buy 10 @100 fee 0 of 1")
    ledger.fill("sell 10 @90 fee 200000 of 0")
    let long = try #require(ledger.state.lastRoundTrip)
    // Of 12 lots given away ten were held; ten twelfths of the fee of 0.0018 are theirs.
    #expect(long.side == .buy && long.profit.exactText == "-0.0025")
    #expect(ledger.position.lots == Quantity(lots: -2))
    ledger.fill("buy 2 @80 fee 0 of 1")
    let debt = try #require(ledger.state.lastRoundTrip)
    #expect(debt.profit.exactText == "-0.0001" && debt.quantity.exactText == "0.002")
    #expect(ledger.state.metrics.trips.count == 2)
  }

  @Test("a flip closes one round trip and opens the next, each with its share of the fee")
  func flip() throws {
    var ledger = Ledger()
    ledger.fill("buy 2 @100 fee 30 of 1")
    ledger.fill("sell 5 @120 fee 50 of 1")
    let long = try #require(ledger.state.lastRoundTrip)
    #expect(long.side == .buy && long.fees.exactText == "0.0000005")
    #expect(long.profit.exactText == "0.0003995")
    ledger.fill("buy 3 @110 fee 0 of 1")
    let short = try #require(ledger.state.lastRoundTrip)
    #expect(short.side == .sell && short.profit.exactText == "0.0002997")
    #expect(ledger.profit == long.profit + short.profit)
  }

  @Test("realised + unrealised − fees is the change of equity, to 10⁻¹⁸, after every fill and mark")
  func equityIdentity() throws {
    for seed in UInt64(1)...24 {
      var random = RandomSource(seed: seed, label: "equity")
      var ledger = Ledger(decimals: seed % 2 == 0 ? 8 : 18)
      let definition = try #require(ledger.state.instruments[0])
      ledger.trade(100)
      for _ in 0..<500 {
        let asset: UInt16 = random.chance(0.5) ? 0 : 1
        ledger.fill(
          random.chance(0.5) ? .buy : .sell, random.integer(in: 1...60),
          at: random.integer(in: 50...150), fee: random.integer(in: -50_000...900_000), of: asset)
        ledger.trade(random.integer(in: 1...200))
        let mark = try #require(ledger.state.markets[0].mark)
        let position = ledger.position
        let unrealised = try #require(position.unrealised(at: mark, definition))
        #expect(position.realised + unrealised - position.fees == ledger.profit, "seed \(seed)")
      }
      #expect(ledger.state.anomalies.overflows == 0)
    }
  }

  @Test("balances are what fills and fees add up to, and round trips what was realised")
  func conservation() {
    var allTrips: Int64 = 0
    for seed in UInt64(1)...12 {
      var random = RandomSource(seed: seed, label: "conservation")
      var ledger = Ledger()
      var (base, quote, third) = (Int128(0), Int128(1_000_000) * Money.one.units, Int128(0))
      var trips = Money.zero
      var tripCount: Int64 = 0
      for _ in 0..<500 {
        let isBuy = random.chance(0.5)
        let (lots, price) = (random.integer(in: 1...60), random.integer(in: 50...150))
        let (fee, asset) = (random.integer(in: -50...9_000), random.chance(0.5) ? 1 : 2)
        ledger.fill(isBuy ? .buy : .sell, lots, at: price, fee: fee, of: UInt16(asset))
        let amount = Int128(lots) * 1_000_000_000_000_000
        base += isBuy ? amount : -amount
        quote -= (isBuy ? amount : -amount) * Int128(price) / 100
        let charged = Int128(fee) * 10_000_000_000
        if asset == 1 { quote -= charged } else { third -= charged }
        let balances = ledger.state.account.balances.map(\.units)
        #expect(balances == [base, quote, third], "seed \(seed)")
        if ledger.state.metrics.trips.count > tripCount, let trip = ledger.state.lastRoundTrip {
          tripCount += 1
          trips += trip.profit
        }
        if !ledger.position.isOpen {
          #expect(trips == ledger.position.realised - ledger.position.fees, "seed \(seed)")
        }
      }
      allTrips += tripCount
    }
    #expect(allTrips > 50)
  }

  @Test("a fill of nothing is no fill")
  func nothing() {
    var ledger = Ledger()
    ledger.fill("sell 3 @100 fee 0 of 1")
    let before = ledger.position
    for lots in [Int64(0), -1, .min] { ledger.fill(.buy, lots, at: 100, fee: 0, of: 1) }
    #expect(ledger.position == before)
    #expect(ledger.state.anomalies.malformedFacts == 3)
  }

  @Test("an amount too large to book halts trading")
  func overflow() {
    var ledger = Ledger()
    ledger.fill(.buy, .max, at: .max, fee: 0, of: 1)
    #expect(ledger.state.anomalies.overflows == 1 && ledger.state.risk.halt == .overflow)
    var balances = Ledger()
    balances.take(.balance(AssetAmount(asset: AssetID(1), amount: Money(units: .max))))
    #expect(balances.state.risk.halt == .overflow)
  }

  @Test("another reporting asset values everything anew, and old marks no longer move equity")
  func reportingAsset() {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.fill("buy 3 @100 fee 0 of 1")
    ledger.take(.configure(Configure(.reportingAsset, value: 2)))
    let before = ledger.state.account.equity
    // 999.997 of asset 1 at 2.00 each asset 2, and 0.003 of asset 0 at 1.00, through asset 1.
    #expect(before.exactText == "500")
    ledger.trade(500)
    #expect(ledger.state.account.equity.exactText == "500.006")
    ledger.take(.configure(Configure(.reportingAsset, value: 1)))
    #expect(ledger.state.account.equity.exactText == "1000.012")
  }

  @Test("a holding that gets its first price after the first fill is no profit")
  func lateMark() {
    var ledger = Ledger(capital: 1_000)
    ledger.take(
      .instrument(
        InstrumentDefinition(
          instrument: InstrumentID(2), base: AssetID(3), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))))
    ledger.take(.balance(AssetAmount(asset: AssetID(3), amount: Money(whole: 10))))
    ledger.trade(100)
    ledger.fill("buy 3 @100 fee 0 of 1")
    ledger.trade(5_000, of: 2)
    #expect(ledger.state.account.equity.exactText == "1500")
    #expect(ledger.profit == .zero)
    ledger.trade(5_100, of: 2)
    #expect(ledger.profit.exactText == "10")
  }

  @Test("an id keeps its assets, takes a new grid, and forgets prices on the old one")
  func redefinition() {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.fill("buy 4 @100 fee 0 of 1")
    var definition = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(2), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))
    ledger.take(.instrument(definition))
    #expect(ledger.state.anomalies.malformedFacts == 1)
    definition.base = AssetID(0)
    definition.lotScale = 4
    ledger.take(.instrument(definition))
    #expect(ledger.position.lots == Quantity(lots: 40))
    #expect(ledger.state.markets[0].mark == nil)
    ledger.trade(100)
    #expect(ledger.state.account.equity.exactText == "1000")
  }
}
