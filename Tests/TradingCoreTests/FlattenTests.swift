/// A halt with `flattenOnHalt`, and a `flatten`, end flat whenever the market gives fills: thin books,
/// slow answers and a strategy that goes on asking do not hinder it.
import Testing

@testable import TradingCore

@Suite("Flattening")
struct FlattenTests {
  /// Asks for random orders of every type at every trade, halted or not.
  struct Restless: Strategy {
    static let name = "restless"
    static let summary = "For tests."
    static let parameters: [Parameter] = []
    private var random: RandomSource

    init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
      self.init(seed: 1)
    }

    init(seed: UInt64) { random = RandomSource(seed: seed, label: "restless") }

    var warmUpBars: Int { 0 }

    private mutating func exit(_ entry: OrderTerms, _ type: OrderType, _ ticks: Int64) -> OrderTerms
    {
      var terms = entry
      terms.side = entry.side.opposite
      terms.type = type
      terms.price = Price(ticks: type.hasLimit ? ticks : 0)
      terms.trigger = Price(ticks: type.waitsForTrigger ? ticks : 0)
      return terms
    }

    mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
      guard case .trade(let trade) = event.body, trade.instrument == InstrumentID(0) else { return }
      let side = random.chance(0.5) ? Side.buy : .sell
      let lots = random.integer(in: 1...30)
      let near = trade.price.ticks + random.integer(in: -3...3)
      let away = (side == .buy ? 1 : -1) * random.integer(in: 1...6)
      let limit = OrderTerms(
        instrument: InstrumentID(0), side: side, type: .limit, quantity: Quantity(lots: lots),
        price: Price(ticks: near))
      switch random.below(6) {
      case 0:
        decisions.bracket(
          limit, exit: exit(limit, .limit, near + away), or: exit(limit, .stop, near - away))
      case 1: decisions.order(limit)
      case 2: decisions.order(exit(limit, .stop, near + away))
      case 3: decisions.target(InstrumentID(0), weight: random.normal() / 1_000)
      case 4: decisions.oco(exit(limit, .limit, near), exit(limit, .stop, near - away))
      default: if let id = state.orders.live.last?.id { decisions.replace(id, with: limit) }
      }
    }

    func encode(into bytes: inout CanonicalBytes) {}
  }

  /// A minute of trading on a thin book, then a command, then ten minutes in which the market goes on.
  private func script(_ command: String, seed: UInt64, latency: Int64) -> SimulationScript {
    var random = RandomSource(seed: seed, label: "flatten market")
    var lines: [String] = []
    var price: Int64 = 1_000
    for second in 1...660 as ClosedRange<Int64> {
      price += random.integer(in: -2...2)
      if second == 60 { lines.append("\(second) \(command)") }
      lines.append("\(second) level first b\(price - 1):\(random.integer(in: 1...9))")
      lines.append("\(second) level last a\(price + 1):\(random.integer(in: 1...9))")
      lines.append("\(second) trade \(price)")
    }
    return SimulationScript(lines.joined(separator: "\n")) {
      $0.rule = .bookConservative
      $0.latencySeconds = latency
      $0.more = [.limit(LimitChange(.flattenOnHalt, value: 1))]
    }
  }

  @Test("a halt ends flat", arguments: 1...12 as ClosedRange<UInt64>)
  func halt(seed: UInt64) throws {
    let result = try script("halt", seed: seed, latency: Int64(seed % 3))
      .run(Restless(seed: seed))
    let ends = result.events.compactMap { event -> Int64? in
      guard case .alert(let alert) = event.body, alert.code == .flattened else { return nil }
      return alert.value
    }
    #expect(ends == [0], "seed \(seed)")
    #expect(result.state.position(InstrumentID(0)) == .zero, "seed \(seed)")
    #expect(result.state.orders.live.isEmpty, "seed \(seed)")
    #expect(result.state.haltPhase == .halted, "seed \(seed)")
    let place = result.events.firstIndex { $0.kind == .halt } ?? 0
    #expect(result.events[..<place].contains { $0.kind == .fill }, "seed \(seed)")
  }

  @Test("a flatten ends flat, and trading goes on", arguments: 1...6 as ClosedRange<UInt64>)
  func flatten(seed: UInt64) throws {
    let result = try script("flatten", seed: seed, latency: Int64(seed % 3))
      .run(Restless(seed: seed))
    let end = try #require(
      result.events.firstIndex {
        if case .alert(let alert) = $0.body { alert.code == .flattened } else { false }
      }, "seed \(seed)")
    let then = result.events[..<end].reduce(into: State(), reduce)
    #expect(then.position(InstrumentID(0)) == .zero, "seed \(seed)")
    #expect(result.events[end...].contains { $0.kind == .order }, "seed \(seed)")
  }

  @Test("a market without fills is tried again ever less often, and then left, with a word")
  func givesUp() throws {
    let silence = (61...2_000).map { "\($0) other 200" }.joined(separator: "\n")
    let script = SimulationScript(
      "1 level first b99:50\n1 level last a101:50\n1 trade 100\n2 buy 5\n3 lost depth\n"
        + "4 halt\n\(silence)"
    ) {
      $0.rule = .bookConservative
      $0.more = [.limit(LimitChange(.flattenOnHalt, value: 1))]
    }
    let result = try script.run()
    let tries = result.reports.count { $0.hasSuffix("rejected noLiquidity") }
    #expect(tries == Unwinding.mostAttempts)
    #expect(result.reports.last?.hasSuffix("alert flattened 1") == true)
    #expect(result.state.haltPhase == .halted)
    #expect(result.state.position(InstrumentID(0)).lots == 5)
  }

  @Test("what a strategy is refused while orders are taken back is no attempt at closing")
  func refusals() {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.fill("buy 5 @100 fee 0 of 1")
    ledger.take(.order(Order(cause: 0, terms: RiskGateTests.buy(1, at: 90))))
    let order = OrderReport(
      order: ledger.state.orders.live[0].id, instrument: InstrumentID(0))
    ledger.take(.flatten(Flatten(instrument: InstrumentID(0))))
    ledger.take(.unknown(order))
    let refusal = Refused(RiskGateTests.buy(0), 0, .malformed, 0, 0)
    for _ in 0..<2_000 { ledger.take(.refused(refusal)) }
    ledger.take(.canceled(order))
    #expect(ledger.state.haltPhase == .flattening)
    #expect(ledger.state.risk.unwinding.isDue(at: ledger.state.time))
  }

  @Test("a take-profit that works is taken back before its position is closed")
  func takeProfit() throws {
    let script = SimulationScript(
      "1 quote 99 101\n1 trade 100\n2 buy 5\n2 sell 5 @120\n3 flatten\n4 trade 100")
    #expect(
      try script.run().reports == [
        "2 accepted", "2 buy 5 @101 taker", "2 accepted", "3 canceled", "3 accepted",
        "3 sell 5 @99 taker", "3 alert flattened 0",
      ])
  }

  @Test("a resume leaves what is not yet closed as it is")
  func resume() {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.take(.limit(LimitChange(.flattenOnHalt, value: 1)))
    ledger.fill("buy 5 @100 fee 0 of 1")
    ledger.take(.order(Order(cause: 0, terms: RiskGateTests.buy(1, at: 90))))
    ledger.take(.halt(HaltCommand(reason: 0)))
    #expect(ledger.state.haltPhase == .halting)
    let id = ledger.state.orders.live[0].id
    ledger.take(.canceled(OrderReport(order: id, instrument: InstrumentID(0))))
    #expect(ledger.state.haltPhase == .flattening)
    ledger.take(.resume(HaltCommand(reason: 0)))
    #expect(ledger.state.haltPhase == .running)
    #expect(!ledger.state.risk.unwinding.isBusy)
  }
}
