/// The scenario of a search: read once, then planned again with other values for every trial, by the
/// way that `replay --set` takes.

internal import Foundation
internal import TradingCore

/// A scenario's text with the changes made to it so far: what one run differs from another by.
public struct ScenarioText: Sendable {
  let text: String
  let file: String
  let name: String
  let folder: String
  private(set) var changes: [String]

  /// Reads a file.
  /// - Throws: `ScenarioError`.
  public init(_ path: String, setting changes: [String]) throws(ScenarioError) {
    let (text, folder, name) = try ScenarioFile.text(of: path)
    self.init(text, file: path, name: name, folder: folder, setting: changes)
  }

  init(_ text: String, file: String, name: String, folder: String, setting changes: [String]) {
    (self.text, self.file, self.name) = (text, file, name)
    (self.folder, self.changes) = (folder, changes)
  }

  /// The same with more changes, as `--set` takes them.
  public func setting(_ more: [String]) -> ScenarioText {
    var changed = self
    changed.changes += more
    return changed
  }

  /// - Throws: `ScenarioError`.
  public func parsed() throws(ScenarioError) -> Scenario {
    try ScenarioFile.parse(text, file: file, name: name, folder: folder, setting: changes)
  }
}

extension ScenarioText {
  /// The command that runs it with more changes as a backtest: to the same fingerprint, since it gives the
  /// same text.
  func replayCommand(setting more: [String]) -> String {
    ShellCommand.text("replay", file, setting: changes + more)
  }
}

public struct SearchedScenario: Sendable {
  private let text: ScenarioText
  /// The scenario as it stands, before any trial's values.
  public let base: Backtest

  /// Surveys the scenario's source.
  /// - Throws: `ScenarioError`, `JournalError`.
  public init(_ text: ScenarioText) throws {
    self.text = text
    base = try Backtest(text.parsed(), file: text.file)
  }

  /// The scenario with a trial's values, matched with the source of them all.
  /// - Throws: `ScenarioError` for values that do not go together.
  func plan(setting values: [(key: String, text: String)]) throws(ScenarioError) -> RunPlan {
    let scenario = try text.setting(values.map { "\($0.key)=\($0.text)" }).parsed()
    return try RunPlan(scenario, base.plan.survey, file: text.file)
  }

  /// Bytes that differ whenever the runs of two scenarios may: the tree of its keys but for those that
  /// only name or search, what the source is, and the latencies that another file tells of.
  func digest() throws(ScenarioError) -> [UInt8] {
    let tree = try ScenarioFile.tree(text.text, file: text.file, setting: text.changes)
    let runs = (tree.entries ?? []).filter { !SearchedScenario.silent.contains($0.key) }
    return base.plan.survey.digest + base.plan.scenario.latency.digest
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
