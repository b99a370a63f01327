/// The terms of our orders in the older words of REST, which takes the same orders. Source: docs.kraken.com,
/// REST, "Add Order".

import TradingCore

extension KrakenTerms {
  /// A form's fields. What the WebSocket has no words for, REST has none for either.
  func form(_ order: PlacedOrder) throws(DialectError) -> RequestParameters {
    _ = try parameters(order)
    let (symbol, definition) = try directory.named(order.terms.instrument)
    guard let pair = KrakenNames.pair(symbol) else {
      throw .inexpressible("\(symbol) is no pair such as BTC/USD")
    }
    let terms = order.terms
    var form = RequestParameters()
    form.add("ordertype", try type(terms))
    form.add("type", terms.side == .buy ? "buy" : "sell")
    form.add("pair", KrakenNames.altname(pair))
    addSize(terms, definition, to: &form)
    addPrices(terms, definition, to: &form)
    form.add("oflags", flags(terms).joined(separator: ","))
    addLife(terms, to: &form)
    if let word = selfTrade(terms.flags.selfTrade) {
      form.add("stptype", String(word.map { $0 == "_" ? "-" : $0 }))
    }
    form.add("cl_ord_id", names.text(order.id))
    return form
  }

  /// Coins, or with `viqc` a sum of money.
  private func addSize(
    _ terms: OrderTerms, _ definition: InstrumentDefinition, to form: inout RequestParameters
  ) {
    let isInQuote = terms.flags.contains(.inQuote)
    form.add(
      "volume",
      isInQuote
        ? decimalText(Int128(terms.quantity.lots), scale: 8) : definition.text(terms.quantity))
    guard terms.parts > 1 else { return }
    let shown = Quantity(lots: terms.displayed(of: terms.quantity.lots))
    form.add("displayvol", definition.text(shown))
  }

  /// The limit; of an order that waits, what sets it off and then the limit.
  private func addPrices(
    _ terms: OrderTerms, _ definition: InstrumentDefinition, to form: inout RequestParameters
  ) {
    guard terms.type.waitsForTrigger else {
      if terms.type.hasLimit { form.add("price", definition.text(terms.price)) }
      return
    }
    form.add("trigger", "last")
    form.add(
      "price",
      terms.trailing > 0
        ? "+" + decimalText(Int128(terms.trailing), scale: 2) + "%"
        : definition.text(terms.trigger))
    if terms.type.hasLimit { form.add("price2", definition.text(terms.price)) }
  }

  /// Fees are wanted in the quote asset, as over the WebSocket.
  private func flags(_ terms: OrderTerms) -> [String] {
    var flags = ["fciq"]
    if terms.flags.contains(.postOnly) { flags.append("post") }
    if terms.flags.contains(.inQuote) { flags.append("viqc") }
    return flags
  }

  private func addLife(_ terms: OrderTerms, to form: inout RequestParameters) {
    guard terms.type == .limit else { return }
    form.add("timeinforce", life(terms).uppercased())
    guard terms.timeInForce == .goodTillDate else { return }
    form.add("expiretm", Int64(terms.expirySeconds))
  }
}
