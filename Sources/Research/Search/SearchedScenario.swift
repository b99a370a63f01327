/// The scenario of a search: read once, then planned again with other values for every trial, by the
/// way that `replay --set` takes.

internal import TradingCore

/// A scenario surveyed once, from which every trial's plan is made.
public struct SearchedScenario: Sendable {
  let text: ScenarioText
  /// The scenario as it stands, before any trial's values.
  public let base: Backtest

  /// Surveys the scenario's source.
  /// - Throws: `ScenarioError`, `JournalError`.
  public init(_ text: ScenarioText) throws {
    self.text = text
    base = try Backtest(text.run(), file: text.file)
  }

  /// The scenario with a trial's values, matched with the source of them all.
  /// - Throws: `ScenarioError` for values that do not go together.
  func plan(setting values: [(key: String, text: String)]) throws(ScenarioError) -> RunPlan {
    let scenario = try text.setting(values.map { "\($0.key)=\($0.text)" }).run()
    return try RunPlan(scenario, base.plan.survey, file: text.file)
  }

  /// Bytes that differ whenever the runs of two scenarios may: the tree of its keys but for those that
  /// only name or search, what the source is, the latencies that another file tells of, and how many facts
  /// come first.
  func digest() throws(ScenarioError) -> [UInt8] {
    let tree = try ScenarioFile.tree(text.text, file: text.file, setting: text.changes)
    let runs = (tree.entries ?? []).filter { !SearchedScenario.silent.contains($0.key) }
    // The text's length is in it as well: so many text facts come first, and fingerprints count them.
    let head = Array("\(base.plan.preamble.count)\n".utf8)
    return head + base.plan.survey.digest + base.plan.scenario.latency.digest
      + Array(runs.map(\.plainText).joined(separator: "\n").utf8)
  }

  /// Keys that change nothing of a trial.
  private static let silent: Set = ["name", "search", "walkforward"]
}

extension ScenarioTree.Entry {
  /// The entry in one line, without comments, quotes or layout.
  fileprivate var plainText: String { "\(key): \(value.plainText)" }
}

extension ScenarioTree {
  fileprivate var plainText: String {
    switch content {
    case .scalar(let text): JSONValue.string(text).text()
    case .list(let items): "[" + items.map(\.plainText).joined(separator: ", ") + "]"
    case .map(let entries): "{" + entries.map(\.plainText).joined(separator: ", ") + "}"
    }
  }
}
