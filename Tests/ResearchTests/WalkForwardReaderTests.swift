/// The `walkforward` part of a scenario: every key, every refusal, and runs that do not see it.
import Testing
import TradingCore

@testable import Research

@Suite("Walk-forward in scenarios")
struct WalkForwardReaderTests {
  @Test("every key says what it says, and what is left out has its default")
  func keys() throws {
    let text = """
      walkforward: {in: 90d, out: 30d, step: 40d, anchored: true, purge: 1d, embargo: 2h, warmUp: 5h}
      """
    func hours(_ count: Int64) -> Interval {
      Interval(nanoseconds: count * Interval.hour.nanoseconds)
    }
    #expect(
      try scenario(scenarioText(text)).walkForward
        == WalkForwardSettings(
          inSample: hours(90 * 24), outOfSample: .length(hours(30 * 24), step: hours(40 * 24)),
          isAnchored: true, purge: .day, embargo: hours(2), warmUp: hours(5)))
    #expect(
      try scenario(scenarioText("walkforward: {in: 1d, folds: 6}")).walkForward
        == WalkForwardSettings(inSample: .day, outOfSample: .folds(6)))
    #expect(try scenario(scenarioText()).walkForward == nil)
  }

  @Test("a warm-up is the period's own unless another is said, and none is another")
  func warmUp() throws {
    func warmUp(_ more: String) throws -> Interval? {
      let text = "period: {warmUp: 5h}\nwalkforward: {in: 9d, out: 3d\(more)}"
      return try scenario(scenarioText(text)).walkForward?.warmUp
    }
    #expect(try warmUp("")?.shortText == "5h")
    #expect(try warmUp(", warmUp: 2h")?.shortText == "2h")
    #expect(try warmUp(", warmUp: 0s") == .zero)
  }

  @Test(
    "a bad value is refused with line and key",
    arguments: [
      (
        "walkforward: {in: 9d, uot: 3d}",
        "unknown key `walkforward.uot`; did you mean `walkforward.out`?"
      ),
      ("walkforward: {in: 9d, out: 3d, anchor: true}", "did you mean `walkforward.anchored`?"),
      ("walkforward: {out: 3d}", "`walkforward.in` is missing"),
      ("walkforward: {in: 9d}", "needs one of `out`"),
      ("walkforward: {in: 9d, out: 3d, folds: 3}", "needs one of `out`"),
      ("walkforward: {in: 9d, folds: 3, step: 1d}", "`walkforward.step` follows from `folds`"),
      (
        "walkforward: {in: 9d, folds: 1}", "`walkforward.folds` is 1; walk-forward takes at least 2"
      ),
      ("walkforward: {in: 9d, folds: few}", "\"few\" is not a whole number from 2"),
      ("walkforward: {in: 9, out: 3d}", "`walkforward.in`: \"9\" is not a span such as 30d"),
      ("walkforward: {in: 0, out: 3d}", "`walkforward.in` is no length"),
      ("walkforward: {in: 9d, out: 3d, purge: -1d}", "`walkforward.purge`: \"-1d\" is not a span"),
      ("walkforward: {in: 9d, out: 3d, anchored: yes}", "is not one of true, false"),
      ("walkforward: 9d", "`walkforward` must be a map"),
      ("search: {parameters: {walkforward.in: 1d|2d}}", "`walkforward.in` stays as it is"),
    ])
  func refusals(text: String, says: String) {
    let said = refusal(scenarioText(text))
    #expect(said.contains(says), "\(said)")
    #expect(said.hasPrefix("s.yaml:6: "), "\(said)")
  }

  @Test("what the template shows in comments is read")
  func template() throws {
    let entry = try #require(StrategyRegistry.entry(named: "observer"))
    let lines = ScenarioTemplate.text(strategy: entry, journal: nil).split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("# walkforward:") })
    let block = lines[(start + 1)...].prefix { $0.hasPrefix("#   ") }
    let shown = ([lines[start]] + block).map { $0.dropFirst(2) }.joined(separator: "\n")
    let settings = try #require(try scenario(scenarioText(shown)).walkForward)
    #expect(block.count == 7)
    #expect(settings.warmUp == .day && settings.purge == .day && !settings.isAnchored)
  }

  @Test(
    "a run neither sees the section nor is changed by it, and asking for folds without says what to write"
  )
  func runs() throws {
    let plain = try scenario(scenarioText())
    var with = try scenario(scenarioText("walkforward: {in: 1d, folds: 6}"))
    with.walkForward = nil
    with.text = plain.text
    #expect(with == plain)
    #expect(throws: ScenarioError.self) { try plain.walkForwardSettings() }
  }
}
