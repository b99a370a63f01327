/// The scenario of a search: read once, then planned again with other values for every trial, by the
/// way that `replay --set` takes.

internal import Foundation
internal import TradingCore

/// A scenario's text with the changes made to it so far: what one run differs from another by.
///
/// Changes of `search` and `walkforward` are kept apart. They say how runs are chosen and are no part of a
/// run: with them in its text a trial would be another run than the one `replay` makes of its values.
public struct ScenarioText: Sendable {
  let text: String
  let file: String
  let name: String
  let folder: String
  /// Changes that make a run another.
  private(set) var changes: [String] = []
  /// Changes that only say how to search.
  private(set) var choices: [String] = []

  /// Reads a file.
  /// - Throws: `ScenarioError`.
  public init(_ path: String, setting changes: [String]) throws(ScenarioError) {
    let (text, folder, name) = try ScenarioFile.text(of: path)
    self.init(text, file: path, name: name, folder: folder, setting: changes)
  }

  init(_ text: String, file: String, name: String, folder: String, setting changes: [String]) {
    (self.text, self.file, self.name, self.folder) = (text, file, name, folder)
    take(changes)
  }

  private mutating func take(_ more: [String]) {
    for change in more {
      let key = change.prefix { $0 != "." && $0 != "=" }
      if key == "search" || key == "walkforward" {
        choices.append(change)
      } else {
        changes.append(change)
      }
    }
  }

  /// The same with more changes, as `--set` takes them.
  func setting(_ more: [String]) -> ScenarioText {
    var changed = self
    changed.take(more)
    return changed
  }

  /// The scenario of a run.
  /// - Throws: `ScenarioError`.
  func run() throws(ScenarioError) -> Scenario {
    try ScenarioFile.parse(text, file: file, name: name, folder: folder, setting: changes)
  }

  /// The scenario with all that is said of searching.
  /// - Throws: `ScenarioError`.
  public func search() throws(ScenarioError) -> Scenario {
    try ScenarioFile.parse(
      text, file: file, name: name, folder: folder, setting: changes + choices)
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
