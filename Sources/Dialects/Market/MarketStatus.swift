/// What a market is open for, in one vocabulary for all venues and in the venue's own words.

/// What may be done in a market.
public enum MarketOpening: String, Sendable, CaseIterable {
  case all
  case limitOnly
  case postOnly
  case reduceOnly
  case cancelOnly
  case auction
  case closed

  /// In words.
  public var title: String {
    switch self {
    case .all: "open"
    case .limitOnly: "limit orders only"
    case .postOnly: "orders that rest only"
    case .reduceOnly: "orders that reduce a position only"
    case .cancelOnly: "cancels only"
    case .auction: "in auction"
    case .closed: "closed"
    }
  }
}

/// A market's status.
public struct MarketStatus: Equatable, Sendable {
  /// `nil` where the venue's words are not known to us.
  public var opening: MarketOpening?
  /// The venue's own words.
  public var words: String

  /// A status that one word of the venue's says.
  init(_ word: String, _ meanings: [(word: String, opening: MarketOpening)]) {
    self.init(word, opening: meanings.first { $0.word == word }?.opening)
  }

  init(_ words: String, opening: MarketOpening?) { (self.opening, self.words) = (opening, words) }
}
