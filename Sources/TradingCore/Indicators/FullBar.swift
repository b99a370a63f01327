/// A bar with everything an indicator may ask for.

/// Prices in quote units and volume in base units of a closed bar, as `Double`: for judgement, never
/// for books.
public struct FullBar: Equatable, Sendable {
  public var open: Double
  public var high: Double
  public var low: Double
  public var close: Double
  /// Not negative.
  public var volume: Double

  public init(open: Double, high: Double, low: Double, close: Double, volume: Double) {
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  /// The bar on the instrument's grid, each number rounded to the nearest `Double`.
  public init(_ bar: Bar, of instrument: InstrumentDefinition) {
    self.init(
      open: instrument.approximate(bar.open), high: instrument.approximate(bar.high),
      low: instrument.approximate(bar.low), close: instrument.approximate(bar.close),
      volume: instrument.approximate(bar.volume))
  }

  /// A bar of any kind on the instrument's grid; exact sums beyond 2⁵³ lots are rounded to the nearest.
  public init(_ bar: MarketBar, of instrument: InstrumentDefinition) {
    let lots = Double(bar.volume) * Double(instrument.lotMantissa)
    self.init(
      open: instrument.approximate(bar.open), high: instrument.approximate(bar.high),
      low: instrument.approximate(bar.low), close: instrument.approximate(bar.close),
      volume: lots / Double(powerOfTen(Int(instrument.lotScale))))
  }

  /// Its high, low and close.
  public var prices: IndicatorBar { IndicatorBar(high: high, low: low, close: close) }

  /// ((close − low) − (high − close)) ÷ (high − low) × volume: −volume for a close at the low, volume
  /// at the high, 0 for a bar without range.
  var accumulated: Double {
    high > low ? ((close - low) - (high - close)) / (high - low) * volume : 0
  }
}

/// Two numbers of the same moment: a series and the one it is compared with.
public struct SeriesPair: Equatable, Sendable {
  public var value: Double
  public var benchmark: Double

  public init(value: Double, benchmark: Double) {
    self.value = value
    self.benchmark = benchmark
  }
}
