/// What strategies say of themselves is what they do, on every fact of generated markets; and their
/// numbers are those worked out by hand.
import Testing

@testable import TradingCore

@Suite("Strategies' accounts of themselves")
struct StrategyAccountTests {
  /// What a conclusion promises, in the words of a decision.
  private func promise(_ accounts: [StrategyAccount]) -> [String] {
    accounts.compactMap { account in
      switch account.conclusion {
      case .asks(let weight, _): "target \(Int((weight * 1_000_000).rounded()))"
      case .quotes: "quote"
      case .withdraws, .withdrawsSmall: "withdraw"
      case .unsaid, .watches, .noBar, .warmingUp, .undecided, .stays, .keepsQuotes, .noMarket,
        .tooSmall, .noRule, .withoutBars:
        nil
      }
    }
  }

  private func decided(_ decisions: Decisions) -> [String] {
    (0..<decisions.count).map { index in
      guard case .signal(let signal) = decisions[index] else { return "order" }
      return switch signal.kind {
      case .target: "target \(signal.weightMillionths)"
      case .quote: signal.quantity.lots > 0 ? "quote" : "withdraw"
      case .limit: "limit"
      case .cancel: "cancel"
      }
    }
  }

  /// The events of a run of this case.
  private func recorded(
    _ test: StrategyRunTests.Case, _ values: ParameterValues
  ) throws -> [Event] {
    let entry = try #require(StrategyRegistry.entry(named: test.strategy))
    let recorder = Recorder()
    _ = try entry.backtest(
      RunSetup(
        feed: MarketGenerator(StrategyRunTests.settings(test)),
        preamble: StrategyRunTests.preamble(
          test.candles ? .candle : .bookConservative, bars: test.candles ? .zero : .second),
        journal: recorder, watcher: recorder),
      values: values, instruments: [InstrumentID(0)])
    return recorder.events
  }

  @Test(
    "a strategy says why it does what it does, on each fact, alone or as one of three",
    arguments: StrategyRunTests.cases, [1, 3])
  func agrees(test: StrategyRunTests.Case, members: Int) throws {
    let entry = try #require(StrategyRegistry.entry(named: test.strategy))
    var values = ParameterValues(defaultsOf: entry.parameters)
    if test.strategy == "market-making" { try values.set("spread", to: 1) }
    let instruments = (0..<members).map { InstrumentID(UInt16($0)) }
    var decider = try entry.decider(values, instruments)
    var state = State()
    var spoken = 0
    for event in try recorded(test, values) {
      reduce(&state, event)
      guard event.isFact, !event.body.isInsideRun else { continue }
      var copy = decider
      let accounts = copy.account(of: event, state, for: BookID(0))
      var decisions = Decisions()
      decider.decide(event, state, &decisions)
      #expect(promise(accounts) == decided(decisions), "event \(state.sequence)")
      for test in accounts.flatMap(\.tests) {
        #expect(test.holds == test.relation.holds(test.left.value, test.right.value))
      }
      spoken += decisions.count
    }
    #expect(spoken > 0)
  }

  /// Fast: 10.5, 11.5, 9.83; slow: 11, 10 (from the third price on).
  @Test("ema-cross names both averages, and how many bars it still needs")
  func emaCross() throws {
    var bench = try StrategyBench<EMACross>(["fast": 2, "slow": 3])
    _ = bench.trade(1_000)
    let second = try #require(bench.account(ofTrade: 1_100).first)
    #expect(second.conclusion == .warmingUp(seen: 2, of: 3))
    _ = bench.trade(1_100)
    let third = try #require(bench.account(ofTrade: 1_200).first)
    #expect(third.tests.map(\.left.value) == [11.5] && third.tests.map(\.right.value) == [11])
    #expect(third.tests.map(\.holds) == [true])
    #expect(third.conclusion == .asks(weight: 1, before: 0))
    _ = bench.trade(1_200)
    #expect(bench.account(ofTrade: 1_300).first?.conclusion == .stays(weight: 1))
    #expect(bench.account(ofTrade: 900).first?.conclusion == .asks(weight: -1, before: 1))
  }

  @Test("market-making names the move of its fair price and the move that makes it quote")
  func marketMaking() throws {
    var bench = try StrategyBench<MarketMaking>(["requote": 10])
    _ = bench.quote(9_990, 10_010)
    let still = try #require(bench.account(ofQuote: 10_000, 10_016).first)
    #expect(still.conclusion == .keepsQuotes)
    #expect(still.tests.first?.left.value == 8 && still.tests.first?.right.value == 0.001 * 10_008)
    #expect(still.numbers.first { $0.name == "requote" }?.value == 10)
    let moved = try #require(bench.account(ofQuote: 10_001, 10_021).first)
    #expect(moved.conclusion == .quotes && moved.tests.first?.holds == false)
  }

  @Test("market-making tells quotes of less than a lot from a market that cannot be believed")
  func marketMakingTooSmall() throws {
    var bench = try StrategyBench<MarketMaking>(["size": 5])
    _ = bench.quote(9_990, 10_010)
    let fixed = UInt16(SizingMode.fixedLots.rawValue)
    var small = bench
    reduce(
      &small.state,
      Event(
        receiveTime: small.state.time, .configure(Configure(.sizing, value: 10, index: fixed))))
    #expect(small.account(ofQuote: 11_000, 11_010).first?.conclusion == .withdrawsSmall)
    #expect(bench.account(ofQuote: 11_000, 10_990).first?.conclusion == .withdraws)
  }
}

extension StrategyBench {
  /// What the strategy would say of a fact, which is then forgotten.
  private func account(of body: EventBody) -> [StrategyAccount] {
    var (state, strategy) = (state, strategy)
    let event = Event(receiveTime: Timestamp(nanoseconds: (seconds + 1) * 1_000_000_000), body)
    reduce(&state, event)
    return strategy.account(of: event, state, for: BookID(0))
  }

  fileprivate func account(ofTrade ticks: Int64) -> [StrategyAccount] {
    account(
      of: .trade(
        Trade(
          instrument: Self.instrument, price: Price(ticks: ticks), quantity: Quantity(lots: 1),
          aggressor: .buy, id: seconds)))
  }

  fileprivate func account(ofQuote bid: Int64, _ ask: Int64) -> [StrategyAccount] {
    let lots = Quantity(lots: 1)
    return account(
      of: .quote(
        Quote(
          instrument: Self.instrument, bidPrice: Price(ticks: bid), bidQuantity: lots,
          askPrice: Price(ticks: ask), askQuantity: lots, updateID: seconds + 1)))
  }
}
