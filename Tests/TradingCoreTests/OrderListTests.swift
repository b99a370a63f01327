/// Lists of orders through the gate and through the engine: they stand or fall together, and lie in the
/// journal directly one after the other.
import Testing

@testable import TradingCore

@Suite("Lists of orders")
struct OrderListTests {
  /// What the gate says to some requests, one after the other.
  private func verdicts(_ requests: [OrderRequest], _ ledger: inout Ledger) -> [String] {
    var gate = RiskGate()
    let requests = Requests(requests)
    return (0..<requests.count).map { index in
      switch gate.review(requests, at: index, cause: 7, ledger.state) {
      case .approved(_, let body, _):
        ledger.take(body)
        return "\(body.kind)"
      case .refused(let refusal, _):
        ledger.take(.refused(refusal))
        return "\(refusal.reason)"
      }
    }
  }

  private func marked() -> Ledger {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    return ledger
  }

  @Test("a bracket passes whole")
  func passes() {
    var ledger = marked()
    let list = RiskLimitTests.bracket(10, stop: 90).map { OrderRequest.place($0) }
    #expect(verdicts(list, &ledger) == ["order", "order", "order"])
  }

  @Test(
    "one order that is refused, as an exit larger than its entry is, refuses the others",
    arguments: [0, 1, 2])
  func refused(place: Int) {
    var ledger = marked()
    ledger.take(.limit(LimitChange(.priceCollar, value: 600_000)))
    var list = RiskLimitTests.bracket(10, stop: 90)
    switch place {
    case 0: list[0].price = Price(ticks: 1)
    default: list[place].quantity = Quantity(lots: 11)
    }
    let said = verdicts(list.map { .place($0) }, &ledger)
    let own = place == 0 ? "priceCollar" : "malformed"
    #expect(said == (0..<3).map { $0 == place ? own : "listRefused" })
    #expect(ledger.state.orders.live.isEmpty)
  }

  @Test("shapes that are no list are refused")
  func shapes() {
    let list = RiskLimitTests.bracket(10, stop: 90)
    var ledger = marked()
    #expect(verdicts([.place(list[0])], &ledger) == ["malformed"])
    #expect(verdicts([.place(list[1])], &ledger) == ["malformed"])
    var turned = list
    turned[1].side = .buy
    #expect(
      verdicts(turned.map { .place($0) }, &ledger) == ["malformed", "listRefused", "listRefused"])
    var moved = list
    moved[2].instrument = InstrumentID(1)
    #expect(verdicts(moved.map { .place($0) }, &ledger).first == "malformed")
    var lone = RiskGateTests.buy(1)
    lone.list = ListPlace(.replacement, offset: 0, isLast: true)
    #expect(verdicts([.place(lone)], &ledger) == ["malformed"])
  }

  @Test(
    "an order that is replaced counts until it is gone, and stays when its replacement is refused")
  func replacement() throws {
    var ledger = marked()
    ledger.take(.limit(LimitChange(.maxPosition, value: 50)))
    ledger.take(.order(Order(cause: 0, terms: RiskGateTests.buy(40, at: 90))))
    let id = try #require(ledger.state.orders.live.first?.id)
    func replaced(_ lots: Int64) -> [OrderRequest] {
      var requests = Requests()
      requests.replace(id, with: RiskGateTests.buy(lots, at: 95))
      return (0..<requests.count).map { requests[$0] }
    }
    #expect(verdicts(replaced(11), &ledger) == ["listRefused", "maxPosition"])
    #expect(ledger.state.orders[id]?.status == .pending)
    #expect(verdicts(replaced(10), &ledger) == ["cancelRequest", "order"])
    #expect(ledger.state.orders[id]?.status == .canceling)
    #expect(ledger.state.orders.live.last?.terms.list.role == .replacement)
  }

  /// Asks for everything that `Decisions` knows, a trade apart.
  private struct Lister: Strategy {
    static let name = "lister"
    static let summary = "For tests."
    static let parameters: [Parameter] = []
    private var step = 0
    init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {}
    init() {}
    var warmUpBars: Int { 0 }

    mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
      guard event.kind == .trade else { return }
      step += 1
      var stop = RiskGateTests.sell(5)
      stop.type = .stop
      stop.trigger = Price(ticks: 90)
      switch step {
      case 1:
        decisions.bracket(
          RiskGateTests.buy(5, at: 95), exit: stop, or: RiskGateTests.sell(5, at: 120))
      case 2: decisions.oco(RiskGateTests.sell(5, at: 130), stop)
      case 3: decisions.order(RiskGateTests.buy(3, at: 80))
      case 4:
        if let last = state.orders.live.last?.id {
          decisions.replace(last, with: RiskGateTests.buy(3, at: 81))
        }
      case 5: for _ in 0..<4 { decisions.oco(RiskGateTests.sell(5, at: 130), stop) }
      case 6: decisions.bracket(RiskGateTests.buy(5, at: 95), exit: stop)
      default: break
      }
    }

    func encode(into bytes: inout CanonicalBytes) { bytes.append(step) }
  }

  private func run(_ more: [EventBody] = []) throws -> [Event] {
    let script = SimulationScript(
      "1 quote 99 101\n" + (1...6).map { "\($0) trade 100" }.joined(separator: "\n")
    ) { $0.more = more }
    return try script.run(Lister()).events
  }

  @Test("wishes are journalled first, then all orders of a list directly one after the other")
  func engine() throws {
    let events = try run()
    let lists = events.indices.compactMap { place -> ListPlace? in
      guard case .order(let order) = events[place].body else { return nil }
      return order.terms.list
    }
    #expect(lists.count == 3 + 2 + 1 + 1 + 8 + 2)
    for (place, event) in events.enumerated() {
      guard case .order(let order) = event.body, order.terms.list.offset > 0 else { continue }
      #expect(events[place - 1].kind == .order)
    }
    let wishes = events.count { $0.kind == .request }
    #expect(wishes == lists.count)
    let first = try #require(events.firstIndex { $0.kind == .request })
    let kinds = events[first..<(first + 6)].map(\.kind)
    #expect(kinds == [.request, .request, .request, .order, .order, .order])
  }

  @Test("what was decided on lists is decided again by an audit")
  func audit() throws {
    let events = try run()
    let again = Recorder()
    _ = try Run.audit(
      RunSetup(feed: ArrayFeed(events), preamble: [], journal: again, watcher: again), Lister())
    #expect(again.events == events)
  }
}
