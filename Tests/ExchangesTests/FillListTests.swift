/// Lists of an order's fills that are longer than one answer of a venue's.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

extension AccountMachineTests {
  @Test
  func `a list of fills in pages is asked for on, behind a limit too, and anew behind a refusal`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    func page(_ name: String?) -> VenueAction {
      .fillsOf(id, Self.instrument, venueOrder: 7, page: name)
    }
    func found(_ trade: Int64) -> FrameBatch {
      var batch = FrameBatch()
      batch.events.append(
        Event(receiveTime: Self.time(2), .fill(TradedState.fill(id, lots: 3, trade: trade))))
      return batch
    }
    func look(at milliseconds: Int64) {
      machine.answered(
        .query(id, Self.instrument), .done, Self.standing(id, .canceled, filled: 9),
        asked: Self.time(milliseconds), at: Self.now(milliseconds))
    }
    func hear(_ name: String?, _ outcome: VenueOutcome, _ batch: FrameBatch = FrameBatch()) {
      machine.answered(page(name), outcome, batch, asked: Self.time(2), at: Self.now(2))
    }
    look(at: 1)
    #expect(Self.questions(&machine) == [page(nil)])
    hear(nil, .halfway(next: "b"), found(1))
    #expect(Self.questions(&machine) == [page("b")])
    hear("b", .limited(isBan: false, wait: nil, until: nil))
    #expect(Self.questions(&machine).isEmpty)
    look(at: 3)
    #expect(Self.questions(&machine) == [page("b")])
    hear("b", .halfway(next: "c"), found(2))
    _ = Self.questions(&machine)
    hear("c", .rejected(VenueRejection(code: 1, reason: .other, text: "too old")))
    look(at: 4)
    #expect(Self.questions(&machine) == [page(nil)])
    // What is missing comes on the first page by now: the second one is not asked for.
    hear(nil, .halfway(next: "b"), found(3))
    #expect(Self.questions(&machine) == [.account] && machine.ledger.live.isEmpty)
  }

  @Test func `the list of an order that lives on begins anew once nothing is missing`() {
    var (machine, id) = Self.machine()
    _ = Self.questions(&machine)
    let first = VenueAction.fillsOf(id, Self.instrument, venueOrder: 7)
    for (lots, trade) in [(Int64(3), Int64(1)), (6, 2)] {
      machine.take(
        standings: Self.standing(id, .partlyFilled, filled: lots).standings, at: Self.now(lots))
      #expect(Self.questions(&machine) == [first])
      var page = FrameBatch()
      page.events.append(
        Event(receiveTime: Self.time(lots), .fill(TradedState.fill(id, lots: 3, trade: trade))))
      machine.answered(
        first, .halfway(next: "50"), page, asked: Self.time(lots), at: Self.now(lots))
      #expect(machine.ledger.live[id]?.filled == lots)
      _ = Self.questions(&machine)
    }
  }
}
