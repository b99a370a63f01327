/// Requests of Kraken's clients over HTTP that place and cancel orders: the same orders as over a connection, in
/// the older words of REST. Source: docs.kraken.com, REST, "Add Order", "Cancel Order", "Cancel Order Batch", "Cancel
/// All Orders", "Cancel All Orders After X".

internal import Dialects
internal import TradingCore

extension ExchangeDesk {
  /// What changes orders over HTTP.
  static let krakenChanges = [
    "AddOrder", "CancelOrder", "CancelOrderBatch", "CancelAll", "CancelAllOrdersAfter",
  ]
  /// Orders that one request cancels at most.
  private static let mostCanceled = 50

  /// The result of one of `krakenChanges`.
  mutating func changeKraken(
    _ endpoint: String, _ form: RequestParameters, _ trader: Int, at now: Timestamp
  ) throws(KrakenError) -> [UInt8] {
    switch endpoint {
    case "AddOrder": return try addKraken(form: form, trader, at: now)
    case "CancelOrder": return try cancelKraken(form: form, trader, at: now)
    case "CancelOrderBatch": return try cancelKraken(lists: form, trader, at: now)
    case "CancelAll":
      let count = cancelAll(of: trader, at: now)
      return JSONText.object { $0.set("count", count) }
    default: return try setKrakenSwitch(form, trader, at: now)
    }
  }

  private mutating func addKraken(
    form: RequestParameters, _ trader: Int, at now: Timestamp
  ) throws(KrakenError) -> [UInt8] {
    let pair = form["pair"] ?? ""
    guard let market = markets.krakenPaired(pair) else { throw .unknownPair }
    let order = try RequestParameters(krakenForm: form, symbol: market.krakenName)
    traders[trader].payInQuote(publishedFees, at: now)
    let placed = try addKraken(order, trader, at: now)
    return JSONText.object { json in
      json.set("descr") { json in
        let words = ["type", "volume", "pair", "ordertype", "price"].compactMap { form[$0] }
        json.set("order", words.joined(separator: " "))
      }
      if let id = placed.id { json.set("txid", strings: [id]) }
    }
  }

  /// One order by its id or by its client's name.
  private mutating func cancelKraken(
    form: RequestParameters, _ trader: Int, at now: Timestamp
  ) throws(KrakenError) -> [UInt8] {
    var names = RequestParameters()
    if let id = form["txid"] { names.set("order_id", "[\(jsonText(id))]") }
    if let name = form["cl_ord_id"] { names.set("cl_ord_id", "[\(jsonText(name))]") }
    guard case .failure(let error)? = try cancelKraken(names, trader, at: now).first else {
      return JSONText.object { $0.set("count", 1) }
    }
    throw error
  }

  /// Orders by lists of their ids and of their clients' names: those that are open, and how many they were. Kraken's
  /// documents do not say what becomes of the others; here they are not counted.
  private mutating func cancelKraken(
    lists form: RequestParameters, _ trader: Int, at now: Timestamp
  ) throws(KrakenError) -> [UInt8] {
    let words = [("orders", "order_id"), ("cl_ord_ids", "cl_ord_id")].filter {
      !form.list($0.0).isEmpty
    }
    let named = words.reduce(0) { $0 + Set(form.list($1.0)).count }
    guard (1...Self.mostCanceled).contains(named) else { throw .arguments("orders") }
    var count = 0
    for (list, word) in words {
      var names = RequestParameters()
      names.set(word, form[list] ?? "")
      for case .success in try cancelKraken(names, trader, at: now) { count += 1 }
    }
    return JSONText.object { $0.set("count", count) }
  }
}

extension RequestParameters {
  /// An order of REST in the words of a connection.
  /// - Throws: for credit, of which there is none here.
  fileprivate init(krakenForm form: RequestParameters, symbol: String) throws(KrakenError) {
    guard form["leverage"] ?? "none" == "none" else { throw .arguments("leverage") }
    self.init()
    set("symbol", symbol)
    let same = [
      ("ordertype", "order_type"), ("type", "side"), ("displayvol", "display_qty"),
      ("deadline", "deadline"), ("cl_ord_id", "cl_ord_id"),
    ]
    for (rest, word) in same { if let value = form[rest] { set(word, value) } }
    if let flag = form["validate"] { set("validate", flag.lowercased()) }
    if let word = form["stptype"] { set("stp_type", String(word.map { $0 == "-" ? "_" : $0 })) }
    let flags = (form["oflags"] ?? "").split(separator: ",")
    if flags.contains("post") { set("post_only", "true") }
    if flags.contains("fcib") { set("fee_preference", "base") }
    set(flags.contains("viqc") ? "cash_order_qty" : "order_qty", form["volume"] ?? "")
    setPrices(form)
    try setLife(form)
  }

  /// The first price is the limit, or of an order that waits what sets it off; then the second is the limit.
  private mutating func setPrices(_ form: RequestParameters) {
    let price = form["price"] ?? ""
    guard VenueOrderType(kraken: form["ordertype"] ?? "")?.core.waitsForTrigger == true else {
      if !price.isEmpty { set("limit_price", price) }
      return
    }
    let isShare = price.hasSuffix("%")
    let number = isShare ? String(price.drop { $0 == "+" }.dropLast()) : price
    var trigger = "{\"reference\":\(jsonText(form["trigger"] ?? "last"))"
    trigger += ",\"price\":\(jsonText(number))"
    set("triggers", trigger + (isShare ? ",\"price_type\":\"pct\"}" : "}"))
    if let limit = form["price2"] { set("limit_price", limit) }
  }

  private mutating func setLife(_ form: RequestParameters) throws(KrakenError) {
    if let word = form["timeinforce"] { set("time_in_force", word.lowercased()) }
    guard let expiry = form["expiretm"], expiry != "0" else { return }
    guard let seconds = Int64(expiry), (0...4_102_444_800).contains(seconds) else {
      throw .arguments("expiretm")
    }
    set("expire_time", Timestamp(nanoseconds: seconds * 1_000_000_000).instantText)
  }
}

extension Markets {
  /// The market of a pair as REST may spell it: `BTC/USD`, `BTCUSD`, `XBTUSD` or `XXBTZUSD`; `nil` for a
  /// stranger. O(markets).
  fileprivate func krakenPaired(_ name: String) -> PublicMarket? {
    indices.compactMap { self[$0] }.first { market in
      market.krakenName == name
        || KrakenNames.spellings(of: (market.base, market.quote)).contains(name)
    }
  }
}
