/// How much room a live journal has left, and what that asks of whoever trades on it.

/// The room on the journal's disk, best first. Each change is announced once.
public enum JournalCondition: Int, Comparable, Sendable, CustomStringConvertible {
  /// At least a tenth of the disk is free.
  case ample
  /// Less than a tenth: what can be done without, such as depth, should no longer be recorded.
  case low
  /// Less than a twentieth, or than two segments: no new risk, cancel what works.
  case noNewRisk
  /// The disk is full and the ballast was given up for one last segment: stop in order.
  case lastSegment
  /// Nothing more can be kept once the open segment is full.
  case full

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  public var description: String {
    switch self {
    case .ample: "the journal's disk has room"
    case .low: "less than a tenth of the journal's disk is free"
    case .noNewRisk: "the journal's disk is nearly full: no new risk"
    case .lastSegment: "the journal's disk is full and its ballast used up: stop now"
    case .full: "the journal's disk is full: nothing more is kept"
    }
  }

  /// The condition of a disk that is not full.
  /// - Parameter segmentBytes: what the journal needs next.
  init(free: UInt64, total: UInt64, segmentBytes: UInt64) {
    if free < total / 20 || free < 2 * segmentBytes {
      self = .noNewRisk
    } else {
      self = free < total / 10 ? .low : .ample
    }
  }
}

/// What an operator should know of a live journal; each is said once when it begins.
public enum JournalNotice: Equatable, Sendable, CustomStringConvertible {
  /// The room on the disk is another.
  case condition(JournalCondition)
  /// The next segment's file could not be made in advance; it is tried again.
  case unprepared(JournalError)
  /// A checkpoint could not be signed; the journal goes on, and the next minute tries again.
  case unsigned(JournalError)
  /// Checkpoints are signed again.
  case signed

  public var description: String {
    switch self {
    case .condition(let condition): condition.description
    case .unprepared(let error): "the next segment is not prepared: \(error)"
    case .unsigned(let error): "checkpoints are not signed: \(error)"
    case .signed: "checkpoints are signed again"
    }
  }
}
