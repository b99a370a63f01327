/// Routing against every possible split on small books, and by hand with fees.
import Testing

@testable import TradingCore

@Suite("Smart routing")
struct RouterTests {
  /// Three instruments of the same two assets and one of others, all with ticks of 0.01 and lots of
  /// 0.001; takers pay `fees` (10⁻⁸) at each.
  private func state(fees: [Int64], minimum: Int64 = 0) -> State {
    var state = State()
    for index in 0..<UInt16(4) {
      let definition = InstrumentDefinition(
        instrument: InstrumentID(index), base: AssetID(index == 3 ? 2 : 0), quote: AssetID(1),
        tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3),
        minQuantity: Quantity(lots: minimum))
      take(&state, .instrument(definition))
      let fee = index < fees.count ? fees[Int(index)] : 0
      take(&state, .fee(FeeSchedule(instrument: InstrumentID(index), maker: 0, taker: fee)))
    }
    return state
  }

  private func take(_ state: inout State, _ body: EventBody) {
    reduce(&state, Event(receiveTime: Timestamp(nanoseconds: 1), body))
  }

  /// Loads a book of one side, best first; the other side is far away.
  private func load(
    _ state: inout State, _ index: UInt16, _ side: Side, _ levels: [(Int64, Int64)]
  ) {
    let far: (Int64, Int64) = (side == .buy ? 1 : 1_000_000, 1)
    let all = [(side, far)] + levels.map { (side.opposite, $0) }
    for (place, level) in all.enumerated() {
      var flags: RunFlags = []
      if place == 0 { flags.insert(.first) }
      if place == all.count - 1 { flags.insert(.last) }
      take(
        &state,
        .bookSnapshot(
          BookSnapshot(
            instrument: InstrumentID(index), side: level.0, price: Price(ticks: level.1.0),
            quantity: Quantity(lots: level.1.1), updateID: 1, flags: flags)))
    }
  }

  private func children(
    _ state: State, _ side: Side, _ lots: Int64, limit: Int64 = 0
  ) throws -> [OrderTerms] {
    var state = state
    take(&state, .execute(terms(side, lots, limit)))
    take(&state, .parent(Parent(cause: state.sequence, terms: terms(side, lots, limit))))
    let parent = try #require(state.parents.live.first)
    var requests = Requests()
    Executor.plan(parent, state, into: &requests)
    return (0..<requests.count).compactMap { index in
      guard case .place(let terms) = requests[index] else { return nil }
      return terms
    }
  }

  private func terms(_ side: Side, _ lots: Int64, _ limit: Int64) -> ParentTerms {
    ParentTerms(
      instrument: InstrumentID(0), side: side, quantity: Quantity(lots: lots), algorithm: .route,
      limit: Price(ticks: limit))
  }

  private func text(_ orders: [OrderTerms]) -> [String] {
    orders.map { "\($0.instrument.raw): \($0.side) \($0.quantity.lots) @\($0.price.ticks)" }
  }

  @Test("depth is taken level by level, the cheapest first")
  func levels() throws {
    var state = state(fees: [0, 0, 0])
    load(&state, 0, .buy, [(100, 5), (103, 50)])
    load(&state, 1, .buy, [(101, 5), (102, 5), (104, 50)])
    load(&state, 3, .buy, [(1, 1_000)])
    #expect(text(try children(state, .buy, 12)) == ["0: buy 5 @100", "1: buy 7 @102"])
    #expect(text(try children(state, .buy, 20)) == ["0: buy 10 @103", "1: buy 10 @102"])
    #expect(text(try children(state, .buy, 20, limit: 101)) == ["0: buy 5 @100", "1: buy 5 @101"])
  }

  @Test("a taker's fee can make the better price the dearer one")
  func fees() throws {
    // 100.00 and 1 % cost 101; 100.50 without a fee costs less.
    var state = state(fees: [1_000_000, 0, 0])
    load(&state, 0, .buy, [(10_000, 5)])
    load(&state, 1, .buy, [(10_050, 5), (10_200, 5)])
    #expect(
      text(try children(state, .buy, 8)) == ["0: buy 3 @10000", "1: buy 5 @10050"])
  }

  @Test("a part too small for its venue goes to the others")
  func minimum() throws {
    var state = state(fees: [0, 0, 0], minimum: 4)
    load(&state, 0, .buy, [(100, 3), (105, 50)])
    load(&state, 1, .buy, [(101, 50)])
    #expect(text(try children(state, .buy, 12)) == ["1: buy 12 @101"])
  }

  /// Lots at each venue, all ways to split what can be had.
  private func cheapest(
    _ books: [[(Int64, Int64)]], _ fees: [Int64], _ side: Side, _ lots: Int64
  ) -> Int64 {
    let depths = books.map { $0.reduce(0) { $0 + $1.1 } }
    let wanted = min(lots, depths.reduce(0, +))
    var least = Int64.max
    for first in 0...min(wanted, depths[0]) {
      for second in 0...min(wanted - first, depths[1]) where wanted - first - second <= depths[2] {
        let parts = [first, second, wanted - first - second]
        let cost = (0..<3).reduce(0) { $0 + self.cost(books[$1], fees[$1], side, parts[$1]) }
        least = min(least, cost)
      }
    }
    return least
  }

  /// What taking lots from a book costs, in ticks · lots · 10⁸; a sale costs less than nothing.
  private func cost(
    _ book: [(Int64, Int64)], _ fee: Int64, _ side: Side, _ lots: Int64
  ) -> Int64 {
    var (left, cost): (Int64, Int64) = (lots, 0)
    for (price, shown) in book {
      let taken = min(left, shown)
      cost += taken * price * (100_000_000 * side.sign + fee)
      left -= taken
    }
    return cost
  }

  @Test("no split of a small book is cheaper", arguments: 1...150 as ClosedRange<UInt64>)
  func optimum(seed: UInt64) throws {
    var random = RandomSource(seed: seed, label: "routes")
    let side: Side = random.chance(0.5) ? .buy : .sell
    let fees = (0..<3).map { _ in random.integer(in: 0...3_000_000) }
    var state = state(fees: fees)
    var books: [[(Int64, Int64)]] = []
    for index in 0..<UInt16(3) {
      var (price, book): (Int64, [(Int64, Int64)]) = (100, [])
      for _ in 0...random.below(4) {
        price += side.sign * random.integer(in: 1...3)
        book.append((price, random.integer(in: 1...6)))
      }
      load(&state, index, side, book)
      books.append(book)
    }
    let lots = random.integer(in: 1...25)
    let orders = try children(state, side, lots)
    let cost: Int64 = orders.reduce(0) { sum, order in
      let place = order.instrument.index
      return sum + self.cost(books[place], fees[place], side, order.quantity.lots)
    }
    let depth = books.joined().reduce(0) { $0 + $1.1 }
    #expect(orders.reduce(0) { $0 + $1.quantity.lots } == min(lots, depth), "seed \(seed)")
    #expect(cost == cheapest(books, fees, side, lots), "seed \(seed)")
    for order in orders {
      let isFar = books[order.instrument.index].prefix { $0.0 != order.price.ticks }
      let before = isFar.reduce(0) { $0 + $1.1 }
      #expect(before < order.quantity.lots, "seed \(seed): the limit is the last level taken")
    }
  }
}
