/// The gate's word on each kind of request with its numbers, the sizer's arithmetic, and what halts
/// trading. Prices are in ticks of 0.01, quantities in lots of 0.001 of asset 0 against asset 1.
import Testing

@testable import TradingCore

@Suite("The risk gate")
struct RiskGateTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    /// Facts before the request, with the fixture's words.
    var facts: @Sendable (inout Ledger) -> Void = { _ in }
    var request: OrderRequest
    /// `reason value limit`, or `approved`.
    var verdict: String
    var testDescription: String { name }
  }

  static func buy(_ lots: Int64, at ticks: Int64? = nil, reduceOnly: Bool = false) -> OrderTerms {
    terms(.buy, lots, ticks, reduceOnly)
  }

  static func sell(_ lots: Int64, at ticks: Int64? = nil, reduceOnly: Bool = false) -> OrderTerms {
    terms(.sell, lots, ticks, reduceOnly)
  }

  private static func terms(
    _ side: Side, _ lots: Int64, _ ticks: Int64?, _ reduceOnly: Bool
  ) -> OrderTerms {
    OrderTerms(
      instrument: InstrumentID(0), side: side, type: ticks == nil ? .market : .limit,
      quantity: Quantity(lots: lots), price: Price(ticks: ticks ?? 0), reduceOnly: reduceOnly)
  }

  /// Makes the account a spot account that holds 10 lots of asset 0.
  static func spot(_ ledger: inout Ledger) {
    ledger.take(.configure(Configure(.account, value: Int64(AccountKind.spot.rawValue))))
    ledger.take(
      .balance(AssetAmount(asset: AssetID(0), amount: Money(units: Money.one.units / 100))))
  }

  static func limit(_ kind: LimitKind, _ value: Int64) -> @Sendable (inout Ledger) -> Void {
    { $0.take(.limit(LimitChange(kind, value: value))) }
  }

  /// Puts an order of ours among the live ones.
  static func working(_ terms: OrderTerms) -> @Sendable (inout Ledger) -> Void {
    { $0.take(.order(Order(cause: 0, terms: terms))) }
  }

  static func spotWith(_ terms: OrderTerms) -> @Sendable (inout Ledger) -> Void {
    {
      spot(&$0)
      working(terms)(&$0)
    }
  }

  static let elsewhere = OrderTerms(
    instrument: InstrumentID(9), side: .buy, type: .market, quantity: Quantity(lots: 1))
  static let other = OrderTerms(
    instrument: InstrumentID(1), side: .buy, type: .limit, quantity: Quantity(lots: 450_000),
    price: Price(ticks: 200))
  static let unpriced = OrderTerms(
    instrument: InstrumentID(2), side: .buy, type: .limit, quantity: Quantity(lots: 1),
    price: Price(ticks: 1))

  /// Capital is 1,000 of asset 1 and the mark is 1.00, so a lot is worth 0.001: a millionth of it.
  static let form = [
    Row(name: "a plain order passes", request: .place(buy(5)), verdict: "approved"),
    Row(
      name: "an instrument nobody defined", request: .place(elsewhere),
      verdict: "unknownInstrument 9 0"),
    Row(
      name: "no price seen yet",
      facts: { ledger in
        ledger.take(
          .instrument(
            InstrumentDefinition(
              instrument: InstrumentID(2), base: AssetID(3), quote: AssetID(1),
              tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))))
      }, request: .place(unpriced), verdict: "noPrice 0 0"),
    Row(name: "nothing asked for", request: .place(buy(0)), verdict: "malformed 100 0"),
    Row(name: "less than nothing", request: .place(sell(-4)), verdict: "malformed 100 0"),
    Row(name: "a limit of zero", request: .place(buy(5, at: 0)), verdict: "malformed 0 0"),
    Row(
      name: "more than can be valued", request: .place(buy(.max, at: .max)),
      verdict: "malformed 9223372036854775807 0"),
    Row(
      name: "below the smallest quantity", facts: minimum(lots: 7, notional: 0),
      request: .place(buy(6)), verdict: "belowMinimum 6 7"),
    Row(
      name: "below the smallest value", facts: minimum(lots: 0, notional: 500_000),
      request: .place(buy(4)), verdict: "belowMinimum 400000 500000"),
    Row(
      name: "exactly the smallest", facts: minimum(lots: 5, notional: 500_000),
      request: .place(buy(5)), verdict: "approved"),
  ]

  static func minimum(lots: Int64, notional: Int64) -> @Sendable (inout Ledger) -> Void {
    {
      $0.take(
        .instrument(
          InstrumentDefinition(
            instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
            tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3),
            minQuantity: Quantity(lots: lots), minNotional: notional)))
    }
  }

  static let limits = [
    Row(
      name: "halted", facts: { $0.take(.halt(HaltCommand(reason: 0))) }, request: .place(buy(1)),
      verdict: "halted 0 0"),
    Row(
      name: "halted, but it shrinks",
      facts: {
        $0.fill("buy 5 @100 fee 0 of 1")
        $0.take(.halt(HaltCommand(reason: 0)))
      }, request: .place(sell(5)), verdict: "approved"),
    Row(
      name: "halted, and it shrinks too much",
      facts: {
        $0.fill("buy 5 @100 fee 0 of 1")
        $0.take(.halt(HaltCommand(reason: 0)))
      }, request: .place(sell(6)), verdict: "halted 0 0"),
    Row(
      name: "reduce-only without a position", request: .place(buy(1, reduceOnly: true)),
      verdict: "insufficientHolding 1 0"),
    Row(
      name: "reduce-only counts what already works",
      facts: {
        $0.fill("sell 5 @100 fee 0 of 1")
        working(buy(3, at: 90))(&$0)
      }, request: .place(buy(3, reduceOnly: true)), verdict: "insufficientHolding 3 5"),
    Row(
      name: "an order at its limit of equity", facts: limit(.maxOrder, 50),
      request: .place(buy(50)),
      verdict: "approved"),
    Row(
      name: "an order beyond its limit of equity", facts: limit(.maxOrder, 50),
      request: .place(buy(51)), verdict: "maxOrder 51 50"),
    Row(
      name: "a position beyond its limit counts held and working",
      facts: {
        $0.fill("buy 20 @100 fee 0 of 1")
        working(buy(20, at: 90))(&$0)
        limit(.maxPosition, 50)(&$0)
      }, request: .place(buy(11)), verdict: "maxPosition 51 50"),
    Row(
      name: "a smaller position passes whatever the limit",
      facts: {
        $0.fill("buy 90 @100 fee 0 of 1")
        limit(.maxPosition, 50)(&$0)
      }, request: .place(sell(20)), verdict: "approved"),
    Row(
      name: "a flip is judged by where it ends",
      facts: {
        $0.fill("buy 40 @100 fee 0 of 1")
        limit(.maxPosition, 50)(&$0)
      }, request: .place(sell(91)), verdict: "maxPosition 51 50"),
    Row(
      name: "too many orders",
      facts: {
        working(buy(1, at: 90))(&$0)
        limit(.maxOpenOrders, 1)(&$0)
      }, request: .place(buy(1)), verdict: "maxOpenOrders 2 1"),
    Row(
      name: "without equity no share of it is small",
      facts: {
        $0.take(.balance(AssetAmount(asset: AssetID(1), amount: .zero)))
        limit(.maxOrder, 50)(&$0)
      }, request: .place(buy(1)), verdict: "maxOrder 9223372036854775807 50"),
  ]

  static let funds = [
    Row(
      name: "a spot account spends what it has", facts: spot, request: .place(buy(1_000_000)),
      verdict: "approved"),
    Row(
      name: "and no more", facts: spot, request: .place(buy(1_000_001)),
      verdict: "insufficientFunds 100000100000 100000000000"),
    Row(
      name: "what a working buy will pay is not there any more",
      facts: spotWith(buy(900_000, at: 100)), request: .place(buy(100_001)),
      verdict: "insufficientFunds 10000100000 10000000000"),
    Row(
      name: "a working buy counts at its own price", facts: spotWith(buy(900_000, at: 50)),
      request: .place(buy(550_001)), verdict: "insufficientFunds 55000100000 55000000000"),
    Row(
      name: "a working buy of another instrument pays from the same funds", facts: spotWith(other),
      request: .place(buy(100_001)), verdict: "insufficientFunds 10000100000 10000000000"),
    Row(
      name: "a working sell takes no funds", facts: spotWith(sell(10, at: 120)),
      request: .place(buy(1_000_000)), verdict: "approved"),
    Row(
      name: "a spot account sells what it holds", facts: spot, request: .place(sell(10)),
      verdict: "approved"),
    Row(
      name: "and no more of it", facts: spot, request: .place(sell(11)),
      verdict: "insufficientHolding 11 10"),
    Row(
      name: "less what already works", facts: spotWith(sell(7, at: 120)), request: .place(sell(4)),
      verdict: "insufficientHolding 4 3"),
    Row(
      name: "an order that is being canceled still counts",
      facts: {
        spotWith(sell(7, at: 120))(&$0)
        $0.take(.cancelRequest(CancelTerms(order: OrderID($0.state.sequence))))
      }, request: .place(sell(4)), verdict: "insufficientHolding 4 3"),
  ]

  static let changes = [
    Row(
      name: "a cancel of an order that is not there", request: .cancel(OrderID(77)),
      verdict: "unknownOrder 77 0"),
    Row(
      name: "an amend of an order that is not there",
      request: .amend(AmendTerms(order: OrderID(77), price: .zero, quantity: .zero)),
      verdict: "unknownOrder 77 0"),
    Row(
      name: "an amend does not count its own order", facts: spotWith(sell(7, at: 120)),
      request: .amend(amend(10, at: 130)), verdict: "approved"),
    Row(
      name: "an amend is judged like an order", facts: spotWith(sell(7, at: 120)),
      request: .amend(amend(11, at: 130)), verdict: "insufficientHolding 11 10"),
    Row(
      name: "an amend at the limit of open orders",
      facts: {
        spotWith(sell(7, at: 120))(&$0)
        limit(.maxOpenOrders, 1)(&$0)
      }, request: .amend(amend(5, at: 130)), verdict: "approved"),
    Row(
      name: "an amend to nothing", facts: spotWith(sell(7, at: 120)),
      request: .amend(amend(0, at: 130)), verdict: "malformed 130 0"),
  ]

  /// Amends the order that `spotWith` placed.
  static func amend(_ lots: Int64, at ticks: Int64) -> AmendTerms {
    AmendTerms(order: OrderID(11), price: Price(ticks: ticks), quantity: Quantity(lots: lots))
  }

  @Test("says why, with the number and its limit", arguments: form + limits + funds + changes)
  func verdict(row: Row) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    row.facts(&ledger)
    let text: String
    var gate = RiskGate()
    switch gate.review(Requests([row.request]), at: 0, cause: 1, ledger.state) {
    case .approved: text = "approved"
    case .refused(let refusal, _): text = "\(refusal.reason) \(refusal.value) \(refusal.limit)"
    }
    #expect(text == row.verdict)
  }

  @Test("an approved order is journalled under the sequence that is its id")
  func identity() {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    var gate = RiskGate()
    switch gate.review(Requests([.place(Self.buy(5))]), at: 0, cause: 1, ledger.state) {
    case .refused: Issue.record("the order was refused")
    case .approved(let order, let body, _):
      ledger.take(body)
      #expect(order.id == OrderID(ledger.state.sequence))
      #expect(ledger.state.orders[order.id]?.terms == Self.buy(5))
    }
  }
  @Test("everything but a cancel must survive a power cut before it leaves, a reduction too")
  func intents() {
    let amendment = AmendTerms(order: OrderID(7), price: .zero, quantity: Quantity(lots: 1))
    #expect(OrderRequest.place(Self.buy(1)).isIntent)
    #expect(OrderRequest.place(Self.sell(1, reduceOnly: true)).isIntent)
    #expect(OrderRequest.amend(amendment).isIntent)
    #expect(!OrderRequest.cancel(OrderID(7)).isIntent)
  }
}
