/// Candles without order flow, for years in seconds: each is a short walk of the fair price.
struct CandleMaker: Sendable {
  /// Moves of the fair price inside a candle, from which its high and low are taken.
  static let moves: Int64 = 8

  private let settings: GeneratorSettings
  private let interval: Interval
  private var random: RandomSource

  /// `interval` must be whole seconds.
  init(_ settings: GeneratorSettings, interval: Interval) {
    self.settings = settings
    self.interval = interval
    random = RandomSource(seed: settings.seed, label: "candles")
  }

  /// The first candle's open at or after a time; candles stand on multiples of their interval.
  func firstStart(from time: Timestamp) -> Timestamp {
    let floor = time.floored(to: interval)
    return floor == time ? time : floor + interval
  }

  /// Makes the candle that opens at or after `time` and moves `fair` to its close.
  mutating func make(from time: Timestamp, _ fair: inout FairValue, _ traits: RegimeTraits) -> Event
  {
    let start = firstStart(from: time)
    let piece = Interval(nanoseconds: interval.nanoseconds / CandleMaker.moves)
    let open = price(fair)
    var (high, low) = (open, open)
    for index in 1...CandleMaker.moves {
      fair.advance(over: piece, to: start + Interval(nanoseconds: piece.nanoseconds * index))
      high = max(high, price(fair))
      low = min(low, price(fair))
    }
    let candle = Candle(
      instrument: InstrumentID(0),
      intervalSeconds: UInt32(interval.nanoseconds / Interval.second.nanoseconds), open: open,
      high: high, low: low, close: price(fair), volume: volume(fair, traits))
    return Event(receiveTime: start + interval, venueTime: start, .candle(candle))
  }

  private func price(_ fair: FairValue) -> Price {
    Price(ticks: max(1, Int64(fair.ticks.rounded())))
  }

  /// One typical level traded every ten seconds on average.
  private mutating func volume(_ fair: FairValue, _ traits: RegimeTraits) -> Quantity {
    let typical = settings.typicalLots(atTicks: fair.ticks) * interval.seconds / 10 * traits.pace
    return Quantity(lots: max(1, Int64(min(1e15, typical * (0.5 + random.exponential())))))
  }
}
