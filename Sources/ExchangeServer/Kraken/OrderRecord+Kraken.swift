/// Orders and trades as Kraken lists them over HTTP. Source: docs.kraken.com, REST, "Get Open Orders", "Get
/// Closed Orders", "Get Trades History".

internal import TradingCore

extension OrderRecord {
  /// An order's members.
  func writeKraken(_ market: PublicMarket, into json: inout JSONText) {
    json.setNull("refid")
    json.set("userref", 0)
    json.set("cl_ord_id", placedAs)
    json.set("status", krakenListStatus)
    if let krakenReason { json.set("reason", krakenReason) }
    json.set("opentm", number: created.secondsText)
    if !isOpen { json.set("closetm", number: updated.secondsText) }
    json.set("starttm", 0)
    json.set("expiretm", Int64(terms.expirySeconds))
    json.set("descr") { writeDescription(market, into: &$0) }
    json.set("vol", grid.definition.text(quantity))
    json.set("vol_exec", grid.definition.text(executed))
    json.set("cost", grid.text(executedValue))
    json.set("fee", grid.text(trades.reduce(.zero) { $0 + $1.fee }))
    json.set("price", grid.text(averagePrice))
    json.set("stopprice", grid.definition.text(terms.trigger))
    json.set("limitprice", grid.definition.text(Price.zero))
    json.set("misc", "")
    json.set("oflags", terms.flags.contains(.postOnly) ? "post,fciq" : "fciq")
  }

  /// The first price is what sets the order off, where it waits, and the second its limit then.
  private func writeDescription(_ market: PublicMarket, into json: inout JSONText) {
    let limit = terms.type.hasLimit ? terms.price : .zero
    let waits = terms.type.waitsForTrigger
    let side = terms.side == .buy ? "buy" : "sell"
    let size = grid.definition.text(quantity)
    json.set("pair", market.base + market.quote)
    json.set("type", side)
    json.set("ordertype", krakenType)
    json.set("price", grid.definition.text(waits ? terms.trigger : limit))
    json.set("price2", waits ? grid.definition.text(limit) : "0")
    json.set("leverage", "none")
    json.set("order", "\(side) \(size) \(market.base)\(market.quote) @ \(krakenType)")
    json.set("close", "")
  }
}

extension TradeRow {
  /// A trade's members; its fee is in the quote asset.
  func writeKraken(_ market: PublicMarket, into json: inout JSONText) {
    json.set("ordertxid", KrakenID.order.text(order))
    json.set("pair", market.base + market.quote)
    json.set("time", number: time.secondsText)
    json.set("type", side == .buy ? "buy" : "sell")
    json.set("ordertype", isMaker ? "limit" : "market")
    json.set("price", grid.definition.text(price))
    json.set("cost", grid.text(value))
    json.set("fee", grid.text(fee))
    json.set("vol", grid.definition.text(quantity))
    json.set("margin", grid.text(Money.zero))
    json.set("misc", "")
    json.set("trade_id", id)
    json.set("maker", isMaker)
  }
}

extension Timestamp {
  /// Seconds with four decimals, the rest cut off.
  fileprivate var secondsText: String {
    decimalText(Int128(nanoseconds / 100_000), scale: 4)
  }
}
