/// The numbers behind a verdict. They are not journalled: the same state and request give them again.

/// How much of the tightest limit an order uses.
public enum RiskLevel: UInt8, Sendable, BitwiseCopyable, CaseIterable, Comparable {
  /// Below half.
  case low = 0
  /// From half on.
  case medium = 1
  /// From four fifths on.
  case high = 2
  /// From 95 % on, or beyond.
  case critical = 3

  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// - Parameter usedMillionths: of the limit.
  init(usedMillionths: Int64) {
    switch usedMillionths {
    case ..<500_000: self = .low
    case ..<800_000: self = .medium
    case ..<950_000: self = .high
    default: self = .critical
    }
  }
}

/// What was taken for granted where nothing better was known.
public struct RiskWarnings: OptionSet, Sendable, BitwiseCopyable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// The order names no stop: its risk is the loss at an assumed one.
  public static let assumedStop = RiskWarnings(rawValue: 1)
  /// No valid book: a market order's price is expected to be the best quote, or the mark.
  public static let noBook = RiskWarnings(rawValue: 2)
  /// The order is larger than what the book displays; the rest is expected at its last price.
  public static let thinBook = RiskWarnings(rawValue: 4)
  /// Too few returns of an instrument are known: it counts as moving with this one.
  public static let unknownCorrelation = RiskWarnings(rawValue: 8)
  /// Trading is halted; the order passes because it shrinks a position.
  public static let halted = RiskWarnings(rawValue: 16)
}

/// A number that was judged, and the limit it met, in the unit of the limit.
public struct LimitUse: Equatable, Sendable, BitwiseCopyable {
  public var value: Int64
  public var limit: Int64

  /// What the limit leaves; negative when it is exceeded.
  public var headroom: Int64 { limit.subtractingClamped(value) }

  /// How much of the limit is used, in 10⁻⁶; all of it when the limit is zero.
  public var usedMillionths: Int64 {
    guard limit > 0 else { return 1_000_000 }
    return Int64(clamping: Int128(max(0, value)) * 1_000_000 / Int128(limit))
  }
}

public struct RiskAssessment: Sendable, BitwiseCopyable {
  /// The quantity asked for where it passes, else the largest that would; in the unit of the order.
  public internal(set) var suggested = Quantity.zero
  public internal(set) var warnings: RiskWarnings = []
  private var uses = InlineArray<16, LimitUse>(repeating: LimitUse(value: 0, limit: -1))

  init() {}

  /// The number that a limit was compared with; `nil` for a limit that is not set, or that an order
  /// like this does not meet.
  public subscript(kind: LimitKind) -> LimitUse? {
    let use = uses[Int(kind.rawValue)]
    return use.limit < 0 ? nil : use
  }

  /// By how much of the tightest limit is used; low where there is none.
  public var level: RiskLevel {
    var most: Int64 = 0
    for index in uses.indices where uses[index].limit >= 0 {
      most = max(most, uses[index].usedMillionths)
    }
    return RiskLevel(usedMillionths: most)
  }

  mutating func note(_ kind: LimitKind, _ value: Int64, _ limit: Int64) {
    uses[Int(kind.rawValue)] = LimitUse(value: value, limit: limit)
  }
}
