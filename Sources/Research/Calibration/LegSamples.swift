/// Measured spans of one leg of latency, and what they say: percentiles, a normal fit and its error.

public import TradingCore

/// Samples of a leg, in bounded memory: when there are too many, every second one is dropped and from
/// then on fewer are taken.
struct LegSamples {
  /// The most that are kept.
  static let capacity = 1 << 17

  private(set) var spans: [Int64] = []
  /// All that were offered.
  private(set) var count = 0
  private var stride = 1

  mutating func take(_ span: Interval) {
    defer { count += 1 }
    guard count % stride == 0 else { return }
    spans.append(span.nanoseconds)
    guard spans.count == LegSamples.capacity else { return }
    spans = Swift.stride(from: 0, to: spans.count, by: 2).map { spans[$0] }
    stride *= 2
  }

  var fit: LegFit? { spans.isEmpty ? nil : LegFit(spans.sorted(), count: count) }
}

/// What a leg's samples say.
public struct LegFit: Equatable, Sendable {
  /// Samples seen; of very many the percentiles are of an even choice.
  public let count: Int
  /// Percentiles 5, 25, 50, 75, 95 and 99.
  public let percentiles: [Interval]
  /// Half the distance of the percentiles 15.87 and 84.13: a normal distribution's standard deviation,
  /// which outliers do not move.
  public let deviation: Interval
  /// Root of the mean squared distance from the median: what a constant leaves unexplained.
  public let error: Interval

  public static let percents = [5, 25, 50, 75, 95, 99]

  init(_ sorted: [Int64], count: Int) {
    self.count = count
    func at(_ share: Double) -> Int64 { sorted[Int(Double(sorted.count - 1) * share)] }
    percentiles = LegFit.percents.map { Interval(nanoseconds: at(Double($0) / 100)) }
    deviation = Interval(nanoseconds: at(0.8413) / 2 - at(0.1587) / 2)
    let median = Double(at(0.5))
    let squares = sorted.reduce(0.0) { $0 + (Double($1) - median) * (Double($1) - median) }
    error = Interval(nanoseconds: Int64((squares / Double(sorted.count)).squareRoot()))
  }

  public var median: Interval { percentiles[2] }
}
