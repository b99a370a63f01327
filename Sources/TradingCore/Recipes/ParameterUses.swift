/// What a recipe's parameters are used for, and so which values they take: a length of an indicator is a
/// whole number in its range, and a search knows that without being told.

struct ParameterUses {
  private var found: [Parameter]
  private var uses: [[String]]

  /// Numbers that no use bounds: all there are.
  private static let widest =
    -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude

  init(_ numbers: [Composition.Number]) {
    found = numbers.map {
      Parameter($0.name, .number, default: $0.value, in: ParameterUses.widest, help: "")
    }
    uses = numbers.map { _ in [] }
  }

  /// An indicator is set by some of them.
  mutating func note(_ formula: IndicatorFormula) {
    for (slot, setting) in zip(formula.entry.parameters, formula.settings) {
      guard case .parameter(let index) = setting else { continue }
      narrow(index, to: slot.minimum...slot.maximum)
      if slot.type != .number { found[index].type = .whole }
      found[index].unit = slot.unit
      uses[index].append("\(slot.name) of \(formula.name)")
    }
  }

  /// A rule reads one.
  mutating func note(inRules index: Int) {
    if !uses[index].contains("rules") { uses[index].append("rules") }
  }

  mutating func note(weight: RecipeTerm) {
    guard case .parameter(let index) = weight else { return }
    narrow(index, to: ComposedPlan.weights)
    uses[index].append("the weight")
  }

  private mutating func narrow(_ index: Int, to range: ClosedRange<Double>) {
    found[index].minimum = max(found[index].minimum, range.lowerBound)
    found[index].maximum = min(found[index].maximum, range.upperBound)
  }

  /// All of them, described.
  /// - Throws: `RecipeError` for one that is used nowhere, or whose value one of its uses does not take.
  func parameters() throws(RecipeError) -> [Parameter] {
    var described: [Parameter] = []
    for (parameter, uses) in zip(found, uses) {
      let key = "parameters.\(parameter.name)"
      guard !uses.isEmpty else {
        let near = nearestName(
          to: parameter.name, among: found.map(\.name).filter { $0 != parameter.name })
        let hint = near.map { "did you mean `\($0)`?" }
        throw RecipeError(key, "nothing uses it; " + (hint ?? "take it out or name it in a rule"))
      }
      guard parameter.minimum <= parameter.maximum else {
        throw RecipeError(key, "no number suits all its uses: \(uses.joined(separator: ", "))")
      }
      var parameter = parameter
      parameter.help = "Used for: \(uses.joined(separator: ", "))."
      var values = ParameterValues(defaultsOf: [parameter])
      do throws(ParameterError) {
        try values.set(parameter.name, to: parameter.defaultValue)
      } catch { throw RecipeError(key, "\(error)") }
      described.append(parameter)
    }
    return described
  }
}
