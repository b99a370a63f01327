/// Kraken's words for orders, read and written. Source: docs.kraken.com, Spot WebSocket v2, "add_order" and
/// "executions".

internal import TradingCore

extension VenueOrderType {
  /// The type of a word; iceberg and trailing orders are a limit's and a stop's.
  init?(kraken word: String) {
    switch word {
    case "limit", "iceberg": self = .limit
    case "market": self = .market
    case "stop-loss", "trailing-stop": self = .stopLoss
    case "stop-loss-limit": self = .stopLossLimit
    case "take-profit": self = .takeProfit
    case "take-profit-limit": self = .takeProfitLimit
    default: return nil
    }
  }
}

extension PreventionMode {
  /// What ends where two orders of an account meet; the newer one where nothing is said.
  init?(kraken word: String?) {
    switch word {
    case nil, "cancel_newest": self = .expireTaker
    case "cancel_oldest": self = .expireMaker
    case "cancel_both": self = .expireBoth
    case .some: return nil
    }
  }
}

extension OrderRecord {
  var krakenID: String { KrakenID.order.text(id) }

  var krakenType: String {
    switch type {
    case .limit, .limitMaker: terms.parts > 1 ? "iceberg" : "limit"
    case .market: "market"
    case .stopLoss: terms.trailing > 0 ? "trailing-stop" : "stop-loss"
    case .stopLossLimit: "stop-loss-limit"
    case .takeProfit: "take-profit"
    case .takeProfitLimit: "take-profit-limit"
    }
  }

  var krakenTimeInForce: String {
    switch terms.timeInForce {
    case .goodTillCanceled: "GTC"
    case .goodTillDate: "GTD"
    case .immediateOrCancel: "IOC"
    case .fillOrKill: "FOK"
    }
  }

  /// Where it stands, in a report.
  var krakenStatus: String {
    switch status {
    case .pending: "pending_new"
    case .new: "new"
    case .partiallyFilled: "partially_filled"
    case .filled: "filled"
    case .expired where terms.timeInForce == .goodTillDate: "expired"
    case .canceled, .rejected, .expired, .expiredInMatch: "canceled"
    }
  }

  /// Where it stands, in a list over HTTP.
  var krakenListStatus: String {
    switch status {
    case .pending, .new, .partiallyFilled: "open"
    case .filled: "closed"
    case .canceled, .rejected, .expired, .expiredInMatch: krakenStatus
    }
  }

  /// Why it ended without having traded whole.
  var krakenReason: String? {
    switch status {
    case .pending, .new, .partiallyFilled, .filled: nil
    case .canceled: "User requested"
    case .expiredInMatch: "Self trade prevention"
    case .expired where terms.timeInForce == .goodTillDate: "Order expired"
    case .expired where type == .market: "No liquidity"
    case .expired, .rejected: "Immediate order not filled"
    }
  }

  /// What one coin of it cost; zero while nothing has traded.
  var averagePrice: Money {
    let amount = Int128(executed.lots) * grid.definition.lotAmount
    return amount > 0 ? executedValue.scaled(by: Money.one.units, over: amount) : .zero
  }
}
