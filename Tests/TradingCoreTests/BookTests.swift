/// Strategies' books: what an order names its fills are booked into, and all of them are the account.
import Testing

@testable import TradingCore

extension Ledger {
  /// An order of a book and its fill; a repeated `tradeID` is the venue repeating itself.
  @discardableResult
  mutating func trade(
    _ side: Side, _ lots: Int64, at ticks: Int64, book: UInt8, instrument: UInt16 = 0,
    fee: Int64 = 0, of asset: UInt16 = 1, tradeID: Int64 = 0
  ) -> Fill {
    var terms = OrderTerms(
      instrument: InstrumentID(instrument), side: side, type: .market,
      quantity: Quantity(lots: lots))
    terms.book = BookID(book)
    take(.order(Order(cause: 0, terms: terms)))
    let fill = Fill(
      order: OrderID(state.sequence), instrument: InstrumentID(instrument), side: side,
      price: Price(ticks: ticks), quantity: Quantity(lots: lots), fee: fee,
      feeAsset: AssetID(asset), tradeID: tradeID, liquidity: .taker)
    take(.fill(fill))
    return fill
  }

  /// A book's position in instrument 0: lots held, then cost, realised profit and fees in 10⁻⁵.
  func row(_ book: UInt8) -> String {
    let position = state.books[BookID(book)]?.position(InstrumentID(0)) ?? Position()
    let money = [position.cost, position.realised, position.fees].map {
      Money(units: $0.units * 100_000).exactText
    }
    return ([String(position.lots.lots)] + money).joined(separator: " ")
  }
}

@Suite("Books")
struct BookTests {
  @Test("there are none while every order is book 0's")
  func onlyTheAccount() {
    var ledger = Ledger()
    ledger.trade(.buy, 5, at: 100, book: 0)
    #expect(ledger.state.books.isEmpty && ledger.state.books[BookID(0)] == nil)
    #expect(ledger.state.position(InstrumentID(0), in: BookID(0)) == Quantity(lots: 5))
    #expect(ledger.state.position(InstrumentID(0), in: BookID(1)) == .zero)
  }

  @Test("two books that trade against each other keep their own profits; the account nets them")
  func opposites() {
    var ledger = Ledger()
    ledger.trade(.buy, 10, at: 100, book: 1, fee: 1_000)
    ledger.trade(.sell, 10, at: 110, book: 2, fee: 1_000)
    #expect(ledger.row(1) == "10 1000 0 1" && ledger.row(2) == "-10 -1100 0 1")
    #expect(ledger.position.amount == .zero)
    #expect(Money(units: ledger.position.realised.units * 100_000).exactText == "100")
    ledger.trade(.sell, 4, at: 120, book: 1)
    ledger.trade(.buy, 10, at: 90, book: 2)
    #expect(ledger.row(1) == "6 600 80 1" && ledger.row(2) == "0 0 200 1")
    #expect(ledger.row(0) == "0 0 0 0")
    #expect(ledger.state.books[BookID(2)]?.tripCount == 1)
    #expect(ledger.state.books[BookID(2)]?.winCount == 1)
    #expect(ledger.position.lots == Quantity(lots: 6))
  }

  @Test("what the account did before the first other book, and what nobody claims, is book 0's")
  func unclaimed() {
    var ledger = Ledger()
    ledger.trade(.buy, 5, at: 100, book: 0)
    ledger.trade(.buy, 3, at: 100, book: 2)
    ledger.fill("sell 1 @100 fee 0 of 1")
    #expect(ledger.row(0) == "4 400 0 0" && ledger.row(1) == "0 0 0 0")
    #expect(ledger.row(2) == "3 300 0 0")
    #expect(ledger.state.books.all.map(\.fillCount) == [2, 0, 1])
    #expect(ledger.state.anomalies.unknownOrders + ledger.state.anomalies.lateReports == 1)
  }

  @Test("a fill that overtook its order's cancel is real: it is booked, into the order's book")
  func lateFill() {
    var ledger = Ledger()
    var fill = ledger.trade(.buy, 5, at: 100, book: 3, tradeID: 7)
    ledger.take(
      .canceled(OrderReport(order: fill.order, instrument: fill.instrument)))
    fill.tradeID = 8
    ledger.take(.fill(fill))
    #expect(ledger.row(3) == "10 1000 0 0" && ledger.state.anomalies.duplicateFills == 0)
    #expect(ledger.state.anomalies.lateReports == 2)
  }

  @Test("a fill that is reported again is counted and moves nothing, live order or not")
  func duplicates() {
    var ledger = Ledger()
    let first = ledger.trade(.buy, 5, at: 100, book: 1, tradeID: 7)
    let second = ledger.trade(.buy, 5, at: 100, book: 1, tradeID: 9)
    let before = ledger.state
    for fill in [first, second, first] { ledger.take(.fill(fill)) }
    #expect(ledger.state.account == before.account && ledger.state.books == before.books)
    #expect(ledger.state.metrics.fillCount == 2 && ledger.state.anomalies.duplicateFills == 3)
    // The same id of another order is another fill: a trade between two of ours has one id.
    var other = ledger.trade(.sell, 2, at: 100, book: 1, tradeID: 9)
    #expect(ledger.position.lots == Quantity(lots: 8))
    other.tradeID = 0
    for _ in 0..<2 { ledger.take(.fill(other)) }
    #expect(ledger.position.lots == Quantity(lots: 4), "no id, no repetition")
  }

  @Test("a repetition is known among the last 256 fills, whatever the order of their ids")
  func memory() {
    var ledger = Ledger()
    var fills: [Fill] = []
    for index in 0..<Int64(RecentFills.memory) {
      fills.append(ledger.trade(.buy, 1, at: 100, book: 0, tradeID: 1_000 - index))
    }
    for fill in fills { ledger.take(.fill(fill)) }
    #expect(ledger.state.anomalies.duplicateFills == UInt64(RecentFills.memory))
    ledger.trade(.buy, 1, at: 100, book: 0, tradeID: 1)
    // The new one took the place of the first; the first, booked again, that of the second.
    for place in [0, 2] { ledger.take(.fill(fills[place])) }
    #expect(ledger.state.anomalies.duplicateFills == UInt64(RecentFills.memory) + 1)
  }

  @Test("an order of a book beyond the last one trades for book 0 and is counted")
  func beyond() {
    var ledger = Ledger()
    ledger.trade(.buy, 5, at: 100, book: UInt8(BookID.capacity))
    #expect(ledger.state.books.isEmpty && ledger.state.anomalies.beyondCapacity == 1)
    #expect(ledger.position.lots == Quantity(lots: 5))
    ledger.trade(.buy, 5, at: 100, book: UInt8(BookID.capacity - 1))
    #expect(ledger.state.books.all.count == BookID.capacity)
  }

  @Test("a book's sizing is its own, the settings' where it has none")
  func sizing() {
    var ledger = Ledger()
    ledger.take(.configure(Configure(.sizing, value: 500_000)))
    ledger.take(.configure(Configure(.sizing, value: 7, place: 1, book: BookID(2))))
    ledger.take(.configure(Configure(.sizing, value: 9, place: 9, book: BookID(1))))
    ledger.take(.configure(Configure(.sizing, value: 9, book: BookID(200))))
    #expect(ledger.state.sizing(of: BookID(2)) == Sizing(mode: .fixedLots, value: 7))
    #expect(ledger.state.sizing(of: BookID(1)) == Sizing(mode: .equityShare, value: 500_000))
    #expect(ledger.state.anomalies.unknownSettings == 2 && ledger.state.books.all.count == 3)
  }

  @Test("whatever the fills, the books are the account")
  func sums() throws {
    for seed in UInt64(1)...12 {
      var random = RandomSource(seed: seed, label: "books")
      var ledger = Ledger()
      ledger.trade(100)
      let invariants = Invariant.all
      for _ in 0..<400 {
        ledger.trade(
          random.chance(0.5) ? .buy : .sell, random.integer(in: 1...60),
          at: random.integer(in: 50...150), book: UInt8(random.below(5)),
          instrument: UInt16(random.below(2)), fee: random.integer(in: -50_000...900_000),
          of: UInt16(random.below(3)), tradeID: random.integer(in: 0...400))
        for invariant in invariants {
          let event = Event(receiveTime: ledger.state.time, .timer(TimerFired(id: 0)))
          let violation = invariant.violation(ledger.state, after: event)
          try #require(violation == nil, "\(invariant.name), seed \(seed)")
        }
      }
      let fills = ledger.state.books.all.reduce(0) { $0 + $1.fillCount }
      #expect(fills == ledger.state.metrics.fillCount && ledger.state.anomalies.overflows == 0)
    }
  }
}
