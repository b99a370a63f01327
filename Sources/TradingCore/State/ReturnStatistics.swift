/// Mean and spread of returns in constant memory, without the cancellation of Σx² − (Σx)²/n.

/// Count, mean, sum of squared deviations and sum of squared losses of a series of returns.
///
/// Source: B. P. Welford (1962), "Note on a method for calculating corrected sums of squares and
/// products"; the many-at-once step is T. Chan, G. Golub, R. LeVeque (1979).
public struct ReturnStatistics: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  public private(set) var count: Int64 = 0
  /// The arithmetic mean; 0 before the first return.
  public private(set) var mean: Double = 0
  /// Σ (return − mean)².
  public private(set) var squaredDeviations: Double = 0
  /// Σ return² over the negative returns.
  public private(set) var squaredLosses: Double = 0

  public init() {}

  /// Takes one return into account; 0.01 is 1 %.
  public mutating func add(_ value: Double) {
    count += 1
    let distance = value - mean
    mean += distance / Double(count)
    squaredDeviations += distance * (value - mean)
    if value < 0 { squaredLosses += value * value }
  }

  /// Takes `zeros` returns of zero into account. O(1).
  public mutating func addZeros(_ zeros: Int64) {
    guard zeros > 0 else { return }
    let total = Double(count + zeros)
    squaredDeviations += mean * mean * (Double(count) * Double(zeros) / total)
    mean *= Double(count) / total
    count += zeros
  }

  /// The sample standard deviation (n − 1); `nil` below two returns.
  public var standardDeviation: Double? {
    count < 2 ? nil : (squaredDeviations / Double(count - 1)).squareRoot()
  }

  /// The downside deviation about zero over all returns: √(Σ min(return, 0)² ÷ n); `nil` before the
  /// first.
  public var downsideDeviation: Double? {
    count < 1 ? nil : (squaredLosses / Double(count)).squareRoot()
  }

  /// Equal when the same to the last bit.
  public static func == (left: Self, right: Self) -> Bool {
    left.count == right.count && left.mean.bitPattern == right.mean.bitPattern
      && left.squaredDeviations.bitPattern == right.squaredDeviations.bitPattern
      && left.squaredLosses.bitPattern == right.squaredLosses.bitPattern
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(count)
    for value in [mean, squaredDeviations, squaredLosses] { bytes.append(value) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    count = try reader.takeTally()
    mean = try reader.take()
    squaredDeviations = try reader.take()
    squaredLosses = try reader.take()
  }
}
