/// How orders are looked for at Kraken, which lists what is open and what is closed apart: whether one is open is
/// asked before whether it is closed, for an order goes from the one to the other and never back.
///
/// Several orders are looked for with one list each: all that are open, then the newest that are closed. One that
/// closed so long ago that this list ends before it is asked for by its name. Source: docs.kraken.com, REST, "Get
/// Open Orders", "Get Closed Orders".

import TradingCore

/// Where the search for one order has come.
struct KrakenSearch: Sendable {
  /// What is asked next.
  enum Step: Equatable, Sendable {
    case open
    case closed
    /// Closed orders of its name alone.
    case named
  }

  /// Orders of one list of closed ones.
  static let page = 50

  /// When it was first looked for, by Kraken's clock.
  let begun: Timestamp
  private(set) var step = Step.open
  /// When the last question left.
  private var askedAt = Timestamp.none
  /// Whether it asked for the order's name alone.
  private var isByName = false
  /// When it was last looked for among the open ones and not found there.
  private var notOpenAt = Timestamp.none
  /// Whether it was ever looked for by its name among the closed ones.
  private var wasNamed = false

  init(begun: Timestamp) { self.begun = begun }

  /// A question leaves.
  mutating func ask(byName isByName: Bool, at time: Timestamp) {
    (askedAt, self.isByName) = (time, isByName)
  }

  /// A list came, and the order is not on it. That it is neither open nor closed means something only where it
  /// was looked for among the open ones after its deadline: else it may have come between two questions.
  /// - Parameters:
  ///   - listed: how many orders the list has.
  ///   - deadline: when it can have come at the latest.
  mutating func missed(listed: Int, deadline: Timestamp) -> VenueOutcome {
    guard step != .open else {
      (step, notOpenAt) = (.closed, askedAt)
      return .halfway
    }
    let canCome = notOpenAt <= deadline
    if isByName {
      wasNamed = true
    } else if listed >= Self.page, !wasNamed || !canCome {
      step = .named
      return .halfway
    }
    step = .open
    return canCome ? .unknown : .noSuchOrder
  }
}
