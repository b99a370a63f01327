/// How orders are looked for at Kraken, which lists what is open and what is closed apart: whether one is open is
/// asked before whether it is closed, for an order goes from the one to the other and never back.
///
/// Several orders are looked for with one list each: all that are open, then the newest that are closed. One that
/// closed so long ago that this list ends before it is asked for by its name. Source: docs.kraken.com, REST, "Get
/// Open Orders", "Get Closed Orders".

/// Where the search for one order has come: what is asked next. A question carries it as its page.
enum KrakenSearch: String {
  case open
  case closed
  /// Closed orders of its name alone.
  case named

  /// Orders of one list of closed ones.
  static let mostListed = 50

  /// - Parameter page: as `missed` told it. With anything else a search begins, and looks at every list: no order is
  ///   given up for a word that nobody here has said.
  init(page: String?) { self = page.flatMap(Self.init(rawValue:)) ?? .open }

  /// A list came, and the order is not on it.
  /// - Parameter listed: how many orders the list has.
  func missed(listed: Int) -> VenueOutcome {
    switch self {
    case .open: .halfway(next: Self.closed.rawValue)
    case .closed where listed >= Self.mostListed: .halfway(next: Self.named.rawValue)
    case .closed, .named: .noSuchOrder
    }
  }
}
