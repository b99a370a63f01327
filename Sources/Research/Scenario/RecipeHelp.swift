/// How strategies without Swift are written, for those who ask `strategies show`.

public import TradingCore

public enum RecipeHelp {
  /// An example and the language; `nil` for a strategy in Swift.
  public static func text(of entry: StrategyEntry) -> String? {
    switch entry.recipe {
    case nil: nil
    case .composed: "As a scenario writes it:\n\n\(ScenarioTemplate.strategy(entry))\n\(composed)"
    }
  }

  private static let composed = """
    parameters   Numbers with names, which searches vary; each takes what its uses take.
    indicators   A name, an indicator (cryptobot indicators list) and its settings; a parameter's name may
                 stand where a number may. `on 1h` or `on ticks:500`: on bars of its own, of which the last
                 that had ended counts; else on the strategy's bars.
    long, short, exit
                 Rules. Once all indicators answer, each bar asks them in this order, and the first that
                 holds decides: hold the weight, hold the weight short, hold nothing. Where none holds,
                 what is held stays.
    weight       Above 0, up to 1, as a number or a parameter's name; 1 where it is left out.

    A rule has names of indicators (macd.line of one with several answers) and of parameters, open, high, low,
    close, volume, numbers, + - * / and parentheses; < <= > >= == !=, crosses above, crosses below; and, or,
    not. An indicator hides a parameter of its name. `a crosses above b` holds where a > b, and at the bar
    before a <= b. A comparison with what is not a number, such as 0 / 0, is false.
    """
}
