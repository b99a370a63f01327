/// An indicator of a recipe: a name of the registry, its settings as numbers or parameters' names, and the
/// bars it looks at, `ema:length=fast` or `sma:length=50 on 1h`.

/// A number that is written out, or a parameter's.
enum RecipeTerm: Equatable, Sendable {
  case number(Double)
  case parameter(Int)

  /// Reads a number or the name of a parameter.
  /// - Throws: `RecipeError` at `key` for what is neither.
  init(_ text: String, _ parameters: [String], at key: String) throws(RecipeError) {
    if let number = plainNumber(text) {
      self = .number(number)
    } else if let place = parameters.firstIndex(of: text) {
      self = .parameter(place)
    } else {
      throw RecipeError(
        key,
        "`\(text)` is neither a number nor a parameter; " + RecipeTerm.hint(text, parameters))
    }
  }

  private static func hint(_ text: String, _ parameters: [String]) -> String {
    guard !parameters.isEmpty else { return "there are no parameters" }
    let near = nearestName(to: text, among: parameters).map { "did you mean `\($0)`?" }
    return near ?? "known: \(parameters.joined(separator: ", "))"
  }

  /// In one form, however it was written; it reads back equal.
  func text(_ parameters: [String]) -> String {
    switch self {
    case .number(let number): plainText(number)
    case .parameter(let place): parameters[place]
    }
  }

  func value(_ values: [Double]) -> Double {
    switch self {
    case .number(let number): number
    case .parameter(let place): values[place]
    }
  }
}

struct IndicatorFormula: Sendable {
  let name: String
  let entry: IndicatorEntry
  /// What each of the entry's parameters is, in their order; what nobody set is at its default.
  let settings: [RecipeTerm]
  /// The bars it looks at; `nil` for those of the strategy.
  let bars: BarSpec?
  /// In one form, however it was written. Defaults stand in it: they can change what it answers.
  let text: String

  /// The names of its answers in rules.
  var outputs: [String] {
    entry.outputs.count == 1 ? [name] : entry.outputs.map { "\(name).\($0)" }
  }

  /// - Throws: `RecipeError`.
  init(_ line: Composition.Line, _ parameters: [String]) throws(RecipeError) {
    let key = "indicators.\(line.name)"
    let words = line.text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == 1 || words.count == 3 && words[1] == "on" else {
      throw RecipeError(
        key, "an indicator is written as ema:length=20, or ema:length=20 on 1h for other bars")
    }
    let spelled = SpelledParameters(words[0])
    do throws(ParameterError) {
      entry = try IndicatorRegistry.entry(named: spelled.name)
    } catch { throw RecipeError(key, "\(error)") }
    guard entry.input != .pair else {
      throw RecipeError(key, "`\(entry.name)` compares two series, and a strategy here sees one")
    }
    do throws(BarError) { bars = try words.count == 3 ? BarSpec(words[2]) : nil } catch {
      throw RecipeError(key, "\(error)")
    }
    settings = try IndicatorFormula.settings(spelled, entry, parameters, at: key)
    name = line.name
    let set = zip(entry.parameters, settings).map { "\($0.name)=\($1.text(parameters))" }
    text =
      entry.name + (set.isEmpty ? "" : ":" + set.joined(separator: ","))
      + (bars.map { " on \($0)" } ?? "")
  }

  private static func settings(
    _ spelled: SpelledParameters, _ entry: IndicatorEntry, _ parameters: [String], at key: String
  ) throws(RecipeError) -> [RecipeTerm] {
    let known = entry.parameters.map(\.name)
    var given: [RecipeTerm?] = known.map { _ in nil }
    for setting in spelled.settings {
      let pair = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2 else {
        throw RecipeError(key, "`\(setting)` is not a parameter and its value, as in length=20")
      }
      guard let place = known.firstIndex(of: String(pair[0])) else {
        let near = nearestName(to: String(pair[0]), among: known)
        throw RecipeError(
          key, "\(ParameterError.unknown(name: String(pair[0]), nearest: near)) of \(entry.name)")
      }
      guard given[place] == nil else { throw RecipeError(key, "`\(pair[0])` is set twice") }
      given[place] = try RecipeTerm(String(pair[1]), parameters, at: key)
    }
    return zip(given, entry.parameters).map { $0 ?? .number($1.defaultValue) }
  }

  /// The indicator, for values of the recipe's parameters; it has seen nothing yet.
  /// - Throws: `ParameterError` for values it does not take.
  func make(_ values: [Double]) throws(ParameterError) -> AnyIndicator {
    var own = ParameterValues(defaultsOf: entry.parameters)
    do throws(ParameterError) {
      for (parameter, setting) in zip(entry.parameters, settings) {
        try own.set(parameter.name, to: setting.value(values))
      }
      return try entry.make(own)
    } catch { throw .conflict("indicator `\(name)`: \(error)") }
  }
}
