/// How far a venue's clock is from ours, from samples of its time, and whether that is close enough to
/// sign requests and to trade. The estimate is Cristian's: the venue read its clock somewhere between
/// our question and its answer, so the middle is wrong by at most half the round trip. Source:
/// F. Cristian, "Probabilistic clock synchronization" (1989).

public import TradingCore

/// The offset of one venue's clock. Times are ours unless they say so.
public struct ClockSkew: Equatable, Sendable {
  /// One question for the venue's time and its answer.
  public struct Sample: Equatable, Sendable {
    /// Venue minus ours, at the middle of the round trip.
    public var offset: Interval
    /// How wrong the offset may be: half the round trip, and half of what the venue's time rounds off.
    public var uncertainty: Interval
  }

  /// How trading stands towards the clock.
  public enum Verdict: Equatable, Sendable {
    /// No sample yet.
    case unknown
    /// Certainly within the limit.
    case within
    /// Perhaps beyond the limit: the samples are too coarse to say.
    case doubtful
    /// Certainly beyond it.
    case beyond
  }

  private var samples: [Sample] = []
  private let limit: Interval

  /// Samples remembered; the one with the shortest round trip is believed.
  public static let capacity = 8

  /// - Parameter limit: the farthest the clocks may be apart for trading.
  public init(limit: Interval = .init(nanoseconds: 1_000_000_000)) { self.limit = limit }

  /// Takes one answer. A round trip that ends before it began is not taken: our clock was stepped.
  /// - Parameter resolution: what the venue's time is rounded down to.
  /// - Returns: whether it was taken.
  @discardableResult
  public mutating func sample(
    sent: Timestamp, received: Timestamp, venue: Timestamp,
    resolution: Interval = .init(nanoseconds: 1_000_000)
  ) -> Bool {
    let trip = (received - sent).nanoseconds
    guard trip >= 0, resolution.nanoseconds > 0 else { return false }
    let middle = sent + Interval(nanoseconds: trip / 2)
    let read = venue + Interval(nanoseconds: resolution.nanoseconds / 2)
    if samples.count == Self.capacity { samples.removeFirst() }
    samples.append(
      Sample(
        offset: read - middle,
        uncertainty: Interval(nanoseconds: trip / 2 + resolution.nanoseconds / 2)))
    return true
  }

  /// Our clock was stepped, or the venue says we are out of its window: start again.
  public mutating func forget() { samples.removeAll() }

  /// The most certain sample of the last few.
  public var best: Sample? {
    samples.min { $0.uncertainty.nanoseconds < $1.uncertainty.nanoseconds }
  }

  /// Whether trading may rely on the clocks.
  public var verdict: Verdict {
    guard let best else { return .unknown }
    let distance = best.offset.nanoseconds.magnitude
    let doubt = UInt64(best.uncertainty.nanoseconds)
    let most = UInt64(limit.nanoseconds)
    if distance + doubt <= most { return .within }
    return distance > most + doubt ? .beyond : .doubtful
  }

  /// What the venue's clock shows at `time` of ours, as far as we know; `time` itself without a sample.
  public func venueTime(at time: Timestamp) -> Timestamp { time + (best?.offset ?? .zero) }
}
