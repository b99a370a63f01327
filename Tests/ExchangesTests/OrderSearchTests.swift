/// Searches for an order that take several questions: each says where the search has come, and with the order it is
/// forgotten.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

extension AccountMachineTests {
  private static func part(_ id: OrderID, _ page: String?) -> VenueAction {
    .query(id, instrument, page: page)
  }

  /// A machine that looks for an order and has come to its second list.
  private static func searching() -> (AccountMachine, OrderID) {
    var (machine, id) = machine()
    _ = (kinds(&machine), questions(&machine))
    machine.answered(
      part(id, nil), .halfway(next: "b"), FrameBatch(), asked: time(10), at: now(20))
    return (machine, id)
  }

  @Test func `a question of two parts goes on at once`() {
    var (machine, id) = Self.searching()
    #expect(Self.questions(&machine) == [Self.part(id, "b")])
    machine.tick(at: Self.now(21))
    #expect(Self.questions(&machine) == [])
  }

  @Test func `a search goes on behind a limit where it was, and begins anew behind a refusal`() {
    var (machine, id) = Self.searching()
    var time = Int64(20)
    func hear(_ page: String?, _ outcome: VenueOutcome) {
      time += 10
      machine.answered(
        Self.part(id, page), outcome, FrameBatch(), asked: Self.time(time), at: Self.now(time))
    }
    func later() -> [VenueAction] {
      time += 20_000
      machine.tick(at: Self.now(time))
      return Self.questions(&machine)
    }
    _ = Self.questions(&machine)
    hear("b", .limited(isBan: false, wait: nil, until: nil))
    #expect(later() == [Self.part(id, "b")])
    hear("b", .halfway(next: "c"))
    #expect(Self.questions(&machine) == [Self.part(id, "c")])
    hear("c", .rejected(VenueRejection(code: 1, reason: .other, text: "too old")))
    #expect(later() == [Self.part(id, nil)])
  }

  @Test func `a search begins anew for an order that came into doubt behind its last question`() {
    var (machine, id) = Self.searching()
    _ = Self.questions(&machine)
    machine.doubt(id, Self.now(25), after: Self.window)
    machine.answered(
      Self.part(id, "b"), .done, Self.standing(id, .working, filled: 0), asked: Self.time(20),
      at: Self.now(30))
    #expect(Self.questions(&machine) == [Self.part(id, nil)])
  }

  @Test func `a part of a search that is over says nothing of an order that was found meanwhile`() {
    var (machine, id) = Self.searching()
    machine.take(standings: Self.standing(id, .working, filled: 0).standings, at: Self.now(30))
    #expect(Self.kinds(&machine) == [.accepted])
    machine.answered(
      Self.part(id, "b"), .noSuchOrder, FrameBatch(), asked: Self.time(60_000),
      at: Self.now(60_010))
    #expect(Self.kinds(&machine).isEmpty && machine.ledger.orders == [id])
  }
}
