/// What is told and asked about our orders when answers are late, lost, early or out of order.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

private func at(_ milliseconds: Int64) -> Timestamp {
  Timestamp(nanoseconds: milliseconds * 1_000_000)
}

/// Both clocks agree, but where a test sets one.
private func now(_ milliseconds: Int64) -> Moment {
  Moment(wall: at(milliseconds), steady: at(milliseconds))
}

/// A machine whose journal holds one working buy of ten lots, event 5.
private struct Desk {
  static let order = OrderID(5)
  static let instrument = InstrumentID(0)
  var machine = AccountMachine(window: Interval(nanoseconds: 5_000_000_000))
  var state = State()

  static func terms(_ lots: Int64 = 10) -> OrderTerms {
    OrderTerms(
      instrument: instrument, side: .buy, type: .limit, quantity: Quantity(lots: lots),
      price: Price(ticks: 100))
  }

  init() {
    let definition = InstrumentDefinition(
      instrument: Self.instrument, base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 0), lot: Decimal64(mantissa: 1, scale: 0))
    let bodies: [EventBody] = [
      .asset(AssetDefinition(asset: AssetID(0))), .asset(AssetDefinition(asset: AssetID(1))),
      .instrument(definition),
      .balance(AssetAmount(asset: AssetID(1), amount: Money(units: 1_000_000 * Money.one.units))),
      .order(Order(cause: 4, terms: Self.terms())),
    ]
    for body in bodies { reduce(&state, Event(receiveTime: at(0), body)) }
  }

  mutating func begin(_ fills: [Fill] = []) {
    machine.begin(
      state, of: TradedState.book, replayed: state.sequence,
      trades: fills.map { RecalledTrade($0) }, sentUntil: at(1_000), at: now(1_000))
  }

  static func fill(_ id: Int64, of order: OrderID = order, lots: Int64 = 4) -> Fill {
    Fill(
      order: order, instrument: instrument, side: .buy, price: Price(ticks: 100),
      quantity: Quantity(lots: lots), fee: 0, feeAsset: AssetID(1), tradeID: id, liquidity: .maker)
  }

  static func standing(_ status: VenueOrderStatus, filled: Int64 = 0) -> OrderStanding {
    OrderStanding(
      order: order, venueOrderID: 77, price: Price(ticks: 100), quantity: Quantity(lots: 10),
      filled: Quantity(lots: filled), time: at(0), instrument: instrument, side: .buy,
      status: status)
  }

  mutating func answer(
    _ action: VenueAction, _ outcome: VenueOutcome, asked: Int64, at time: Int64,
    _ fill: (inout FrameBatch) -> Void = { _ in }
  ) {
    var batch = FrameBatch()
    fill(&batch)
    machine.answered(action, outcome, batch, asked: at(asked), at: now(time))
  }

  static let query = VenueAction.query(order, instrument)

  /// What was told, by kind.
  var told: [EventKind] { machine.facts.map(\.kind) }
}

@Suite("Answers that are late, lost, early or out of order")
struct LateAnswerTests {
  @Test func `a fill that came before the journal was replayed counts once, and ends the look-up`()
  {
    var desk = Desk()
    desk.machine.connected(at: now(500))
    desk.machine.take(
      [Event(receiveTime: at(600), .fill(Desk.fill(1, lots: 10)))], at: now(600))
    #expect(desk.told == [.connected])
    desk.begin()
    #expect(desk.told == [.connected, .fill])
    desk.machine.take(
      [Event(receiveTime: at(1_100), .fill(Desk.fill(1, lots: 10)))], at: now(1_100))
    desk.machine.tick(at: now(1_100))
    #expect(desk.told == [.connected, .fill])
    #expect(desk.machine.ledger.live.isEmpty)
    #expect(desk.machine.ledger.account.balance(AssetID(0)) == Money(units: 10 * Money.one.units))
    #expect(desk.machine.phase == .counting)
  }

  @Test func `an order is given up only when it was asked for behind the end of its window`() {
    var desk = Desk()
    desk.begin()
    desk.machine.connected(at: now(1_000))
    // The window is 5 s, and the venue takes a time up to 1 s ahead of its own.
    desk.answer(Desk.query, .noSuchOrder, asked: 2_000, at: 13_000)
    desk.answer(Desk.query, .noSuchOrder, asked: 7_000, at: 13_000)
    #expect(desk.told == [.connected])
    desk.answer(Desk.query, .noSuchOrder, asked: 7_001, at: 13_000)
    #expect(desk.told == [.connected, .sendFailed])
  }

  @Test func `a question of several parts is as old as its first one`() {
    var desk = Desk()
    desk.begin()
    desk.machine.connected(at: now(1_000))
    // The window ends at 7 s: the order may have come between the two parts, and be open.
    let rest = VenueAction.query(Desk.order, Desk.instrument, page: "closed")
    desk.answer(Desk.query, .halfway(next: "closed"), asked: 6_900, at: 6_950)
    desk.machine.questions.removeAll()
    desk.answer(rest, .noSuchOrder, asked: 7_100, at: 7_200)
    #expect(desk.told == [.connected])
    desk.machine.tick(at: now(7_400))
    #expect(desk.machine.questions.isEmpty)
    desk.machine.tick(at: now(7_450))
    #expect(desk.machine.questions == [Desk.query])
    desk.answer(Desk.query, .halfway(next: "closed"), asked: 7_450, at: 7_500)
    desk.answer(rest, .unknown, asked: 7_500, at: 7_600)
    desk.answer(rest, .noSuchOrder, asked: 7_800, at: 7_900)
    #expect(desk.told == [.connected, .sendFailed])
  }

  @Test func `balances are asked for again when the question could not leave`() {
    var desk = Desk()
    desk.begin()
    desk.machine.connected(at: now(1_000))
    desk.answer(Desk.query, .done, asked: 1_000, at: 1_100) {
      $0.standings.append(Desk.standing(.working))
    }
    #expect(desk.machine.questions.last == .account)
    desk.machine.questions.removeAll()
    desk.machine.notSent(.account, .rateLimit, at: now(1_100))
    desk.machine.tick(at: now(1_300))
    #expect(desk.machine.questions.isEmpty)
    desk.machine.tick(at: now(1_400))
    #expect(desk.machine.questions == [.account])
  }

  @Test func `an order can be taken back before balances agree, and none can be placed`() {
    var desk = Desk()
    let cancel = VenueAction.cancel(Desk.order, Desk.instrument)
    let place = VenueAction.place(PlacedOrder(OrderID(9), Desk.terms()))
    #expect(!desk.machine.mayLeave(cancel))
    desk.begin()
    desk.machine.connected(at: now(1_000))
    for phase in [AccountPhase.lookingUp, .counting, .blocked([]), .ready] {
      desk.machine.phase = phase
      #expect(desk.machine.mayLeave(cancel))
      #expect(desk.machine.mayLeave(place) == (phase == .ready))
    }
    desk.machine.isEnding = true
    #expect(desk.machine.mayLeave(cancel))
    #expect(!desk.machine.mayLeave(place))
    desk.machine.lost(at: now(2_000))
    #expect(desk.machine.mayLeave(cancel), "the venue may still be there over HTTP")
    #expect(!desk.machine.mayLeave(place))
    desk.machine.keyless(at: now(2_000))
    #expect(!desk.machine.mayLeave(cancel))
  }

  @Test func `a cancel that was refused for its time is sent again, and not for ever`() {
    var desk = Desk()
    desk.begin()
    desk.machine.connected(at: now(1_000))
    let cancel = VenueAction.cancel(Desk.order, Desk.instrument)
    var time: Int64 = 1_000
    for _ in 0..<LedgerEntry.mostCancelsAgain {
      desk.machine.questions.removeAll()
      desk.answer(cancel, .clockSkew, asked: time, at: time)
      desk.machine.tick(at: now(time + 200))
      #expect(!desk.machine.questions.contains(cancel))
      time += 300
      desk.machine.tick(at: now(time))
      #expect(desk.machine.questions.filter { $0 == cancel }.count == 1)
    }
    desk.machine.questions.removeAll()
    desk.answer(cancel, .clockSkew, asked: time, at: time)
    desk.machine.tick(at: now(time + 1_000))
    #expect(!desk.machine.questions.contains(cancel))
    #expect(desk.machine.ledger.live[Desk.order]?.isCancelRefused == true)
  }

  @Test func `a cancel that was one change too many is sent again, ever more seldom`() {
    var desk = Desk()
    desk.begin()
    desk.machine.connected(at: now(1_000))
    let cancel = VenueAction.cancel(Desk.order, Desk.instrument)
    let refusal = VenueOutcome.rejected(
      VenueRejection(code: 0, reason: .rateLimit, text: "EOrder:Rate limit exceeded"))
    var (time, waits) = (Int64(1_000), [Int64]())
    for _ in 0..<LedgerEntry.mostCancelsAgain {
      desk.answer(cancel, refusal, asked: time, at: time)
      desk.machine.questions.removeAll()
      let began = time
      while !desk.machine.questions.contains(cancel), time < began + 20_000 {
        time += 50
        desk.machine.tick(at: now(time))
      }
      waits.append(time - began)
    }
    #expect(waits == [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    #expect(desk.machine.ledger.live[Desk.order]?.isCancelRefused == false)
    desk.answer(cancel, refusal, asked: time, at: time)
    #expect(desk.machine.ledger.live[Desk.order]?.isCancelRefused == true)
  }

  @Test func `at a run's end orders are asked for though the link is away, and before it not`() {
    for isEnding in [false, true] {
      var desk = Desk()
      desk.begin()
      desk.machine.connected(at: now(1_000))
      desk.answer(Desk.query, .done, asked: 1_000, at: 1_100) {
        $0.standings.append(Desk.standing(.working))
      }
      desk.machine.lost(at: now(2_000))
      desk.machine.isEnding = isEnding
      desk.machine.questions.removeAll()
      desk.answer(.cancel(Desk.order, Desk.instrument), .done, asked: 2_000, at: 2_100)
      #expect(desk.machine.questions == (isEnding ? [Desk.query] : []))
    }
  }

  @Test func `a cancel that the venue only queues is followed to its end while the link is away`() {
    var desk = Desk()
    desk.begin()
    desk.machine.connected(at: now(1_000))
    desk.answer(Desk.query, .done, asked: 1_000, at: 1_100) {
      $0.standings.append(Desk.standing(.working))
    }
    desk.machine.lost(at: now(2_000))
    desk.machine.isEnding = true
    desk.machine.questions.removeAll()
    desk.answer(.cancel(Desk.order, Desk.instrument), .done, asked: 2_000, at: 2_100)
    let answers: [(asked: Int64, status: VenueOrderStatus)] = [
      (2_100, .working), (2_400, .working), (3_000, .canceled),
    ]
    for (asked, standing) in answers {
      desk.machine.tick(at: now(asked))
      #expect(desk.machine.questions == [Desk.query], "at \(asked)")
      desk.machine.questions.removeAll()
      desk.answer(Desk.query, .done, asked: asked, at: asked + 50) {
        $0.standings.append(Desk.standing(standing))
      }
    }
    #expect(desk.told.last == .canceled)
    #expect(desk.machine.ledger.live.isEmpty)
  }

  @Test func `at a run's end a cancel nobody knows the outcome of is sent again, before it not`() {
    for isEnding in [false, true] {
      var desk = Desk()
      desk.begin()
      desk.machine.connected(at: now(1_000))
      desk.machine.isEnding = isEnding
      let cancel = VenueAction.cancel(Desk.order, Desk.instrument)
      desk.answer(cancel, .unknown, asked: 2_000, at: 2_100)
      desk.machine.questions.removeAll()
      desk.answer(Desk.query, .done, asked: 2_400, at: 2_500) {
        $0.standings.append(Desk.standing(.working))
      }
      #expect(desk.machine.questions.contains(cancel) == isEnding)
    }
  }

  @Test func `a replacement comes only in the place of the order it replaces`() {
    var desk = Desk()
    desk.begin()
    var terms = Desk.terms()
    terms.list = ListPlace(.replacement, offset: 0, isLast: true)
    let new = PlacedOrder(OrderID(9), terms)
    func pair(_ old: OrderID) -> [SentRequest] {
      [
        SentRequest(id: old, request: .cancel(old)),
        SentRequest(id: new.id, request: .place(terms)),
      ]
    }
    let both = desk.machine.actions(for: pair(Desk.order), at: now(1_000))
    #expect(both == [.replace(Desk.order, by: new)])
    desk.machine.note(pair(OrderID(4))[1], at: now(1_000))
    // Its cancel is of an order that has ended; the one before is another's.
    let cancel = SentRequest(id: Desk.order, request: .cancel(Desk.order))
    let rest = desk.machine.actions(for: [cancel] + pair(OrderID(4)), at: now(1_000))
    #expect(rest == [.cancel(Desk.order, Desk.instrument)])
    #expect(desk.told == [.sendFailed])
  }

  @Test func `a canceled order ends behind its fills`() {
    var desk = Desk()
    desk.begin()
    let cancel = VenueAction.cancel(Desk.order, Desk.instrument)
    let standing = Desk.standing(.canceled, filled: 4)
    let end = EventBody.canceled(
      OrderReport(order: Desk.order, venueOrderID: 77, instrument: Desk.instrument))
    desk.answer(cancel, .done, asked: 1_000, at: 1_100) {
      $0.standings.append(standing)
      $0.events.append(Event(receiveTime: at(1_100), end))
    }
    #expect(desk.told == [])
    desk.machine.take(
      [
        Event(receiveTime: at(1_200), .fill(Desk.fill(1))), Event(receiveTime: at(1_200), end),
      ], at: now(1_200))
    #expect(desk.told == [.fill, .canceled])
  }

  @Test func `a trade of another instrument with an id that the journal ends with is new`() {
    var desk = Desk()
    var other = Desk.fill(1, of: OrderID(3))
    other.instrument = InstrumentID(1)
    desk.begin([other, Desk.fill(2)])
    for (id, isNew) in [(1, true), (2, false)] as [(Int64, Bool)] {
      let isAdmitted = desk.machine.ledger.admit(.fill(Desk.fill(id)))
      #expect(isAdmitted == isNew)
    }
    let isOtherNew = desk.machine.ledger.admit(.fill(other))
    #expect(!isOtherNew)
  }
}
