/// What the same round trips could have come to in another order, or if some had come twice and others
/// not: how much of the result is their order and how near ruin was.
///
/// Round trips are taken as one after the other, each staking the equity before it; with several open
/// at once this is an approximation. Source of the method: R. Vince, "Portfolio Management Formulas"
/// (1990); of the shuffle: R. Fisher and F. Yates (1938) as D. Knuth gives it (TAOCP 2, 3.4.2 P).

internal import TradingCore

public struct TradeMonteCarlo: Equatable, Sendable {
  /// How a path is made of the round trips.
  public enum Draw: String, Equatable, Sendable, CaseIterable {
    /// Every round trip once, in a random order: the end is always the same, the way is not.
    case shuffle
    /// As many as there were, each any of them: with replacement.
    case resample
  }

  public var draw: Draw
  /// Equity at the end as a multiple of that at the start.
  public var finalEquity: Resampled
  /// The deepest fall from a peak as a share of it, seen after each round trip.
  public var drawdown: Resampled
  /// The share of paths whose equity fell to `ruinLevel` or below at some time.
  public var ruin: Double
  /// As a multiple of the starting equity.
  public var ruinLevel: Double

  /// Draws `paths` paths. O(paths × round trips) time, O(paths + round trips) memory.
  /// - Parameters:
  ///   - returns: of each round trip on the equity before it, 0.01 for 1 %; −1 and less ends a path at 0.
  ///   - ruinLevel: a multiple of the starting equity, 0 ..< 1.
  ///   - seed: the same seed gives the same paths everywhere.
  /// - Throws: `StatisticFault` below two round trips and for a return that is not finite.
  public init(
    _ returns: [Double], draw: Draw, paths: Int = 1_000, ruinLevel: Double = 0.5, seed: UInt64 = 0
  ) throws(StatisticFault) {
    precondition(paths >= 1, "TradeMonteCarlo: \(paths) paths")
    precondition(ruinLevel >= 0 && ruinLevel < 1, "TradeMonteCarlo: ruin at \(ruinLevel)")
    guard returns.count >= 2 else { throw .tooFewTrades(have: returns.count, need: 2) }
    guard returns.allSatisfy(\.isFinite) else { throw .notFinite }
    var random = RandomSource(seed: seed, label: "trades/\(draw.rawValue)")
    var order = returns
    let drawn = (0..<paths).map { _ in
      TradeMonteCarlo.path(returns, draw, &order, &random)
    }
    let whole = TradePath(returns)
    self.draw = draw
    self.ruinLevel = ruinLevel
    finalEquity = Resampled(estimate: whole.equity, values: drawn.map(\.equity))
    drawdown = Resampled(estimate: whole.deepest, values: drawn.map(\.deepest))
    ruin = Double(drawn.count { $0.lowest <= ruinLevel }) / Double(paths)
  }

  private static func path(
    _ returns: [Double], _ draw: Draw, _ order: inout [Double], _ random: inout RandomSource
  ) -> TradePath {
    for place in order.indices.reversed() {
      switch draw {
      case .shuffle: order.swapAt(place, Int(random.below(UInt64(place + 1))))
      case .resample: order[place] = returns[Int(random.below(UInt64(returns.count)))]
      }
    }
    return TradePath(order)
  }

  /// Each profit as a share of the equity before it. O(n).
  /// - Parameter capital: before the first, in the unit of the profits.
  /// - Throws: `.ruined` where a round trip begins with no equity.
  public static func returns(
    profits: [Double], capital: Double
  ) throws(StatisticFault) -> [Double] {
    var equity = capital
    var returns: [Double] = []
    for profit in profits {
      guard equity > 0 else { throw .ruined }
      returns.append(profit / equity)
      equity += profit
    }
    return returns
  }
}

/// Equity after one round trip after the other.
private struct TradePath {
  private(set) var equity = 1.0
  private(set) var lowest = 1.0
  private(set) var deepest = 0.0

  init(_ returns: [Double]) {
    var peak = 1.0
    for value in returns {
      equity = min(max(0, equity * (1 + value)), .greatestFiniteMagnitude)
      lowest = min(lowest, equity)
      peak = max(peak, equity)
      deepest = max(deepest, 1 - equity / peak)
    }
  }
}
