/// What a venue still tells of the past: candles by HTTP, of which lengths, how many at once, how far back.

public import TradingCore

/// A venue's candles of the past.
public struct CandleHistory: Equatable, Sendable {
  /// Seconds of the candles there are, the shortest first. Each divides a day, so that a candle begins at a
  /// multiple of its length since 1970; those of weeks and months, which begin by a calendar, are left out.
  public var lengths: [UInt32]
  /// Candles in one answer at most.
  public var page: Int
  /// The newest so many of a length are all there are; `nil` where they reach back to the market's beginning.
  public var kept: Int?
  /// How far questions are to be apart, where the venue counts them and does not tell its limit.
  public var pace: Interval

  public init(lengths: [UInt32], page: Int, kept: Int? = nil, pace: Interval = .zero) {
    (self.lengths, self.page, self.kept, self.pace) = (lengths, page, kept, pace)
  }

  /// The lengths as people write them: `1m`, `4h`.
  public var names: [String] { lengths.map(Self.name) }

  /// A length as people write it: `1s`, `15m`, `1d`.
  public static func name(_ seconds: UInt32) -> String {
    let units: [(letter: String, seconds: UInt32)] = [("d", 86_400), ("h", 3_600), ("m", 60)]
    let unit = units.first { seconds % $0.seconds == 0 } ?? ("s", 1)
    return "\(seconds / unit.seconds)\(unit.letter)"
  }
}
