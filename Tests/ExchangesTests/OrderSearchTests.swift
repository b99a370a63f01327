/// Searches for an order that take several questions: each says where the search has come, and with the order it is
/// forgotten.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

/// A machine that looks for the one order it has.
private struct Search {
  typealias Tests = AccountMachineTests

  var machine: AccountMachine
  let id: OrderID
  /// In milliseconds.
  var time: Int64

  /// Its first question has left.
  init(at time: Int64) {
    (machine, id) = Tests.machine()
    self.time = time
    _ = (told, asked)
  }

  /// It has come to its second list.
  static func halfway() -> Search {
    var search = Search(at: 10)
    search.hear(nil, .halfway(next: "b"))
    return search
  }

  func part(_ page: String?) -> VenueAction { .query(id, Tests.instrument, page: page) }

  /// What was told since this was asked last, by kind.
  var told: [EventKind] {
    mutating get { Tests.kinds(&machine) }
  }

  /// What the venue was asked since.
  var asked: [VenueAction] {
    mutating get { Tests.questions(&machine) }
  }

  /// An answer to a question that has just left.
  mutating func hear(_ page: String?, _ outcome: VenueOutcome, _ batch: FrameBatch = FrameBatch()) {
    machine.answered(
      part(page), outcome, batch, asked: Tests.time(time), at: Tests.now(time))
  }

  /// What is asked once so much time has passed.
  mutating func pass(_ milliseconds: Int64) -> [VenueAction] {
    time += milliseconds
    machine.tick(at: Tests.now(time))
    return asked
  }
}

extension AccountMachineTests {
  private static let limited = VenueOutcome.limited(isBan: false, wait: nil, until: nil)

  @Test func `a question of two parts goes on at once`() {
    var search = Search.halfway()
    #expect(search.asked == [search.part("b")])
    #expect(search.pass(1) == [])
  }

  @Test func `a search goes on behind a limit where it was, and begins anew behind a refusal`() {
    var search = Search.halfway()
    _ = search.asked
    search.hear("b", Self.limited)
    #expect(search.pass(1_000) == [search.part("b")])
    search.hear("b", .halfway(next: "c"))
    #expect(search.asked == [search.part("c")])
    search.hear("c", .rejected(VenueRejection(code: 1, reason: .other, text: "too old")))
    #expect(search.pass(20_000) == [search.part(nil)])
  }

  @Test func `a page that nobody can read is asked for twice, and its search ever more seldom`() {
    var search = Search(at: 0)
    var (begun, questions) = ([Int64](), [search.part(nil)])
    while search.time < 60_000 {
      while let question = questions.popLast() {
        if question == search.part(nil) {
          begun.append(search.time)
          search.hear(nil, .halfway(next: "b"))
        } else {
          search.hear("b", .unknown)
        }
        questions = search.asked
      }
      questions = search.pass(10)
    }
    #expect(begun == [0, 1_500, 13_500, 33_500, 53_500])
  }

  @Test func `pages that lead to one another are left, and looked at again only after a while`() {
    var search = Search(at: 10_000)
    var (count, page) = (1, String?.none)
    while count < 2 * OrderSearch.mostParts {
      let next = page == "a" ? "b" : "a"
      search.hear(page, .halfway(next: next))
      guard search.asked == [search.part(next)] else { break }
      (count, page) = (count + 1, next)
    }
    #expect(count == OrderSearch.mostParts)
    #expect(search.pass(100) == [])
    #expect(search.pass(1_000) == [search.part(nil)])
  }

  @Test func `a page waits for its answer no longer than the one before`() {
    var search = Search(at: 10_000)
    var page: String?
    for next in ["b", "c", "d", "e", "f", "g"] {
      search.hear(page, .halfway(next: next))
      page = next
    }
    _ = search.asked
    search.hear(page, Self.limited)
    #expect(search.pass(499) == [])
    #expect(search.pass(1) == [search.part("g")])
  }

  @Test func `an order that may still arrive is looked for on the newest pages, then in its time`()
  {
    var search = Search.halfway()
    search.hear("b", .halfway(next: "c"))
    #expect(search.asked.last == search.part("c"))
    search.hear("c", .halfway(next: "d"))
    #expect(search.asked == [])
    // Its window ends at 2 s.
    #expect(search.pass(2_239) == [])
    #expect(search.pass(1) == [search.part(nil)])
    for (page, next) in [(nil, "b"), ("b", "c"), ("c", "d")] as [(String?, String)] {
      search.hear(page, .halfway(next: next))
      #expect(search.asked == [search.part(next)])
    }
    search.hear("d", .noSuchOrder)
    #expect(search.told == [.sendFailed])
  }

  @Test func `a search begins anew behind another link, and its old part says nothing any more`() {
    var search = Search.halfway()
    search.machine.lost(at: Self.now(20))
    _ = search.asked
    search.machine.connected(at: Self.now(30))
    #expect(search.asked == [search.part(nil)])
    #expect(search.machine.stillAsks(search.part(nil)))
    #expect(!search.machine.stillAsks(search.part("b")))
    _ = search.told
    search.time = 60_000
    search.hear("b", .noSuchOrder)
    #expect(search.told.isEmpty && search.machine.ledger.orders == [search.id])
    _ = search.asked
    search.hear(nil, .noSuchOrder)
    #expect(search.told == [.sendFailed])
  }

  @Test func `a search begins anew for an order that came into doubt behind its last question`() {
    var search = Search.halfway()
    _ = search.asked
    search.machine.doubt(search.id, Self.now(25), after: Self.window)
    search.time = 20
    search.hear("b", .done, Self.standing(search.id, .working, filled: 0))
    #expect(search.asked == [search.part(nil)])
  }

  @Test func `a part of a search that is over says nothing of an order that was found meanwhile`() {
    var search = Search.halfway()
    let working = Self.standing(search.id, .working, filled: 0)
    search.machine.take(standings: working.standings, at: Self.now(30))
    #expect(search.told == [.accepted])
    search.time = 60_000
    search.hear("b", .noSuchOrder)
    #expect(search.told.isEmpty && search.machine.ledger.orders == [search.id])
  }
}
