/// What of a journal of several venues is whose, and ids of assets that are named on the way.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

@Suite("Assets of a journal's venues")
struct AssetBookTests {
  /// Bitcoin and dollars at two venues, and an instrument of each.
  private static var definitions: [Event] {
    var bodies: [EventBody] = []
    for (venue, first) in [("venue1", 0), ("venue2", 2)] as [(String, UInt16)] {
      for (id, code) in [(first, "BTC"), (first + 1, "USD")] {
        bodies.append(.asset(AssetDefinition(asset: AssetID(id))))
        bodies += Text.run(subject: .asset, id: id, "\(venue):\(code)").map { .text($0) }
      }
      bodies.append(
        .instrument(
          InstrumentDefinition(
            instrument: InstrumentID(first / 2), base: AssetID(first), quote: AssetID(first + 1),
            tick: Decimal64(mantissa: 1, scale: 1), lot: Decimal64(mantissa: 1, scale: 8))))
      bodies += Text.run(subject: .instrument, id: first / 2, "\(venue):BTC/USD").map { .text($0) }
    }
    return bodies.map { Event(receiveTime: .distantPast, $0) }
  }

  private static func place(_ number: Int) -> VenuePlace { .several(number - 1, "venue\(number)") }

  private static func name(_ facts: [EventBody]?) -> String {
    let bytes = (facts ?? []).flatMap { body -> [UInt8] in
      if case .text(let text) = body { Array(text.utf8) } else { [] }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func id(_ facts: [EventBody]?) -> AssetID? {
    if case .asset(let asset)? = facts?.first { asset.asset } else { nil }
  }

  @Test func `each venue reads its own names, and the same code at both is two assets`() throws {
    let ids = AssetIDs()
    for number in 1...2 {
      var directory = VenueDirectory()
      let book = try AssetBook.read(
        Self.definitions, of: Self.place(number), ids, into: &directory)
      let own = UInt16(number - 1)
      #expect(directory.allSymbols == ["BTC/USD"])
      #expect(directory.instrument("BTC/USD")?.instrument == InstrumentID(own))
      #expect((0..<4).filter { book.has(AssetID($0)) } == [2 * own, 2 * own + 1])
      #expect((0..<2).filter { book.has(InstrumentID($0)) } == [own])
    }
  }

  @Test func `assets that two venues name get ids of one row, under the venue's name`() throws {
    let ids = AssetIDs()
    var (first, second) = (VenueDirectory(), VenueDirectory())
    var one = try AssetBook.read(Self.definitions, of: Self.place(1), ids, into: &first)
    var two = try AssetBook.read(Self.definitions, of: Self.place(2), ids, into: &second)
    let euro = one.define("EUR", in: &first)
    let others = [two.define("EUR", in: &second), two.define("SOL", in: &second)]
    #expect(Self.id(euro) == AssetID(4) && Self.name(euro) == "venue1:EUR")
    #expect(others.map(Self.id) == [AssetID(5), AssetID(6)])
    #expect(others.map(Self.name) == ["venue2:EUR", "venue2:SOL"])
    #expect(one.has(AssetID(4)) && !one.has(AssetID(5)))
    #expect(two.has(AssetID(5)) && !two.has(AssetID(4)))
    // A name that is known already, here or before.
    #expect(one.define("EUR", in: &first) == nil && two.define("BTC", in: &second) == nil)
  }

  @Test func `a journal that is gone on with keeps its ids, and counts on behind them`() throws {
    var bodies: [EventBody] = [.asset(AssetDefinition(asset: AssetID(4)))]
    bodies += Text.run(subject: .asset, id: 4, "venue2:EUR").map { .text($0) }
    let recorded = Self.definitions + bodies.map { Event(receiveTime: .distantPast, $0) }
    let ids = AssetIDs()
    var (first, second) = (VenueDirectory(), VenueDirectory())
    // Today's definitions stand behind the journal's.
    var one = try AssetBook.read(
      recorded + Self.definitions, of: Self.place(1), ids, into: &first)
    var two = try AssetBook.read(
      recorded + Self.definitions, of: Self.place(2), ids, into: &second)
    #expect(two.has(AssetID(4)) && two.define("EUR", in: &second) == nil)
    #expect(Self.id(one.define("EUR", in: &first)) == AssetID(5))
  }

  @Test func `the only venue has everything, and its names stand as they are`() throws {
    let bodies: [EventBody] =
      [.asset(AssetDefinition(asset: AssetID(0)))]
      + Text.run(subject: .asset, id: 0, "BTC").map { .text($0) }
    var directory = VenueDirectory()
    var book = try AssetBook.read(
      bodies.map { Event(receiveTime: .distantPast, $0) }, into: &directory)
    let defined = book.define("BNB", in: &directory)
    #expect(Self.id(defined) == AssetID(1) && Self.name(defined) == "BNB")
    #expect(book.has(AssetID(99)) && book.has(InstrumentID(99)))
  }

  @Test func `an asset that a scenario named first is the same when its venue names it`() throws {
    let ids = AssetIDs()
    var (first, second) = (VenueDirectory(), VenueDirectory())
    var one = try AssetBook.read(Self.definitions, of: Self.place(1), ids, into: &first)
    var two = try AssetBook.read(Self.definitions, of: Self.place(2), ids, into: &second)
    #expect(ids.note(AssetID(4), as: "venue2:EUR"))
    #expect(Self.id(one.define("EUR", in: &first)) == AssetID(5))
    // The journal has it already: nothing is to be told of it, and its balance is the venue's.
    #expect(two.define("EUR", in: &second) == [])
    #expect(two.has(AssetID(4)) && !one.has(AssetID(4)))
    // An id that a venue's asset has got by now is not the scenario's any more.
    #expect(!ids.note(AssetID(5), as: "venue2:SOL"))
  }

  @Test func `a name that no directory takes leaves its id to the next`() throws {
    var directory = VenueDirectory()
    var book = try AssetBook.read(Self.definitions, of: Self.place(1), into: &directory)
    #expect(book.define("no name", in: &directory) == nil)
    #expect(Self.id(book.define("EUR", in: &directory)) == AssetID(4))
  }

  @Test func `threads that name assets at once never get the same id`() async {
    let ids = AssetIDs()
    let given = await withTaskGroup(of: [AssetID].self, returning: [AssetID].self) { group in
      for venue in 0..<4 {
        group.addTask {
          (0..<50).compactMap { ids.give(to: "\(venue):\($0)") { _ in true }?.id }
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    #expect(given.map(\.raw).sorted() == Array(0..<200))
  }

  @Test func `a ledger takes up its own venue's orders and balances`() throws {
    var state = State()
    for event in Self.definitions { reduce(&state, event) }
    for asset in 0..<4 as Range<UInt16> {
      let amount = AssetAmount(asset: AssetID(asset), amount: Money(units: Int128(asset) + 7))
      reduce(&state, Event(receiveTime: .distantPast, .balance(amount)))
    }
    var orders: [OrderID] = []
    for instrument in 0..<2 as Range<UInt16> {
      let terms = OrderTerms(
        instrument: InstrumentID(instrument), side: .buy, type: .limit,
        quantity: Quantity(lots: 1), price: Price(ticks: 1))
      let order = Order(cause: 1, terms: terms)
      reduce(&state, Event(receiveTime: .distantPast, .order(order)))
      orders.append(OrderID(state.sequence))
    }
    var directory = VenueDirectory()
    let book = try AssetBook.read(Self.definitions, of: Self.place(2), into: &directory)
    var ledger = OrderLedger()
    ledger.begin(state, of: book, trades: [], at: .distantPast)
    #expect(ledger.orders == [orders[1]])
    let held = (0..<4 as Range<UInt16>).map { ledger.account.balance(AssetID($0)).units }
    #expect(held == [0, 0, 9, 10])
  }
}
