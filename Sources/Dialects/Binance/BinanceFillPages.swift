/// Where the lists of orders' fills go on that are longer than an answer. Source: rest-api.md, "Account trade
/// list": without an id the newest trades are listed, with one those from it on.

import TradingCore

/// The trade id that the next page of an order's fills begins with, by order.
struct BinanceFillPages: Sendable {
  private var firsts: [OrderID: Int64] = [:]

  /// `nil` for the newest fills, which are all of nearly every order.
  func first(of order: OrderID) -> Int64? { firsts[order] }

  /// A page was read. Behind a full one of the newest, the list is read from its beginning.
  mutating func turn(of order: OrderID, after page: some Collection<AccountTrade>) {
    guard page.count >= BinanceRequests.mostListed else {
      firsts[order] = nil
      return
    }
    let last = page.map(\.fill.tradeID).max() ?? 0
    firsts[order] = firsts[order] == nil ? 0 : last + 1
  }
}
