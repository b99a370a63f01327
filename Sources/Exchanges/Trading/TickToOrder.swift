/// How long our side takes: from the frame that brings a fact to the frame of the order decided on it, and
/// where that time goes. It is measured where both frames are, beside the engine: nothing that is decided
/// depends on it, and nothing of it is in the journal.
///
///     frame read ──▶ decoded, queued, engine woken, decided ──▶ durable ──▶ loop woken, signed, written
///                └────────────── toDecision ──────────────┘└─ journal ─┘└──────── toSocket ────────┘

public import TradingCore

/// Durations of everything decided that left for the venue at once; what left with one request counts one by one.
public struct TickToOrder: Equatable, Sendable {
  /// From the fact's frame to the order's.
  public private(set) var whole = LatencyHistogram()
  /// The part of it in which the engine waited until the journal was durable, for this order or, while
  /// the fact waited behind it, for one before.
  public private(set) var journal = LatencyHistogram()
  /// The rest of it.
  public private(set) var apart = LatencyHistogram()
  /// From the fact's frame to the decision, without waits for the journal.
  public private(set) var toDecision = LatencyHistogram()
  /// From the journal's word to the return of the write.
  public private(set) var toSocket = LatencyHistogram()

  public init() {}

  /// Takes in what was measured at another venue.
  mutating func add(_ other: TickToOrder) {
    whole.add(other.whole)
    journal.add(other.journal)
    apart.add(other.apart)
    toDecision.add(other.toDecision)
    toSocket.add(other.toSocket)
  }

  /// The frame of a request was written.
  mutating func note(_ timing: DecisionTiming, written: Timestamp) {
    let all = written - timing.fact
    whole.add(all)
    journal.add(timing.journal)
    apart.add(Interval(nanoseconds: all.nanoseconds - timing.journal.nanoseconds))
    toDecision.add(timing.secured - (timing.fact + timing.journal))
    toSocket.add(written - timing.secured)
  }
}
