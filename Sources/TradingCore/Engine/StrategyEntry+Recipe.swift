/// Strategies made of recipes: the one a journal or a scenario holds, and the one that is shown to whoever
/// writes the first.

extension StrategyEntry {
  /// The strategy of a recipe's text.
  /// - Throws: `RecipeError` for text that is no recipe of this build.
  public init(recipe text: String) throws(RecipeError) {
    switch try Recipe(text: text) {
    case .composed(let composition): try self.init(composition)
    }
  }

  /// What stands for all composed strategies in the registry: one that runs.
  static let composedExample: StrategyEntry = {
    let composition = Composition(
      parameters: [.init("fast", 12), .init("slow", 26), .init("hot", 70)],
      indicators: [
        .init("fast", "ema:length=fast"), .init("slow", "ema:length=slow"),
        .init("rsi", "rsi:length=14"), .init("trend", "sma:length=6 on 1h"),
      ],
      long: "fast crosses above slow and rsi < hot and close > trend",
      exit: "fast crosses below slow")
    do throws(RecipeError) { return try StrategyEntry(composition) } catch {
      preconditionFailure("the example of a composed strategy: \(error)")
    }
  }()
}

extension StrategyEntry: Equatable {
  /// Whether two are one strategy: what is in the registry by its name, what is composed by its recipe.
  public static func == (left: Self, right: Self) -> Bool {
    left.name == right.name && left.recipe == right.recipe
  }
}
