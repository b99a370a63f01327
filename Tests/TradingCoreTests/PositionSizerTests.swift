/// From wishes to requests: target weights to lots, and quotes to the fewest orders and cancels.
import Testing

@testable import TradingCore

@Suite("The position sizer")
struct PositionSizerTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    var weight: Int32 = 0
    var sizing: (SizingMode, Int64) = (.equityShare, 1_000_000)
    var account = AccountKind.margin
    var facts: @Sendable (inout Ledger) -> Void = { _ in }
    var request: String
    var testDescription: String { name }
  }

  static func working(_ side: Side, _ lots: Int64) -> @Sendable (inout Ledger) -> Void {
    {
      $0.take(
        .order(
          Order(
            cause: 0,
            terms: OrderTerms(
              instrument: InstrumentID(0), side: side, type: .market, quantity: Quantity(lots: lots)
            ))))
    }
  }

  static func step(_ lots: Int64) -> @Sendable (inout Ledger) -> Void {
    { $0.take(.filter(ExchangeFilter(.lot, instrument: InstrumentID(0), step: lots))) }
  }

  /// Capital 1,000, mark 3.00: a lot is worth 0.003, all of equity 333,333 lots.
  static let targets = [
    Row(name: "all of equity, rounded down", weight: 1_000_000, request: "buy 333333"),
    Row(name: "short of all of equity", weight: -1_000_000, request: "sell 333333"),
    Row(
      name: "a spot account is never short", weight: -1_000_000, account: .spot, request: "nothing"),
    Row(
      name: "a third of half", weight: 333_333, sizing: (.equityShare, 500_000),
      request: "buy 55555"),
    Row(name: "fixed lots", weight: 500_000, sizing: (.fixedLots, 9), request: "buy 4"),
    Row(name: "fixed lots, short", weight: -500_000, sizing: (.fixedLots, 9), request: "sell 4"),
    Row(
      name: "only the difference to what is held", weight: 1_000_000, sizing: (.fixedLots, 9),
      facts: { $0.fill("buy 4 @300 fee 0 of 1") }, request: "buy 5"),
    Row(
      name: "a flip is one order", weight: -1_000_000, sizing: (.fixedLots, 9),
      facts: { $0.fill("buy 4 @300 fee 0 of 1") }, request: "sell 13"),
    Row(
      name: "what works counts as done", weight: 1_000_000, sizing: (.fixedLots, 9),
      facts: working(.buy, 9), request: "nothing"),
    Row(
      name: "too much that works is taken back by the other side", weight: 1_000_000,
      sizing: (.fixedLots, 9), facts: working(.buy, 12), request: "sell 3"),
    Row(
      name: "flat", weight: 0, facts: { $0.fill("sell 4 @300 fee 0 of 1") }, request: "buy 4"),
    Row(
      name: "whole steps of what the venue takes", weight: 1_000_000, sizing: (.fixedLots, 97),
      facts: step(10), request: "buy 90"),
    Row(
      name: "less than a step stays, for whoever refuses it to say why", weight: 1_000_000,
      sizing: (.fixedLots, 7), facts: step(10), request: "buy 7"),
    Row(
      name: "an absurd size is clamped, for the gate to refuse", weight: .max,
      sizing: (.fixedLots, .max), request: "buy 9223372036854775807"),
  ]

  private func text(_ requests: Requests) -> String {
    let texts = (0..<requests.count).map { index in
      switch requests[index] {
      case .place(let terms):
        let price = terms.type == .limit ? " @\(terms.price.ticks)" : ""
        return "\(terms.side) \(terms.quantity.lots)\(price)"
      case .cancel(let id): return "cancel \(id.raw)"
      case .amend: return "amend"
      }
    }
    return texts.isEmpty ? "nothing" : texts.joined(separator: ", ")
  }

  private func ask(_ signal: Signal, _ state: State) -> String {
    var requests = Requests()
    PositionSizer.size(signal, state, into: &requests)
    return text(requests)
  }

  @Test("reaches a target", arguments: targets)
  func target(row: Row) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(300)
    ledger.take(
      .configure(
        Configure(.sizing, value: row.sizing.1, index: UInt16(row.sizing.0.rawValue))))
    ledger.take(.configure(Configure(.account, value: Int64(row.account.rawValue))))
    row.facts(&ledger)
    let signal = Signal(
      cause: 1, instrument: InstrumentID(0), kind: .target, weightMillionths: row.weight)
    #expect(ask(signal, ledger.state) == row.request)
  }

  @Test("asks for nothing while there is no price")
  func noPrice() {
    let signal = Signal(
      cause: 1, instrument: InstrumentID(0), kind: .target, weightMillionths: 1_000_000)
    #expect(ask(signal, Ledger().state) == "nothing")
  }

  private func quote(_ bid: Int64, _ ask: Int64, _ lots: Int64) -> Signal {
    Signal(
      cause: 1, instrument: InstrumentID(0), kind: .quote, bid: Price(ticks: bid),
      ask: Price(ticks: ask), quantity: Quantity(lots: lots))
  }

  private func place(_ ledger: inout Ledger, _ side: Side, _ ticks: Int64) -> UInt64 {
    ledger.take(
      .order(
        Order(
          cause: 0,
          terms: OrderTerms(
            instrument: InstrumentID(0), side: side, type: .limit, quantity: Quantity(lots: 5),
            price: Price(ticks: ticks)))))
    return ledger.state.sequence
  }

  @Test("a quote keeps what stands at its prices, cancels the rest, places what is missing")
  func quotes() {
    var ledger = Ledger()
    ledger.trade(100)
    #expect(ask(quote(99, 101, 5), ledger.state) == "buy 5 @99, sell 5 @101")
    let bid = place(&ledger, .buy, 99)
    #expect(ask(quote(99, 101, 5), ledger.state) == "sell 5 @101")
    #expect(ask(quote(98, 101, 5), ledger.state) == "cancel \(bid), buy 5 @98, sell 5 @101")
    let twin = place(&ledger, .buy, 99)
    let offer = place(&ledger, .sell, 101)
    #expect(ask(quote(99, 101, 5), ledger.state) == "cancel \(twin)")
    #expect(ask(quote(0, 101, 5), ledger.state) == "cancel \(bid), cancel \(twin)")
    #expect(
      ask(quote(99, 101, 0), ledger.state) == "cancel \(bid), cancel \(twin), cancel \(offer)")
    // The new bid must not meet the old ask.
    #expect(
      ask(quote(102, 104, 5), ledger.state)
        == "cancel \(bid), cancel \(twin), cancel \(offer), buy 5 @102, sell 5 @104")
  }

  @Test("an order that is being canceled is not kept, even when the venue accepts it late")
  func canceling() {
    var ledger = Ledger()
    ledger.trade(100)
    let bid = place(&ledger, .buy, 99)
    ledger.take(.cancelRequest(CancelTerms(order: OrderID(bid))))
    ledger.take(.accepted(OrderReport(order: OrderID(bid), instrument: InstrumentID(0))))
    #expect(ask(quote(99, 0, 5), ledger.state) == "buy 5 @99")
    #expect(ledger.state.orders[OrderID(bid)]?.status == .canceling)
  }
}
