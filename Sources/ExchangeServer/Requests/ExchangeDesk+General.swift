/// What the exchange says of itself: its symbols, filters and limits.

internal import TradingCore

/// A limit with what was used of it, as answers list it.
struct LimitRow {
  var type: String
  var interval: String
  var number: Int64
  var limit: Int64
  var count: Int64?

  func write(into json: inout JSONText) {
    json.set("rateLimitType", type)
    json.set("interval", interval)
    json.set("intervalNum", number)
    json.set("limit", limit)
    if let count { json.set("count", count) }
  }
}

extension ExchangeDesk {
  // MARK: Limits

  /// An account's order limits.
  func orderLimits(_ trader: Int, at now: Timestamp) -> [LimitRow] {
    let settings = limits.settings
    return [
      LimitRow(
        type: "ORDERS", interval: "SECOND", number: 10, limit: settings.tenSeconds,
        count: traders[trader].tenSeconds.count(at: now)),
      LimitRow(
        type: "ORDERS", interval: "DAY", number: 1, limit: settings.day,
        count: traders[trader].day.count(at: now)),
    ]
  }

  /// An address's weight limit.
  func weightLimit(_ address: String, at now: Timestamp) -> LimitRow {
    LimitRow(
      type: "REQUEST_WEIGHT", interval: "MINUTE", number: 1, limit: limits.settings.weight,
      count: limits.used(by: address, at: now))
  }

  private var allLimits: [LimitRow] {
    let settings = limits.settings
    return [
      LimitRow(type: "REQUEST_WEIGHT", interval: "MINUTE", number: 1, limit: settings.weight),
      LimitRow(type: "ORDERS", interval: "SECOND", number: 10, limit: settings.tenSeconds),
      LimitRow(type: "ORDERS", interval: "DAY", number: 1, limit: settings.day),
      LimitRow(type: "RAW_REQUESTS", interval: "MINUTE", number: 5, limit: 300_000),
    ]
  }

  // MARK: Exchange information

  func exchangeInfo(_ call: Call) throws(APIError) -> [UInt8] {
    let wanted = try symbols(call.parameters)
    let listed = wanted ?? markets.indices.compactMap { markets[$0] }
    return JSONText.object { json in
      json.set("timezone", "UTC")
      json.set("serverTime", call.now.milliseconds)
      json.set("rateLimits", array: allLimits) { json, row in
        json.object { row.write(into: &$0) }
      }
      json.set("exchangeFilters", strings: [])
      json.set("symbols", array: listed) { json, market in
        json.object { market.writeInformation(into: &$0) }
      }
    }
  }

  /// The markets that `symbol` or `symbols` name; `nil` when neither was sent.
  func symbols(_ parameters: RequestParameters) throws(APIError) -> [PublicMarket]? {
    if parameters.has("symbol") {
      guard !parameters.has("symbols") else {
        throw APIError(-1128, "Combination of optional parameters invalid.")
      }
      return [try market(parameters)]
    }
    guard let text = try parameters.text("symbols") else { return nil }
    guard text.hasPrefix("["), text.hasSuffix("]") else { throw .badSymbols }
    var found: [PublicMarket] = []
    for part in text.dropFirst().dropLast().split(separator: ",") {
      let name = part.filter { $0 != " " }
      guard name.count > 2, name.hasPrefix("\""), name.hasSuffix("\"") else { throw .badSymbols }
      guard let market = markets.named(String(name.dropFirst().dropLast())) else {
        throw .badSymbol
      }
      guard !found.contains(where: { $0.id == market.id }) else {
        throw APIError(-1151, "Symbol is present multiple times in the list.")
      }
      found.append(market)
    }
    return found
  }
}

extension APIError {
  fileprivate static let badSymbols = APIError.illegal(
    "symbols", range: "^\\[(\"[A-Z0-9-_.]{1,20}\"(,\"[A-Z0-9-_.]{1,20}\"){0,}){0,1}\\]$")
}

extension PublicMarket {
  fileprivate func writeInformation(into json: inout JSONText) {
    json.set("symbol", symbol)
    json.set("status", "TRADING")
    json.set("baseAsset", base)
    json.set("baseAssetPrecision", MarketGrid.decimals)
    json.set("quoteAsset", quote)
    json.set("quotePrecision", MarketGrid.decimals)
    json.set("quoteAssetPrecision", MarketGrid.decimals)
    json.set("baseCommissionPrecision", MarketGrid.decimals)
    json.set("quoteCommissionPrecision", MarketGrid.decimals)
    json.set("orderTypes", strings: VenueOrderType.allCases.map(\.rawValue))
    for word in [
      "icebergAllowed", "ocoAllowed", "otoAllowed", "quoteOrderQtyMarketAllowed",
      "allowTrailingStop", "cancelReplaceAllowed", "amendAllowed", "isSpotTradingAllowed",
    ] { json.set(word, true) }
    for word in ["opoAllowed", "pegInstructionsAllowed", "isMarginTradingAllowed"] {
      json.set(word, false)
    }
    json.set("filters", array: filters) { json, filter in
      json.object { write(filter, into: &$0) }
    }
    json.set("permissions", strings: [])
    json.set("permissionSets", array: [["SPOT"]]) { json, set in json.array(set) { $0.add($1) } }
    json.set("defaultSelfTradePreventionMode", PreventionMode.none.rawValue)
    json.set(
      "allowedSelfTradePreventionModes", strings: PreventionMode.allCases.map(\.rawValue))
  }

  /// A filter under its name (filters.md).
  func write(_ filter: ExchangeFilter, into json: inout JSONText) {
    let (low, high, step, other) = (filter.low, filter.high, filter.step, filter.other)
    switch filter.kind {
    case .price:
      let bounds = [low, high, step].map { grid.text(Price(ticks: $0)) }
      write("PRICE_FILTER", ["minPrice", "maxPrice", "tickSize"], bounds, into: &json)
    case .lot, .marketLot:
      let name = filter.kind == .lot ? "LOT_SIZE" : "MARKET_LOT_SIZE"
      let bounds = [low, high, step].map { grid.text(Quantity(lots: $0)) }
      write(name, ["minQty", "maxQty", "stepSize"], bounds, into: &json)
    case .notional: writeNotional(filter, into: &json)
    case .percentPrice:
      let ratios = [high, low].map { decimalText(Int128($0), scale: 6) }
      write("PERCENT_PRICE", ["multiplierUp", "multiplierDown"], ratios, into: &json)
      json.set("avgPriceMins", Int(filter.averageMinutes))
    case .percentPriceBySide:
      let names = [
        "bidMultiplierUp", "bidMultiplierDown", "askMultiplierUp", "askMultiplierDown",
      ]
      let ratios = [high, low, other, step].map { decimalText(Int128($0), scale: 6) }
      write("PERCENT_PRICE_BY_SIDE", names, ratios, into: &json)
      json.set("avgPriceMins", Int(filter.averageMinutes))
    case .icebergParts: writeMost("ICEBERG_PARTS", "limit", high, into: &json)
    case .maxOrders: writeMost("MAX_NUM_ORDERS", "maxNumOrders", high, into: &json)
    case .maxAlgoOrders: writeMost("MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", high, into: &json)
    case .maxIcebergOrders:
      writeMost("MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders", high, into: &json)
    case .maxPosition:
      write("MAX_POSITION", ["maxPosition"], [grid.text(Quantity(lots: high))], into: &json)
    case .trailingDelta:
      json.set("filterType", "TRAILING_DELTA")
      json.set("minTrailingAboveDelta", low)
      json.set("maxTrailingAboveDelta", high)
      json.set("minTrailingBelowDelta", step)
      json.set("maxTrailingBelowDelta", other)
    case .maxAmends: writeMost("MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends", high, into: &json)
    }
  }

  private func writeNotional(_ filter: ExchangeFilter, into json: inout JSONText) {
    // No bound is written as one that nothing reaches.
    let most = filter.high > 0 ? filter.high : 900_000_000_000_000_000
    json.set("filterType", "NOTIONAL")
    json.set("minNotional", MarketGrid.text(Int128(filter.low), scale: 8))
    json.set("applyMinToMarket", filter.step & 1 != 0)
    json.set("maxNotional", MarketGrid.text(Int128(most), scale: 8))
    json.set("applyMaxToMarket", filter.step & 2 != 0)
    json.set("avgPriceMins", Int(filter.averageMinutes))
  }

  private func write(
    _ name: String, _ keys: [String], _ texts: [String], into json: inout JSONText
  ) {
    json.set("filterType", name)
    for (key, text) in zip(keys, texts) { json.set(key, text) }
  }

  private func writeMost(
    _ name: String, _ key: String, _ most: Int64, into json: inout JSONText
  ) {
    json.set("filterType", name)
    json.set(key, most)
  }
}
