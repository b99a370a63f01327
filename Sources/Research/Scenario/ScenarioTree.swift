/// YAML as a small tree that remembers its lines, so that every refusal can point at one.

internal import Yams

/// A value of a scenario with the line it stands on.
struct ScenarioTree: Equatable {
  enum Content: Equatable {
    case scalar(String)
    case list([ScenarioTree])
    case map([Entry])
  }

  struct Entry: Equatable {
    var key: String
    var line: Int
    var value: ScenarioTree
  }

  /// 1-based; 0 for a value that `--set` gave.
  var line: Int
  var content: Content

  /// What the file of an error is called when `--set` is to blame.
  static let command = "--set"

  /// Parses YAML text.
  /// - Throws: `ScenarioError` for text that is not YAML, is empty, names a key twice or uses anchors.
  init(yaml text: String, file: String) throws(ScenarioError) {
    do {
      let parser = try Parser(yaml: text)
      guard let node = try parser.singleRoot() else {
        throw ScenarioError(file: file, "the file is empty; `cryptobot scenario new` writes one")
      }
      // Nodes know their anchors only as long as the parser lives.
      self = try withExtendedLifetime(parser) { try ScenarioTree(node, file: file) }
    } catch let error as ScenarioError {
      throw error
    } catch {
      let fault = YAMLFault(error)
      let line = file == ScenarioTree.command ? nil : fault.line
      throw ScenarioError(file: file, line: line, "not YAML: \(fault.problem)")
    }
  }

  private init(_ node: Node, file: String) throws(ScenarioError) {
    line = file == ScenarioTree.command ? 0 : node.mark?.line ?? 1
    // An anchor stands before its aliases, and those could repeat a file's text without end.
    if node.anchor != nil {
      throw ScenarioError(file: file, line: line, "no YAML anchors here: write the value out")
    }
    switch node {
    case .scalar(let scalar): content = .scalar(scalar.string)
    case .sequence(let sequence):
      var items: [ScenarioTree] = []
      for item in sequence { items.append(try ScenarioTree(item, file: file)) }
      content = .list(items)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, value) in mapping {
        let line = file == ScenarioTree.command ? 0 : key.mark?.line ?? 1
        guard let name = key.string else {
          throw ScenarioError(file: file, line: line, "a key must be a plain word")
        }
        entries.append(Entry(key: name, line: line, value: try ScenarioTree(value, file: file)))
      }
      content = .map(entries)
    case .alias: throw ScenarioError(file: file, line: line, "no YAML aliases here")
    }
  }

  /// Sets `path` ("risk.maxPosition") to a YAML value, making the maps on the way.
  mutating func set(_ path: ArraySlice<Substring>, to value: ScenarioTree) {
    guard let key = path.first else {
      self = value
      return
    }
    var entries = entries ?? []
    let rest = path.dropFirst()
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value.set(rest, to: value)
      if rest.isEmpty { entries[index].line = value.line }
    } else {
      var child = ScenarioTree(line: value.line, content: .map([]))
      child.set(rest, to: value)
      entries.append(Entry(key: String(key), line: value.line, value: child))
    }
    content = .map(entries)
  }

  /// The entries of a map, none for a key without a value; `nil` for anything else.
  var entries: [Entry]? {
    switch content {
    case .map(let entries): entries
    case .scalar(""): []
    case .scalar, .list: nil
    }
  }

  private init(line: Int, content: Content) {
    self.line = line
    self.content = content
  }
}
