/// How much of one run's result may be luck: the honesty statistics of its days and round trips, each a
/// figure or the reason why there is none, with a sentence of what it means.

public import TradingCore

/// What is asked of a run.
public struct LuckSettings: Equatable, Sendable {
  /// Independent trials that the run was chosen from; 1: it was the only one.
  public var trials = 1.0
  /// Variance of those trials' yearly Sharpe ratios; `nil`: that of trials without skill.
  public var trialsVariance: Double?
  /// The yearly Sharpe ratio that the run is held against.
  public var benchmark = 0.0
  /// The share of paths inside a band, above 0 and below 1.
  public var confidence = 0.9
  /// Paths drawn, of days and of round trips.
  public var paths = 1_000
  public var scheme = BlockScheme.stationary
  /// Mean length of a block in days; `nil`: chosen from how long days remember each other.
  public var blockDays: Double?
  /// The multiple of the starting equity at which a path counts as ruined.
  public var ruinLevel = 0.5
  public var seed: UInt64 = 0

  public init() {}
}

/// One figure of the report.
public struct LuckLine: Equatable, Sendable {
  /// The stable key for programs: `deflatedSharpe`.
  public var name: String
  public var label: String
  public var unit: MetricUnit
  public var figure: Figure
  /// Where `confidence` of the paths lie; `nil` for figures that have no paths.
  public var band: ClosedRange<Double>?
  /// The same corrected for bias and skewness (BCa).
  public var correctedBand: ClosedRange<Double>?
  /// One sentence for people.
  public var meaning: String
}

/// All figures, by what they rest on.
public struct LuckReport: Equatable, Sendable {
  public var settings: LuckSettings
  public var dayCount: Int
  /// `nil` where no round trips were told.
  public var tripCount: Int?
  /// Mean length of the blocks that were drawn, in days; `nil` where nothing could be drawn.
  public var blockDays: Double?
  public var sharpe: [LuckLine]
  public var paths: [LuckLine]
  public var trips: [LuckLine]

  /// Days in a year: crypto markets never close.
  static let year = 365.0

  /// O(paths × (days + round trips) + days²).
  public init(_ run: RunSeries, _ settings: LuckSettings) {
    self.settings = settings
    dayCount = run.daily.count
    tripCount = run.profits?.count
    sharpe = LuckReport.sharpe(run.daily, settings)
    let drawn = Outcome { () throws(StatisticFault) in
      try ReturnBootstrap(
        run.daily, scheme: settings.scheme, length: settings.blockDays, paths: settings.paths,
        periodsPerYear: LuckReport.year, seed: settings.seed)
    }
    blockDays = drawn.value?.blockLength
    paths = LuckReport.paths(drawn, settings)
    trips = LuckReport.trips(run, settings)
  }
}

/// A value, or the reason why there is none.
struct Outcome<Value> {
  let value: Value?
  let reason: String

  init(_ body: () throws(StatisticFault) -> Value) {
    do throws(StatisticFault) {
      value = try body()
      reason = ""
    } catch {
      value = nil
      reason = "\(error)"
    }
  }

  /// A figure of the value; the reason where there is none.
  func figure(_ read: (Value) -> Double) -> Figure {
    value.map { Figure(read($0)) } ?? Figure(missing: reason)
  }
}
