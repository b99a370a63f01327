/// Stories of journals that do not hold what this build decides, or whose events name one another.

import Journal
import Research
import Testing
import TradingCore

@Suite("Stories of decisions")
struct DecisionStoryTests {
  private func story(_ journal: String, _ target: StoryTarget) throws -> DecisionStory {
    try DecisionStory(of: RecordedRun(of: journal), target, on: nil) { _, _ in true }
  }

  @Test("an order that the journal lacks is a divergence, unless the journal just ends there")
  func lacking() throws {
    let run = try RecordedScenario()
    let events = try run.events()
    let place = try #require(events.firstIndex { $0.kind == .order })
    guard case .order(let order) = events[place].body else { return }
    let ended = try run.rewritten(Array(events[..<place]), as: "ended")
    let story = try story(ended, .sequence(order.cause))
    #expect(story.verdicts.count == 1 && story.verdict == nil)
    let lacking = try run.rewritten(Array(events[..<place] + events[(place + 1)...]), as: "lacking")
    #expect(throws: EngineFault.self) { try self.story(lacking, .sequence(order.cause)) }
  }

  @Test("behind another strategy than the head's a difference is refused, not the recording's")
  func strategySet() throws {
    let run = try RecordedScenario()
    var events = try run.events()
    let (place, order) = try run.enlargeLastOrder(in: &events)
    let changed = try run.rewritten(events, as: "changed")
    #expect(throws: EngineFault.self) { try self.story(changed, .sequence(order)) }
    events[place].body = RecordedScenario.otherParameter
    let set = try run.rewritten(events, as: "set")
    let refusal = try #require(try Verification(of: set).refusal)
    #expect(throws: refusal) { try self.story(set, .sequence(order)) }
  }

  @Test("reports that name reports end at the first of them")
  func chains() throws {
    let run = try RecordedScenario()
    var events = try run.events()
    let time = try #require(events.last).receiveTime
    for _ in 0..<20_000 {
      let before = OrderID(UInt64(events.count))
      let report = OrderReport(order: before, instrument: InstrumentID(0))
      events.append(Event(receiveTime: time, .accepted(report)))
    }
    let chain = try run.rewritten(events, as: "chain")
    let last = UInt64(events.count)
    let story = try story(chain, .sequence(last))
    #expect(story.fact.sequence == last && story.remark == nil)
  }
}
