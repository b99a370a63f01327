/// The trades that a journal ends with, so that a venue that tells one again is told from one that tells a
/// new one.

package import TradingCore

package struct RecalledTrades: Sendable {
  /// Trades that are remembered: an order that is alive may have traded long ago, and its venue then
  /// tells of trades that nobody remembers; its balance shows it.
  static let capacity = 65_536

  private var trades: [RecalledTrade] = []
  private var next = 0

  package init() {}

  package mutating func note(_ fill: Fill) {
    if trades.count < Self.capacity {
      trades.append(RecalledTrade(fill))
    } else {
      trades[next] = RecalledTrade(fill)
      next = (next + 1) % Self.capacity
    }
  }

  /// The oldest first.
  package var inOrder: [RecalledTrade] { Array(trades[next...] + trades[..<next]) }
}
