/// `search:`, what `optimize` and `walkforward` vary and what they look for. A single run reads it and
/// makes no use of it.

internal import TradingCore

struct SearchReader {
  private let file: String
  /// The strategy whose parameters have short names; several strategies have none.
  private let strategy: StrategyChoice?

  static func read(
    _ root: inout ScenarioSection, _ strategies: StrategyReader
  ) throws(ScenarioError) -> SearchPlan? {
    guard var section = try root.section("search") else { return nil }
    let only = strategies.hasBooks ? nil : strategies.choices.first
    return try SearchReader(file: root.file, strategy: only).read(&section)
  }

  private func read(_ section: inout ScenarioSection) throws(ScenarioError) -> SearchPlan {
    let dimensions = try dimensions(&section)
    let constraints = try section.words("where") ?? []
    let kinds = SamplerKind.allCases.map { ($0.rawValue, $0) }
    let sampler = try section.choice("sampler", among: kinds)
    let trials = try section.value("trials", expected: "a whole number from 1") { Int($0) }
    let seed = try section.value("seed", expected: "a whole number from 0") { UInt64($0) }
    let generation = try section.value("generation", expected: "a whole number from 1") { Int($0) }
    let objective = try objective(&section)
    try section.finish()
    do throws(SearchError) {
      return try SearchPlan(
        SearchSpace(dimensions, where: constraints), sampler: sampler, objective: objective,
        trials: trials, seed: seed ?? 1, generation: generation ?? SearchPlan.usualGeneration)
    } catch {
      let key = error.key.map { "search.\($0)" } ?? "search"
      throw section.error(at: nil, "`\(key)`: \(error)")
    }
  }

  private func objective(_ section: inout ScenarioSection) throws(ScenarioError) -> Objective {
    let trips = try section.value("minTrips", expected: "a whole number from 0") { text in
      Int(text).flatMap { $0 >= 0 ? $0 : nil }
    }
    let isSum = section.isMap("objective")
    let weights = isSum ? try section.pairs("objective") : []
    let name = isSum ? nil : try section.text("objective")
    do throws(SearchError) {
      guard isSum else { return try Objective(name ?? "sharpe", minTrips: trips ?? 0) }
      return try Objective(
        weights: weights.map { ($0.key, Double($0.text) ?? .nan) }, minTrips: trips ?? 0)
    } catch { throw section.error(at: weights.first?.line, "`search.objective`: \(error)") }
  }

  private func dimensions(
    _ section: inout ScenarioSection
  ) throws(ScenarioError) -> [Dimension] {
    guard let tree = section.take("parameters") else {
      throw section.error(at: nil, "`search.parameters` is missing: say what to vary, {\(example)}")
    }
    let leaves = try leaves(tree)
    guard !leaves.isEmpty else {
      throw section.error(at: tree.line, "`search.parameters` names nothing: say {\(example)}")
    }
    var dimensions: [Dimension] = []
    for leaf in leaves {
      do throws(SearchError) { dimensions.append(try dimension(leaf.path, leaf.text)) } catch {
        throw section.error(at: leaf.line, "`search.parameters`: \(error)")
      }
    }
    return dimensions
  }

  /// The values behind keys, and behind keys of keys: `{risk: {maxOrder: …}}` is `risk.maxOrder`.
  private func leaves(
    _ tree: ScenarioTree
  ) throws(ScenarioError) -> [(path: String, line: Int, text: String)] {
    var found: [(path: String, line: Int, text: String)] = []
    var open: [(path: String, tree: ScenarioTree)] = [("", tree)]
    while let (path, tree) = open.popLast() {
      switch tree.content {
      case .scalar(let text) where !path.isEmpty: found.append((path, tree.line, text))
      case .map(let entries):
        let prefix = path.isEmpty ? "" : path + "."
        open += entries.reversed().map { (prefix + $0.key, $0.value) }
      case .scalar(""): break
      case .scalar, .list:
        let file = tree.line == 0 ? ScenarioTree.command : file
        throw ScenarioError(
          file: file, line: tree.line == 0 ? nil : tree.line,
          "`search.parameters`: values are written \(Dimension.forms)")
      }
    }
    return found
  }

  private func dimension(_ path: String, _ text: String) throws(SearchError) -> Dimension {
    let name =
      path.hasPrefix(SearchReader.prefix) ? path.dropFirst(SearchReader.prefix.count) : path[...]
    let short = String(name)
    let parameter = strategy?.values.parameters.first { $0.name == short }
    guard let parameter, let strategy else {
      try SearchReader.checkFixed(path)
      return try Dimension(key: path, name: path, text: text, isWhole: nil)
    }
    let dimension = try Dimension(
      key: SearchReader.prefix + short, name: short, text: text,
      isWhole: parameter.type != .number)
    try SearchReader.check(dimension, short, strategy.values)
    return dimension
  }

  /// Where the short names of a strategy's parameters stand.
  static let prefix = "strategy.parameters."

  private static let fixed = [
    "source", "instruments", "period", "search", "walkforward", "name", "report",
  ]

  /// One journal is decoded for all points, so what is read of it stays.
  private static func checkFixed(_ path: String) throws(SearchError) {
    let first = path.prefix { $0 != "." }
    guard !fixed.contains(String(first)) else {
      throw SearchError("`\(path)` stays as it is: all points see one source over one period")
    }
  }

  /// Both ends of a range, or every word of a choice, must be values that the parameter takes.
  private static func check(
    _ dimension: Dimension, _ name: String, _ values: ParameterValues
  ) throws(SearchError) {
    var numbers: [Double] = []
    switch dimension.values {
    case .whole(let range, _, _): numbers = [Double(range.lowerBound), Double(range.upperBound)]
    case .number(let range, _, _): numbers = [range.lowerBound, range.upperBound]
    case .choice(let words):
      for word in words {
        guard let number = StrategyReader.number(word) else {
          throw SearchError("`\(name)`: \"\(word)\" is not a number")
        }
        numbers.append(number)
      }
    }
    guard dimension.unit.isEmpty else {
      throw SearchError("`\(name)` is a plain number, without \"\(dimension.unit)\"")
    }
    for number in numbers {
      var changed = values
      do throws(ParameterError) { try changed.set(name, to: number) } catch {
        throw SearchError("\(error)")
      }
    }
  }

  /// What could be written: the first whole parameters around their defaults.
  private var example: String { SearchPlan.example(strategy?.values.parameters ?? []) }
}

extension SearchPlan {
  /// `parameters` for a scenario that names none: the first two of its strategy from half to double
  /// their defaults, as far as they go.
  static func example(_ parameters: [Parameter]) -> String {
    let ranges = parameters.prefix(2).map { parameter in
      let low = max(parameter.minimum, (parameter.defaultValue / 2).rounded(.down))
      let high = min(parameter.maximum, max(parameter.defaultValue * 2, low + 1))
      return "\(parameter.name): \(plainText(low))..\(plainText(high))"
    }
    return ranges.isEmpty ? "latency: 5ms..50ms:5ms" : ranges.joined(separator: ", ")
  }
}

extension Scenario {
  /// The plan of its section `search`.
  /// - Throws: `ScenarioError` where there is none, with what to write.
  public func searchPlan() throws(ScenarioError) -> SearchPlan {
    if let search { return search }
    let example = SearchPlan.example(hasBooks ? [] : strategies.first?.values.parameters ?? [])
    throw ScenarioError(
      file: name,
      "nothing to vary: write `search: {parameters: {\(example)}, trials: 100}` into the scenario")
  }
}
