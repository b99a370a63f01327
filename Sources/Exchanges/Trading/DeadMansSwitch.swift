/// A venue's dead man's switch: a session puts it off for as long as it lives, and when it has fallen silent the
/// venue cancels every order of the account. Here is decided when to ask; nothing is asked here.

internal import Dialects
public import TradingCore

/// The switch of one account.
public struct DeadMansSwitch: Equatable, Sendable {
  /// How long the venue waits for a sign of life.
  public let span: Interval
  /// Whether orders are to outlive the run, so that it is taken back while some are open.
  private let sparesOrders: Bool
  /// Whether the venue cancels by itself, by what it said last.
  private(set) var isArmed = false
  private var isFailing = false
  private var isTakenBack = false
  /// When it is put off, and when it is taken back, next at the earliest; by the steady clock.
  private var nextDelay = Timestamp.distantPast
  private var nextEnd = Timestamp.distantPast

  /// How long to wait after a request that was not done.
  static let retryPause = Interval.second
  /// Requests that may be lost in a row before the venue cancels.
  static let spare: Int64 = 2

  /// - Parameters:
  ///   - span: how long the venue waits, in whole seconds.
  ///   - sparesOrders: whether open orders are to stay when the run ends in order.
  public init(after span: Interval, sparesOrders: Bool) {
    (self.span, self.sparesOrders) = (span, sparesOrders)
  }

  /// What the venue is to be asked now, if anything. A run that ends and could not take its orders back leaves
  /// it to the venue.
  mutating func due(isEnding: Bool, openOrders: Int, at time: Timestamp) -> VenueAction? {
    guard isEnding else {
      guard time >= nextDelay else { return nil }
      nextDelay = time + Interval(nanoseconds: span.nanoseconds / (Self.spare + 1))
      return .cancelAllAfter(span)
    }
    guard !isTakenBack, time >= nextEnd, openOrders == 0 || sparesOrders else { return nil }
    nextEnd = time + Self.retryPause
    return .cancelAllAfter(nil)
  }

  /// Takes what became of a request.
  /// - Parameter span: how long the venue was asked to wait; `nil` to take the switch back.
  /// - Returns: what a person should know, when it has changed.
  mutating func answered(
    _ span: Interval?, isDone: Bool, at time: Timestamp
  ) -> String? {
    let (wasArmed, wasFailing) = (isArmed, isFailing)
    isFailing = !isDone
    guard isDone else {
      nextDelay = min(nextDelay, time + Self.retryPause)
      return wasFailing ? nil : "the venue did not put its dead man's switch off; it is asked again"
    }
    (isArmed, isTakenBack) = (span != nil, span == nil)
    guard let span, !wasArmed else { return nil }
    return
      "the venue cancels every order of the account when it hears nothing for "
      + "\(span.nanoseconds / 1_000_000_000) s"
  }
}
