/// Recipes as text: what stands in a journal, a line for each part, and reads back equal.

/// What a strategy that needs no Swift is made of.
public enum Recipe: Equatable, Sendable {
  case composed(Composition)
  case ensemble(Ensemble)

  /// The name of its strategy in scenarios.
  public var strategy: String {
    switch self {
    case .composed: ComposedStrategy.name
    case .ensemble: EnsembleStrategy.name
    }
  }

  /// The text, which `init(text:)` reads back equal.
  public var text: String {
    let lines =
      switch self {
      case .composed(let composition): composition.lines
      case .ensemble(let ensemble): ensemble.lines
      }
    return ([strategy] + lines).joined(separator: "\n")
  }

  /// Reads what `text` wrote; it is not checked further. O(length).
  /// - Throws: `RecipeError` for a line that says nothing.
  public init(text: String) throws(RecipeError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    switch lines.first.map(String.init) {
    case ComposedStrategy.name:
      var composition = Composition()
      for line in lines.dropFirst() { try composition.take(RecipeLine(line)) }
      self = .composed(composition)
    case EnsembleStrategy.name:
      var ensemble = Ensemble(.mean, [])
      for line in lines.dropFirst() { try ensemble.take(RecipeLine(line)) }
      self = .ensemble(ensemble)
    default:
      throw RecipeError(
        "", "a recipe begins with `\(ComposedStrategy.name)` or `\(EnsembleStrategy.name)`")
    }
  }
}

/// A line of a recipe: `indicator fast = ema:length=12`.
struct RecipeLine {
  let key: String
  /// Whose it is; empty where a key stands once.
  let name: String
  let text: String

  init(_ line: Substring) throws(RecipeError) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard let sign = words.firstIndex(of: "="), (1...2).contains(sign) else {
      throw RecipeError(String(line), "a line of a recipe is `key name = text`")
    }
    key = String(words[0])
    name = sign == 2 ? String(words[1]) : ""
    text = words[(sign + 1)...].joined(separator: " ")
  }

  var unknown: RecipeError { RecipeError(key, "a recipe has no such line") }
}

extension Composition {
  var lines: [String] {
    let rules = [("long", long), ("short", short), ("exit", exit), ("weight", weight)]
    return parameters.map { "parameter \($0.name) = \(plainText($0.value))" }
      + indicators.map { "indicator \($0.name) = \($0.text)" }
      + rules.compactMap { key, text in text.map { "\(key) = \($0)" } }
  }

  mutating func take(_ line: RecipeLine) throws(RecipeError) {
    switch (line.key, line.name.isEmpty) {
    case ("parameter", false):
      guard let value = plainNumber(line.text) else {
        throw RecipeError("parameters.\(line.name)", "\"\(line.text)\" is not a number")
      }
      parameters.append(Number(line.name, value))
    case ("indicator", false): indicators.append(Line(line.name, line.text))
    case ("long", true) where long == nil: long = line.text
    case ("short", true) where short == nil: short = line.text
    case ("exit", true) where exit == nil: exit = line.text
    case ("weight", true) where weight == nil: weight = line.text
    default: throw line.unknown
    }
  }
}
