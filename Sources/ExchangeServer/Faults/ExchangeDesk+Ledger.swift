/// `GET /control/ledger`: everything the exchange knows of its accounts, for whoever wants to compare it
/// with books kept elsewhere.

internal import TradingCore

extension ExchangeDesk {
  /// Per account: every order that was accepted, every trade, every balance.
  var ledger: [UInt8] {
    JSONText.object { json in
      json.set("accounts", array: traders.indices) { json, trader in
        json.object { writeLedger(trader, into: &$0) }
      }
    }
  }

  private func writeLedger(_ index: Int, into json: inout JSONText) {
    let trader = traders[index]
    json.set("apiKey", trader.keys[0].key.id)
    json.set("uid", trader.uid)
    json.set("forgottenOrders", trader.orders.forgotten)
    json.set("orders", array: trader.orders.all) { json, order in
      guard let market = markets[order.terms.instrument] else { return }
      json.object { json in
        json.set("placedAs", order.placedAs)
        order.writeQueried(market, into: &json)
      }
    }
    json.set("forgottenTrades", trader.forgottenTrades)
    json.set("trades", array: trader.trades) { json, row in
      guard let market = markets[row.instrument] else { return }
      json.object { json in
        json.set("placedAs", trader.index(of: row.order).map { trader[$0].placedAs } ?? "")
        write(row, market, into: &json)
      }
    }
    json.set("balances", array: balances(index)) { json, row in
      json.object { row.write(into: &$0) }
    }
  }
}
