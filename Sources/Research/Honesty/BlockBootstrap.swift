/// What else could have happened: paths made of blocks of the returns that did, so that what lies close
/// together in time stays together.
///
/// Sources: H. R. Künsch, "The jackknife and the bootstrap for general stationary observations", Annals
/// of Statistics 17 (1989), for moving blocks; D. N. Politis and J. P. Romano, "A circular
/// block-resampling procedure for stationary data" (1992) and "The Stationary Bootstrap", Journal of
/// the American Statistical Association 89 (1994).

public import TradingCore

/// How blocks are drawn.
public enum BlockScheme: String, Equatable, Sendable, CaseIterable {
  /// Blocks of one length that end with the series: its ends are drawn more rarely.
  case moving
  /// Blocks of one length; after the end comes the start.
  case circular
  /// Blocks of random length, geometric with the given mean; after the end comes the start.
  case stationary
}

/// Draws places in a series, block by block.
public struct BlockBootstrap: Equatable, Sendable {
  public let scheme: BlockScheme
  /// Mean length of a block, 1…`count`; a whole number but for `stationary`.
  public let length: Double
  /// Returns in the series, at least 1.
  public let count: Int

  /// - Parameter length: brought into 1…`count`, and rounded but for `stationary`; 1 draws single
  ///   returns.
  public init(_ scheme: BlockScheme, length: Double, count: Int) {
    precondition(count >= 1, "BlockBootstrap: \(count) returns")
    precondition(length == length, "BlockBootstrap: the length is NaN")
    self.scheme = scheme
    self.count = count
    let bounded = min(max(length, 1), Double(count))
    self.length = scheme == .stationary ? bounded : bounded.rounded()
  }

  /// Calls `body` with `count` places, one path. O(count), no memory.
  public func eachPlace(_ random: inout RandomSource, _ body: (Int) -> Void) {
    let starts = scheme == .moving ? count - Int(length) + 1 : count
    var place = 0
    var left = 0
    for _ in 0..<count {
      if scheme == .stationary ? random.chance(1 / length) || left == 0 : left == 0 {
        place = Int(random.below(UInt64(starts)))
        left = scheme == .stationary ? 1 : Int(length)
      }
      body(place)
      place = place + 1 == count ? 0 : place + 1
      if scheme != .stationary { left -= 1 }
    }
  }
}
