/// One run of a sweep: what it is run with, and what is kept of it: figures and a curve of a few
/// hundred points, never orders or fills.

public import TradingCore

/// What a run of a sweep leaves.
public struct TrialOutcome: Equatable, Sendable {
  public var metrics: MetricsSummary
  /// Hash of the state after the last event: the same trial run alone by `replay` has the same.
  public var fingerprint: UInt64
  /// Equity before the first event that was measured, in the reporting asset.
  public var capital: Double
  /// Equity at the ends of the run's sample intervals, in the reporting asset; see `EquityCurve`.
  public var curve: EquityCurve
}

/// Equity at the ends of equal intervals, for judgement: at most `mostPoints` of them, since the
/// interval doubles when they would be more.
public struct EquityCurve: Equatable, Sendable {
  /// Equity at the end of each `stride` samples.
  public private(set) var points: [Double] = []
  /// Samples between two points, a power of two.
  public private(set) var stride = 1
  private var sampleCount = 0

  /// The most points kept; half of them at least once the run has had that many samples.
  public static let mostPoints = 512

  public init() {}

  /// Takes the equity at the end of the next sample interval. O(1) amortised.
  mutating func append(_ equity: Double) {
    sampleCount += 1
    guard sampleCount % stride == 0 else { return }
    points.append(equity)
    guard points.count > EquityCurve.mostPoints else { return }
    stride *= 2
    points = Swift.stride(from: 1, to: points.count, by: 2).map { points[$0] }
  }
}

/// Watches a run for its curve.
final class CurveWatcher: RunWatcher {
  private(set) var curve = EquityCurve()

  func sampled(_ sample: RunSample) { curve.append(sample.equity.approximate) }
  func closed(_ trip: RoundTrip) {}
}
