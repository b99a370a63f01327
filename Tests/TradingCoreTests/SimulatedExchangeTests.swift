/// What the simulated exchange does with an order, for each fill rule, as text tables: the market and
/// the orders on the left, the reports that reach the engine on the right.
import Testing

@testable import TradingCore

@Suite("The simulated exchange")
struct SimulatedExchangeTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    var rule: FillRule
    var latency: Int64 = 0
    var text: String
    var reports: [String]
    var testDescription: String { "\(rule): \(name)" }
  }

  static let orders = [
    Row(
      name: "a market order takes the ask", rule: .quote, text: "1 quote 99 101\n2 buy 5",
      reports: ["2 accepted", "2 buy 5 @101 taker"]),
    Row(
      name: "a market order sells at the bid", rule: .quote, text: "1 quote 99 101\n2 sell 5",
      reports: ["2 accepted", "2 sell 5 @99 taker"]),
    Row(
      name: "nothing to take", rule: .quote, text: "1 trade 100\n2 buy 5",
      reports: ["2 rejected noLiquidity"]),
    Row(
      name: "quotes that were lost are not traded on", rule: .quote,
      text: "1 trade 100\n1 quote 99 101\n2 lost quote\n3 buy 5",
      reports: ["3 rejected noLiquidity"]),
    Row(
      name: "a marketable limit takes the ask, not its limit", rule: .quote,
      text: "1 quote 99 101\n2 buy 5 @103", reports: ["2 accepted", "2 buy 5 @101 taker"]),
    Row(
      name: "a limit rests at a touch and fills when passed", rule: .quote,
      text: "1 quote 99 101\n2 buy 5 @100\n3 quote 98 100\n4 quote 97 99",
      reports: ["2 accepted", "4 buy 5 @100 maker"]),
    Row(
      name: "a trade at the limit does not fill, one beyond does", rule: .quote,
      text: "1 quote 99 101\n2 sell 5 @102\n3 trade 102\n4 trade 103",
      reports: ["2 accepted", "4 sell 5 @102 maker"]),
    Row(
      name: "immediate-or-cancel away from the market expires", rule: .quote,
      text: "1 quote 99 101\n2 buy 5 @100 ioc", reports: ["2 accepted", "2 expired noLiquidity"]),
    Row(
      name: "fill-or-kill at the market fills", rule: .quote,
      text: "1 quote 99 101\n2 buy 5 @101 fok", reports: ["2 accepted", "2 buy 5 @101 taker"]),
    Row(
      name: "fill-or-kill away from the market never starts", rule: .quote,
      text: "1 quote 99 101\n2 buy 5 @100 fok", reports: ["2 expired noLiquidity"]),
    Row(
      name: "a canceled order no longer fills", rule: .quote,
      text: "1 quote 99 101\n2 buy 5 @100\n3 cancel 16\n4 trade 90",
      reports: ["2 accepted", "3 canceled"]),
    Row(
      name: "an order amended into the market takes it", rule: .quote,
      text: "1 quote 99 101\n2 buy 5 @100\n3 amend 16 7 @105\n4 quote 99 101",
      reports: ["2 accepted", "3 amended", "3 buy 7 @101 taker"]),
    Row(
      name: "a short of more lots than can be counted is still reduced", rule: .sameEvent,
      text: "1 trade 1\n1 sell \(Int64.max)\n2 sell \(Int64.max)\n3 flatten",
      reports: [
        "1 accepted", "1 sell \(Int64.max) @1 taker", "2 accepted",
        "2 sell \(Int64.max) @1 taker", "2 alert overflowHalt 0", "3 accepted",
        "3 buy \(Int64.max) @1 taker",
      ]),
    Row(
      name: "the last trade, whatever the size", rule: .sameEvent, latency: 9,
      text: "1 trade 100\n1 buy 500", reports: ["1 accepted", "1 buy 500 @100 taker"]),
  ]

  static let latencies = [
    Row(
      name: "an order trades on what is there when it arrives, reported later", rule: .quote,
      latency: 2, text: "1 quote 99 101\n2 buy 5\n3 quote 199 201\n9 quote 299 301",
      reports: ["6 accepted", "6 buy 5 @201 taker"]),
    Row(
      name: "it arrives before a fact of the same time", rule: .quote, latency: 2,
      text: "1 quote 99 101\n2 buy 5\n4 quote 199 201\n9 quote 1 2",
      reports: ["6 accepted", "6 buy 5 @101 taker"]),
    Row(
      name: "a trade before the arrival does not fill it", rule: .quote, latency: 2,
      text: "1 quote 99 101\n2 buy 5 @100\n3 trade 90\n5 trade 91\n9 trade 100",
      reports: ["6 accepted", "7 buy 5 @100 maker"]),
    Row(
      name: "a cancel can come too late", rule: .quote, latency: 2,
      text: "1 quote 99 101\n2 buy 5 @100\n5 cancel 16\n6 trade 90\n20 trade 100",
      reports: ["6 accepted", "8 buy 5 @100 maker"]),
    Row(
      name: "what arrives after the last event meets no market", rule: .quote, latency: 2,
      text: "1 quote 99 101\n2 buy 5", reports: []),
    Row(
      name: "what was filled before the end is still reported", rule: .quote, latency: 2,
      text: "1 quote 99 101\n2 buy 5\n5 quote 99 101",
      reports: ["6 accepted", "6 buy 5 @101 taker"]),
  ]

  static let book = "1 level first b99:4\n1 level - b98:6\n1 level - a101:2\n1 level last a103:3\n"
  static let crossed = "1 level first b99:4\n1 level last a99:6\n"

  static let walks = [
    Row(
      name: "a market order walks the levels", rule: .bookConservative, text: book + "2 buy 4",
      reports: ["2 accepted", "2 buy 2 @101 taker", "2 buy 2 @103 taker"]),
    Row(
      name: "what the book does not hold expires", rule: .bookConservative, text: book + "2 buy 9",
      reports: [
        "2 accepted", "2 buy 2 @101 taker", "2 buy 3 @103 taker", "2 expired noLiquidity",
      ]),
    Row(
      name: "a limit takes up to its price and rests with the remainder", rule: .bookConservative,
      text: book + "2 buy 4 @102\n3 trade 101",
      reports: ["2 accepted", "2 buy 2 @101 taker", "3 buy 2 @102 maker"]),
    Row(
      name: "immediate-or-cancel takes a part", rule: .bookConservative,
      text: book + "2 sell 9 @98 ioc",
      reports: ["2 accepted", "2 sell 4 @99 taker", "2 sell 5 @98 taker"]),
    Row(
      name: "fill-or-kill counts the levels first", rule: .bookConservative,
      text: book + "2 buy 6 fok",
      reports: ["2 expired noLiquidity"]),
    Row(
      name: "fill-or-kill that fits", rule: .bookConservative, text: book + "2 buy 5 fok",
      reports: ["2 accepted", "2 buy 2 @101 taker", "2 buy 3 @103 taker"]),
    Row(
      name: "an invalid book fills nothing", rule: .bookConservative,
      text: book + "2 lost depth\n3 buy 1",
      reports: ["3 rejected noLiquidity"]),
    Row(
      name: "a crossed book fills nothing", rule: .bookConservative, text: crossed + "2 buy 1",
      reports: ["2 rejected noLiquidity"]),
    Row(
      name: "a limit rests, and nothing fills it, while the book is invalid",
      rule: .bookConservative, text: book + "2 lost depth\n3 buy 1 @100\n4 trade 99",
      reports: ["3 accepted"]),
  ]

  static let candles = [
    Row(
      name: "a market order waits for the next open", rule: .candle,
      text: "60 candle 100 110 90 105\n60 buy 5\n120 candle 107 110 100 101",
      reports: ["60 accepted", "60 buy 5 @107 taker"]),
    Row(
      name: "latency does not cost a candle", rule: .candle, latency: 20,
      text: "60 candle 100 110 90 105\n60 buy 5\n120 candle 107 110 100 101",
      reports: ["60 accepted", "60 buy 5 @107 taker"]),
    Row(
      name: "a candle that had opened before does not fill", rule: .candle,
      text:
        "60 candle 100 110 90 105\n90 buy 5\n120 candle 107 110 100 101\n180 candle 99 99 98 98",
      reports: ["90 accepted", "120 buy 5 @99 taker"]),
    Row(
      name: "a gap between candles is waited out", rule: .candle,
      text: "60 candle 100 110 90 105\n60 sell 5\n600 candle 107 110 100 101",
      reports: ["60 accepted", "540 sell 5 @107 taker"]),
    Row(
      name: "a limit strictly inside the range fills at its price", rule: .candle,
      text: "60 candle 100 110 90 105\n60 buy 5 @101\n120 candle 107 110 100 102",
      reports: ["60 accepted", "120 buy 5 @101 maker"]),
    Row(
      name: "a limit at the low does not fill", rule: .candle,
      text: "60 candle 100 110 90 105\n60 buy 5 @100\n120 candle 107 110 100 102",
      reports: ["60 accepted"]),
    Row(
      name: "an open better than the limit fills at the open", rule: .candle,
      text: "60 candle 100 110 90 105\n60 sell 5 @101\n120 candle 107 110 100 102",
      reports: ["60 accepted", "60 sell 5 @107 taker"]),
    Row(
      name: "a low before the order arrived does not fill it", rule: .candle,
      text: "60 candle 100 110 90 105\n90 buy 5 @95\n120 candle 107 110 90 102",
      reports: ["90 accepted"]),
    Row(
      name: "candles of one minute open together", rule: .candle,
      text:
        "60 candle 100 110 90 105\n60 buy 5\n120 beside 100 110 90 105\n120 candle 107 110 90 102",
      reports: ["60 accepted", "60 buy 5 @107 taker"]),
    Row(
      name: "fill-or-kill at the market fills at the open", rule: .candle,
      text: "60 candle 100 110 90 105\n60 buy 5 fok\n120 candle 107 110 100 101",
      reports: ["60 accepted", "60 buy 5 @107 taker"]),
    Row(
      name: "after the last candle an order waits for ever", rule: .candle,
      text: "60 candle 100 110 90 105\n60 buy 5", reports: ["60 accepted"]),
  ]

  @Test("answers each order as the rule says", arguments: orders + latencies + walks + candles)
  func row(row: Row) throws {
    let script = SimulationScript(row.text) {
      $0.rule = row.rule
      $0.latencySeconds = row.latency
    }
    let first = try script.run()
    #expect(first.reports == row.reports)
    let second = try script.run()
    #expect(second.events == first.events && second.state == first.state)
  }

  struct MoneyRow: CustomTestStringConvertible, Sendable {
    var name: String
    var change: @Sendable (inout SimulationScript) -> Void
    var text: String
    var reports: [String]
    var testDescription: String { name }
  }

  /// Five lots of 0.001 at 1.01 are worth 0.00505.
  static let charges = [
    MoneyRow(
      name: "a taker pays the taker's rate", change: { ($0.maker, $0.taker) = (10_000, 100_000) },
      text: "1 quote 99 101\n2 buy 5", reports: ["2 accepted", "2 buy 5 @101 taker fee 505 of 1"]),
    MoneyRow(
      name: "a maker pays the maker's rate", change: { ($0.maker, $0.taker) = (10_000, 100_000) },
      text: "1 quote 99 101\n2 buy 5 @100\n3 trade 90",
      reports: ["2 accepted", "3 buy 5 @100 maker fee 50 of 1"]),
    MoneyRow(
      name: "a rebate is a negative fee", change: { $0.maker = -10_000 },
      text: "1 quote 99 101\n2 buy 5 @100\n3 trade 90",
      reports: ["2 accepted", "3 buy 5 @100 maker fee -50 of 1"]),
    MoneyRow(
      name: "half of a unit rounds to even, down",
      change: { ($0.taker, $0.decimals) = (50_000_000, 4) },
      text: "1 quote 99 101\n2 buy 5", reports: ["2 accepted", "2 buy 5 @101 taker fee 25 of 1"]),
    MoneyRow(
      name: "half of a unit rounds to even: 24.5 is 24",
      change: { ($0.taker, $0.decimals) = (50_000_000, 4) },
      text: "1 quote 97 98\n2 buy 5", reports: ["2 accepted", "2 buy 5 @98 taker fee 24 of 1"]),
    MoneyRow(
      name: "half of a unit rounds to even: 23.5 is 24",
      change: { ($0.taker, $0.decimals) = (50_000_000, 4) },
      text: "1 quote 93 94\n2 buy 5", reports: ["2 accepted", "2 buy 5 @94 taker fee 24 of 1"]),
    MoneyRow(
      name: "the received asset of a buy is the base",
      change: { ($0.taker, $0.feeCurrency) = (100_000, .received) },
      text: "1 quote 99 101\n2 buy 5\n3 sell 5",
      reports: [
        "2 accepted", "2 buy 5 @101 taker fee 500 of 0", "3 accepted",
        "3 sell 5 @99 taker fee 495 of 1",
      ]),
    MoneyRow(
      name: "a third asset pays at its last price",
      change: { ($0.taker, $0.feeCurrency, $0.balances) = (100_000, .asset, [0, 100, 100]) },
      text: "1 quote 99 101\n1 other 200\n2 buy 400",
      reports: ["2 accepted", "2 buy 400 @101 taker fee 20200 of 2"]),
    MoneyRow(
      name: "a third asset without a price leaves the fee to the quote asset",
      change: { ($0.taker, $0.feeCurrency, $0.balances) = (100_000, .asset, [0, 100, 100]) },
      text: "1 quote 99 101\n2 buy 400",
      reports: ["2 accepted", "2 buy 400 @101 taker fee 40400 of 1"]),
    MoneyRow(
      name: "a spot account without the third asset pays in the quote asset",
      change: {
        ($0.taker, $0.feeCurrency, $0.balances, $0.account) = (100_000, .asset, [0, 100, 0], .spot)
      },
      text: "1 quote 99 101\n1 other 200\n2 buy 400",
      reports: ["2 accepted", "2 buy 400 @101 taker fee 40400 of 1"]),
    MoneyRow(
      name: "a spot account's buy must leave enough for its fee",
      change: { ($0.taker, $0.balances, $0.account) = (100_000, [0, 101, 0], .spot) },
      text: "1 quote 99 101\n1 trade 101\n2 buy 100000",
      reports: ["2 refused insufficientFunds 10110100000 10100000000"]),
    MoneyRow(
      name: "a spot account's sale must bring enough for its fee",
      change: {
        ($0.balances, $0.account) = ([1, 0, 0], .spot)
        $0.more = [.fee(FeeSchedule(instrument: .none, maker: 0, taker: 75_000_000, basis: .fill))]
      },
      text: "1 quote 99 101\n2 sell 757\n3 sell 758",
      reports: [
        "2 accepted", "2 expired insufficientBalance", "3 accepted",
        "3 sell 758 @99 taker fee 75000000 of 1",
      ]),
    MoneyRow(
      name: "a fill pays the tier of its own day, not of the market's last event",
      change: {
        $0.latencySeconds = 2
        $0.more = [
          .fee(FeeSchedule(instrument: .none, maker: 0, taker: 100_000)),
          .fee(FeeSchedule(instrument: .none, maker: 0, taker: 50_000, fromVolume: 1)),
        ]
      },
      text: "1 quote 99 101\n2 buy 5\n86398 quote 99 101\n86399 buy 5\n86410 quote 99 101",
      reports: [
        "6 accepted", "6 buy 5 @101 taker fee 505 of 1",
        "86403 accepted", "86403 buy 5 @101 taker fee 252 of 1",
      ]),
    MoneyRow(
      name: "the price may have moved beyond the funds",
      change: { ($0.balances, $0.account, $0.latencySeconds) = ([0, 101, 0], .spot, 2) },
      text: "1 quote 99 101\n1 trade 101\n2 buy 100000\n3 quote 101 102\n9 quote 1 2",
      reports: ["6 rejected insufficientBalance"]),
    MoneyRow(
      name: "a fee that does not fit a fill expires the order",
      change: { ($0.taker, $0.decimals) = (100_000, 18) },
      text: "1 quote 99 10001\n2 buy 1000000000",
      reports: ["2 accepted", "2 expired malformed"]),
  ]

  @Test("charges and checks money", arguments: charges)
  func money(row: MoneyRow) throws {
    let result = try SimulationScript(row.text, row.change).run()
    #expect(result.reports == row.reports)
    #expect(result.state.anomalies == Anomalies())
  }

  /// Answers each of its own fills with an order the other way.
  private struct PingPong: Strategy {
    static let name = "ping-pong"
    static let summary = "For tests."
    static let parameters: [Parameter] = []
    private let instrument: InstrumentID
    init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
      self.instrument = instrument
    }
    var warmUpBars: Int { 0 }
    mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
      guard event.kind == .fill || event.kind == .trade || event.kind == .candle else { return }
      decisions.target(instrument, weight: state.position(instrument).lots > 0 ? -1 : 1)
    }
    func encode(into bytes: inout CanonicalBytes) {}
  }

  private func pingPong(_ rule: FillRule, _ lines: String) throws -> [Event] {
    let script = SimulationScript(lines) { $0.rule = rule }
    let recorder = Recorder()
    let facts = try script.run().events.filter { $0.kind.isMarket || $0.kind.isDefinition }
    let settings: [EventBody] = [
      .configure(Configure(.fillRule, value: Int64(rule.rawValue))),
      .configure(Configure(.account, value: 1)), .configure(Configure(.reportingAsset, value: 1)),
      .balance(AssetAmount(asset: AssetID(1), amount: Money(whole: 1_000_000))),
    ]
    _ = try Run.backtest(
      RunSetup(
        feed: ArrayFeed(facts), preamble: settings.map { Event(receiveTime: .distantPast, $0) },
        journal: recorder, watcher: recorder),
      PingPong(ParameterValues(defaultsOf: []), InstrumentID(0)))
    return recorder.events
  }

  @Test("a strategy that answers its own fills without end ends the run with a reason")
  func endless() throws {
    #expect(throws: EngineFault.self) {
      _ = try pingPong(.sameEvent, "1 trade 100\n2 trade 101")
    }
  }

  @Test("an answer to a fill at an open waits for the next open, and none comes after the end")
  func opens() throws {
    let candles = (1...5).map { "\($0 * 60) candle 100 110 90 105" }.joined(separator: "\n")
    let fills = try pingPong(.candle, candles).filter { $0.kind == .fill }
    #expect(fills.map { $0.receiveTime.nanoseconds / 1_000_000_000 } == [60, 120, 180, 240])
    let last = try pingPong(.sameEvent, "1 trade 100").filter { $0.kind == .fill }
    #expect(last.count == 1)
  }
}
