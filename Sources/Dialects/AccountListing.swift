/// What a venue lists of an account for a person to look at. Everything has the venue's own names, so that
/// orders and positions of markets that nobody trades here are shown as well; the journal gets none of it.

public import TradingCore

/// An open order, whoever placed it.
public struct ListedOrder: Equatable, Sendable {
  /// What it was placed under; empty for an order without such a name.
  public var name: String
  /// The venue's id.
  public var venueName: String
  /// The market as the venue spells it in this list.
  public var symbol: String
  public var side: Side
  /// The venue's word for its type, in small letters.
  public var kind: String
  /// Its limit; `nil` for an order that has none, and for one that is no plain number.
  public var price: Money?
  /// What sets it off; `nil` as for `price`.
  public var trigger: Money?
  public var quantity: Money
  /// Whether the quantity is a sum of money in the quote asset.
  public var isInQuote = false
  public var filled: Money
  /// When it was placed.
  public var time: Timestamp
}

/// What an account is worth to a venue that lends, in the asset that the venue counts in (Kraken: USD).
public struct MarginFunds: Equatable, Sendable {
  /// All that is held, with what open positions have won or lost.
  public var equity: Money
  /// What open positions hold of it.
  public var used: Money
  /// What further positions could be opened with.
  public var free: Money
}

/// A position that was opened on credit and is not closed yet.
public struct MarginPosition: Equatable, Sendable {
  /// The market as the venue spells it in this list.
  public var symbol: String
  public var side: Side
  /// What is still open of it, in the base asset.
  public var quantity: Money
  /// What it cost when it was opened, whole, in the quote asset.
  public var cost: Money
  /// What it holds of the account's funds.
  public var margin: Money
  public var time: Timestamp

  /// Side, quantity and market.
  public var words: String {
    "\(side == .buy ? "long" : "short") \(quantity.exactText) \(symbol)"
  }
}

/// What a key may do, by its venue's own word.
public struct KeyPermissions: Equatable, Sendable {
  public var mayRead: Bool
  public var mayTrade: Bool
  /// Whether money can be sent away with it.
  public var mayWithdraw: Bool
}

/// All of it, as far as answers told it.
public struct AccountListing: Equatable, Sendable {
  public var orders: [ListedOrder] = []
  /// Whether the venue has more open orders than it listed.
  public var hasMoreOrders = false
  public var funds: MarginFunds?
  public var positions: [MarginPosition] = []
  public var permissions: KeyPermissions?

  /// Nothing yet.
  public init() {}
}
