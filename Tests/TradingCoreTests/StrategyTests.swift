/// Strategies on streams short enough to work out by hand.
import Testing

@testable import TradingCore

/// A state with one instrument, and one strategy that sees each fact after it was reduced.
struct StrategyBench<Member: Strategy> {
  static var instrument: InstrumentID { InstrumentID(0) }
  var state = State()
  var strategy: Member
  var seconds: Int64 = 0

  init(_ parameters: [String: Double], account: AccountKind = .margin) throws {
    var values = ParameterValues(defaultsOf: Member.parameters)
    for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
      try values.set(name, to: value)
    }
    strategy = try Member(values, Self.instrument)
    let definition = InstrumentDefinition(
      instrument: Self.instrument, base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))
    let lots = UInt16(SizingMode.fixedLots.rawValue)
    for body in [
      EventBody.asset(AssetDefinition(asset: AssetID(0))),
      .asset(AssetDefinition(asset: AssetID(1))), .instrument(definition),
      .configure(Configure(.account, value: Int64(account.rawValue))),
      .configure(Configure(.sizing, value: 100, index: lots)),
    ] { _ = feed(body) }
  }

  /// Reduces a fact and returns what the strategy says, in words.
  mutating func feed(_ body: EventBody) -> [String] {
    seconds += 1
    let event = Event(receiveTime: Timestamp(nanoseconds: seconds * 1_000_000_000), body)
    reduce(&state, event)
    var decisions = Decisions()
    strategy.decide(event, state, &decisions)
    return (0..<decisions.count).map { Self.words(decisions[$0]) }
  }

  static func words(_ wish: Wish) -> String {
    guard case .signal(let signal) = wish else { return "\(wish)" }
    return words(signal)
  }

  private static func words(_ signal: Signal) -> String {
    switch signal.kind {
    case .target: "\(Double(signal.weightMillionths) / 1_000_000)"
    case .quote: "\(signal.bid.ticks) \(signal.ask.ticks) × \(signal.quantity.lots)"
    case .limit: "limit"
    case .cancel: "cancel"
    }
  }

  mutating func trade(_ ticks: Int64) -> [String] {
    feed(
      .trade(
        Trade(
          instrument: Self.instrument, price: Price(ticks: ticks), quantity: Quantity(lots: 1),
          aggressor: .buy, id: seconds)))
  }

  mutating func quote(_ bid: Int64, _ ask: Int64, _ lots: (Int64, Int64) = (1, 1)) -> [String] {
    feed(
      .quote(
        Quote(
          instrument: Self.instrument, bidPrice: Price(ticks: bid),
          bidQuantity: Quantity(lots: lots.0), askPrice: Price(ticks: ask),
          askQuantity: Quantity(lots: lots.1), updateID: seconds)))
  }

  mutating func fill(_ side: Side, _ lots: Int64, at ticks: Int64) -> [String] {
    feed(
      .fill(
        Fill(
          order: OrderID(1), instrument: Self.instrument, side: side, price: Price(ticks: ticks),
          quantity: Quantity(lots: lots), fee: 0, feeAsset: AssetID(1), tradeID: 0,
          liquidity: .maker)))
  }
}

@Suite("Strategies")
struct StrategyTests {
  /// What a strategy says on each trade of a series of prices, "" where it is silent.
  func said<Member: Strategy>(
    _ type: Member.Type, _ parameters: [String: Double], _ prices: [Int64]
  ) throws -> [String] {
    var bench = try StrategyBench<Member>(parameters)
    return prices.map { bench.trade($0).joined(separator: ",") }
  }

  @Test("ema-cross: averages of 2 and 3 cross where they do by hand")
  func emaCross() throws {
    // Fast: 10.5, 11.5, 9.83, 9.28, 11.09; slow: 11, 10, 9.5, 10.75 (from the third price on).
    let prices: [Int64] = [1_000, 1_100, 1_200, 900, 900, 1_200]
    #expect(
      try said(EMACross.self, ["fast": 2, "slow": 3], prices) == [
        "", "", "1.0", "-1.0", "", "1.0",
      ])
    #expect(
      try said(EMACross.self, ["fast": 2, "slow": 3, "short": 0], prices) == [
        "", "", "1.0", "0.0", "", "1.0",
      ])
  }

  @Test("ema-cross: equal averages change nothing, and flat is not asked for before a position")
  func emaCrossTies() throws {
    let flat = try said(EMACross.self, ["fast": 1, "slow": 2, "short": 0], [10, 10, 9, 9, 9, 10])
    #expect(flat == ["", "", "", "", "", "1.0"])
  }

  @Test("mean-reversion: enters 1.5 deviations away and leaves within half a one")
  func meanReversion() throws {
    // z of the last of four: 0, −1.73 (in), 0.58 (out), 1.41, 1.45, 1.53 (short), −0.42 (out).
    let prices: [Int64] = [10, 10, 10, 10, 6, 10, 14, 20, 30, 18]
    let parameters = ["window": 4, "entry": 1.5, "exit": 0.5]
    #expect(
      try said(MeanReversion.self, parameters, prices) == [
        "", "", "", "", "1.0", "0.0", "", "", "-1.0", "0.0",
      ])
  }

  @Test("breakout: a close beyond the three bars before enters, beyond the two before leaves")
  func breakout() throws {
    let prices: [Int64] = [100, 110, 90, 120, 125, 110, 80, 100, 120]
    #expect(
      try said(Breakout.self, ["entry": 3, "exit": 2], prices) == [
        "", "", "", "1.0", "", "0.0", "-1.0", "", "1.0",
      ])
    #expect(
      try said(Breakout.self, ["entry": 3, "exit": 2, "short": 0], prices) == [
        "", "", "", "1.0", "", "0.0", "", "", "1.0",
      ])
  }

  @Test("buy-and-hold speaks once")
  func buyAndHold() throws {
    #expect(try said(BuyAndHold.self, ["weight": 0.5], [10, 11, 12]) == ["0.5", "", ""])
  }

  @Test("market-making: quotes, waits, follows, leans, withdraws")
  func marketMaking() throws {
    var bench = try StrategyBench<MarketMaking>(["spread": 20])
    #expect(bench.quote(999_000, 1_001_000) == ["999000 1001000 × 5"])
    // Half a basis point is below the threshold of one.
    #expect(bench.quote(999_050, 1_001_050) == [])
    #expect(bench.quote(999_200, 1_001_200) == ["999199 1001201 × 5"])
    // Holding a tenth of its limit (50 lots) it leans by 0.5 bp: 1000200 − 50.01.
    #expect(bench.fill(.buy, 5, at: 999_199) == ["999149 1001151 × 5"])
    // At its limit the bid is withdrawn.
    #expect(bench.fill(.buy, 45, at: 999_149) == ["0 1000701 × 5"])
    // One venue of several says nothing of this market by itself.
    let other = ConnectionReport(venue: 2, stream: .any)
    #expect(bench.feed(.disconnected(other)) == [])
    let report = ConnectionReport(venue: 0, stream: .any)
    #expect(bench.feed(.disconnected(report)) == ["0 0 × 0"])
    #expect(bench.feed(.disconnected(report)) == [])
    #expect(bench.quote(999_200, 1_001_200) == ["0 1000701 × 5"])
  }

  @Test("market-making: the microprice leans to the thinner side, and quotes never cross")
  func microprice() throws {
    var bench = try StrategyBench<MarketMaking>(["spread": 0, "skew": 0, "microprice": 1])
    // (1000 × 3 + 1010 × 1) ÷ 4 = 1002.5.
    #expect(bench.quote(1_000, 1_010, (1, 3)) == ["1002 1003 × 5"])
    #expect(bench.quote(1_000, 1_001, (1_000, 1)) == ["1000 1001 × 5"])
  }

  @Test("market-making: a spot account without holdings quotes its bid alone")
  func spot() throws {
    var bench = try StrategyBench<MarketMaking>(["spread": 20], account: .spot)
    #expect(bench.quote(999_000, 1_001_000) == ["999000 0 × 5"])
  }

  @Test("values that do not go together are refused")
  func conflicts() {
    #expect(throws: ParameterError.conflict("fast must be less than slow")) {
      try StrategyBench<EMACross>(["fast": 26, "slow": 26])
    }
    #expect(throws: ParameterError.conflict("exit must be less than entry")) {
      try StrategyBench<MeanReversion>(["entry": 1, "exit": 1])
    }
    #expect(throws: ParameterError.conflict("exit must not be more than entry")) {
      try StrategyBench<Breakout>(["entry": 5, "exit": 6])
    }
    #expect(throws: ParameterError.conflict("size must not be more than limit")) {
      try StrategyBench<MarketMaking>(["size": 5, "limit": 4])
    }
  }

  @Test("every strategy in the registry has sound parameters and runs at its defaults")
  func registry() throws {
    #expect(Set(StrategyRegistry.all.map(\.name)).count == StrategyRegistry.all.count)
    for entry in StrategyRegistry.all {
      #expect(!entry.summary.isEmpty)
      #expect(Set(entry.parameters.map(\.name)).count == entry.parameters.count)
      for parameter in entry.parameters {
        let range = parameter.minimum...parameter.maximum
        #expect(range.contains(parameter.defaultValue), "\(entry.name) \(parameter.name)")
        #expect(!parameter.help.isEmpty)
      }
      _ = try entry.warmUpBars(ParameterValues(defaultsOf: entry.parameters), .minute)
    }
  }
}

extension Wish {
  /// The weight of a target.
  var weightMillionths: Int32? {
    guard case .signal(let signal) = self else { return nil }
    return signal.weightMillionths
  }
}
