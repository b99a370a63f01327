/// Reads a scenario: YAML to checked values, every refusal with file, line and a way out.

internal import Foundation

public enum ScenarioFile {
  /// Largest scenario file; a scenario is a page, not a data file.
  public static let largestByteCount = 1 << 20

  /// Reads a file and applies `--set` changes ("strategy.parameters.fast=9").
  /// - Throws: `ScenarioError`.
  public static func read(_ path: String, setting changes: [String] = []) throws(ScenarioError)
    -> Scenario
  {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ScenarioError(file: path, "no such file, or it cannot be read")
    }
    guard data.count <= largestByteCount, let text = String(data: data, encoding: .utf8) else {
      throw ScenarioError(file: path, "not a scenario: more than 1 MiB or not UTF-8 text")
    }
    let folder = (path as NSString).deletingLastPathComponent
    let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    return try parse(text, file: path, name: name, folder: folder, setting: changes)
  }

  /// Parses YAML text; `folder` is what relative paths are resolved against.
  public static func parse(
    _ text: String, file: String, name: String, folder: String, setting changes: [String] = []
  ) throws(ScenarioError) -> Scenario {
    var tree = try ScenarioTree(yaml: text, file: file)
    for change in changes {
      guard let equals = change.firstIndex(of: "="), equals != change.startIndex else {
        throw ScenarioError(file: "--set", "\"\(change)\" is not key=value, such as latency=50ms")
      }
      let value = String(change[change.index(after: equals)...])
      tree.set(
        change[..<equals].split(separator: ".")[...],
        to: try ScenarioTree(yaml: value.isEmpty ? "\"\"" : value, file: "--set"))
    }
    var root = try ScenarioSection(tree, path: "", file: file)
    var scenario = try ScenarioReader.read(&root, name: name, folder: folder)
    scenario.text = changes.isEmpty ? text : text + changes.map { "\n# --set \($0)" }.joined()
    try root.finish()
    return scenario
  }
}
