/// Each limit of the gate with orders just within it, at it and beyond it. Capital is 1,000 and the mark
/// of instrument 0 is 1.00, so that a lot of it is a millionth of equity; instrument 1 is at 2.00.
import Testing

@testable import TradingCore

@Suite("The limits of the gate")
struct RiskLimitTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    var limits: [LimitChange] = []
    var facts: @Sendable (inout Ledger) -> Void = { _ in }
    var order: @Sendable (Int64) -> [OrderTerms] = { [RiskGateTests.buy($0)] }
    /// The largest quantity that passes.
    var most: Int64
    /// `reason value limit` of one lot more.
    var beyond: String
    var testDescription: String { name }
  }

  static func other(_ side: Side, _ lots: Int64, at ticks: Int64? = nil) -> OrderTerms {
    OrderTerms(
      instrument: InstrumentID(1), side: side, type: ticks == nil ? .market : .limit,
      quantity: Quantity(lots: lots), price: Price(ticks: ticks ?? 0))
  }

  /// A position in instrument 1, at its mark.
  static func hold(_ side: Side, _ lots: Int64, _ ledger: inout Ledger) {
    ledger.take(
      .fill(
        Fill(
          order: OrderID(1), instrument: InstrumentID(1), side: side, price: Price(ticks: 200),
          quantity: Quantity(lots: lots), fee: 0, feeAsset: AssetID(1), tradeID: 0,
          liquidity: .taker)))
  }

  static func bracket(
    _ lots: Int64, stop: Int64, trailing: UInt16 = 0, target: Int64 = 150
  ) -> [OrderTerms] {
    var decided = [RiskGateTests.buy(lots, at: 100), RiskGateTests.sell(lots, at: target)]
    var exit = RiskGateTests.sell(lots)
    exit.type = .stop
    exit.trigger = Price(ticks: trailing > 0 ? 0 : stop)
    exit.trailing = trailing
    decided.append(exit)
    for place in decided.indices {
      decided[place].list = ListPlace(
        place == 0 ? .entry : .exit, offset: place, isLast: place == 2)
    }
    return decided
  }

  static func alternatives(_ lots: Int64) -> [OrderTerms] {
    var pair = [RiskGateTests.buy(lots, at: 90), RiskGateTests.buy(lots)]
    pair[1].type = .stop
    pair[1].trigger = Price(ticks: 100)
    for place in pair.indices {
      pair[place].list = ListPlace(.alternative, offset: place, isLast: place == 1)
    }
    return pair
  }

  static func book(_ levels: [(Side, Int64, Int64)]) -> @Sendable (inout Ledger) -> Void {
    { ledger in
      for (place, level) in levels.enumerated() {
        var flags: RunFlags = place == 0 ? .first : []
        if place == levels.count - 1 { flags.insert(.last) }
        ledger.take(
          .bookSnapshot(
            BookSnapshot(
              instrument: InstrumentID(0), side: level.0, price: Price(ticks: level.1),
              quantity: Quantity(lots: level.2), updateID: 1, flags: flags)))
      }
    }
  }

  /// 30 lots are held, and a reduce-only order works to close 20 of them.
  static let closingTwenty: @Sendable (inout Ledger) -> Void = { ledger in
    ledger.fill("buy 30 @100 fee 0 of 1")
    RiskGateTests.working(RiskGateTests.sell(20, at: 105, reduceOnly: true))(&ledger)
  }

  static let single = [
    Row(
      name: "maxOrder", limits: [LimitChange(.maxOrder, value: 50)], most: 50,
      beyond: "maxOrder 51 50"),
    Row(
      name: "maxOrder values a limit order at its limit",
      limits: [LimitChange(.maxOrder, value: 50)], order: { [RiskGateTests.buy($0, at: 50)] },
      most: 100, beyond: "maxOrder 51 50"),
    Row(
      name: "a share is rounded up, so that no limit is exceeded by less than a millionth",
      limits: [LimitChange(.maxOrder, value: 50)], order: { [RiskGateTests.buy($0, at: 99)] },
      most: 50, beyond: "maxOrder 51 50"),
    Row(
      name: "maxPosition", limits: [LimitChange(.maxPosition, value: 50)], most: 50,
      beyond: "maxPosition 51 50"),
    Row(
      name: "maxPosition with what is held and what works",
      limits: [LimitChange(.maxPosition, value: 50)],
      facts: {
        $0.fill("buy 20 @100 fee 0 of 1")
        RiskGateTests.working(RiskGateTests.buy(20, at: 90))(&$0)
      }, most: 10, beyond: "maxPosition 51 50"),
    Row(
      name: "a limit order far from the mark counts at the mark",
      limits: [LimitChange(.maxPosition, value: 50)], order: { [RiskGateTests.buy($0, at: 1)] },
      most: 50, beyond: "maxPosition 51 50"),
    Row(
      name: "alternatives count once", limits: [LimitChange(.maxPosition, value: 50)],
      facts: { ledger in
        for terms in alternatives(20) { RiskGateTests.working(terms)(&ledger) }
      }, most: 30, beyond: "maxPosition 51 50"),
    Row(
      name: "exits of an entry that works do not count",
      limits: [LimitChange(.maxPosition, value: 50)],
      facts: { ledger in
        for terms in bracket(20, stop: 80) { RiskGateTests.working(terms)(&ledger) }
      }, order: { [RiskGateTests.sell($0)] }, most: 50, beyond: "maxPosition 51 50"),
    Row(
      name: "an exit counts for what its entry has filled",
      limits: [LimitChange(.maxPosition, value: 50)],
      facts: { ledger in
        for terms in bracket(20, stop: 80) { RiskGateTests.working(terms)(&ledger) }
        guard let entry = ledger.state.orders.live.first else { return }
        ledger.take(
          .fill(
            Fill(
              order: entry.id, instrument: InstrumentID(0), side: .buy, price: Price(ticks: 100),
              quantity: Quantity(lots: 15), fee: 0, feeAsset: AssetID(1), tradeID: 0,
              liquidity: .maker)))
      }, order: { [RiskGateTests.sell($0)] }, most: 50, beyond: "maxPosition 51 50"),
    Row(
      name: "a reduce-only order grows nothing, but may make room for what does",
      limits: [LimitChange(.maxPosition, value: 50)], facts: closingTwenty,
      order: { [RiskGateTests.sell($0)] }, most: 60, beyond: "maxPosition 51 50"),
    Row(
      name: "of a reduce-only alternative and another both count",
      limits: [LimitChange(.maxPosition, value: 50)],
      facts: { ledger in
        ledger.fill("buy 30 @100 fee 0 of 1")
        for (place, isClosing) in [true, false].enumerated() {
          var terms = RiskGateTests.sell(20, at: 105, reduceOnly: isClosing)
          terms.list = ListPlace(.alternative, offset: place, isLast: place == 1)
          RiskGateTests.working(terms)(&ledger)
        }
      }, order: { [RiskGateTests.sell($0)] }, most: 40, beyond: "maxPosition 51 50"),
    Row(
      name: "of reduce-only orders no more counts than there is to close",
      limits: [LimitChange(.maxPosition, value: 50)],
      facts: {
        closingTwenty(&$0)
        $0.fill("sell 25 @100 fee 0 of 1")
      }, order: { [RiskGateTests.sell($0)] }, most: 50, beyond: "maxPosition 51 50"),
    Row(
      name: "maxOrder keeps no position open", limits: [LimitChange(.maxOrder, value: 20)],
      facts: { $0.fill("buy 30 @100 fee 0 of 1") }, order: { [RiskGateTests.sell($0)] }, most: 30,
      beyond: "maxOrder 31 20"),
    Row(
      name: "a list of alternatives is judged as one",
      limits: [LimitChange(.maxPosition, value: 50)], order: alternatives, most: 50,
      beyond: "maxPosition 51 50"),
  ]

  static let risk = [
    Row(
      name: "riskPerTrade at the stop that is assumed, a tenth away",
      limits: [LimitChange(.riskPerTrade, value: 5)], most: 50, beyond: "riskPerTrade 6 5"),
    Row(
      name: "riskPerTrade at the stop that a limit assumes",
      limits: [
        LimitChange(.riskPerTrade, value: 5), LimitChange(.assumedStop, value: 200_000),
      ], most: 25, beyond: "riskPerTrade 6 5"),
    Row(
      name: "riskPerTrade at the stop of the list",
      limits: [LimitChange(.riskPerTrade, value: 5)], order: { bracket($0, stop: 95) }, most: 100,
      beyond: "riskPerTrade 6 5"),
    Row(
      name: "riskPerTrade believes no stop that is not behind the price",
      limits: [LimitChange(.riskPerTrade, value: 5)], order: { bracket($0, stop: 100) }, most: 50,
      beyond: "riskPerTrade 6 5"),
    Row(
      name: "riskPerTrade at the distance of a trailing stop",
      limits: [LimitChange(.riskPerTrade, value: 5)],
      order: { bracket($0, stop: 0, trailing: 2_500) }, most: 20, beyond: "riskPerTrade 6 5"),
    Row(
      name: "riskPerTrade of a flip is that of what it opens",
      limits: [LimitChange(.riskPerTrade, value: 5)],
      facts: { $0.fill("buy 40 @100 fee 0 of 1") }, order: { [RiskGateTests.sell($0)] }, most: 90,
      beyond: "riskPerTrade 6 5"),
  ]

  static let exposure = [
    Row(
      name: "grossExposure adds long and short, held and working",
      limits: [LimitChange(.grossExposure, value: 100)],
      facts: {
        hold(.sell, 20, &$0)
        RiskGateTests.working(other(.sell, 5, at: 210))(&$0)
      }, most: 50, beyond: "grossExposure 101 100"),
    Row(
      name: "grossExposure counts the worse of two sides",
      limits: [LimitChange(.grossExposure, value: 100)],
      facts: {
        RiskGateTests.working(other(.sell, 30, at: 210))(&$0)
        RiskGateTests.working(other(.buy, 20, at: 190))(&$0)
      }, most: 40, beyond: "grossExposure 101 100"),
    Row(
      name: "grossExposure counts what is left when reduce-only orders have closed what they can",
      limits: [LimitChange(.grossExposure, value: 50)], facts: closingTwenty,
      order: { [RiskGateTests.sell($0)] }, most: 60, beyond: "grossExposure 51 50"),
    Row(
      name: "netExposure lets shorts pay for longs",
      limits: [LimitChange(.netExposure, value: 100)],
      facts: { hold(.sell, 20, &$0) }, most: 140, beyond: "netExposure 101 100"),
    Row(
      name: "netExposure the other way", limits: [LimitChange(.netExposure, value: 100)],
      facts: { hold(.sell, 20, &$0) }, order: { [RiskGateTests.sell($0)] }, most: 60,
      beyond: "netExposure 101 100"),
    Row(
      name: "netExposure trusts no order on the other side to be filled",
      limits: [LimitChange(.netExposure, value: 100)],
      facts: { RiskGateTests.working(other(.sell, 50, at: 210))(&$0) }, most: 100,
      beyond: "netExposure 101 100"),
    Row(
      name: "correlatedExposure counts what is not known as moving together",
      limits: [LimitChange(.correlatedExposure, value: 100)], facts: { hold(.sell, 20, &$0) },
      most: 60, beyond: "correlatedExposure 101 100"),
    Row(
      name: "a price collar looks at what a market order would walk",
      limits: [LimitChange(.priceCollar, value: 30_000)],
      facts: book([(.buy, 99, 5), (.sell, 101, 5), (.sell, 110, 5)]), most: 6,
      beyond: "priceCollar 40000 30000"),
    Row(
      name: "an order in the quote asset counts the lots it buys",
      limits: [LimitChange(.maxPosition, value: 50)],
      order: { amount in
        var terms = RiskGateTests.buy(amount)
        terms.flags = .inQuote
        return [terms]
      }, most: 5_000_000, beyond: "maxPosition 51 50"),
    Row(
      name: "a spot account pays its fees too",
      facts: {
        RiskGateTests.spot(&$0)
        $0.take(.fee(FeeSchedule(instrument: .none, maker: 0, taker: 100_000)))
      }, most: 999_000, beyond: "insufficientFunds 100000000100 100000000000"),
    Row(
      name: "halted, as much as shrinks passes",
      facts: {
        $0.fill("buy 5 @100 fee 0 of 1")
        $0.take(.halt(HaltCommand(reason: 0)))
      }, order: { [RiskGateTests.sell($0)] }, most: 5, beyond: "halted 0 0"),
  ]

  /// Asks a new gate about a list of orders.
  static func ask(_ orders: [OrderTerms], _ state: State) -> (refusal: Refused?, RiskAssessment) {
    var gate = RiskGate()
    switch gate.review(Requests(orders.map { .place($0) }), at: 0, cause: 1, state) {
    case .approved(_, journalAs: _, let assessment): return (nil, assessment)
    case .refused(let refusal, let assessment): return (refusal, assessment)
    }
  }

  @Test(
    "a limit passes what is within it, and says how much would pass beyond it",
    arguments: single + risk + exposure)
  func limit(row: Row) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    row.facts(&ledger)
    for limit in row.limits { ledger.take(.limit(limit)) }
    for quantity in [1, row.most - 1, row.most] {
      let verdict = Self.ask(row.order(quantity), ledger.state)
      #expect(verdict.refusal == nil, "\(quantity)")
      #expect(verdict.1.suggested.lots == quantity)
    }
    for quantity in [row.most + 1, row.most * 10, 1_000_000_000] {
      let refusal = Self.ask(row.order(quantity), ledger.state).refusal
      #expect(refusal?.suggested.lots == row.most, "\(quantity)")
      guard quantity == row.most + 1 else { continue }
      let text = refusal.map { "\($0.reason) \($0.value) \($0.limit)" }
      #expect(text == row.beyond)
    }
  }

  @Test(
    "a price collar holds for a limit on either side of the mark",
    arguments: [(95, true), (94, false), (105, true), (106, false)])
  func collar(price: Int64, passes: Bool) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.take(.limit(LimitChange(.priceCollar, value: 50_000)))
    for terms in [RiskGateTests.buy(1, at: price), RiskGateTests.sell(1, at: price)] {
      #expect((Self.ask([terms], ledger.state).refusal == nil) == passes)
    }
  }

  @Test("no minute, wherever it begins, has more orders than the rate allows")
  func rate() {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.take(.limit(LimitChange(.orderRate, value: 3)))
    var passed: [Int64] = []
    var random = RandomSource(seed: 7, label: "order rate")
    var time = ledger.state.time
    for _ in 0..<2_000 {
      time = time + Interval(nanoseconds: random.integer(in: 0...20_000_000_000))
      reduce(&ledger.state, Event(receiveTime: time, .timer(TimerFired(id: 0))))
      guard Self.ask([RiskGateTests.buy(1)], ledger.state).refusal == nil else { continue }
      reduce(
        &ledger.state,
        Event(receiveTime: time, .order(Order(cause: 0, terms: RiskGateTests.buy(1)))))
      passed.append(time.nanoseconds)
    }
    #expect(passed.count > 500)
    for place in passed.indices.dropFirst(3) {
      #expect(passed[place] - passed[place - 3] > Interval.minute.nanoseconds)
    }
  }

  @Test("the narrowest scope that is set holds, and gives way when it is taken away")
  func scopes() {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    let (one, two) = (InstrumentID(0), BookID(2))
    let changes = [
      LimitChange(.maxOrder, value: 10), LimitChange(.maxOrder, value: 20, book: two),
      LimitChange(.maxOrder, value: 30, instrument: one),
      LimitChange(.maxOrder, value: 40, instrument: one, book: two),
    ]
    func inForce(_ instrument: UInt16, _ book: UInt8) -> Int64? {
      ledger.state.risk.limits.limit(.maxOrder, InstrumentID(instrument), BookID(book))?.value
    }
    for change in changes.reversed() { ledger.take(.limit(change)) }
    #expect([inForce(1, 0), inForce(1, 2), inForce(0, 0), inForce(0, 2)] == [10, 20, 30, 40])
    ledger.take(.limit(LimitChange(.maxOrder, value: -1, instrument: one, book: two)))
    #expect(inForce(0, 2) == 30)
    ledger.take(.limit(LimitChange(.maxOrder, value: -1, instrument: one)))
    #expect([inForce(0, 0), inForce(0, 2)] == [10, 20])
  }

  @Test("a limit of open orders counts those of its own scope")
  func openOrders() {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.take(
      .limit(LimitChange(.maxOpenOrders, value: 1, instrument: InstrumentID(0))))
    ledger.take(.order(Order(cause: 0, terms: Self.other(.buy, 1, at: 190))))
    #expect(Self.ask([RiskGateTests.buy(1)], ledger.state).refusal == nil)
    ledger.take(.order(Order(cause: 0, terms: RiskGateTests.buy(1, at: 90))))
    #expect(Self.ask([RiskGateTests.buy(1)], ledger.state).refusal?.value == 2)
    #expect(Self.ask([Self.other(.buy, 1)], ledger.state).refusal == nil)
  }

  @Test("as many kinds of limits are kept as there are")
  func capacity() {
    #expect(LimitKind.allCases.map { Int($0.rawValue) }.max() ?? 0 < LimitTable.kindCapacity)
  }

  @Test("one narrow limit more than there is room for halts trading")
  func tooManyLimits() {
    var ledger = Ledger(capital: 1_000)
    for instrument in 0...LimitTable.capacity {
      #expect(ledger.state.risk.halt == nil)
      let id = InstrumentID(UInt16(instrument))
      ledger.take(.limit(LimitChange(.maxOrder, value: 1, instrument: id)))
    }
    #expect(ledger.state.risk.halt == .overflow)
    #expect(ledger.state.anomalies.beyondCapacity == 1)
  }

  @Test(
    "a verdict says how much of the tightest limit is used",
    arguments: [
      (49, RiskLevel.low), (50, .medium), (79, .medium), (80, .high), (95, .critical),
    ] as [(Int64, RiskLevel)])
  func usage(quantity: Int64, level: RiskLevel) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.take(.limit(LimitChange(.maxOrder, value: 100)))
    ledger.take(.limit(LimitChange(.maxPosition, value: 1_000)))
    let (refusal, assessment) = Self.ask([RiskGateTests.buy(quantity)], ledger.state)
    #expect(refusal == nil)
    #expect(assessment.level == level)
    #expect(assessment[.maxOrder]?.headroom == 100 - quantity)
    #expect(assessment[.maxPosition]?.headroom == 1_000 - quantity)
    #expect(assessment[.netExposure] == nil)
  }
}
