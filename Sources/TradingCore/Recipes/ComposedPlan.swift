/// A composition that was checked: every name has its place, every rule its steps, every parameter its
/// range. What a strategy is made of, once for each instrument.

struct ComposedPlan: Sendable {
  /// What a rule decides where it holds.
  enum Action: String, Sendable, CaseIterable {
    case long, short, exit
  }

  /// What every bar has, in the order of their places.
  static let barNames = ["open", "high", "low", "close", "volume"]
  /// What the weight may be.
  static let weights = 0.000_001...1.0

  /// As it was written, each text in one form.
  let composition: Composition
  let parameters: [Parameter]
  let indicators: [IndicatorFormula]
  /// Names by place: the bar's numbers, the indicators' answers, the parameters.
  let names: RuleNames
  /// In the order in which they are asked.
  let rules: [(action: Action, rule: BarRule)]
  let weight: RecipeTerm

  /// - Throws: `RecipeError` for what means nothing, is used nowhere or does not go together.
  init(_ written: Composition) throws(RecipeError) {
    try written.checkNames()
    let given = written.parameters.map(\.name)
    var formulas: [IndicatorFormula] = []
    for line in written.indicators { formulas.append(try IndicatorFormula(line, given)) }
    indicators = formulas
    names = RuleNames(names: ComposedPlan.barNames + formulas.flatMap(\.outputs) + given)
    rules = try ComposedPlan.rules(written, names)
    weight = try RecipeTerm(written.weight ?? "1", given, at: "weight")
    if case .number(let number) = weight, !ComposedPlan.weights.contains(number) {
      throw RecipeError("weight", "it is \(plainText(number)); it may be 0.000001…1")
    }
    parameters = try ComposedPlan.parameters(written, formulas, rules, weight)
    composition = ComposedPlan.canonical(written, formulas, rules, names, weight)
    let defaults = parameters.map(\.defaultValue)
    for formula in formulas {
      do throws(ParameterError) { _ = try formula.make(defaults) } catch {
        throw RecipeError("indicators.\(formula.name)", "\(error)")
      }
    }
  }

  private static func rules(
    _ written: Composition, _ names: RuleNames
  ) throws(RecipeError) -> [(action: Action, rule: BarRule)] {
    var rules: [(action: Action, rule: BarRule)] = []
    for (action, text) in zip(Action.allCases, [written.long, written.short, written.exit]) {
      guard let text else { continue }
      do throws(ExpressionError) {
        rules.append((action, try RuleBuilder.rule(text, names)))
      } catch { throw RecipeError(action.rawValue, error) }
    }
    guard rules.contains(where: { $0.action != .exit }) else {
      throw RecipeError("", "say when to hold something: `long`, `short` or both")
    }
    return rules
  }

  /// The parameters with the ranges that their uses leave them.
  private static func parameters(
    _ written: Composition, _ formulas: [IndicatorFormula],
    _ rules: [(action: Action, rule: BarRule)], _ weight: RecipeTerm
  ) throws(RecipeError) -> [Parameter] {
    var uses = ParameterUses(written.parameters)
    for formula in formulas { uses.note(formula) }
    uses.note(weight: weight)
    let first = barNames.count + formulas.reduce(0) { $0 + $1.outputs.count }
    for place in rules.flatMap({ $0.rule.steps.compactMap(\.place) }) where place >= first {
      uses.note(inRules: place - first)
    }
    return try uses.parameters()
  }

  private static func canonical(
    _ written: Composition, _ formulas: [IndicatorFormula],
    _ rules: [(action: Action, rule: BarRule)], _ names: RuleNames, _ weight: RecipeTerm
  ) -> Composition {
    let text = { (action: Action) in
      rules.first { $0.action == action }.map { RuleText($0.rule, names).text }
    }
    var composition = written
    composition.indicators = formulas.map { Composition.Line($0.name, $0.text) }
    (composition.long, composition.short, composition.exit) = (
      text(.long), text(.short), text(.exit)
    )
    if written.weight != nil, case .number(let number) = weight {
      composition.weight = plainText(number)
    }
    return composition
  }

  /// Bars of `width` it must see before it decides; at least so many where a timeframe is not one of
  /// time, or `width` is none.
  /// - Throws: `ParameterError` for values that its indicators do not take.
  func warmUpBars(
    _ values: ParameterValues, of width: Interval
  ) throws(ParameterError) -> Int {
    var most = 1
    for formula in indicators {
      var bars = try formula.make(values.values).warmUp
      if case .time(let span)? = formula.bars, width > .zero, span > width {
        // A journal may say any width: a nanosecond is no reason to stop.
        bars = Int(clamping: Int128(bars) * Int128((span.nanoseconds - 1) / width.nanoseconds + 1))
      }
      most = max(most, bars)
    }
    return most
  }
}

extension Composition {
  fileprivate func checkNames() throws(RecipeError) {
    let groups = [
      ("parameters", parameters.map(\.name)), ("indicators", indicators.map(\.name)),
    ]
    for (group, names) in groups {
      guard names.count <= Composition.mostLines else {
        throw RecipeError(group, "there are \(names.count); \(Composition.mostLines) are the most")
      }
      for (place, name) in names.enumerated() {
        try RecipeName.check(name, at: "\(group).\(name)")
        guard !names[..<place].contains(name) else {
          throw RecipeError("\(group).\(name)", "it is there twice")
        }
      }
    }
  }
}

extension BarRule.Step {
  /// The place of the number it reads.
  var place: Int? { if case .value(let place) = self { Int(place) } else { nil } }
}
