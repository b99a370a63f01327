/// What an account's machine asks and tells, step by step.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

@Suite("The machine of an account")
struct AccountMachineTests {
  static let window = Interval(nanoseconds: 1_000_000_000)
  static let instrument = InstrumentID(0)

  static func time(_ milliseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: 1_000_000_000_000 + milliseconds * 1_000_000)
  }

  /// Both clocks agree, but where a test sets one.
  static func now(_ milliseconds: Int64) -> Moment {
    Moment(wall: time(milliseconds), steady: time(milliseconds))
  }

  /// A machine that took up a journal with one order in it, connected.
  static func machine() -> (AccountMachine, OrderID) {
    var state = TradedState.state()
    let order = Order(cause: 1, terms: TradedState.terms(lots: 10))
    reduce(&state, Event(receiveTime: time(0), .order(order)))
    var machine = AccountMachine(window: window)
    machine.connected(at: now(0))
    machine.begin(
      state, of: TradedState.book, replayed: state.sequence, trades: [], sentUntil: time(0),
      at: now(0))
    return (machine, OrderID(state.sequence))
  }

  static func standing(
    _ id: OrderID, _ status: VenueOrderStatus, filled: Int64
  ) -> FrameBatch {
    var batch = FrameBatch()
    batch.standings.append(
      OrderStanding(
        order: id, venueOrderID: 7, price: Price(ticks: 6_000_000), quantity: Quantity(lots: 10),
        filled: Quantity(lots: filled), time: time(0), instrument: instrument, side: .buy,
        status: status))
    return batch
  }

  /// What the venue says of the account: its opening, and what fills have moved.
  static func statement(_ machine: AccountMachine, _ extra: Int128 = 0) -> FrameBatch {
    var batch = FrameBatch()
    for asset in 0..<2 as Range<UInt16> {
      var total = machine.ledger.account.balance(AssetID(asset))
      if asset == 0 { total += Money(units: extra) }
      batch.statements.append(
        BalanceStatement(asset: AssetID(asset), free: total, locked: .zero, time: time(0)))
    }
    return batch
  }

  static func kinds(_ machine: inout AccountMachine) -> [EventKind] {
    defer { machine.facts.removeAll() }
    return machine.facts.map(\.kind)
  }

  static func questions(_ machine: inout AccountMachine) -> [VenueAction] {
    defer { machine.questions.removeAll() }
    return machine.questions
  }

  @Test func `orders leave only when every order was found and balances agree`() {
    var (machine, id) = Self.machine()
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
    #expect(!machine.mayLeave(.place(PlacedOrder(id, TradedState.terms(lots: 10)))))
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .working, filled: 0),
      asked: Self.time(1), at: Self.now(1))
    #expect(Self.kinds(&machine) == [.connected, .accepted])
    #expect(Self.questions(&machine) == [.account])
    #expect(!machine.isReady)
    machine.answered(
      .account, .done, Self.statement(machine), asked: Self.time(2), at: Self.now(2))
    #expect(machine.isReady)
    #expect(Self.kinds(&machine) == [])
  }

  @Test func `a report of running totals asks for its fills, and ends the order behind them`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.take(standings: Self.standing(id, .partlyFilled, filled: 4).standings, at: Self.now(1))
    #expect(Self.kinds(&machine) == [.connected, .accepted])
    let lookUp = VenueAction.fillsOf(id, Self.instrument, venueOrder: 7)
    #expect(Self.questions(&machine) == [lookUp])
    // The list is behind the report: it is asked for again.
    machine.answered(lookUp, .done, FrameBatch(), asked: Self.time(1), at: Self.now(2))
    #expect(Self.kinds(&machine).isEmpty && Self.questions(&machine).isEmpty)
    machine.tick(at: Self.now(2_002))
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
    machine.take(standings: Self.standing(id, .canceled, filled: 4).standings, at: Self.now(2_003))
    #expect(Self.questions(&machine) == [lookUp])
    var fills = FrameBatch()
    fills.events.append(
      Event(receiveTime: Self.time(2_004), .fill(TradedState.fill(id, lots: 4, trade: 1))))
    machine.answered(lookUp, .done, fills, asked: Self.time(2_003), at: Self.now(2_004))
    #expect(Self.kinds(&machine) == [.fill, .canceled])
    #expect(Self.questions(&machine) == [.account])
    // Told twice, on two links, it is nothing new.
    machine.take(standings: Self.standing(id, .canceled, filled: 4).standings, at: Self.now(2_005))
    #expect(Self.kinds(&machine).isEmpty && Self.questions(&machine).isEmpty)
  }

  @Test func `fills that were missed are told between acceptance and end`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .canceled, filled: 4),
      asked: Self.time(1), at: Self.now(1))
    let lookUp = VenueAction.fillsOf(id, Self.instrument, venueOrder: 7)
    #expect(Self.questions(&machine) == [lookUp])
    var batch = FrameBatch()
    batch.events = [
      Event(receiveTime: Self.time(2), .fill(TradedState.fill(id, lots: 4, trade: 1)))
    ]
    machine.answered(lookUp, .done, batch, asked: Self.time(2), at: Self.now(2))
    #expect(Self.kinds(&machine) == [.connected, .accepted, .fill, .canceled])
    #expect(machine.ledger.live.isEmpty)
  }

  @Test func `a list of fills that is not complete yet is asked for again`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .filled, filled: 10),
      asked: Self.time(1), at: Self.now(1))
    _ = Self.questions(&machine)
    machine.answered(
      .fillsOf(id, Self.instrument, venueOrder: 7), .done, FrameBatch(), asked: Self.time(2),
      at: Self.now(2))
    #expect(machine.ledger.live[id] != nil)
    machine.tick(at: Self.now(600))
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
  }

  @Test func `an order the venue does not know may still arrive until its window is over`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.answered(
      .query(id, Self.instrument), .noSuchOrder, FrameBatch(), asked: Self.time(10),
      at: Self.now(10))
    #expect(Self.kinds(&machine) == [.connected])
    machine.tick(at: Self.now(2_200))
    #expect(Self.questions(&machine) == [])
    machine.tick(at: Self.now(2_300))
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
    machine.answered(
      .query(id, Self.instrument), .noSuchOrder, FrameBatch(), asked: Self.time(2_301),
      at: Self.now(2_301))
    #expect(Self.kinds(&machine) == [.sendFailed])
    #expect(machine.ledger.live.isEmpty)
  }

  @Test func `an unknown outcome is asked for, ever more seldom, until the venue answers`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .working, filled: 0),
      asked: Self.time(1), at: Self.now(1))
    machine.answered(
      .account, .done, Self.statement(machine), asked: Self.time(2), at: Self.now(2))
    _ = (Self.kinds(&machine), Self.questions(&machine))
    machine.take(
      [
        Event(
          receiveTime: Self.time(3), .unknown(OrderReport(order: id, instrument: Self.instrument)))
      ], at: Self.now(3))
    var asked: [Int64] = []
    for millisecond in 3...20_000 as ClosedRange<Int64> {
      machine.tick(at: Self.now(millisecond))
      if !Self.questions(&machine).isEmpty { asked.append(millisecond) }
    }
    #expect(asked == [3, 253, 753, 1_753, 3_753, 7_753, 15_753])
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .working, filled: 0),
      asked: Self.time(20_001), at: Self.now(20_001))
    #expect(Self.kinds(&machine) == [.unknown, .accepted])
    machine.tick(at: Self.now(60_000))
    #expect(Self.questions(&machine) == [])
  }

  @Test func `a cancel that the venue refused lets the state hear that the order works`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .working, filled: 0),
      asked: Self.time(1), at: Self.now(1))
    _ = (Self.kinds(&machine), Self.questions(&machine))
    machine.answered(
      .cancel(id, Self.instrument), .limited(isBan: false, wait: nil, until: nil), FrameBatch(),
      asked: Self.time(3), at: Self.now(3))
    machine.tick(at: Self.now(300))
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .working, filled: 0),
      asked: Self.time(301), at: Self.now(301))
    #expect(Self.kinds(&machine) == [.unknown, .accepted])
  }

  @Test func `a cancel without the venue's name of its order leaves with the acceptance, once`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.cancelWhenNamed(id, at: Self.now(1))
    machine.tick(at: Self.now(300))
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
    machine.take(standings: Self.standing(id, .working, filled: 0).standings, at: Self.now(400))
    #expect(Self.questions(&machine) == [.cancel(id, Self.instrument)])
    machine.answered(
      .cancel(id, Self.instrument), .unknown, FrameBatch(), asked: Self.time(400),
      at: Self.now(500))
    machine.take(standings: Self.standing(id, .working, filled: 0).standings, at: Self.now(600))
    #expect(!Self.questions(&machine).contains(.cancel(id, Self.instrument)))
  }

  @Test
  func `a cancel of an order whose name was forgotten asks for it, and leaves with the answer`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .working, filled: 0),
      asked: Self.time(1), at: Self.now(1))
    _ = (Self.kinds(&machine), Self.questions(&machine))
    machine.cancelWhenNamed(id, at: Self.now(10))
    machine.tick(at: Self.now(10_000))
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .working, filled: 0),
      asked: Self.time(10_000), at: Self.now(10_001))
    #expect(Self.questions(&machine) == [.cancel(id, Self.instrument)])
  }

  @Test func `what waits to be asked about an order is not asked when that has ended`() {
    var (machine, id) = Self.machine()
    let waiting = [
      VenueAction.cancel(id, Self.instrument), .query(id, Self.instrument),
      .fillsOf(id, Self.instrument, venueOrder: 7),
    ]
    for action in waiting { #expect(machine.stillAsks(action)) }
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .canceled, filled: 0),
      asked: Self.time(1), at: Self.now(1))
    for action in waiting { #expect(!machine.stillAsks(action)) }
  }

  @Test func `a difference that stays is an adjustment and a halt; one that passes is nothing`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .rejected, filled: 0),
      asked: Self.time(1), at: Self.now(1))
    _ = (Self.kinds(&machine), Self.questions(&machine))
    var passing = machine
    passing.answered(
      .account, .done, Self.statement(machine, 1), asked: Self.time(2), at: Self.now(2))
    passing.tick(at: Self.now(400))
    #expect(Self.questions(&passing) == [.account])
    passing.answered(
      .account, .done, Self.statement(machine), asked: Self.time(401), at: Self.now(401))
    #expect(passing.isReady)
    for count in 0..<AccountMachine.enoughDisagreements {
      machine.answered(
        .account, .done, Self.statement(machine, 1), asked: Self.time(Int64(count) * 400),
        at: Self.now(Int64(count) * 400))
    }
    #expect(Self.kinds(&machine) == [.adjustment, .halt])
    #expect(!machine.isReady)
    guard case .blocked(let differences) = machine.phase else {
      Issue.record("\(machine.phase)")
      return
    }
    #expect(differences.map(\.asset) == [AssetID(0)])
    // Neither time nor another connection changes what only a person may.
    machine.lost(at: Self.now(5_000))
    machine.connected(at: Self.now(6_000))
    #expect(!machine.isReady)
  }

  @Test func `nothing leaves while the account is away, and the journal hears it`() {
    var (machine, id) = Self.machine()
    machine.lost(at: Self.now(1))
    _ = (Self.kinds(&machine), Self.questions(&machine))
    let terms = TradedState.terms(lots: 3)
    let sent = [SentRequest(id: OrderID(90), request: .place(terms))]
    for request in sent { machine.note(request, at: Self.now(2)) }
    for action in machine.actions(for: sent, at: Self.now(2)) {
      #expect(!machine.mayLeave(action))
      machine.notSent(action, .other, at: Self.now(2))
    }
    #expect(Self.kinds(&machine) == [.sendFailed])
    machine.connected(at: Self.now(3))
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
  }

  @Test func `a journal that ends halted is not traded on`() {
    var state = TradedState.state()
    reduce(&state, Event(receiveTime: Self.time(0), .halt(HaltCommand(reason: 0))))
    var machine = AccountMachine(window: Self.window)
    machine.connected(at: Self.now(0))
    machine.begin(
      state, of: TradedState.book, replayed: state.sequence, trades: [], sentUntil: Self.time(0),
      at: Self.now(0))
    machine.tick(at: Self.now(1))
    #expect(machine.phase == .halted(.operatorCommand, state.sequence))
    #expect(machine.questions.isEmpty)
  }

  @Test func `lists and replacements leave as one action`() {
    var (machine, old) = Self.machine()
    var alternatives = [TradedState.terms(lots: 3), TradedState.terms(lots: 4)]
    alternatives[0].list = ListPlace(.alternative, offset: 0, isLast: false)
    alternatives[1].list = ListPlace(.alternative, offset: 1, isLast: true)
    var replacement = TradedState.terms(lots: 5)
    replacement.list = ListPlace(.replacement, offset: 0, isLast: true)
    let sent = [
      SentRequest(id: OrderID(90), request: .place(alternatives[0])),
      SentRequest(id: OrderID(91), request: .place(alternatives[1])),
      SentRequest(id: old, request: .cancel(old)),
      SentRequest(id: OrderID(92), request: .place(replacement)),
      SentRequest(id: OrderID(93), request: .place(TradedState.terms(lots: 6))),
    ]
    for request in sent { machine.note(request, at: Self.now(2)) }
    #expect(
      machine.actions(for: sent, at: Self.now(2)) == [
        .placeList([
          PlacedOrder(OrderID(90), alternatives[0]), PlacedOrder(OrderID(91), alternatives[1]),
        ]),
        .replace(old, by: PlacedOrder(OrderID(92), replacement)),
        .place(PlacedOrder(OrderID(93), TradedState.terms(lots: 6))),
      ])
  }

  @Test func `a clock that is set back neither ends nor prolongs a wait`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    let hourBack = Moment(
      wall: Self.time(300) - Interval(nanoseconds: 3_600_000_000_000), steady: Self.time(300))
    machine.tick(at: hourBack)
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
  }

  @Test func `an amendment of unknown outcome is told by where the order stands`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .working, filled: 0),
      asked: Self.time(1), at: Self.now(1))
    _ = (Self.kinds(&machine), Self.questions(&machine))
    let shrink = VenueAction.shrink(id, Self.instrument, to: Quantity(lots: 4))
    machine.answered(shrink, .unknown, FrameBatch(), asked: Self.time(2), at: Self.now(3))
    #expect(Self.kinds(&machine) == [])
    #expect(Self.questions(&machine) == [.query(id, Self.instrument)])
    var smaller = Self.standing(id, .working, filled: 0)
    smaller.standings[0].quantity = Quantity(lots: 4)
    machine.answered(
      .query(id, Self.instrument), .done, smaller, asked: Self.time(4), at: Self.now(5))
    #expect(Self.kinds(&machine) == [.amended])
    #expect(machine.ledger.live[id]?.terms.quantity == Quantity(lots: 4))
  }

  @Test(
    "a transfer that comes on both links is told once, and an equal one of another time is another")
  func transfers() {
    var (machine, _) = Self.machine()
    machine.facts.removeAll()
    let paid = AssetAmount(asset: AssetID(0), amount: .one)
    let first = Event(receiveTime: Self.time(1), venueTime: Self.time(1), .adjustment(paid))
    let second = Event(receiveTime: Self.time(3), venueTime: Self.time(2), .adjustment(paid))
    var copy = first
    copy.receiveTime = Self.time(2)
    for event in [first, copy, second] { machine.take([event], at: Self.now(3)) }
    #expect(machine.facts.filter { $0.kind == .adjustment } == [first, second])
  }
}
