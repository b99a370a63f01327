/// An order as a client of Kraken's asks for it, read into the terms that the matching takes. Source:
/// docs.kraken.com, Spot WebSocket v2, "add_order".

internal import Dialects
internal import TradingCore

extension OrderForm {
  /// - Throws: the parameter that is missing, malformed or not to be had here.
  init(kraken parameters: RequestParameters, _ market: PublicMarket) throws(KrakenError) {
    let word = parameters["order_type"] ?? ""
    guard var type = VenueOrderType(kraken: word) else { throw .arguments("order_type") }
    guard let prevention = PreventionMode(kraken: parameters["stp_type"]) else {
      throw .arguments("stp_type")
    }
    guard ["quote", nil].contains(parameters["fee_preference"]) else {
      throw .arguments("fee_preference")
    }
    let isPostOnly = parameters["post_only"] == "true"
    if isPostOnly, type == .limit { type = .limitMaker }
    let reader = KrakenOrderReader(parameters: parameters, grid: market.grid)
    terms = OrderTerms(
      instrument: market.id, side: try reader.side, type: type.core,
      quantity: try reader.quantity(type))
    (self.type, self.prevention, grid) = (type, prevention, market.grid)
    if parameters.has("cash_order_qty") { terms.flags.insert(.inQuote) }
    if isPostOnly { terms.flags.insert(.postOnly) }
    terms.flags.selfTrade = prevention.core
    if type.core.hasLimit { terms.price = try reader.price("limit_price", in: parameters) }
    try reader.readTrigger(isTrailing: word == "trailing-stop", into: &terms)
    try reader.readLife(into: &terms)
    if word == "iceberg" {
      iceberg = try reader.lots("display_qty")
      terms.parts = try reader.parts(showing: iceberg, of: terms.quantity)
    }
    clientID = parameters["cl_ord_id"]
    guard (1...36).contains(clientID?.utf8.count ?? 1) else { throw .arguments("cl_ord_id") }
  }
}

/// Reads the parts of an order.
private struct KrakenOrderReader {
  let parameters: RequestParameters
  let grid: MarketGrid

  /// The most parts of an iceberg.
  private static let mostParts: Int64 = 15

  var side: Side {
    get throws(KrakenError) {
      switch parameters["side"] {
      case "buy": .buy
      case "sell": .sell
      default: throw .arguments("side")
      }
    }
  }

  /// A number of coins, or for a market order that buys a sum of money, in 10⁻⁸ of the quote asset.
  func quantity(_ type: VenueOrderType) throws(KrakenError) -> Quantity {
    guard let sum = parameters["cash_order_qty"] else { return try lots("order_qty") }
    guard type == .market, try side == .buy, !parameters.has("order_qty"),
      let units = Decimal64(sum)?.rescaled(to: 8), units.exact, units.mantissa > 0
    else { throw .arguments("cash_order_qty") }
    return Quantity(lots: units.mantissa)
  }

  func lots(_ name: String) throws(KrakenError) -> Quantity {
    guard let quantity = try? grid.quantity(parameters[name] ?? "", name), quantity.lots > 0 else {
      throw .arguments(name)
    }
    return quantity
  }

  func price(_ name: String, in parameters: RequestParameters) throws(KrakenError) -> Price {
    guard let price = try? grid.price(parameters[name] ?? "", name), price.ticks > 0 else {
      throw .arguments(name)
    }
    return price
  }

  /// What sets a waiting order off: a price, or how many percent it stays behind the best one.
  func readTrigger(isTrailing: Bool, into terms: inout OrderTerms) throws(KrakenError) {
    guard terms.type.waitsForTrigger else { return }
    guard let text = parameters["triggers"],
      let trigger = try? RequestParameters(json: Array(text.utf8)),
      trigger["reference"] ?? "last" == "last"
    else { throw .arguments("triggers") }
    guard isTrailing else {
      terms.trigger = try price("price", in: trigger)
      return
    }
    guard trigger["price_type"] == "pct", let share = Decimal64(trigger["price"] ?? ""),
      let hundredths = share.rescaled(to: 2), hundredths.exact,
      (1...Int64(OrderTerms.mostTrailing)).contains(hundredths.mantissa)
    else { throw .arguments("triggers") }
    terms.trailing = UInt16(hundredths.mantissa)
  }

  func readLife(into terms: inout OrderTerms) throws(KrakenError) {
    switch (parameters["time_in_force"] ?? "gtc").lowercased() {
    case "gtc": terms.timeInForce = .goodTillCanceled
    case "ioc": terms.timeInForce = .immediateOrCancel
    case "fok" where terms.type == .limit: terms.timeInForce = .fillOrKill
    case "gtd" where terms.type.hasLimit:
      guard let expiry = parameters.instant("expire_time") else { throw .arguments("expire_time") }
      terms.timeInForce = .goodTillDate
      terms.expirySeconds = UInt32(clamping: expiry.nanoseconds / 1_000_000_000)
    default: throw .arguments("time_in_force")
    }
  }

  func parts(showing shown: Quantity, of whole: Quantity) throws(KrakenError) -> UInt8 {
    guard shown < whole else { throw .arguments("display_qty") }
    let parts = (whole.lots - 1) / shown.lots + 1
    guard parts <= Self.mostParts else { throw .arguments("display_qty") }
    return UInt8(parts)
  }
}

extension RequestParameters {
  /// A moment as RFC 3339 writes it; `nil` where it is absent or something else.
  func instant(_ name: String) -> Timestamp? {
    guard let text = self[name] else { return nil }
    let bytes = Array(text.utf8)
    var position = 0
    guard let time = try? TimeScanner.iso8601(bytes.span, &position), position == bytes.count
    else { return nil }
    return Timestamp(nanoseconds: time)
  }
}
