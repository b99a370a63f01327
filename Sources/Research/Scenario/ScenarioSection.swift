/// A map of a scenario being read: each key is asked for by name, and what nobody asked for is an
/// error that names the nearest known key.

internal import TradingCore

struct ScenarioSection {
  let file: String
  /// The path to this map, "risk." for one inside; empty for the whole file.
  let path: String
  let line: Int
  private let entries: [ScenarioTree.Entry]
  private var known: [String] = []

  init(_ tree: ScenarioTree, path: String, file: String) throws(ScenarioError) {
    self.file = file
    self.path = path
    line = tree.line
    entries = tree.entries ?? []
    guard tree.entries != nil else {
      let name = path.isEmpty ? "a scenario" : "`\(path.dropLast())`"
      throw error(at: tree.line, "\(name) must be a map of keys and values")
    }
  }

  /// The value of a key, which is from now on a known one.
  mutating func take(_ key: String) -> ScenarioTree? {
    known.append(key)
    return entries.first { $0.key == key }?.value
  }

  /// The line of a key's value; this map's where it is missing.
  func line(of key: String) -> Int { entries.first { $0.key == key }?.value.line ?? line }

  /// Whether a key has a map behind it, rather than a single value or a list.
  func isMap(_ key: String) -> Bool {
    guard case .map = entries.first(where: { $0.key == key })?.value.content else { return false }
    return true
  }

  /// The maps of a list, none where the key is missing.
  mutating func sections(_ key: String) throws(ScenarioError) -> [ScenarioSection] {
    guard let tree = take(key) else { return [] }
    guard case .list(let items) = tree.content else {
      throw error(at: tree.line, "`\(path)\(key)` must be a list of maps")
    }
    var sections: [ScenarioSection] = []
    for item in items {
      sections.append(try ScenarioSection(item, path: "\(path)\(key).", file: file))
    }
    return sections
  }

  mutating func section(_ key: String) throws(ScenarioError) -> ScenarioSection? {
    guard let tree = take(key) else { return nil }
    return try ScenarioSection(tree, path: "\(path)\(key).", file: file)
  }

  /// A list of maps, `key[1].` and so on.
  mutating func sections(_ key: String) throws(ScenarioError) -> [ScenarioSection]? {
    guard let tree = take(key) else { return nil }
    guard case .list(let items) = tree.content else {
      throw error(at: tree.line, "`\(path)\(key)` must be a list of maps, such as [{name: …}, …]")
    }
    var sections: [ScenarioSection] = []
    for (index, item) in items.enumerated() {
      sections.append(
        try ScenarioSection(item, path: "\(path)\(key)[\(index + 1)].", file: file))
    }
    return sections
  }

  /// The maps behind keys that nobody has asked for, in order; the keys are then known.
  mutating func otherMaps() throws(ScenarioError) -> [ScenarioSection] {
    var maps: [ScenarioSection] = []
    for entry in entries where !known.contains(entry.key) && entry.value.entries != nil {
      known.append(entry.key)
      maps.append(try ScenarioSection(entry.value, path: "\(path)\(entry.key).", file: file))
    }
    return maps
  }

  /// The key this map stands behind: the last part of its path.
  var name: String {
    let parts = path.split(separator: ".")
    return parts.last.map(String.init) ?? ""
  }

  /// A word or number as text.
  mutating func text(_ key: String) throws(ScenarioError) -> String? {
    guard let tree = take(key) else { return nil }
    guard case .scalar(let text) = tree.content else {
      throw error(at: tree.line, "`\(path)\(key)` must be a single value")
    }
    return text
  }

  /// A value that `parse` understands; `expected` says in words what that is.
  mutating func value<Value>(
    _ key: String, expected: String, _ parse: (String) -> Value?
  ) throws(ScenarioError) -> Value? {
    guard let text = try text(key) else { return nil }
    guard let value = parse(text) else {
      let line = entries.first { $0.key == key }?.value.line
      throw error(at: line, "`\(path)\(key)`: \"\(text)\" is not \(expected)")
    }
    return value
  }

  /// One of a fixed set of words.
  mutating func choice<Value>(
    _ key: String, among choices: [(word: String, value: Value)]
  ) throws(ScenarioError) -> Value? {
    let words = choices.map { $0.word }.joined(separator: ", ")
    return try value(key, expected: "one of \(words)") { text in
      choices.first { $0.word == text }?.value
    }
  }

  /// The entries of a free map, such as parameters or capital: key, line, text.
  mutating func pairs(
    _ key: String
  ) throws(ScenarioError) -> [(key: String, line: Int, text: String)] {
    guard let tree = take(key) else { return [] }
    guard let entries = tree.entries else {
      throw error(at: tree.line, "`\(path)\(key)` must be a map, such as {name: value}")
    }
    var pairs: [(key: String, line: Int, text: String)] = []
    for entry in entries {
      guard case .scalar(let text) = entry.value.content else {
        throw error(at: entry.line, "`\(path)\(key).\(entry.key)` must be a single value")
      }
      pairs.append((entry.key, entry.line, text))
    }
    return pairs
  }

  /// A list of words; a single word is a list of one.
  mutating func words(_ key: String) throws(ScenarioError) -> [String]? {
    guard let tree = take(key) else { return nil }
    switch tree.content {
    case .scalar(let word): return [word]
    case .list(let items):
      var words: [String] = []
      for item in items {
        guard case .scalar(let word) = item.content else {
          throw error(at: item.line, "`\(path)\(key)` must be a list of words")
        }
        words.append(word)
      }
      return words
    case .map: throw error(at: tree.line, "`\(path)\(key)` must be a list of words")
    }
  }

  /// Refuses every key that nobody asked for.
  func finish() throws(ScenarioError) { try expectKnown(beside: []) }

  /// The same while some keys have still to be asked for.
  func expectKnown(beside others: [String]) throws(ScenarioError) {
    let known = known + others
    for entry in entries where !known.contains(entry.key) {
      let hint = nearestName(to: entry.key, among: known).map { "; did you mean `\(path)\($0)`?" }
      throw error(
        at: entry.line,
        "unknown key `\(path)\(entry.key)`" + (hint ?? "; known: \(known.joined(separator: ", "))"))
    }
  }

  /// An error at a line of the file, of this map where it is `nil`.
  func error(at line: Int?, _ message: String) -> ScenarioError {
    let line = line ?? self.line
    return line == 0
      ? ScenarioError(file: ScenarioTree.command, message)
      : ScenarioError(file: file, line: line, message)
  }
}
