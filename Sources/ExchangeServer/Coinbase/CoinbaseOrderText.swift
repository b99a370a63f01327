/// Orders, fills and accounts as Coinbase writes them, over HTTP and in its user channel. Source:
/// docs.cdp.coinbase.com, "Get order", "List fills", "List accounts", "User channel".

internal import Dialects
internal import TradingCore

/// Coinbase's ids, which are texts: this exchange's numbers in the form of a UUID.
enum CoinbaseID: String {
  case order = "0d0e0000"
  case trade = "0d0e0001"
  case entry = "0d0e0002"
  case account = "0d0e0003"
  case user = "0d0e0004"

  private static let middle = "-0000-4000-8000-"

  /// The id of a number below 2⁴⁸.
  func text(_ number: Int64) -> String {
    rawValue + Self.middle + hexadecimal(UInt64(bitPattern: number)).suffix(12)
  }

  /// The number that an id stands for; `nil` for any other text.
  func number(_ text: String) -> Int64? {
    guard text.hasPrefix(rawValue + Self.middle),
      let number = Int64(text.dropFirst(rawValue.utf8.count + Self.middle.utf8.count), radix: 16),
      self.text(number) == text
    else { return nil }
    return number
  }
}

extension OrderRecord {
  /// Where it stands.
  var coinbaseStatus: String {
    switch status {
    case .pending: "PENDING"
    case .new, .partiallyFilled: "OPEN"
    case .filled: "FILLED"
    case .canceled, .expiredInMatch: "CANCELLED"
    case .rejected: "FAILED"
    case .expired: terms.timeInForce == .goodTillDate ? "EXPIRED" : "CANCELLED"
    }
  }

  private var coinbaseLife: String {
    switch terms.timeInForce {
    case .immediateOrCancel: "IMMEDIATE_OR_CANCEL"
    case .fillOrKill: "FILL_OR_KILL"
    case .goodTillDate: "GOOD_UNTIL_DATE_TIME"
    case .goodTillCanceled:
      terms.type == .market ? "IMMEDIATE_OR_CANCEL" : "GOOD_UNTIL_CANCELLED"
    }
  }

  private var coinbaseType: String {
    terms.type.waitsForTrigger ? "STOP_LIMIT" : terms.type == .market ? "MARKET" : "LIMIT"
  }

  private var coinbaseTrigger: String {
    guard terms.type.waitsForTrigger else { return "INVALID_ORDER_TYPE" }
    return isWorking ? "STOP_TRIGGERED" : "STOP_PENDING"
  }

  private var totalFees: Money { trades.reduce(.zero) { $0 + $1.fee } }

  /// What was paid or received, fees included.
  private var totalValue: Money {
    terms.side == .buy ? executedValue + totalFees : executedValue - totalFees
  }

  /// The order in answers over HTTP.
  func writeCoinbase(_ market: PublicMarket, user: Int64, into json: inout JSONText) {
    json.set("order_id", CoinbaseID.order.text(id))
    json.set("product_id", market.coinbaseName)
    json.set("user_id", CoinbaseID.user.text(user))
    json.set("order_configuration") { writeCoinbaseConfiguration(into: &$0) }
    json.set("side", terms.side.word)
    json.set("client_order_id", placedAs)
    json.set("status", coinbaseStatus)
    json.set("time_in_force", coinbaseLife)
    json.set("created_time", created.instantText)
    json.set("completion_percentage", completion)
    json.set("filled_size", grid.text(executed))
    json.set("average_filled_price", grid.text(averagePrice))
    json.set("number_of_fills", String(trades.count))
    json.set("filled_value", grid.text(executedValue))
    json.set("pending_cancel", false)
    json.set("size_in_quote", isInQuote)
    json.set("total_fees", grid.text(totalFees))
    json.set("total_value_after_fees", grid.text(totalValue))
    json.set("trigger_status", coinbaseTrigger)
    json.set("order_type", coinbaseType)
    json.set("settled", status == .filled)
    json.set("product_type", "SPOT")
    json.set("outstanding_hold_amount", grid.text(reserve?.amount ?? .zero))
    if let last = trades.last {
      json.set("last_fill_time", last.time.instantText)
    } else {
      json.setNull("last_fill_time")
    }
  }

  /// How much of it was traded, in hundredths.
  private var completion: String {
    guard !isInQuote else { return status == .filled ? "100" : "0" }
    return decimalText(
      Int128(executed.lots) * 10_000 / Int128(max(1, terms.quantity.lots)), scale: 2)
  }

  /// The configuration it could have been asked for with.
  private func writeCoinbaseConfiguration(into json: inout JSONText) {
    guard let kind = CoinbaseConfiguration(terms) else { return }
    json.set(kind.rawValue) { json in
      if isInQuote {
        json.set("quote_size", grid.text(quoteQuantity))
      } else {
        json.set("base_size", grid.text(terms.quantity))
      }
      guard kind != .market else { return }
      json.set("limit_price", grid.text(terms.price))
      if kind.hasStop {
        let isUp = (terms.type == .stopLimit) == (terms.side == .buy)
        json.set("stop_price", grid.text(terms.trigger))
        json.set("stop_direction", "STOP_DIRECTION_STOP_" + (isUp ? "UP" : "DOWN"))
      }
      if terms.timeInForce == .goodTillDate { json.set("end_time", terms.expiry.instantText) }
      if kind == .limit || kind == .limitUntil {
        json.set("post_only", terms.flags.contains(.postOnly))
      }
    }
  }

  /// The order in the user channel: where it stands in all, without its prices.
  func writeCoinbaseReport(_ market: PublicMarket, into json: inout JSONText) {
    json.set("order_id", CoinbaseID.order.text(id))
    json.set("client_order_id", placedAs)
    json.set("cumulative_quantity", grid.text(executed))
    json.set("leaves_quantity", grid.text(isOpen ? open : .zero))
    json.set("avg_price", grid.text(averagePrice))
    json.set("total_fees", grid.text(totalFees))
    json.set("status", coinbaseStatus)
    json.set("product_id", market.coinbaseName)
    json.set("creation_time", created.instantText)
    json.set("order_side", terms.side.word)
    json.set("order_type", coinbaseType)
    json.set("cancel_reason", "")
    json.set("reject_reason", "")
    json.set("total_value_after_fees", grid.text(totalValue))
    json.set("number_of_fills", String(trades.count))
    json.set("product_type", "SPOT")
    json.set("time_in_force", coinbaseLife)
    json.set("trigger_status", coinbaseTrigger)
  }
}

extension TradeRow {
  /// A fill over HTTP. Commissions are in the quote asset.
  func writeCoinbase(_ market: PublicMarket, user: Int64, into json: inout JSONText) {
    json.set("entry_id", CoinbaseID.entry.text(id))
    json.set("trade_id", CoinbaseID.trade.text(id))
    json.set("order_id", CoinbaseID.order.text(order))
    json.set("trade_time", time.instantText)
    json.set("trade_type", "FILL")
    json.set("price", grid.text(price))
    json.set("size", grid.text(quantity))
    json.set("commission", grid.text(fee))
    json.set("product_id", market.coinbaseName)
    json.set("sequence_timestamp", time.instantText)
    json.set("liquidity_indicator", isMaker ? "MAKER" : "TAKER")
    json.set("size_in_quote", false)
    json.set("user_id", CoinbaseID.user.text(user))
    json.set("side", side.word)
  }
}

extension BalanceRow {
  /// What an account holds of one asset, which is an account of its own at Coinbase.
  /// - Parameter number: tells it from the others.
  func writeCoinbase(_ number: Int64, updated: Timestamp, into json: inout JSONText) {
    json.set("uuid", CoinbaseID.account.text(number))
    json.set("name", asset + " Wallet")
    json.set("currency", asset)
    json.set("available_balance") { writeCoinbase(free, into: &$0) }
    json.set("default", true)
    json.set("active", true)
    json.set("updated_at", updated.instantText)
    json.setNull("deleted_at")
    json.set("type", "ACCOUNT_TYPE_CRYPTO")
    json.set("ready", true)
    json.set("hold") { writeCoinbase(locked, into: &$0) }
  }

  private func writeCoinbase(_ amount: Money, into json: inout JSONText) {
    json.set("value", amount.text(decimals: MarketGrid.decimals))
    json.set("currency", asset)
  }
}
