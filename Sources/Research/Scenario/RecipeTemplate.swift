/// A recipe as a scenario writes it: for the scenario that `scenario new` writes, and for `strategies show`.

internal import TradingCore

enum RecipeTemplate {
  /// The lines below a strategy's name, but for a composed one's parameters.
  static func lines(of recipe: Recipe) -> [String] {
    switch recipe {
    case .composed(let composition): body(of: composition, indent: "  ")
    case .ensemble(let ensemble):
      ["  vote: \(ensemble.vote.rawValue)  # mean, majority or unanimous", "  of:"]
        + ensemble.members.flatMap(lines)
    }
  }

  private static func lines(of member: Ensemble.Member) -> [String] {
    let (name, parameters, composition): (String, [Composition.Number], Composition?) =
      switch member.strategy {
      case .named(let name, let parameters): (name, parameters, nil)
      case .composed(let composition):
        (StrategyRegistry.composedName, composition.parameters, composition)
      }
    var lines = ["    - name: \(name)", "      as: \(member.name)"]
    if member.votes != 1 { lines.append("      votes: \(plainText(member.votes))") }
    if !parameters.isEmpty {
      lines +=
        ["      parameters:"]
        + parameters.map { "        \($0.name): \(plainText($0.value))" }
    }
    return lines + (composition.map { body(of: $0, indent: "      ") } ?? [])
  }

  private static func body(of composition: Composition, indent: String) -> [String] {
    let rules = [
      ("long", composition.long), ("short", composition.short), ("exit", composition.exit),
      ("weight", composition.weight),
    ]
    let indicators = composition.indicators.map { "\(indent)  \($0.name): \($0.text)" }
    return (indicators.isEmpty ? [] : ["\(indent)indicators:"] + indicators)
      + rules.compactMap { key, rule in rule.map { "\(indent)\(key): \($0)" } }
  }
}
