/// The exchange as a witness: its accounts' orders, trades and balances as values, for whoever compares
/// them with books kept elsewhere.

package import TradingCore

/// An order that the exchange has, or had.
package struct WitnessedOrder: Equatable, Sendable {
  /// The client id it was placed under.
  package var placedAs: String
  package var instrument: InstrumentID
  package var side: Side
  package var quantity: Quantity
  package var executed: Quantity
  package var isOpen: Bool
}

/// A trade of an account.
package struct WitnessedTrade: Equatable, Sendable {
  package var id: Int64
  /// The client id that its order was placed under; empty for an order that was forgotten.
  package var placedAs: String
  package var instrument: InstrumentID
  package var side: Side
  package var price: Price
  package var quantity: Quantity
}

extension ExchangeDesk {
  /// Orders of an account, by its place among the accounts, oldest first. O(orders).
  package func witnessedOrders(of account: Int) -> [WitnessedOrder] {
    traders[account].orders.all.map { order in
      WitnessedOrder(
        placedAs: order.placedAs, instrument: order.terms.instrument, side: order.terms.side,
        quantity: order.terms.quantity, executed: order.executed, isOpen: order.isOpen)
    }
  }

  /// Trades of an account, oldest first. O(trades · log orders).
  package func witnessedTrades(of account: Int) -> [WitnessedTrade] {
    let trader = traders[account]
    return trader.trades.map { row in
      WitnessedTrade(
        id: row.id, placedAs: trader.index(of: row.order).map { trader[$0].placedAs } ?? "",
        instrument: row.instrument, side: row.side, price: row.price, quantity: row.quantity)
    }
  }

  /// What an account holds of an asset, by the asset's code; `nil` for a stranger.
  package func witnessedBalance(of account: Int, _ code: String) -> Money? {
    names.asset(code).map { traders[account].venue.balance($0) }
  }
}
