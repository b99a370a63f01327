/// The terms of our orders in Kraken's words. Source: docs.kraken.com, Spot WebSocket v2, "add_order".

import TradingCore

/// Writes orders into parameters.
struct KrakenTerms {
  let names: ClientOrderIDs
  let directory: VenueDirectory

  /// A single order; a number of coins as lots, a sum of money as the quote asset.
  ///
  /// An order that may only shrink a position is sent like any other: the spot market has no such thing, and
  /// a sale there never exceeds what is held. Fees are wanted in the quote asset, which is what the list of
  /// an account's trades counts them in.
  func parameters(_ order: PlacedOrder) throws(DialectError) -> RequestParameters {
    let (symbol, definition) = try directory.named(order.terms.instrument)
    let terms = order.terms
    guard terms.isWellFormed else { throw .inexpressible("the order's terms do not go together") }
    guard terms.list == .alone else {
      throw .inexpressible("Kraken links no orders whose parts have names of ours")
    }
    var parameters = RequestParameters()
    parameters.add("order_type", try type(terms))
    parameters.add("side", terms.side == .buy ? "buy" : "sell")
    parameters.add("symbol", symbol)
    try addSize(terms, definition, to: &parameters)
    if terms.type.hasLimit { parameters.add("limit_price", digits: definition.text(terms.price)) }
    try addTrigger(terms, definition, to: &parameters)
    addLife(terms, to: &parameters)
    if terms.flags.contains(.postOnly) { parameters.add("post_only", true) }
    if let word = selfTrade(terms.flags.selfTrade) { parameters.add("stp_type", word) }
    parameters.add("fee_preference", "quote")
    parameters.add("cl_ord_id", names.text(order.id))
    return parameters
  }

  func type(_ terms: OrderTerms) throws(DialectError) -> String {
    switch terms.type {
    case .market: return "market"
    case .limit: return terms.parts > 1 ? "iceberg" : "limit"
    case .stop: return terms.trailing > 0 ? "trailing-stop" : "stop-loss"
    case .stopLimit where terms.trailing == 0: return "stop-loss-limit"
    case .takeProfit where terms.trailing == 0: return "take-profit"
    case .takeProfitLimit where terms.trailing == 0: return "take-profit-limit"
    case .stopLimit, .takeProfit, .takeProfitLimit:
      throw .inexpressible("at Kraken only a stop without a limit trails by a share of the price")
    }
  }

  private func addSize(
    _ terms: OrderTerms, _ definition: InstrumentDefinition,
    to parameters: inout RequestParameters
  ) throws(DialectError) {
    if terms.flags.contains(.inQuote) {
      guard terms.type == .market, terms.side == .buy else {
        throw .inexpressible("Kraken takes a sum of money for market orders that buy")
      }
      parameters.add("cash_order_qty", digits: decimalText(Int128(terms.quantity.lots), scale: 8))
      return
    }
    parameters.add("order_qty", digits: definition.text(terms.quantity))
    guard terms.parts > 1 else { return }
    guard terms.type == .limit, terms.parts <= 15 else {
      throw .inexpressible("an iceberg of Kraken is a limit order of 15 parts at most")
    }
    let shown = Quantity(lots: terms.displayed(of: terms.quantity.lots))
    parameters.add("display_qty", digits: definition.text(shown))
  }

  /// The price that sets a waiting order off, or how many percent a trailing one stays behind.
  private func addTrigger(
    _ terms: OrderTerms, _ definition: InstrumentDefinition,
    to parameters: inout RequestParameters
  ) throws(DialectError) {
    guard terms.type.waitsForTrigger else { return }
    var trigger = RequestParameters()
    trigger.add("reference", "last")
    if terms.trailing > 0 {
      guard terms.trigger == .zero else {
        throw .inexpressible("at Kraken a stop trails from the start, not from a price on")
      }
      trigger.add("price", digits: decimalText(Int128(terms.trailing), scale: 2))
      trigger.add("price_type", "pct")
    } else {
      trigger.add("price", digits: definition.text(terms.trigger))
    }
    parameters.add("triggers", trigger)
  }

  private func addLife(_ terms: OrderTerms, to parameters: inout RequestParameters) {
    guard terms.type == .limit else { return }
    parameters.add("time_in_force", life(terms))
    guard terms.timeInForce == .goodTillDate else { return }
    parameters.add("expire_time", terms.expiry.instantText)
  }

  /// How long a limit order lasts.
  func life(_ terms: OrderTerms) -> String {
    switch terms.timeInForce {
    case .goodTillCanceled: "gtc"
    case .immediateOrCancel: "ioc"
    case .fillOrKill: "fok"
    case .goodTillDate: "gtd"
    }
  }

  /// Kraken always prevents self-trades, and ends the newer order unless told otherwise.
  func selfTrade(_ wish: SelfTrade) -> String? {
    switch wish {
    case .allow: nil
    case .expireTaker: "cancel_newest"
    case .expireMaker: "cancel_oldest"
    case .expireBoth: "cancel_both"
    }
  }
}
