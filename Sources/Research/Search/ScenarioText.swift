/// A scenario before it is read: its text, and what `--set` changes of it. Runs, searches and the commands
/// that make them again all begin here, so that all of them read one text.

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
