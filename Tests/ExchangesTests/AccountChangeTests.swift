/// Another account behind the same journal: an order that its venue does not know, and a key that signs for
/// somebody else.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

extension AccountMachineTests {
  /// The order of a journal, as far as the venue had it when the journal ended.
  @Test(arguments: [true, false])
  func
    `an order that the venue had and knows no more halts and names it; one it never had was not sent`(
      wasTaken: Bool
    )
  {
    var state = TradedState.state()
    reduce(
      &state,
      Event(
        receiveTime: Self.time(0), .order(Order(cause: 1, terms: TradedState.terms(lots: 10)))))
    let id = OrderID(state.sequence)
    if wasTaken {
      let report = OrderReport(order: id, venueOrderID: 7, instrument: Self.instrument)
      reduce(&state, Event(receiveTime: Self.time(0), .accepted(report)))
    }
    var machine = AccountMachine(window: Self.window)
    machine.connected(at: Self.now(0))
    machine.begin(
      state, of: TradedState.book, replayed: state.sequence, trades: [], sentUntil: Self.time(0),
      at: Self.now(0))
    _ = Self.kinds(&machine)
    machine.answered(
      .query(id, Self.instrument), .noSuchOrder, FrameBatch(), asked: Self.time(60_000),
      at: Self.now(60_000))
    #expect(Self.kinds(&machine) == (wasTaken ? [.canceled, .halt] : [.sendFailed]))
    #expect(machine.strangers == (wasTaken ? [id] : []))
  }

  @Test func `with another key no order leaves until the balances agree once more`() {
    var (machine, id) = Self.machine()
    machine.answered(
      .query(id, Self.instrument), .done, Self.standing(id, .rejected, filled: 0),
      asked: Self.time(1), at: Self.now(1))
    machine.answered(
      .account, .done, Self.statement(machine), asked: Self.time(2), at: Self.now(2))
    let order = VenueAction.place(PlacedOrder(id, TradedState.terms(lots: 10)))
    #expect(machine.mayLeave(order))
    _ = (Self.kinds(&machine), Self.questions(&machine))
    machine.compareAnew(at: Self.now(10))
    #expect(Self.questions(&machine) == [.account])
    #expect(!machine.mayLeave(order) && machine.mayLeave(.cancel(id, Self.instrument)))
    var same = machine
    same.answered(
      .account, .done, Self.statement(same), asked: Self.time(11), at: Self.now(11))
    #expect(same.mayLeave(order))
    for time in stride(from: Int64(400), through: 4_000, by: 400) {
      machine.answered(
        .account, .done, Self.statement(machine, 1), asked: Self.time(time), at: Self.now(time))
      machine.tick(at: Self.now(time + 350))
    }
    #expect(Self.kinds(&machine).suffix(2) == [.adjustment, .halt])
  }

  @Test func `an order that was decided behind the replay never left, and the venue is not asked`()
  {
    var state = TradedState.state()
    for _ in 0..<2 {
      reduce(
        &state,
        Event(
          receiveTime: Self.time(0), .order(Order(cause: 1, terms: TradedState.terms(lots: 10)))))
    }
    let last = OrderID(state.sequence)
    var machine = AccountMachine(window: Self.window)
    machine.connected(at: Self.now(0))
    machine.begin(
      state, of: TradedState.book, replayed: last.raw - 1, trades: [], sentUntil: Self.time(0),
      at: Self.now(0))
    #expect(Self.kinds(&machine) == [.connected, .sendFailed])
    #expect(machine.ledger.orders == [OrderID(last.raw - 1)])
    #expect(Self.questions(&machine) == [.query(OrderID(last.raw - 1), Self.instrument)])
  }
}
