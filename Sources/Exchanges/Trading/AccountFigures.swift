/// How trading goes, for whoever watches it.

internal import Synchronization
public import TradingCore

/// Counts of an account's session.
public struct AccountFigures: Equatable, Sendable {
  /// Questions and orders that left.
  public var requests: UInt64 = 0
  /// Orders that did not leave: the venue was away, or its limits were reached.
  public var notSent: UInt64 = 0
  public var fills: UInt64 = 0
  /// Reports that came before.
  public var duplicates: UInt64 = 0
  /// Frames that break the venue's rules.
  public var malformed: UInt64 = 0
  /// Orders that may be alive.
  public var liveOrders = 0
  /// Questions under way.
  public var underWay = 0
  /// Whether orders may leave.
  public var isReady = false
  /// Whether every key has ended, so that nothing can be signed.
  public var isKeyless = false
  /// Whether the venue cancels every order by itself when it hears nothing more.
  public var isGuarded = false
  /// What reconciliation found that nothing explains; trading is blocked while there is any.
  public var differences: [BalanceDifference] = []
  /// The event at which the journal was halted, if it still is when it is taken up.
  public var halt: Sequence64?

  public init() {}
}

extension AccountFigures {
  /// Several accounts' together: counts are sums, ready is who has all of them ready.
  public static func together(_ all: [AccountFigures]) -> AccountFigures {
    guard var sum = all.first else { return AccountFigures() }
    for one in all.dropFirst() { sum.add(one) }
    return sum
  }

  private mutating func add(_ other: AccountFigures) {
    requests += other.requests
    notSent += other.notSent
    fills += other.fills
    duplicates += other.duplicates
    malformed += other.malformed
    liveOrders += other.liveOrders
    underWay += other.underWay
    isReady = isReady && other.isReady
    isKeyless = isKeyless || other.isKeyless
    differences += other.differences
    halt = halt ?? other.halt
  }
}

/// Where a session leaves its figures for other threads.
package final class AccountBoard: Sendable {
  private let shown = Mutex(AccountFigures())

  package init() {}

  package var figures: AccountFigures { shown.withLock { $0 } }

  func show(_ figures: AccountFigures) { shown.withLock { $0 = figures } }
}

/// An asset of which the venue says another amount than the journal.
public struct BalanceDifference: Equatable, Sendable {
  public var asset: AssetID
  public var journal: Money
  public var venue: Money
  /// When the venue last changed it.
  public var time: Timestamp
}
