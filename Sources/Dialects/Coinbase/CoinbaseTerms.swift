/// Terms of an order in Coinbase's words: one configuration for each kind. Source: docs.cdp.coinbase.com,
/// "Create order".

import TradingCore

/// Writes orders.
struct CoinbaseTerms {
  let names: ClientOrderIDs
  let directory: VenueDirectory

  /// The order as it is placed; a check wants it without a name.
  func parameters(
    of order: PlacedOrder, isNamed: Bool = true
  ) throws(DialectError) -> RequestParameters {
    let terms = order.terms
    guard terms.isWellFormed else { throw .inexpressible("the order's terms do not go together") }
    try checkKind(terms)
    let (symbol, definition) = try directory.named(terms.instrument)
    var parameters = RequestParameters()
    if isNamed { parameters.add("client_order_id", names.text(order.id)) }
    parameters.add("product_id", symbol)
    parameters.add("side", CoinbaseWords.text(terms.side))
    var configuration = RequestParameters()
    configuration.add(try name(of: terms), details(of: terms, definition))
    parameters.add("order_configuration", configuration)
    return parameters
  }

  private func checkKind(_ terms: OrderTerms) throws(DialectError) {
    guard terms.trailing == 0, terms.parts <= 1 else {
      throw .inexpressible("Coinbase has no trailing orders and no icebergs here")
    }
    guard terms.flags.selfTrade == .allow else {
      throw .inexpressible("Coinbase prevents trades with oneself in its own way")
    }
    guard terms.list == .alone else {
      throw .inexpressible("Coinbase takes no lists of orders here")
    }
  }

  /// The configuration's name.
  private func name(of terms: OrderTerms) throws(DialectError) -> String {
    let isPostOnly = terms.flags.contains(.postOnly)
    switch (terms.type, terms.timeInForce) {
    case (.market, _): return "market_market_ioc"
    case (.limit, .goodTillCanceled): return "limit_limit_gtc"
    case (.limit, .goodTillDate): return "limit_limit_gtd"
    case (.limit, .immediateOrCancel) where !isPostOnly: return "sor_limit_ioc"
    case (.limit, .fillOrKill) where !isPostOnly: return "limit_limit_fok"
    case (.stopLimit, .goodTillCanceled), (.takeProfitLimit, .goodTillCanceled):
      return "stop_limit_stop_limit_gtc"
    case (.stopLimit, .goodTillDate), (.takeProfitLimit, .goodTillDate):
      return "stop_limit_stop_limit_gtd"
    default:
      throw .inexpressible(
        "Coinbase has no such order: a stop needs a limit and lasts until canceled or a date, and what "
          + "trades at once cannot rest")
    }
  }

  private func details(
    of terms: OrderTerms, _ definition: InstrumentDefinition
  ) -> RequestParameters {
    var details = RequestParameters()
    if terms.flags.contains(.inQuote) {
      details.add("quote_size", decimalText(Int128(terms.quantity.lots), scale: 8))
    } else {
      details.add("base_size", definition.text(terms.quantity))
    }
    guard terms.type.hasLimit else { return details }
    details.add("limit_price", definition.text(terms.price))
    if terms.type != .limit {
      // A stop waits for the market to move against the order's side, a profit for the other way.
      let isUp = (terms.type == .stopLimit) == (terms.side == .buy)
      details.add("stop_price", definition.text(terms.trigger))
      details.add("stop_direction", isUp ? "STOP_DIRECTION_STOP_UP" : "STOP_DIRECTION_STOP_DOWN")
    }
    if terms.timeInForce == .goodTillDate {
      details.add("end_time", terms.expiry.instantText)
    }
    let canRest = terms.timeInForce == .goodTillCanceled || terms.timeInForce == .goodTillDate
    if terms.type == .limit, canRest {
      details.add("post_only", terms.flags.contains(.postOnly))
    }
    return details
  }
}
