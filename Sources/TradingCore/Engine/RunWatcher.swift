/// What leaves a run beside its journal: samples of equity and closed round trips, a few per thousand
/// events, for whoever draws curves and tables.
public protocol RunWatcher: AnyObject {
  /// A sample interval has ended; called once for each interval that saw events.
  func sampled(_ sample: RunSample)

  /// A position went back to flat.
  func closed(_ trip: RoundTrip)
}

/// Equity at the end of a sample interval, with what it was made of.
public struct RunSample: Equatable, Sendable {
  /// The end of the interval.
  public var time: Timestamp
  /// Everything at its mark, in the reporting asset.
  public var equity: Money
  /// Mark and position of each instrument, by id; the mark is `nil` before the first price.
  public var marks: [Price?]
  public var positions: [Quantity]
}
