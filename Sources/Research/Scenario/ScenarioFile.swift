/// Reads a scenario: YAML to checked values, every refusal with file, line and a way out.

internal import Foundation
internal import TradingCore

public enum ScenarioFile {
  /// Largest scenario file; a scenario is a page, not a data file.
  public static let largestByteCount = 1 << 20

  /// Reads a file and applies `--set` changes ("strategy.parameters.fast=9").
  /// - Throws: `ScenarioError`.
  public static func read(_ path: String, setting changes: [String] = []) throws(ScenarioError)
    -> Scenario
  {
    let (text, folder, name) = try text(of: path)
    return try parse(text, file: path, name: name, folder: folder, setting: changes)
  }

  /// The text of a file, the folder its paths are resolved against, and the name it gives.
  static func text(
    of path: String
  ) throws(ScenarioError) -> (text: String, folder: String, name: String) {
    guard let data = FileManager.default.contents(atPath: path) else {
      var error = ScenarioError(file: path, "no such file, or it cannot be read")
      error.isMissing = !FileManager.default.fileExists(atPath: path)
      throw error
    }
    guard data.count <= largestByteCount else {
      throw ScenarioError(file: path, "not a scenario: it is larger than 1 MiB")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ScenarioError(file: path, "not a scenario: it is not UTF-8 text")
    }
    let (folder, name) = split(path)
    return (text, folder, name)
  }

  /// The folder of a path, empty where it names none, and the file's name without its ending.
  /// Foundation's own, of Swift 6.3, traps on a path of one letter.
  static func split(_ path: String) -> (folder: String, name: String) {
    let slash = path.lastIndex(of: "/")
    let file = slash.map { path[path.index(after: $0)...] } ?? path[...]
    let dot = file.lastIndex(of: ".").flatMap { $0 > file.startIndex ? $0 : nil }
    let folder = slash.map { $0 > path.startIndex ? String(path[..<$0]) : "/" } ?? ""
    return (folder, String(file[..<(dot ?? file.endIndex)]))
  }

  /// Parses YAML text; `folder` is what relative paths are resolved against.
  public static func parse(
    _ text: String, file: String, name: String, folder: String, setting changes: [String] = []
  ) throws(ScenarioError) -> Scenario {
    let tree = try tree(text, file: file, setting: changes)
    var root = try ScenarioSection(tree, path: "", file: file)
    var scenario = try ScenarioReader.read(&root, name: name, folder: folder)
    scenario.text = changes.isEmpty ? text : text + changes.map { "\n# --set \($0)" }.joined()
    try root.finish()
    try check(scenario, tree, file: file, folder: folder)
    return scenario
  }

  /// Tries what a search would set beside the strategy's parameters, one value at a time: both ends of
  /// a range and every word of a choice must make a scenario.
  private static func check(
    _ scenario: Scenario, _ tree: ScenarioTree, file: String, folder: String
  ) throws(ScenarioError) {
    for dimension in scenario.search?.space.dimensions ?? []
    where !dimension.key.hasPrefix(SearchReader.prefix) {
      for text in dimension.extremes {
        do throws(ScenarioError) {
          var tree = tree
          let value = try ScenarioTree(yaml: text, file: ScenarioTree.command)
          tree.set(dimension.key.split(separator: ".")[...], to: value)
          var root = try ScenarioSection(tree, path: "", file: file)
          _ = try ScenarioReader.read(&root, name: "", folder: folder)
          try root.finish()
        } catch {
          let names = scenario.strategies.flatMap { $0.values.parameters.map(\.name) }
          let near = nearestName(to: dimension.key, among: names).map { "did you mean `\($0)`?" }
          throw ScenarioError(
            file: file, "`search.parameters.\(dimension.key)`: \(near ?? error.message)")
        }
      }
    }
  }

  /// The keys of a scenario's text with changes made.
  static func tree(
    _ text: String, file: String, setting changes: [String]
  ) throws(ScenarioError) -> ScenarioTree {
    var tree = try ScenarioTree(yaml: text, file: file)
    for change in changes { try apply(change, to: &tree) }
    return tree
  }

  /// Makes one change of the form `key.key=value`, the value YAML of its own.
  private static func apply(
    _ change: String, to tree: inout ScenarioTree
  ) throws(ScenarioError) {
    let parts = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let keys = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, !keys.contains(""), !change.contains(where: \.isNewline) else {
      throw ScenarioError(
        file: ScenarioTree.command, "\"\(change)\" is not key=value, such as latency=50ms")
    }
    let value = parts[1].isEmpty ? "\"\"" : String(parts[1])
    tree.set(keys[...], to: try ScenarioTree(yaml: value, file: ScenarioTree.command))
  }
}
