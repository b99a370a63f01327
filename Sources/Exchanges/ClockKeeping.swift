/// What the kernel says of its own clock: whether something keeps it right.

internal import CTimex

/// How the system's clock is kept. Source: adjtimex(2).
public struct ClockKeeping: Equatable, Sendable {
  /// Whether a time service keeps it; without one it drifts, and is set in steps.
  public let isKept: Bool
  /// The most that it can be wrong by, in the kernel's own account.
  public let mostErrorMicroseconds: Int

  /// Asks the kernel; `nil` where it does not say.
  public static func now() -> ClockKeeping? {
    var state = timex()
    guard adjtimex(&state) >= 0 else { return nil }
    return ClockKeeping(
      isKept: state.status & STA_UNSYNC == 0, mostErrorMicroseconds: Int(state.maxerror))
  }
}
