/// The list of invariants over random streams, and that each of them can tell a wrong state.
import Testing

@testable import TradingCore

@Suite("Invariants")
struct InvariantTests {
  typealias Case = TotalityTests.Case

  /// Seeds with few extremes, so that most streams book for long before they overflow.
  static let cases = (1...16).map { Case(seed: UInt64($0), wildness: [0, 0, 0.02, 0.3][$0 % 4]) }

  @Test("hold after every event of any stream", arguments: cases)
  func randomStreams(test: Case) throws {
    for round in 0..<UInt64(TotalityTests.factor) {
      let seed = test.seed &+ round * 1_000
      let money: [EventKind] = [
        .fill, .fill, .fill, .fill, .order, .order, .balance, .adjustment, .trade, .quote, .candle,
        .configure, .instrument, .asset, .canceled, .accepted, .amended,
      ]
      var fuzz = EventFuzz(
        seed: seed, wildness: test.wildness, kinds: seed % 2 == 0 ? money : EventKind.allCases)
      var state = State()
      for _ in 0..<4_000 {
        let event = fuzz.next()
        reduce(&state, event)
        for invariant in Invariant.all {
          let violation = invariant.violation(state, after: event)
          try #require(violation == nil, "\(invariant.name), seed \(seed), \(event.kind)")
        }
      }
      if test.wildness == 0 { #expect(state.metrics.fillCount > 10, "seed \(seed)") }
    }
  }

  @Test("have names of their own and a sentence each")
  func names() {
    let names = Invariant.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Invariant.all.allSatisfy { $0.summary.hasSuffix(".") })
  }

  /// A state with holdings, lots, books and an order; each change of it must be found.
  private func busy() -> (state: State, event: Event) {
    var ledger = Ledger()
    ledger.trade(100)
    for book in UInt8(0)...2 {
      var terms = OrderTerms(
        instrument: InstrumentID(0), side: .buy, type: .market, quantity: Quantity(lots: 5))
      terms.book = BookID(book)
      ledger.take(.order(Order(cause: 0, terms: terms)))
      ledger.fill("buy 5 @100 fee 10 of 1")
    }
    return (ledger.state, Event(receiveTime: ledger.state.time, .halt(HaltCommand(reason: 0))))
  }

  @Test("find what they are made for")
  func canFail() {
    let (state, event) = busy()
    for invariant in Invariant.all { #expect(invariant.violation(state, after: event) == nil) }
    func broken(_ change: (inout State) -> Void) -> [String] {
      var wrong = state
      change(&wrong)
      return Invariant.all.filter { $0.violation(wrong, after: event) != nil }.map(\.name)
    }
    #expect(
      broken { $0.account.balances[1] += .one } == ["conservation", "equity-is-its-holdings"])
    #expect(broken { $0.account.equity += .one } == ["equity-is-its-holdings"])
    let agreeing = ["methods-agree", "lots-are-the-position", "books-are-the-account"]
    #expect(broken { $0.account.lots[0] = FIFOLots() } == agreeing)
    #expect(
      broken { $0.account.positions[0] = Position() } == agreeing)
    #expect(broken { $0.orders = OrderTable() }.isEmpty)
    #expect(broken { $0.sequence = 1 } == ["orders-are-live"])
  }
}
