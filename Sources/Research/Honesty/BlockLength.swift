/// How long the blocks of a bootstrap should be, from how long returns remember each other.
///
/// Source: D. N. Politis and H. White, "Automatic block-length selection for the dependent bootstrap",
/// Econometric Reviews 23 (2004), as corrected by A. Patton, Politis and White, ibid. 28 (2009). Where
/// the papers leave room this follows Patton's program: the lag is searched as the first of five whose
/// correlations are all within 2·√(log₁₀ n/n), correlations are those of the shifted parts, and no
/// block is longer than ⌈min(3·√n, n/3)⌉.

internal import TradingCore

public struct BlockLength: Equatable, Sendable {
  /// Mean length for the stationary bootstrap, and length for the circular one. Above zero; below 1 says
  /// that single returns will do.
  public var stationary: Double
  public var circular: Double

  /// The lengths for a series. O(n·√n).
  /// - Throws: `StatisticFault` below 10 returns and where they do not vary.
  public init(_ returns: [Double]) throws(StatisticFault) {
    guard returns.count >= 10 else { throw .tooFewReturns(have: returns.count, need: 10) }
    let mean = try SampleMoments(returns).mean
    let deviations = returns.map { $0 - mean }
    let n = Double(returns.count)
    let memory = Autocovariances(deviations)
    let lags = memory.rememberedLags
    var weighted = 0.0
    var longRun = memory.values[0]
    for lag in 1...lags {
      let share = Double(lag) / Double(lags)
      let weight = share <= 0.5 ? 1 : 2 * (1 - share)
      weighted += 2 * weight * Double(lag) * memory.values[lag]
      longRun += 2 * weight * memory.values[lag]
    }
    let longest = min(3 * n.squareRoot(), n / 3).rounded(.up)
    func length(_ factor: Double) -> Double {
      let ratio = 2 * weighted * weighted / (factor * longRun * longRun) * n
      return ratio.isFinite ? min(Elementary.pow(ratio, 1.0 / 3), longest) : longest
    }
    stationary = length(2)
    circular = length(4.0 / 3)
  }
}

/// Autocovariances of a centred series up to the lag that can matter.
private struct Autocovariances {
  /// By lag, over n.
  var values: [Double] = []
  private var correlations: [Double] = []
  private let count: Int

  /// Correlations in a row that must be small.
  private static let run = 5

  init(_ deviations: [Double]) {
    count = deviations.count
    let most = Int(Double(count).squareRoot().rounded(.up)) + Autocovariances.run
    for lag in 0...min(most, count - 2) {
      var (product, early, late) = (0.0, 0.0, 0.0)
      for row in lag..<count {
        product += deviations[row] * deviations[row - lag]
        guard row > lag else { continue }
        late += deviations[row] * deviations[row]
        early += deviations[row - lag - 1] * deviations[row - lag - 1]
      }
      values.append(product / Double(count))
      correlations.append(product.magnitude / (early * late).squareRoot())
    }
  }

  /// Twice the first lag from which `run` correlations are all small; the most there are where none is.
  var rememberedLags: Int {
    let run = Autocovariances.run
    let n = Double(count)
    let small = 2 * (Elementary.log(n) / Elementary.log(10) / n).squareRoot()
    let most = values.count - 1
    for lag in stride(from: 1, through: most - run, by: 1)
    where correlations[lag..<(lag + run)].allSatisfy({ $0 < small }) {
      return min(2 * lag, most)
    }
    return most
  }
}
