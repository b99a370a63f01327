/// An ensemble that was checked: its members' strategies, and whose which parameter is.

struct EnsembleParts: Sendable {
  /// As it was written, each member's texts in one form.
  let recipe: Ensemble
  /// The members' strategies, in their order.
  let entries: [StrategyEntry]
  /// Every member's, as `member.parameter`.
  let parameters: [Parameter]

  /// So many places are there for parameters in journals.
  private static let mostParameters = 256

  /// - Parameter known: the strategies that a member may name.
  /// - Throws: `RecipeError` for members that are not known, do not vote or do not go together.
  init(_ written: Ensemble, of known: [StrategyEntry]) throws(RecipeError) {
    guard (2...Ensemble.mostMembers).contains(written.members.count) else {
      throw RecipeError("of", "an ensemble needs 2 to \(Ensemble.mostMembers) strategies")
    }
    var recipe = written
    var (entries, parameters): ([StrategyEntry], [Parameter]) = ([], [])
    for (place, member) in written.members.enumerated() {
      let key = "of[\(place + 1)]"
      try RecipeName.check(member.name, at: "\(key).as")
      guard !written.members[..<place].contains(where: { $0.name == member.name }) else {
        throw RecipeError("\(key).as", "two members are called `\(member.name)`")
      }
      guard Ensemble.votes.contains(member.votes) else {
        throw RecipeError("\(key).votes", "it is \(plainText(member.votes)); it may be 0.001…1000")
      }
      let (entry, values) = try EnsembleParts.entry(of: member.strategy, known, at: key)
      entries.append(entry)
      recipe.members[place].strategy = EnsembleParts.part(entry, values)
      for (var parameter, value) in zip(entry.parameters, values.values) {
        parameter.name = "\(member.name).\(parameter.name)"
        parameter.defaultValue = value
        parameters.append(parameter)
      }
    }
    guard parameters.count <= EnsembleParts.mostParameters else {
      throw RecipeError(
        "of",
        "its strategies have \(parameters.count) parameters; \(EnsembleParts.mostParameters) are the most"
      )
    }
    (self.recipe, self.entries, self.parameters) = (recipe, entries, parameters)
  }

  private static func entry(
    of strategy: Ensemble.Part, _ known: [StrategyEntry], at key: String
  ) throws(RecipeError) -> (StrategyEntry, ParameterValues) {
    switch strategy {
    case .composed(let composition):
      do throws(RecipeError) {
        let entry = try StrategyEntry(composition)
        return (entry, ParameterValues(defaultsOf: entry.parameters))
      } catch { throw error.inside(key) }
    case .named(let name, let parameters):
      let entry = try voter(name, among: known, at: "\(key).name")
      var values = ParameterValues(defaultsOf: entry.parameters)
      for parameter in parameters {
        do throws(ParameterError) { try values.set(parameter.name, to: parameter.value) } catch {
          throw RecipeError("\(key).parameters.\(parameter.name)", "\(error)")
        }
      }
      do throws(ParameterError) { _ = try entry.warmUpBars(values, .zero) } catch {
        throw RecipeError(key, "\(error)")
      }
      return (entry, values)
    }
  }

  /// A member as it is journalled: with all of its parameters, of which the places are counted.
  private static func part(_ entry: StrategyEntry, _ values: ParameterValues) -> Ensemble.Part {
    if case .composed(let composition)? = entry.recipe { return .composed(composition) }
    return .named(
      entry.name, zip(entry.parameters, values.values).map { Composition.Number($0.name, $1) })
  }

  /// Whether the members of a journal have the parameters that they have in this build: with others, or
  /// others between them, every place behind would mean another's value.
  /// - Throws: `RecipeError` at the member that has not.
  static func checkPlaces(
    _ journalled: Ensemble, of known: [StrategyEntry]
  ) throws(RecipeError) {
    for member in journalled.members {
      guard case .named(let name, let parameters) = member.strategy,
        let entry = known.first(where: { $0.name == name && $0.recipe == nil })
      else { continue }
      let (written, ours) = (parameters.map(\.name), entry.parameters.map(\.name))
      guard written != ours else { continue }
      throw RecipeError(
        "member \(member.name)",
        "its `\(name)` has the parameters \(written.joined(separator: ", ")), and that of this build "
          + "\(ours.joined(separator: ", ")): ask the build that wrote it")
    }
  }

  /// A strategy in Swift that can vote.
  private static func voter(
    _ name: String, among known: [StrategyEntry], at key: String
  ) throws(RecipeError) -> StrategyEntry {
    guard name != EnsembleStrategy.name else {
      throw RecipeError(key, "an ensemble is no member of one: name its strategies instead")
    }
    guard let entry = known.first(where: { $0.name == name && $0.recipe == nil }) else {
      let names = known.map(\.name)
      let hint = nearestName(to: name, among: names).map { "did you mean \($0)?" }
      throw RecipeError(
        key, "no strategy \"\(name)\"; " + (hint ?? "one of \(names.joined(separator: ", "))"))
    }
    guard entry.asksForWeights else {
      throw RecipeError(
        key, "`\(name)` asks for no weights, so it cannot vote: it quotes, or only watches")
    }
    return entry
  }

  /// The values of one member out of the ensemble's.
  private func values(
    of place: Int, in values: ParameterValues
  ) throws(ParameterError) -> ParameterValues {
    let first = entries[..<place].reduce(0) { $0 + $1.parameters.count }
    var own = ParameterValues(defaultsOf: entries[place].parameters)
    for (offset, parameter) in entries[place].parameters.enumerated() {
      try own.set(parameter.name, to: values.values[first + offset])
    }
    return own
  }

  /// Bars of a width that all members need.
  /// - Throws: `ParameterError` for values that a member does not take.
  func warmUpBars(
    _ values: ParameterValues, of width: Interval
  ) throws(ParameterError) -> Int {
    var most = 0
    for (place, entry) in entries.enumerated() {
      most = max(most, try entry.warmUpBars(self.values(of: place, in: values), width))
    }
    return most
  }

  /// The ensemble on an instrument.
  func make(
    _ values: ParameterValues, _ instrument: InstrumentID
  ) throws(ParameterError) -> EnsembleStrategy {
    var members: [EnsembleStrategy.Member] = []
    for (place, entry) in entries.enumerated() {
      let decider = try entry.decider(self.values(of: place, in: values), [instrument])
      let written = recipe.members[place]
      members.append(
        EnsembleStrategy.Member(
          name: written.name, decider: decider, voice: Voice(weight: 0, votes: written.votes)))
    }
    return EnsembleStrategy(recipe, instrument, members)
  }
}

extension RecipeError {
  /// The same of a part that stands behind a key.
  fileprivate func inside(_ outer: String) -> RecipeError {
    var error = self
    error.key = key.isEmpty ? outer : "\(outer).\(key)"
    return error
  }
}
