/// Binance's exchangeInfo answer to instrument specs, with the filter names of all its years: spot
/// `MIN_NOTIONAL` with `minNotional`, later `NOTIONAL`, futures `MIN_NOTIONAL` with `notional`.

import TradingCore

/// What an exchangeInfo answer says.
struct BinanceExchangeInfo {
  var instruments: [InstrumentSpec] = []
  var limits: [RateLimit] = []
  /// The venue's clock; `.none` in answers of older years.
  var time = Timestamp.none

  /// Reads the object that comes next.
  init(_ text: Span<UInt8>, _ json: inout JSONScanner) throws(LineFault) {
    var found = false
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("symbols", in: key) {
        found = true
        try json.expect(UInt8(ascii: "["), text)
        while try json.nextElement(text, isFirst: instruments.isEmpty) {
          instruments.append(try InstrumentSpec.symbol(text, &json))
        }
      } else if text.equals("rateLimits", in: key) {
        limits = try BinanceLimits.read(text, &json).limits
      } else if text.equals("serverTime", in: key) {
        let value = try json.integer(text)
        time = Timestamp(nanoseconds: try TimeUnit(magnitudeOf: value).nanoseconds(value))
      } else {
        try json.skipValue(text)
      }
    }
    guard found else { throw LineFault("an exchangeInfo answer has a list \"symbols\"") }
  }
}

extension InstrumentSpec {
  /// The instruments of the answer that begins at `start` and ends with the text.
  package static func list(
    exchangeInfo text: Span<UInt8>, from start: Int
  ) throws(LineFault) -> [InstrumentSpec] {
    var json = JSONScanner(at: start)
    let information = try BinanceExchangeInfo(text, &json)
    try json.finish(text)
    return information.instruments
  }

  fileprivate static func symbol(
    _ text: Span<UInt8>, _ json: inout JSONScanner
  ) throws(LineFault) -> InstrumentSpec {
    var spec = InstrumentSpec(symbol: "", base: "", quote: "")
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("symbol", in: key) {
        spec.symbol = text.string(try json.string(text))
      } else if text.equals("status", in: key) {
        spec.status = MarketStatus(text.string(try json.string(text)), statuses)
      } else if text.equals("baseAsset", in: key) {
        spec.base = text.string(try json.string(text))
      } else if text.equals("quoteAsset", in: key) {
        spec.quote = text.string(try json.string(text))
      } else if text.equals("baseCommissionPrecision", in: key) {
        spec.baseCommissionDecimals = try decimals(text, &json)
      } else if text.equals("quoteCommissionPrecision", in: key) {
        spec.quoteCommissionDecimals = try decimals(text, &json)
      } else if text.equals("contractType", in: key) {
        spec.kind = text.equals("PERPETUAL", in: try json.string(text)) ? .perpetual : .spot
      } else if text.equals("filters", in: key) {
        try spec.readFilters(text, &json)
      } else {
        try json.skipValue(text)
      }
    }
    guard !spec.symbol.isEmpty, !spec.base.isEmpty, !spec.quote.isEmpty else {
      throw LineFault("an instrument of exchangeInfo lacks symbol, baseAsset or quoteAsset")
    }
    return spec
  }

  /// Source: enums.md, "Symbol status", and the names it had in older years.
  private static let statuses: [(word: String, opening: MarketOpening)] = [
    ("TRADING", .all), ("CANCEL_ONLY", .cancelOnly), ("AUCTION_MATCH", .auction),
    ("END_OF_DAY", .closed), ("HALT", .closed), ("BREAK", .closed), ("PRE_TRADING", .closed),
    ("POST_TRADING", .closed),
  ]

  private static func decimals(
    _ text: Span<UInt8>, _ json: inout JSONScanner
  ) throws(LineFault) -> UInt8 {
    let value = try json.integer(text)
    guard (0...18).contains(value) else { throw LineFault("a commission precision of \(value)") }
    return UInt8(value)
  }

  private mutating func readFilters(
    _ text: Span<UInt8>, _ json: inout JSONScanner
  ) throws(LineFault) {
    try json.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try json.nextElement(text, isFirst: isFirst) {
      isFirst = false
      if let filter = try FilterSpec.read(text, &json) { take(filter) }
    }
  }

  /// The grid and the smallest orders stand in the definition as well.
  private mutating func take(_ filter: FilterSpec) {
    filters.removeAll { $0.kind == filter.kind }
    filters.append(filter)
    switch filter.kind {
    case .price: tick = filter.step
    case .lot: (lot, minQuantity) = (filter.step, filter.low)
    case .notional: minNotional = filter.low
    default: break
    }
  }
}
