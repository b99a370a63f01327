/// The keys of a strategy that its scenario makes without Swift: `parameters`, `indicators`, `long`, `short`,
/// `exit`, `weight` of a composed one, `vote` and `of` of an ensemble. What is wrong with them is said with
/// the line they stand on and the column of the rule.

internal import TradingCore

struct RecipeReader {
  /// What a strategy of any kind may have too.
  private static let others = ["bar", "book", "share"]

  /// Where each key of the recipe stands.
  private var lines: [(key: String, line: Int)] = []

  /// Reads the strategy that stands where the registry has an example of its kind.
  /// - Returns: it, with its parameters as they are written.
  static func read(
    _ section: inout ScenarioSection, like example: Recipe
  ) throws(ScenarioError) -> (StrategyEntry, ParameterValues) {
    var reader = RecipeReader()
    let entry: StrategyEntry
    switch example {
    case .composed:
      let composition = try reader.composition(&section, within: "")
      try section.expectKnown(beside: others)
      do throws(RecipeError) { entry = try StrategyEntry(composition) } catch {
        throw reader.refusal(error, section)
      }
    case .ensemble:
      let ensemble = try reader.ensemble(&section)
      try section.expectKnown(beside: others + ["parameters"])
      do throws(RecipeError) { entry = try StrategyEntry(ensemble) } catch {
        throw reader.refusal(error, section)
      }
      return (entry, try reader.values(&section, of: ensemble, entry))
    }
    return (entry, ParameterValues(defaultsOf: entry.parameters))
  }

  /// - Parameter outer: what stands before its keys in errors of the recipe.
  private mutating func composition(
    _ section: inout ScenarioSection, within outer: String
  ) throws(ScenarioError) -> Composition {
    var composition = Composition(parameters: try numbers(&section, within: outer))
    for (name, line, text) in try section.pairs("indicators") {
      composition.indicators.append(Composition.Line(name, text))
      lines.append(("\(outer)indicators.\(name)", line))
    }
    for key in ["long", "short", "exit", "weight"] {
      lines.append((outer + key, section.line(of: key)))
    }
    composition.long = try section.text("long")
    composition.short = try section.text("short")
    composition.exit = try section.text("exit")
    composition.weight = try section.text("weight")
    return composition
  }

  private mutating func numbers(
    _ section: inout ScenarioSection, within outer: String
  ) throws(ScenarioError) -> [Composition.Number] {
    var numbers: [Composition.Number] = []
    for (name, line, text) in try section.pairs("parameters") {
      guard let value = StrategyReader.number(text) else {
        throw section.error(
          at: line, "`\(section.path)parameters.\(name)`: \"\(text)\" is not a number")
      }
      numbers.append(Composition.Number(name, value))
      lines.append(("\(outer)parameters.\(name)", line))
    }
    return numbers
  }

  private mutating func ensemble(
    _ section: inout ScenarioSection
  ) throws(ScenarioError) -> Ensemble {
    let votes = Vote.allCases.map { ($0.rawValue, $0) }
    let vote = try section.choice("vote", among: votes) ?? .mean
    let parts: [ScenarioSection]? = try section.sections("of")
    var members: [Ensemble.Member] = []
    for (place, part) in (parts ?? []).enumerated() {
      var part = part
      let outer = "of[\(place + 1)]."
      for key in ["name", "as", "votes"] { lines.append((outer + key, part.line(of: key))) }
      lines.append((String(outer.dropLast()), part.line))
      guard let name = try part.text("name"), let label = try part.text("as") else {
        throw part.error(
          at: nil, "a member needs `name`, its strategy, and `as`, what it is called")
      }
      let votes = try part.value("votes", expected: "a number above 0", plainNumber)
      let strategy: Ensemble.Part =
        name == StrategyRegistry.composedName
        ? .composed(try composition(&part, within: outer))
        : .named(name, try numbers(&part, within: outer))
      try part.finish()
      members.append(Ensemble.Member(label, votes: votes ?? 1, strategy))
    }
    return Ensemble(vote, members)
  }

  /// The members' parameters, as they are set for the ensemble below `parameters`: `{trend: {fast: 9}}`.
  private func values(
    _ section: inout ScenarioSection, of ensemble: Ensemble, _ entry: StrategyEntry
  ) throws(ScenarioError) -> ParameterValues {
    var values = ParameterValues(defaultsOf: entry.parameters)
    guard var groups = try section.section("parameters") else { return values }
    for member in ensemble.members {
      guard var own = try groups.section(member.name) else { continue }
      for parameter in entry.parameters where parameter.name.hasPrefix(member.name + ".") {
        let name = String(parameter.name.dropFirst(member.name.count + 1))
        let value = try own.value(name, expected: "a number", StrategyReader.number)
        guard let value else { continue }
        do throws(ParameterError) { try values.set(parameter.name, to: value) } catch {
          throw own.error(at: own.line(of: name), "strategy \(entry.name): \(error)")
        }
      }
      try own.finish()
    }
    try groups.finish()
    do throws(ParameterError) { _ = try entry.warmUpBars(values, .zero) } catch {
      throw groups.error(at: nil, "strategy \(entry.name): \(error)")
    }
    return values
  }

  private func refusal(_ error: RecipeError, _ section: ScenarioSection) -> ScenarioError {
    let line = lines.first { $0.key == error.key }?.line
    guard !error.key.isEmpty else {
      return section.error(at: line, "`\(section.path.dropLast())`: \(error.problem)")
    }
    let place = "`\(section.path)\(error.key)`" + (error.column.map { ", column \($0)" } ?? "")
    return section.error(at: line, "\(place): \(error.problem)")
  }
}
