/// How orders are looked for at Kraken, which lists what is open and what is closed apart: whether one is open is
/// asked before whether it is closed, for an order goes from the one to the other and never back.
///
/// Several orders are looked for with one list each: all that are open, then the newest that are closed. One that
/// closed so long ago that this list ends before it is asked for by its name. Source: docs.kraken.com, REST, "Get
/// Open Orders", "Get Closed Orders".

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

  private(set) var step = Step.open
  /// Whether the last question asked for the order's name alone.
  var isByName = false

  /// A list came, and the order is not on it.
  /// - Parameter listed: how many orders the list has.
  mutating func missed(listed: Int) -> VenueOutcome {
    switch step {
    case .open: step = .closed
    case .closed where !isByName && listed >= Self.page: step = .named
    case .closed, .named:
      step = .open
      return .noSuchOrder
    }
    return .halfway
  }
}
