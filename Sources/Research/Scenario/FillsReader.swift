/// The `fills` part of a scenario: a word, or a map that also says how queues, impact and volume are
/// modelled.

internal import TradingCore

enum FillsReader {
  static func read(_ root: inout ScenarioSection) throws(ScenarioError) -> Scenario.Fills {
    guard root.isMap("fills") else {
      return Scenario.Fills(rule: try root.choice("fills", among: FillRule.words))
    }
    guard var section = try root.section("fills") else { return Scenario.Fills() }
    let fills = Scenario.Fills(
      rule: try section.choice("model", among: FillRule.words),
      queue: try section.value(
        "queue", expected: "`power` with an exponent up to 100, such as power 3, or log",
        QueueRule.init),
      impact: try impact(&section),
      volumeCap: try section.value("volumeCap", expected: "a share from 0.0001% to 100%") { text in
        ScenarioValues.share(text, scale: 6).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
      },
      selfTrade: try section.choice("selfTrade", among: SelfTrade.words))
    try section.finish()
    guard fills.queue == nil || fills.rule == .bookProbabilistic else {
      throw section.error(at: nil, "`fills.queue` needs `model: book-probabilistic`")
    }
    return fills
  }

  private static func impact(
    _ fills: inout ScenarioSection
  ) throws(ScenarioError) -> Impact? {
    guard var section = try fills.section("impact") else { return nil }
    let model = try section.choice("model", among: ImpactModel.words)
    let strength = try section.value("strength", expected: "a share of the price up to 100%") {
      text in
      ScenarioValues.share(text, scale: 6).flatMap { (0...1_000_000).contains($0) ? $0 : nil }
    }
    try section.finish()
    guard let model else {
      throw section.error(
        at: nil,
        "`fills.impact.model` is missing; one of "
          + ImpactModel.words.map(\.word).joined(separator: ", "))
    }
    guard let strength = strength ?? (model == .none ? 0 : nil) else {
      throw section.error(at: nil, "`fills.impact.strength` is missing: say a share such as 10bp")
    }
    return Impact(model, strength: strength)
  }
}
