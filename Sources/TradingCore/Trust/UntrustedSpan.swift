/// A stretch of a recording's stream that cannot be trusted: where it begins, where it was noticed, where
/// the stream can be believed again, and why.

/// An event's place: its sequence, and the time of the journal at it, which never goes backwards.
public struct EventPlace: Equatable, Sendable, BitwiseCopyable {
  /// 0 where there is no such event: the journal's beginning, or its end.
  public var sequence: Sequence64
  /// The latest receive time up to there.
  public var time: Timestamp

  public init(sequence: Sequence64, time: Timestamp) {
    self.sequence = sequence
    self.time = time
  }
}

/// Why a stretch cannot be trusted; one that lasts may have several reasons.
public struct DistrustReasons: OptionSet, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The reason that a gap gives.
  public init(_ reason: GapReason) { self.init(rawValue: 1 << reason.rawValue) }

  public static let sequence = DistrustReasons(.sequence)
  public static let disconnected = DistrustReasons(.disconnected)
  /// Updates of a book that had no snapshot yet: nobody knows what they change.
  public static let noSnapshot = DistrustReasons(rawValue: 1 << 7)

  /// The reasons by name, in a fixed order.
  public var names: [String] {
    let gaps: [GapReason] = [
      .sequence, .skippedLines, .overflow, .disconnected, .lostRecord, .checksum,
    ]
    let named = gaps.filter { contains(DistrustReasons($0)) }.map { "\($0)" }
    return named + (contains(.noSnapshot) ? ["noSnapshot"] : [])
  }
}

/// One untrustworthy stretch of one stream. Those of one stream never overlap.
public struct UntrustedSpan: Equatable, Sendable, BitwiseCopyable {
  /// `.none` for the account's stream.
  public var instrument: InstrumentID
  public var stream: StreamKind
  public var reasons: DistrustReasons
  /// The last event of the stream before anything was missing: what was lost, was lost after it.
  public var from: EventPlace
  /// The event that says so: a gap, a disconnection, an update that does not fit.
  public var noticed: EventPlace
  /// Where the stream can be believed again: its next event, for a book the end of its next snapshot, for
  /// the account its connection. Sequence 0 where the journal ends before that.
  public var to: EventPlace
  /// Gaps that the recording names, and jumps that only reading the book shows.
  public var gaps: UInt64 = 0
  public var jumps: UInt64 = 0
  /// What is known to be lost, in what the stream counts: trades, or ids of changes of a book.
  public var lost: UInt64 = 0
  /// Gaps and jumps of which nobody knows how much they lost.
  public var uncounted: UInt64 = 0

  /// From the last event that was whole to the first that is again; never negative.
  public var duration: Interval { to.time - from.time }

  /// Whether the journal ends before the stream could be believed again.
  public var isOpen: Bool { to.sequence == 0 }
}
