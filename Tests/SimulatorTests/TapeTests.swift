/// Failing runs become smaller ones that fail alike, and a tape brings each of them back.

import Testing
import TradingCore

@testable import Simulator

@Suite("Failing runs are shrunk to tapes, and tapes are run again")
struct TapeTests {
  private func failing(_ plant: Plant, from seed: Int) throws -> SimulationResult {
    var campaign = Campaign(seed: UInt64(seed), runs: 8)
    campaign.plant = plant
    let report = try campaign.run(stopsAtFailure: true) { _ in true }
    return try #require(report.failures.first)
  }

  @Test(
    "the smaller run fails in the same words, and its tape is the same run",
    arguments: [
      (Plant.skipFolderSync, 1), (.trustServerError, 1), (.askAgain, 45), (.forgetFill, 78),
      (.sendBeforeSync, 1), (.ignoreWatermark, 147), (.retrySync, 11),
    ])
  func shrinks(_ plant: Plant, from seed: Int) throws {
    let failure = try failing(plant, from: seed)
    var shrinker = try #require(TapeShrinker(failure))
    let shrunk = try shrinker.shrink { true }
    let (first, last) = (try #require(failure.violation), try #require(shrunk.violation))
    #expect(last.isLike(first) && last.time <= first.time + .second)
    // What a disk has lost shows only when other mishaps let it be looked for at the wrong moment.
    let most = [.ignoreWatermark, .retrySync].contains(plant) ? 4 : 2
    #expect(shrunk.strikes.count <= most && shrunk.turns.count <= failure.turns.count)

    // A fill that was lost can be seen in the journal, an order that was sent too early cannot.
    #expect((shrunk.journal != nil) == [.forgetFill, .trustServerError].contains(plant))

    let tape = try RunOrder(tape: shrunk.order.tape.joined(separator: "\n"))
    let again = try SimulationResult.of(tape)
    #expect(again.violation == last && again.trace == shrunk.trace)
    let report = try Campaign([tape, RunOrder(seed: 1)]).run { _ in true }
    #expect(report.seeds == 2 && report.failures.map(\.violation) == [last])
  }

  @Test("a tape says of what it leaves alone that all of it happens")
  func all() throws {
    var orders = Array(repeating: RunOrder(seed: 5), count: 4)
    orders[0].turns = [2]
    orders[1].turns = []
    orders[2].allowed = []
    orders[3].allowed = [Strike(mishap: .kill, occasion: 3)]
    for order in orders {
      #expect(try RunOrder(tape: order.tape.joined(separator: "\n")) == order)
    }
    #expect(orders[0].tape == ["seed 5", "only", "mishap all", "operator 2"])
    #expect(try RunOrder(tape: "seed 5, operator 2") == orders[0])
    #expect(orders[2].tape == ["seed 5", "only", "operator all"])
  }

  @Test("a run that ends sooner is the same one up to there")
  func span() throws {
    let settings = try SimulationSettings(RunOrder(seed: 9))
    var order = RunOrder(seed: 9)
    order.span = .second
    let shorter = try SimulationSettings(order)
    #expect(shorter.span == .second && shorter.span != settings.span)
    #expect(shorter.operatorPause == settings.operatorPause)
  }

  @Test("other words are another failure, other numbers are not")
  func words() {
    func told(_ text: String, _ invariant: String = "agrees-in-time") -> Violation {
      Violation(invariant: invariant, text: text, time: .second)
    }
    let first = told("USDT: the journal has 12.5, the exchange 13")
    #expect(first.isLike(told("USDT: the journal has 1, the exchange 2.75")))
    #expect(!first.isLike(told("BTC: the journal has 12.5, the exchange 13")))
    #expect(!first.isLike(told("order 7 is unknown")))
    #expect(!first.isLike(told(first.text, "told-is-journalled")))
  }

  @Test("a tape is read as it is written, remarks and all")
  func text() throws {
    var order = RunOrder(seed: 81)
    (order.span, order.plant, order.calm) = (.milliseconds(7_119), .forgetFill, [.strategy])
    order.allowed = [Strike(mishap: .kill, occasion: 3), Strike(mishap: .powerCut, occasion: 1)]
    order.turns = [2, 10]
    #expect(
      order.tape == [
        "seed 81", "until 7119ms", "plant forget-fill", "calm strategy", "only", "power-cut 1",
        "kill 3", "operator 2", "operator 10",
      ])
    #expect(try RunOrder(tape: order.tape.joined(separator: ", ")) == order)
    #expect(
      try RunOrder(tape: "# fails, alas\nseed 4 # a remark\nonly")
        == {
          var quiet = RunOrder(seed: 4)
          (quiet.allowed, quiet.turns) = ([], [])
          return quiet
        }())
    for (wrong, item) in [
      ("", nil), ("kill 3", nil), ("seed x", "seed x"), ("seed 1, kill", "kill"),
      ("seed 1, until 9", "until 9"), ("seed 1, kill 3 4", "kill 3 4"),
      ("seed 1, flood 2", "flood 2"), ("seed 1, operator 0", "operator 0"),
    ] {
      #expect(throws: TapeError(item: item)) { _ = try RunOrder(tape: wrong) }
    }
  }
}
