/// Strategies made of recipes: those that a journal or a scenario holds, and the ones that are shown to whoever
/// writes the first.

extension StrategyEntry {
  /// A strategy that a scenario composes.
  /// - Throws: `RecipeError` for what means nothing or does not go together.
  public init(_ composition: Composition) throws(RecipeError) {
    let plan = try ComposedPlan(composition)
    self.init(
      .composed(plan.composition), ComposedStrategy.summary, plan.parameters,
      timeframes: plan.indicators.compactMap { formula in
        formula.bars.map { StrategyTimeframe(key: "indicators.\(formula.name)", bars: $0) }
      },
      warmUpBars: { values, bars throws(ParameterError) in
        try plan.warmUpBars(values, of: bars)
      },
      { values, instrument throws(ParameterError) in
        try ComposedStrategy(plan, values, instrument)
      })
  }

  /// Several strategies that vote.
  /// - Throws: `RecipeError` for members that are not known, cannot vote or mean nothing.
  public init(_ ensemble: Ensemble) throws(RecipeError) {
    try self.init(ensemble, of: StrategyRegistry.all)
  }

  private init(_ ensemble: Ensemble, of known: [StrategyEntry]) throws(RecipeError) {
    let parts = try EnsembleParts(ensemble, of: known)
    self.init(
      .ensemble(parts.recipe), EnsembleStrategy.summary, parts.parameters,
      timeframes: parts.entries.enumerated().flatMap { place, entry in
        entry.timeframes.map {
          StrategyTimeframe(key: "of[\(place + 1)].\($0.key)", bars: $0.bars)
        }
      },
      warmUpBars: { values, bars throws(ParameterError) in
        try parts.warmUpBars(values, of: bars)
      },
      { values, instrument throws(ParameterError) in try parts.make(values, instrument) })
  }

  /// The strategy of a recipe's text.
  /// - Throws: `RecipeError` for text that is no recipe of this build.
  public init(recipe text: String) throws(RecipeError) {
    switch try Recipe(text: text) {
    case .composed(let composition): try self.init(composition)
    case .ensemble(let ensemble):
      try EnsembleParts.checkPlaces(ensemble, of: StrategyRegistry.all)
      try self.init(ensemble)
    }
  }

  /// What stands for all composed strategies in the registry: one that runs.
  static let composedExample = example {
    () throws(RecipeError) in
    try StrategyEntry(
      Composition(
        parameters: [.init("fast", 12), .init("slow", 26), .init("hot", 70)],
        indicators: [
          .init("fast", "ema:length=fast"), .init("slow", "ema:length=slow"),
          .init("rsi", "rsi:length=14"), .init("trend", "sma:length=6 on 1h"),
        ],
        long: "fast crosses above slow and rsi < hot and close > trend",
        exit: "fast crosses below slow"))
  }

  /// What stands for all ensembles.
  static let ensembleExample = example {
    () throws(RecipeError) in
    let dip = Composition(
      parameters: [.init("deep", 30)], indicators: [.init("rsi", "rsi:length=14")],
      long: "rsi < deep", exit: "rsi > 50")
    let members: [Ensemble.Member] = [
      .init("trend", votes: 2, .named(EMACross.name, [.init("fast", 9), .init("short", 0)])),
      .init("dip", .composed(dip)),
    ]
    return try StrategyEntry(Ensemble(.mean, members), of: [StrategyEntry(EMACross.self)])
  }

  private static func example(_ make: () throws(RecipeError) -> StrategyEntry) -> StrategyEntry {
    do throws(RecipeError) { return try make() } catch {
      preconditionFailure("an example of the registry: \(error)")
    }
  }
}

extension StrategyEntry: Equatable {
  /// Whether two are one strategy: what is in the registry by its name, what has a recipe by that.
  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.recipe == right.recipe
  }
}
