/// The scenario that `scenario new` writes: every key with its meaning and its default.

public import TradingCore

public enum ScenarioTemplate {
  /// YAML that runs as it is.
  /// - Parameter journal: the source; `nil` for the generator.
  public static func text(strategy: StrategyEntry, journal: String?) -> String {
    """
    # A scenario: everything that decides the outcome of a run. Unknown keys are errors.
    name: my first scenario

    \(source(journal))
    # Symbols to trade; leave out to trade all of the source.
    # instruments: [BTCUSDT]

    strategy:
      name: \(strategy.name)            # cryptobot strategies list
      bar: 1m                    # width of the bars it sees; 0: every trade or candle
    \(parameters(strategy))
    account: spot                # spot cannot sell more than it holds; margin can
    capital: {USDT: 100000}      # what the account starts with
    reportIn: USDT               # what equity and metrics are counted in
    size: {equity: 95%}          # what a full position is; or {quantity: 0.5} of the base asset
    fees: {maker: 0.1%, taker: 0.1%, in: quote}   # in: quote, received, or an asset such as BNB
    latency: 20ms                # one way, for orders and for their reports

    # fills: book-conservative   # book-conservative, book-probabilistic, quote, candle, same-event;
    #                            # default: the first of book-conservative, quote, candle that fits

    risk:                        # shares of equity; leave out what should not limit
      maxPosition: 100%
      maxDrawdown: 30%           # halts trading
      maxDailyDrawdown: 10%      # halts trading

    # period: {from: 2024-01-01, to: 2024-02-01}   # UTC, the end is exclusive
    # report: {sample: 1m}       # distance of points in the equity curve

    """
  }

  private static func source(_ journal: String?) -> String {
    if let journal {
      return "source:\n  journal: \(journal)           # a folder, relative to this file\n"
    }
    return """
      source:
        generator:               # or journal: PATH, a folder relative to this file
          seed: 1                # another seed, another market
          symbol: BTC/USDT
          price: 60000
          duration: 1d
          eventsPerSecond: 20
          volatility: 3%         # standard deviation of a day's return
          regimes: [quiet, trend-up, volatile]   # in order, in equal shares; also normal, crash,
                                 # trend-down, gap, thin, outage; a weight: {crash: 0.2}

      """
  }

  private static func parameters(_ strategy: StrategyEntry) -> String {
    guard !strategy.parameters.isEmpty else { return "" }
    let lines = strategy.parameters.map { parameter in
      let value = "\(parameter.name): \(plainText(parameter.defaultValue))"
      let padding = String(repeating: " ", count: max(1, 25 - value.utf8.count))
      return "    \(value)\(padding)# \(parameter.help)"
    }
    return (["  parameters:"] + lines).joined(separator: "\n") + "\n"
  }
}
