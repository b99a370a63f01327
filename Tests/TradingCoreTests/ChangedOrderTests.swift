/// Orders that are replaced and amended while they may be filled: whatever fills before the venue hears
/// of the change, no limit is passed. Prices are in ticks of 0.01, quantities in lots of 0.001.
import Testing

@testable import TradingCore

/// Buys 10 lots at 99 with the second quote and changes the order with the third.
private struct Changer: Strategy {
  enum Change { case replace(Int64), amend(Int64) }

  static let name = "changer"
  static let summary = "For tests."
  static let parameters: [Parameter] = []
  let change: Change
  private var quotes = 0

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.init(.amend(1))
  }

  init(_ change: Change) { self.change = change }

  var warmUpBars: Int { 0 }
  func encode(into bytes: inout CanonicalBytes) {}

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard case .quote = event.body else { return }
    quotes += 1
    if quotes == 2 { decisions.order(RiskGateTests.buy(10, at: 99)) }
    guard quotes == 3, let id = state.orders.live.first?.id else { return }
    switch change {
    case .replace(let lots): decisions.replace(id, with: RiskGateTests.buy(lots, at: 98))
    case .amend(let lots):
      decisions.amend(id, price: Price(ticks: 98), quantity: Quantity(lots: lots))
    }
  }
}

@Suite("Orders that change while they may be filled")
struct ChangedOrderTests {
  /// A seller of nine lots comes while the change is under way, and a fall that fills what is left.
  private func run(
    _ change: Changer.Change, limit: Int64
  ) throws -> (SimulationScript.Result, refusals: [RefusalReason]) {
    let script = SimulationScript(
      """
      1 trade 100
      1 quote 99 101
      2 quote 98 101
      8 quote 98 101
      9 trade 98:9 sell
      12 quote 90 91
      14 trade 90
      20 quote 90 91
      """
    ) {
      $0.latencySeconds = 2
      $0.balances = [0, 1_000, 0]
      $0.more = [.limit(LimitChange(.maxPosition, value: limit))]
    }
    let result = try script.run(Changer(change))
    let refusals = result.events.compactMap { event -> RefusalReason? in
      guard case .refused(let refusal) = event.body else { return nil }
      return refusal.reason
    }
    return (result, refusals)
  }

  @Test("a replacement counts beside the order that may be filled until it is gone")
  func replaceBeyond() throws {
    let (result, refusals) = try run(.replace(10), limit: 19)
    #expect(refusals == [.maxPosition, .listRefused] || refusals == [.listRefused, .maxPosition])
    #expect(result.state.position(InstrumentID(0)).lots == 10)
  }

  @Test("with room for both it passes, and both may be filled")
  func replaceWithin() throws {
    let (result, refusals) = try run(.replace(10), limit: 20)
    #expect(refusals.isEmpty)
    #expect(result.state.position(InstrumentID(0)).lots == 19)
  }

  @Test("an amendment names the whole order, so what fills under way does not add to it")
  func amendWhole() throws {
    let (result, refusals) = try run(.amend(12), limit: 12)
    #expect(refusals.isEmpty)
    #expect(result.state.position(InstrumentID(0)).lots == 12)
    #expect(result.state.orders.live.isEmpty && result.state.anomalies.overfills == 0)
  }

  @Test("an amendment beyond the limit is refused, and the order stays")
  func amendBeyond() throws {
    let (result, refusals) = try run(.amend(13), limit: 12)
    #expect(refusals == [.maxPosition])
    #expect(result.state.position(InstrumentID(0)).lots == 10)
  }

  @Test("an amendment to what is filled by then is answered with the terms that stand")
  func amendRefused() throws {
    let (result, _) = try run(.amend(9), limit: 20)
    let answers = result.events.compactMap { event -> Amended? in
      guard case .amended(let answer) = event.body else { return nil }
      return answer
    }
    #expect(answers.map(\.quantity.lots) == [10] && answers.map(\.price.ticks) == [99])
    #expect(result.state.position(InstrumentID(0)).lots == 10)
  }

  // MARK: The reservation

  private func verdict(_ request: OrderRequest, _ state: State) -> String {
    var gate = RiskGate()
    switch gate.review(Requests([request]), at: 0, cause: 1, state) {
    case .approved: return "approved"
    case .refused(let refusal, _): return "\(refusal.reason) \(refusal.value) \(refusal.limit)"
    }
  }

  /// Five lots of a buy are open, three more are filled, and an amendment to `whole` is asked for.
  private func pending(_ whole: Int64) -> (Ledger, OrderID) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.take(.limit(LimitChange(.maxPosition, value: 50)))
    ledger.take(.order(Order(cause: 0, terms: RiskGateTests.buy(8, at: 90))))
    let id = ledger.state.orders.live[0].id
    ledger.take(
      .fill(
        Fill(
          order: id, instrument: InstrumentID(0), side: .buy, price: Price(ticks: 100),
          quantity: Quantity(lots: 3), fee: 0, feeAsset: AssetID(1), tradeID: 7, liquidity: .maker))
    )
    ledger.take(.amendRequest(Self.amend(id, whole)))
    return (ledger, id)
  }

  private static func amend(_ id: OrderID, _ whole: Int64) -> AmendTerms {
    AmendTerms(order: id, price: Price(ticks: 91), quantity: Quantity(lots: whole))
  }

  private static func amended(_ id: OrderID, _ whole: Int64) -> EventBody {
    .amended(
      Amended(
        order: id, price: Price(ticks: 91), quantity: Quantity(lots: whole),
        instrument: InstrumentID(0)))
  }

  @Test("until the answer the larger quantity counts", arguments: [(40, 10), (8, 42), (4, 42)])
  func reservation(whole: Int64, room: Int64) throws {
    let (ledger, id) = pending(whole)
    #expect(verdict(.place(RiskGateTests.buy(room, at: 91)), ledger.state) == "approved")
    #expect(verdict(.place(RiskGateTests.buy(room + 1, at: 91)), ledger.state) != "approved")
    var bytes = CanonicalBytes()
    ledger.state.encode(into: &bytes)
    let read = try State(canonicalBytes: bytes.bytes)
    #expect(read.orders[id]?.reservedLots == max(5, whole - 3))
  }

  @Test("with the answer the terms that hold count", arguments: [(40, 10), (8, 42), (4, 46)])
  func answered(whole: Int64, room: Int64) {
    var (ledger, id) = pending(40)
    ledger.take(Self.amended(id, whole))
    #expect(ledger.state.orders[id]?.open.lots == whole - 3)
    #expect(verdict(.place(RiskGateTests.buy(room, at: 91)), ledger.state) == "approved")
    #expect(verdict(.place(RiskGateTests.buy(room + 1, at: 91)), ledger.state) != "approved")
  }

  @Test("of two amendments the larger counts until the last is answered")
  func two() {
    var (ledger, id) = pending(40)
    ledger.take(.amendRequest(Self.amend(id, 20)))
    ledger.take(Self.amended(id, 8))
    #expect(ledger.state.orders[id]?.reservedLots == 37)
    ledger.take(Self.amended(id, 20))
    #expect(ledger.state.orders[id]?.reservedLots == 17)
  }

  @Test("an amendment that leaves nothing is refused", arguments: [(4, true), (3, false)])
  func leftover(whole: Int64, passes: Bool) {
    let (ledger, id) = pending(8)
    let word = verdict(.amend(Self.amend(id, whole)), ledger.state)
    #expect(word == (passes ? "approved" : "malformed 91 0"))
  }

  @Test("an order of which all is filled when the amendment is told is over")
  func over() {
    var (ledger, id) = pending(4)
    ledger.take(Self.amended(id, 3))
    #expect(ledger.state.orders[id] == nil && ledger.state.orders.wasClosed(id))
  }

  // MARK: Books

  @Test("a strategy changes only the orders of its own book", arguments: [(1, false), (2, true)])
  func books(asker: UInt8, passes: Bool) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    var terms = RiskGateTests.buy(5, at: 90)
    terms.book = BookID(2)
    ledger.take(.order(Order(cause: 0, terms: terms)))
    let id = ledger.state.orders.live[0].id
    let wishes: [Wish] = [.cancel(id), .replace(id, terms), .amend(Self.amend(id, 4))]
    for wish in wishes {
      var (requests, gate) = (Requests(), RiskGate())
      PositionSizer.fulfil(wish, for: BookID(asker), ledger.state, into: &requests)
      for index in 0..<requests.count {
        switch gate.review(requests, at: index, cause: 1, ledger.state) {
        case .approved: #expect(passes)
        case .refused(let refusal, _):
          #expect(!passes && (index > 0 || refusal.reason == .unknownOrder))
        }
      }
    }
  }
}
