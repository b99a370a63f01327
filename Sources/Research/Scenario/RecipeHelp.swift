/// How strategies without Swift are written, for those who ask `strategies show`.

public import TradingCore

public enum RecipeHelp {
  /// An example and the language; `nil` for a strategy in Swift.
  public static func text(of entry: StrategyEntry) -> String? {
    guard let recipe = entry.recipe else { return nil }
    let language =
      switch recipe {
      case .composed: composed
      case .ensemble: ensemble
      }
    return "As a scenario writes it:\n\n\(ScenarioTemplate.strategy(entry))\n\(language)"
  }

  private static let ensemble = """
    of           2 to 16 strategies: by name, with `parameters`, or composed here (see `strategies show
                 composed`). `as` is what one is called. Only those that ask for target weights can vote, and
                 all of them see the ensemble's bars.
    votes        What a member counts for; 1 where it is left out.
    vote         What they want together, for one book. A member stands for the weight it asked for last, 0
                 before.
                 mean       the mean of all weights, by votes
                 majority   the side that more than half of all votes are for, at the mean of the weights on
                            it; else nothing
                 unanimous  the side that all are for, at the mean of their weights; else nothing
    parameters   Optional, {trend: {fast: 9}}: sets a member's in place of its own, as `--set
                 strategy.parameters.trend.fast=9` and a search over trend.fast do.
    """

  private static let composed = """
    parameters   Numbers with names, which searches vary; each takes what its uses take.
    indicators   A name, an indicator (cryptobot indicators list) and its settings; a parameter's name may
                 stand where a number may. `on 1h` or `on ticks:500`: on bars of its own, of which the last
                 that had ended counts; else on the strategy's bars.
    long, short, exit
                 Rules. Once all indicators answer, each bar asks them in this order, and the first that
                 holds decides: hold the weight, hold the weight short, hold nothing. Where none holds,
                 what is held stays.
    weight       0.000001 to 1, as a number or a parameter's name; 1 where it is left out.

    A rule has names of indicators (macd.line of one with several answers) and of parameters, open, high, low,
    close, volume, numbers, + - * / and parentheses; < <= > >= == !=, crosses above, crosses below; and, or,
    not. An indicator hides a parameter of its name. `a crosses above b` holds where a > b, and at the bar
    before a <= b. A comparison with what is not a number, such as 0 / 0, is false.
    """
}
