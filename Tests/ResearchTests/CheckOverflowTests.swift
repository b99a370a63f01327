/// Numbers that no venue would say, in a journal that says them: a check answers, it does not trap.
import Testing

@testable import Research
@testable import TradingCore

@Suite("Watches and the largest numbers")
struct CheckOverflowTests {
  private static let numbers: [Int64] = [.max, 1 << 62, 1, -1, .min]

  private func fill(_ side: Side, _ lots: Int64, _ ticks: Int64, of order: UInt64) -> EventBody {
    .fill(
      Fill(
        order: OrderID(order), instrument: CheckFixture.coin, side: side,
        price: Price(ticks: ticks), quantity: Quantity(lots: lots), fee: .min,
        feeAsset: AssetID(1), tradeID: lots, liquidity: .taker))
  }

  /// The kind of the first finding of a watch over an order of a book, with its list behind it, and fills.
  private func kind(_ watch: any StateWatch, _ bodies: [EventBody]) -> String? {
    var fold = WatchedFold([("watch", watch)])
    for event in CheckFixture.preamble() + CheckFixture.market(seed: 1, count: 2) {
      fold.take(event)
    }
    for body in bodies { fold.take(CheckFixture.at(3, body)) }
    return fold.failure?.kind
  }

  private func order(_ side: Side, _ lots: Int64) -> EventBody {
    var terms = OrderTerms(
      instrument: CheckFixture.coin, side: side, type: .market, quantity: Quantity(lots: lots))
    terms.book = BookID(1)
    return .order(Order(cause: 1, terms: terms))
  }

  @Test("a fill of more than can be booked is found where fees are judged")
  func fees() {
    #expect(kind(FeeWatch(), [fill(.buy, 1 << 62, 1_000_000, of: 1)]) == "fee")
    #expect(kind(FeeWatch(), [fill(.sell, .min, .min, of: 1)]) == "fee")
  }

  @Test("no watch traps at any number")
  func traps() {
    let first = UInt64(CheckFixture.preamble().count + CheckFixture.market(seed: 1, count: 2).count)
    for side in [Side.buy, .sell] {
      for lots in Self.numbers {
        for ticks in Self.numbers {
          let fills = [side, side, side == .buy ? .sell : .buy].map {
            fill($0, lots, ticks, of: first + 1)
          }
          let bodies = [order(side, .max), order(side, lots)] + fills + [order(side, .max)]
          _ = kind(LimitWatch(limits: [.maxPosition: 1_000_000]), bodies)
          _ = kind(FeeWatch(), bodies)
          _ = kind(OrderLifeWatch(knowsAllOrders: false), bodies)
        }
      }
    }
  }

  @Test("what a book holds stays within its bounds")
  func books() {
    var books = BookHoldings()
    books.place(1, BookID(1))
    for _ in 0..<2 {
      guard case .fill(let fill) = fill(.sell, .min, 1, of: 1) else { continue }
      books.take(fill)
    }
    #expect(books.held(CheckFixture.coin, BookID(1)) == .max)
  }
}
