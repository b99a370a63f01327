/// What is new in a venue's reports, and what the account then holds.

import Testing
import TradingCore

@testable import Exchanges

@Suite("The ledger of orders")
struct OrderLedgerTests {
  private static let id = OrderID(40)

  private static func ledger() -> OrderLedger {
    var ledger = OrderLedger()
    ledger.begin(TradedState.state(), of: TradedState.book, trades: [], at: .distantPast)
    ledger.send(id, TradedState.terms(lots: 10), at: Timestamp(nanoseconds: 5))
    return ledger
  }

  @Test func `a report that comes twice is told once`() {
    var ledger = Self.ledger()
    let accepted = EventBody.accepted(OrderReport(order: Self.id, instrument: InstrumentID(0)))
    let fill = EventBody.fill(TradedState.fill(Self.id, lots: 4, trade: 9))
    let canceled = EventBody.canceled(OrderReport(order: Self.id, instrument: InstrumentID(0)))
    for report in [accepted, fill, canceled] {
      let isNew = [ledger.admit(report), ledger.admit(report)]
      #expect(isNew == [true, false], "\(report)")
    }
    #expect(ledger.duplicates == 3)
    #expect(ledger.live.isEmpty)
  }

  @Test func `fills count in any order, and the last one ends the order`() {
    for order in [[1, 2, 3], [3, 1, 2], [2, 3, 1]] as [[Int64]] {
      var ledger = Self.ledger()
      for trade in order {
        #expect(ledger.live[Self.id] != nil)
        let lots: Int64 = trade == 3 ? 4 : 3
        let isTaken = ledger.admit(.fill(TradedState.fill(Self.id, lots: lots, trade: trade)))
        #expect(isTaken)
      }
      #expect(ledger.live[Self.id] == nil)
      // One behind the end, told again, is known still.
      let isTakenAgain = ledger.admit(.fill(TradedState.fill(Self.id, lots: 3, trade: 1)))
      #expect(!isTakenAgain)
      #expect(ledger.fills == 3)
    }
  }

  @Test func `a fill that comes after its order's end is late, but real`() {
    var ledger = Self.ledger()
    let isEnd = ledger.admit(.canceled(OrderReport(order: Self.id, instrument: InstrumentID(0))))
    #expect(isEnd)
    let isLate = ledger.admit(.fill(TradedState.fill(Self.id, lots: 4, trade: 9)))
    #expect(isLate)
    let isLateAgain = ledger.admit(.fill(TradedState.fill(Self.id, lots: 4, trade: 9)))
    #expect(!isLateAgain)
  }

  @Test func `balances are those of the reducer over the same fills`() {
    var state = TradedState.state()
    var ledger = OrderLedger()
    ledger.begin(state, of: TradedState.book, trades: [], at: .distantPast)
    var chance = RandomSource(seed: 7, label: "fills")
    for trade in 1...500 as ClosedRange<Int64> {
      var fill = TradedState.fill(
        .none, lots: Int64(chance.next() % 1_000) + 1, trade: trade)
      fill.side = chance.next() % 2 == 0 ? .buy : .sell
      fill.feeAsset = AssetID(UInt16(chance.next() % 3))
      fill.fee = Int64(chance.next() % 10_000)
      let isTaken = ledger.admit(.fill(fill))
      #expect(isTaken)
      reduce(&state, Event(receiveTime: Timestamp(nanoseconds: trade), .fill(fill)))
    }
    for asset in 0..<3 as Range<UInt16> {
      #expect(ledger.account.balance(AssetID(asset)) == state.account.balance(AssetID(asset)))
    }
  }

  @Test func `trades of the journal are known when its run is taken up`() {
    var state = TradedState.state()
    reduce(
      &state,
      Event(receiveTime: .distantPast, .order(Order(cause: 1, terms: TradedState.terms(lots: 10)))))
    let order = OrderID(state.sequence)
    reduce(
      &state, Event(receiveTime: .distantPast, .fill(TradedState.fill(order, lots: 3, trade: 2))))
    var ledger = OrderLedger()
    let trades = [(order, 2), (OrderID(1), 77)].map {
      RecalledTrade(TradedState.fill($0, lots: 3, trade: $1))
    }
    ledger.begin(state, of: TradedState.book, trades: trades, at: .distantPast)
    #expect(ledger.live[order]?.filled == 3)
    #expect(ledger.live[order]?.nextQuery != nil)
    let isTakenAgain = ledger.admit(.fill(TradedState.fill(order, lots: 3, trade: 2)))
    #expect(!isTakenAgain)
    let isStranger = ledger.admit(.fill(TradedState.fill(OrderID(1), lots: 3, trade: 77)))
    #expect(!isStranger)
    // The one that overtook it was journalled first; this one is new all the same.
    let isOvertaken = ledger.admit(.fill(TradedState.fill(order, lots: 3, trade: 1)))
    #expect(isOvertaken)
  }
}

/// A spot account with one instrument, and what happens on it.
enum TradedState {
  /// The only venue's.
  static let book = AssetBook(of: .only, AssetIDs())

  static func state() -> State {
    var state = State()
    for body in [
      .asset(AssetDefinition(asset: AssetID(0))), .asset(AssetDefinition(asset: AssetID(1))),
      .asset(AssetDefinition(asset: AssetID(2))),
      .instrument(
        InstrumentDefinition(
          instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 5),
          kind: .spot)),
      .balance(AssetAmount(asset: AssetID(0), amount: Money(units: 5 * Money.one.units))),
      .balance(AssetAmount(asset: AssetID(1), amount: Money(units: 100_000 * Money.one.units))),
    ] as [EventBody] {
      reduce(&state, Event(receiveTime: .distantPast, body))
    }
    return state
  }

  static func terms(lots: Int64) -> OrderTerms {
    OrderTerms(
      instrument: InstrumentID(0), side: .buy, type: .limit, quantity: Quantity(lots: lots),
      price: Price(ticks: 6_000_000))
  }

  static func fill(_ order: OrderID, lots: Int64, trade: Int64) -> Fill {
    Fill(
      order: order, instrument: InstrumentID(0), side: .buy, price: Price(ticks: 6_000_000),
      quantity: Quantity(lots: lots), fee: 10, feeAsset: AssetID(0), tradeID: trade,
      liquidity: .maker)
  }
}
