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

    \(self.strategy(strategy))
    # strategies:                # instead of `strategy`: several, each with a book and a share of size
    #   - {name: ema-cross, share: 60%, parameters: {fast: 9}}
    #   - {name: breakout, share: 40%}

    account: spot                # spot cannot sell more than it holds; margin can
    capital: {USDT: 100000}      # what the account starts with
    reportIn: USDT               # what equity and metrics are counted in
    size: {equity: 95%}          # what a full position is; or {quantity: 0.5} of the base asset
    \(costs)
    # execution:                 # how targets are reached; leave out for one order at once
    #   algorithm: twap          # twap, vwap, iceberg, participation, route
    #   over: 10m                # how long it may take; what is left then goes at once
    #   slices: 10               # or of how many parts an iceberg is
    #   share: 5%                # of what trades, for participation
    #   profile: [40%, 10%, 20%, 30%]   # a day's volume in equal slots, for vwap
    risk:                        # shares of equity; leave out what should not limit; or: default
      maxPosition: 100%          # also maxOrder, grossExposure, netExposure, correlatedExposure
      # riskPerTrade: 2%         # loss at the stop; assumedStop: 10% where an order names none
      # priceCollar: 5%          # farthest from the mark
      # orderRate: 60            # orders a minute; maxOpenOrders: 20
      # volatilityTarget: 2%     # cuts sizes, as kellyFraction does
      # flattenOnHalt: true
      # BTCUSDT: {maxPosition: 50%}   # the narrower holds; also books: {NAME: {…}}
      maxDrawdown: 30%           # halts trading
      maxDailyDrawdown: 10%      # halts trading

    # period: {from: 2024-01-01, to: 2024-02-01}   # UTC, the end is exclusive; warmUp: 1d before it is
                                 #   seen by strategies, for their averages, and not traded or measured
    # report: {sample: 1m}       # distance of points in the equity curve

    \(search(strategy))

    \(walkForward)

    """
  }

  /// The strategy with its parameters at their defaults and all that it is composed of.
  static func strategy(_ entry: StrategyEntry) -> String {
    """
    strategy:
      name: \(entry.name)            # cryptobot strategies list
      bar: 1m                    # width of the bars it sees; 0: every trade or candle
    \(parameters(entry))
    """
  }

  /// Fees, latency and fills: the short form, then all there is.
  private static var costs: String {
    """
    fees: {maker: 0.1%, taker: 0.1%, in: quote}   # in: quote, received, or an asset such as BNB
    # fees:                      # the same with all there is
    #   basis: value             # value; quantity: rates are amounts for each unit; fill: for each fill
    #   maker: 0.1%              # negative for a rebate
    #   taker: 0.1%
    #   in: BNB                  # BNB must be in the source or in capital
    #   discount: 25%            # taken off fees that BNB pays
    #   tiers:                   # from a value traded in the 30 UTC days before, in reportIn
    #     - {from: 1000000, maker: 0.09%, taker: 0.1%}
    latency: 20ms                # one way, for orders and for their reports
    # latency:                   # the same leg by leg
    #   feed: 2ms                # from the exchange's event to us
    #   entry: 5ms               # from our sending to the exchange
    #   response: 4ms            # from the exchange to our receiving
    #   spread: 1ms              # standard deviation of entry and response, drawn from `seed`
    #   cancel: {entry: 3ms}     # place, amend and cancel may differ
    # latency: {table: latency.csv}   # time,action,feed,entry,response in ms, interpolated in time
    # seed: 1                    # of the simulation's random numbers

    # fills: book-conservative   # book-conservative, book-probabilistic, quote, candle, same-event;
    #                            # default: the first of book-conservative, quote, candle that fits
    # fills:                     # the same with what it costs to be large
    #   model: book-probabilistic
    #   queue: power 3           # or log: which cancellations stood before us
    #   impact: {model: linear, strength: 10bp}   # none, fixed, linear, square-root
    #   volumeCap: 10%           # the most that our orders take of what trades
    #   selfTrade: expire-taker  # allow, expire-taker, expire-maker, expire-both
    """
  }

  /// What a search would vary.
  private static func search(_ strategy: StrategyEntry) -> String {
    let example = SearchPlan.example(strategy.parameters).replacing(", ", with: "\n#     ")
    return """
      # search:                    # what to vary and what to look for; a single run makes no use of it
      #   parameters:              # LOW..HIGH, LOW..HIGH:STEP, log:LOW..HIGH or ONE|OTHER
      #     \(example)
      #     size.equity: 50%|95%   # a parameter of the strategy, or any other key of the scenario
      #   # where: [fast < slow]   # what must hold between them: + - * /, comparisons, and, or, not
      #   sampler: tpe             # grid, random, tpe, tpe-univariate; default: grid where it is small
      #   trials: 100              # points to try; a grid has an end of its own
      #   seed: 1                  # the same seed, the same search, with any number of workers
      #   objective: sharpe        # a metric of the report, or a sum: {sharpe: 1, maxDrawdown: -0.5}
      #   minTrips: 10             # fewer closed round trips have no score
      """
  }

  /// How the period is cut into folds.
  private static var walkForward: String {
    """
    # walkforward:               # how the period is cut for `walkforward`; a single run makes no use of it
    #   in: 90d                  # what each fold searches on
    #   out: 30d                 # what its choice is judged by; or folds: 6, which share the rest
    #   step: 30d                # from fold to fold; default: out and embargo
    #   anchored: false          # true: every in-sample part begins with the first
    #   purge: 1d                # left out between in and out
    #   embargo: 0               # left out at least between one out and the next
    #   warmUp: 1d               # before each part: indicators see it, nothing is traded
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
    let recipe = strategy.recipe.map(RecipeTemplate.lines) ?? []
    if case .ensemble? = strategy.recipe { return recipe.joined(separator: "\n") + "\n" }
    guard !strategy.parameters.isEmpty else { return "" }
    let lines = strategy.parameters.map { parameter in
      let value = "\(parameter.name): \(plainText(parameter.defaultValue))"
      let padding = String(repeating: " ", count: max(1, 25 - value.utf8.count))
      return "    \(value)\(padding)# \(parameter.help)"
    }
    return (["  parameters:"] + lines + recipe).joined(separator: "\n") + "\n"
  }
}
