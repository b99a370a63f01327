/// What a venue said of an account and of the key that asked, for a person.

public import Dialects
public import TradingCore

/// What of an asset an account holds.
public struct AccountHolding: Equatable, Sendable {
  /// The venue's own name.
  public var asset: String
  public var free: Money
  public var locked: Money
}

/// A question that the key may not ask, in the venue's words.
public struct AccountRefusal: Equatable, Sendable {
  /// What was asked.
  public enum Question: String, Sendable {
    case balances, orders, margin, positions, permissions, market
  }

  public var question: Question
  public var words: String
}

/// Whether a key may place orders, as the venue said when it was given one to check.
public enum OrderTrial: Equatable, Sendable {
  case allowed
  /// It looked at the order, which a key that may place none never gets to, and had something against it.
  case objected(String)
  /// The key may not.
  case forbidden(String)
  /// It was not tried, or nobody answered; why.
  case untold(String)
}

/// What a venue said of an account.
public struct AccountFinding: Equatable, Sendable {
  /// The venue's clock.
  public var time = Timestamp.none
  /// `nil` where the key may not read them.
  public var holdings: [AccountHolding]?
  public var listing = AccountListing()
  /// Whether the venue lends, so that funds and positions were asked for.
  public var lends = false
  public var refusals: [AccountRefusal] = []
  /// The order that was checked, and what came of it.
  public var trialOrder = ""
  public var trial = OrderTrial.untold("it was not tried")
}
