/// Confidence bands of a run's figures by resampling its returns in blocks.

internal import TradingCore

/// Sharpe ratio, growth and drawdown of the returns as they were and over resampled paths.
public struct ReturnBootstrap: Equatable, Sendable {
  public var scheme: BlockScheme
  /// Mean length of a block in returns.
  public var blockLength: Double
  /// Per year.
  public var sharpe: Resampled
  /// Compound growth per year, 0.1 for 10 %.
  public var growth: Resampled
  /// The deepest fall from a peak as a share of it.
  public var drawdown: Resampled

  /// The longest series that is gone through without each return in turn, for the skewness that the
  /// corrected bands allow for; those of a longer one are corrected for bias alone.
  public static let longestJackknife = 4_000

  /// Draws `paths` paths as long as the series. O(paths × returns) time, and O(returns²) up to
  /// `longestJackknife`; O(returns + paths) memory.
  /// - Parameters:
  ///   - returns: one after the other, 0.01 for 1 %, above −1.
  ///   - length: mean length of a block; `nil` for that of Politis and White.
  ///   - periodsPerYear: of the returns: 365 for days.
  ///   - seed: the same seed gives the same paths everywhere.
  /// - Throws: `StatisticFault` below 10 returns, where they do not vary, and after a total loss.
  public init(
    _ returns: [Double], scheme: BlockScheme = .stationary, length: Double? = nil,
    paths: Int = 1_000, periodsPerYear: Double = 365, seed: UInt64 = 0
  ) throws(StatisticFault) {
    precondition(paths >= 1, "ReturnBootstrap: \(paths) paths")
    let automatic = try BlockLength(returns)
    guard returns.allSatisfy({ $0 > -1 }) else { throw .ruined }
    let best = scheme == .stationary ? automatic.stationary : automatic.circular
    let blocks = BlockBootstrap(scheme, length: length ?? best, count: returns.count)
    var random = RandomSource(seed: seed, label: "bootstrap")
    var drawn: [ReturnPath] = []
    for _ in 0..<paths {
      var path = ReturnPath()
      blocks.eachPlace(&random) { path.add(returns[$0]) }
      drawn.append(path)
    }
    self.init(
      scheme: scheme, blockLength: blocks.length, paths: drawn, returns: returns,
      year: periodsPerYear)
  }

  private init(
    scheme: BlockScheme, blockLength: Double, paths: [ReturnPath], returns: [Double], year: Double
  ) {
    let whole = ReturnPath(returns)
    let left = returns.count <= ReturnBootstrap.longestJackknife ? returns.indices : 0..<0
    let without = left.map { ReturnPath(returns, without: $0) }
    func resampled(_ figure: (ReturnPath) -> Double) -> Resampled {
      Resampled(
        estimate: figure(whole), values: paths.map(figure), jackknife: without.map(figure))
    }
    self.scheme = scheme
    self.blockLength = blockLength
    sharpe = resampled { $0.sharpe(periodsPerYear: year) }
    growth = resampled { $0.growth(periodsPerYear: year) }
    drawdown = resampled { $0.deepest }
  }
}
