/// What is asked of a journal that something is missing from, and where its regressions are.
import Foundation
import Testing

@testable import Research
@testable import TradingCore

@Suite("Journals with something missing")
struct CheckLossTests {
  /// A run with gaps in place of some of its events, as a salvage leaves it.
  private func salvaged(losing range: Range<Int>) throws -> CheckSubject {
    var events = try CheckFixture.subject(of: "ema-cross").events
    for index in range {
      let gap = Gap(instrument: .none, stream: .any, count: 1, reason: .lostRecord)
      events[index] = Event(receiveTime: events[index].receiveTime, .gap(gap))
    }
    return try CheckSubject(events)
  }

  @Test("what cannot be judged is n/a with what is lost, and nothing fails", arguments: [0, 40])
  func lost(from first: Int) throws {
    let subject = try salvaged(losing: first..<first + 30)
    #expect(subject.origin == (first == 0 ? .headless : .simulated))
    let text = "30 events are lost, sequences \(first + 1)…\(first + 30)"
    #expect(subject.lost?.text == text)
    for result in try CheckFixture.verdicts(subject, cases: 2) {
      switch (result.name, result.verdict) {
      case (_, .fails(let failure, _)): Issue.record("\(result.name): \(failure)")
      case ("conservation", let verdict), ("recovery", let verdict): #expect(verdict == .holds)
      case ("structure", let verdict), ("limits", let verdict), ("order-life", let verdict):
        #expect(verdict == .notApplicable(text))
      case ("re-derives", .notApplicable(let reason)), ("market-drop", .notApplicable(let reason)):
        #expect(reason.hasPrefix(text) && reason.hasSuffix("them") == (first == 0))
      case ("re-derives", let verdict): Issue.record("re-derives: \(verdict)")
      default: break
      }
    }
  }

  @Test("decisions without a head are not called facts")
  func headless() throws {
    let run = try CheckFixture.subject(of: "ema-cross")
    let subject = try CheckSubject(Array(run.events.dropFirst(run.preambleCount)))
    #expect(subject.origin == .headless && subject.lost == nil)
    #expect(subject.objectionToRerun == "its head does not say what decided")
  }

  @Test("what fails without any damage to the market is not blamed on the damage")
  func blame() throws {
    let run = try CheckFixture.subject(of: "ema-cross", count: 60)
    let level = Depth(
      instrument: CheckFixture.coin, side: .buy, price: Price(ticks: 5),
      quantity: Quantity(lots: 1),
      lastUpdateID: 1, updateSpan: 1, flags: .last)
    let memory = EventMemory()
    let market = run.market.map(\.event) + [CheckFixture.at(61, .depth(level))]
    _ = try #require(run.engine).simulate(run.preamble, ArrayFeed(market), into: memory)
    for result in try CheckFixture.verdicts(try CheckSubject(memory.events), cases: 4) {
      guard case .fails(let failure, _) = result.verdict else { continue }
      #expect(result.name == "structure", "\(result.name): \(failure)")
    }
  }

  @Test("regressions are beside their journal, whatever it is called by")
  func folder() {
    let here = FileManager.default.currentDirectoryPath
    for (journal, folder) in [
      ("runs/a", "runs/a.regressions"), ("runs/a//", "runs/a.regressions"),
      (".", here + ".regressions"), ("./", here + ".regressions"), ("a/..", here + ".regressions"),
    ] {
      #expect(Regressions.folder(of: journal) == folder)
    }
  }
}
