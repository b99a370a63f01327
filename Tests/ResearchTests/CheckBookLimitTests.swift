/// Limits of one book, followed by somebody who does not ask the gate.
import Testing

@testable import Research
@testable import TradingCore

@Suite("Limits of single books")
struct CheckBookLimitTests {
  private static let (first, second) = (BookID(1), BookID(2))

  private func order(_ side: Side, lots: Int64, _ book: BookID) -> EventBody {
    var terms = OrderTerms(
      instrument: CheckFixture.coin, side: side, type: .market, quantity: Quantity(lots: lots))
    terms.book = book
    return .order(Order(cause: 1, terms: terms))
  }

  /// An order that is not filled: nobody sells at half of the price.
  private func resting(_ book: BookID) -> EventBody {
    var terms = OrderTerms(
      instrument: CheckFixture.coin, side: .buy, type: .limit, quantity: Quantity(lots: 1),
      price: Price(ticks: 500_000))
    terms.book = book
    return .order(Order(cause: 1, terms: terms))
  }

  private func limit(_ kind: LimitKind, _ percent: Int64, _ book: BookID) -> EventBody {
    .limit(LimitChange(kind, value: percent * 10_000, book: book))
  }

  /// What is found in a margin account of 100,000 with a coin at 10,000 each, in lots of a thousandth: a
  /// thousand lots are a tenth of it. Market orders are filled at once and for nothing.
  private func finding(_ bodies: [EventBody]) -> String? {
    var fold = WatchedFold([("limits", LimitWatch())])
    let candle = CheckFixture.market(seed: 1, count: 1).last
    for event in CheckFixture.definitions + CheckFixture.preamble() { fold.take(event) }
    if var candle, case .candle(var bar) = candle.body {
      (bar.open, bar.high) = (Price(ticks: 1_000_000), Price(ticks: 1_000_000))
      (bar.low, bar.close) = (Price(ticks: 1_000_000), Price(ticks: 1_000_000))
      candle.body = .candle(bar)
      fold.take(candle)
    }
    for body in bodies {
      fold.take(CheckFixture.at(1, body))
      guard case .order(let order) = body, order.terms.type == .market else { continue }
      let fill = Fill(
        order: OrderID(fold.state.sequence), instrument: CheckFixture.coin, side: order.terms.side,
        price: Price(ticks: 1_000_000), quantity: order.terms.quantity, fee: 0,
        feeAsset: AssetID(1), tradeID: Int64(fold.state.sequence), liquidity: .taker)
      fold.take(CheckFixture.at(1, .fill(fill)))
    }
    return fold.failure?.kind
  }

  @Test("what a book holds is judged by its own limit")
  func position() {
    let limits = [limit(.maxPosition, 90, .all), limit(.maxPosition, 20, Self.first)]
    #expect(finding(limits + [order(.buy, lots: 2_000, Self.first)]) == nil)
    #expect(finding(limits + [order(.buy, lots: 2_001, Self.first)]) == "maxPosition")
    #expect(finding(limits + [order(.buy, lots: 2_001, Self.second)]) == nil)
    // The account is flat, the book is not.
    let hedged = [order(.sell, lots: 1_500, Self.second), order(.buy, lots: 1_500, Self.first)]
    #expect(finding(limits + hedged) == nil)
    #expect(finding(limits + hedged + [order(.buy, lots: 600, Self.first)]) == "maxPosition")
    #expect(finding(limits + hedged + [order(.sell, lots: 600, Self.first)]) == nil)
    #expect(finding(limits + hedged + [order(.sell, lots: 3_501, Self.first)]) == "maxPosition")
  }

  @Test("a book's limit stands in the place of everybody's, an instrument's before it")
  func scopes() {
    let order = order(.buy, lots: 3_000, Self.first)
    #expect(finding([limit(.maxOrder, 20, .all), order]) == "maxOrder")
    #expect(finding([limit(.maxOrder, 20, .all), limit(.maxOrder, 40, Self.first), order]) == nil)
    let narrow = LimitChange(.maxOrder, value: 100_000, instrument: CheckFixture.coin)
    #expect(finding([limit(.maxOrder, 40, Self.first), .limit(narrow), order]) == "maxOrder")
    #expect(finding([limit(.grossExposure, 20, Self.second), order]) == nil)
    #expect(finding([limit(.grossExposure, 20, Self.first), order]) == "grossExposure")
  }

  @Test("orders that are open count against the limit of their own book")
  func openOrders() {
    let one = LimitChange(.maxOpenOrders, value: 1, book: Self.first)
    let (mine, other) = (resting(Self.first), resting(Self.second))
    #expect(finding([.limit(one), other, other, mine]) == nil)
    #expect(finding([.limit(one), mine, other, other]) == nil)
    #expect(finding([.limit(one), other, mine, mine]) == "maxOpenOrders")
    let all = LimitChange(.maxOpenOrders, value: 2)
    #expect(finding([.limit(all), .limit(one), mine, other]) == nil)
    #expect(finding([.limit(all), .limit(one), mine, other, other]) == "maxOpenOrders")
  }
}
