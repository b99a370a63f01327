/// What a generated market is like: its instrument, its pace, and the regimes it passes through.

/// A stretch of market with a character of its own. Raw values are the names in scenarios.
public enum MarketRegime: String, Sendable, CaseIterable {
  /// A random walk with the volatility and drift of the settings.
  case normal
  /// A third of the volatility, pulled back to where the stretch began.
  case quiet
  /// Rises by two and a half times what chance would move it.
  case trendUp = "trend-up"
  /// Falls by two and a half times what chance would move it.
  case trendDown = "trend-down"
  /// Three times the volatility, wider spreads, more trades.
  case volatile
  /// Falls by three daily volatilities (at least 8 %) in its first quarter while the book empties,
  /// then recovers more than half of it.
  case crash
  /// Begins with a jump of one and a half daily volatilities (at least 2 %), up or down by the seed.
  case gap
  /// A tenth of the depth, four times the spread, half the pace.
  case thin
  /// The connection is lost: no market events until it ends with a fresh snapshot.
  case outage
}

/// A regime and its share of the duration, relative to the other shares.
public struct RegimeShare: Equatable, Sendable {
  public var regime: MarketRegime
  public var share: Double

  public init(_ regime: MarketRegime, share: Double) {
    self.regime = regime
    self.share = share
  }
}

/// Everything that decides what a `MarketGenerator` makes: equal settings give equal events.
public struct GeneratorSettings: Equatable, Sendable {
  public var seed: UInt64 = 1
  public var start = Timestamp(nanoseconds: 1_704_067_200_000_000_000)
  public var duration = Interval.hour
  /// The instrument's symbol and the codes of its assets.
  public var symbol = "BTCUSDT"
  public var base = "BTC"
  public var quote = "USDT"
  public var tick = Decimal64(mantissa: 1, scale: 2)
  public var lot = Decimal64(mantissa: 1, scale: 5)
  /// The first fair price, in quote units.
  public var price = Decimal64(mantissa: 60_000, scale: 0)
  /// Events a second in a normal regime, on average.
  public var eventsPerSecond = 100.0
  /// Standard deviation of a day's return, 0.03 is 3 %.
  public var volatility = 0.03
  /// Mean of a day's return.
  public var drift = 0.0
  /// Value of a typical level of the book in quote units.
  public var levelValue = 20_000.0
  /// The stretches in order of time; empty means normal throughout.
  public var regimes: [RegimeShare] = []
  /// With an interval of whole seconds only closed candles are made, for long periods; without one,
  /// trades, quotes and depth.
  public var candleInterval: Interval?

  public init() {}

  /// - Throws: `ParameterError` that names the first setting no market can be made with.
  public func check() throws(ParameterError) {
    try require("duration", duration.seconds, in: 1e-9...3.2e9)
    try require("eventsPerSecond", eventsPerSecond, in: 0.001...1e7)
    try require("volatility", volatility, in: 0...2)
    try require("drift", drift, in: -1...1)
    try require("levelValue", levelValue, in: 1e-6...1e12)
    for (index, regime) in regimes.enumerated() {
      try require("regimes[\(index)].share", regime.share, in: 1e-9...1e9)
    }
    if let candleInterval {
      let seconds = candleInterval.seconds
      try require("candleInterval", seconds, in: 1...Double(UInt32.max))
      if candleInterval.nanoseconds % Interval.second.nanoseconds != 0 {
        throw .notWhole(name: "candleInterval", value: seconds)
      }
    }
    guard definition.isExact else {
      throw .conflict("tick × lot is finer than 10^-18 or not positive")
    }
    try require("price in ticks", firstFairTicks, in: 100...1e12)
  }

  private func require(
    _ name: String, _ value: Double, in range: ClosedRange<Double>
  ) throws(ParameterError) {
    guard range.contains(value) else {
      throw .outOfRange(
        name: name, value: value, minimum: range.lowerBound, maximum: range.upperBound)
    }
  }

  /// The generated instrument: number 0, base asset 0, quote asset 1.
  var definition: InstrumentDefinition {
    InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1), tick: tick, lot: lot,
      minQuantity: Quantity(lots: 1), origin: .generated)
  }

  /// The first fair price in ticks.
  var firstFairTicks: Double { number(price) / number(tick) }

  /// Lots of a typical level at a price in ticks.
  func typicalLots(atTicks ticks: Double) -> Double {
    levelValue / (ticks * number(tick) * number(lot))
  }

  private func number(_ decimal: Decimal64) -> Double {
    Double(decimal.mantissa) / Double(powerOfTen(max(0, min(18, decimal.scale))))
  }
}
