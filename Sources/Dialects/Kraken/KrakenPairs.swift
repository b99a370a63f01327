/// Kraken's description of its instruments. Source: docs.kraken.com, REST, "Get Tradable Asset Pairs".
///
/// Fees are left out: those that are listed are of nobody's account, for each falls with what was traded in
/// thirty days.

import TradingCore

/// The instruments of an AssetPairs answer.
enum KrakenPairs {
  /// Reads the result that comes next, pairs by a name that nothing else uses.
  static func read(
    _ text: Span<UInt8>, _ json: inout JSONScanner
  ) throws(LineFault) -> [InstrumentSpec] {
    var specs: [InstrumentSpec] = []
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while try json.nextKey(text, isFirst: isFirst) != nil {
      isFirst = false
      let object = try JSONObject(text, &json)
      if let spec = try spec(object, text) { specs.append(spec) }
    }
    return specs
  }

  /// `nil` for a pair that the WebSocket does not have.
  private static func spec(
    _ object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> InstrumentSpec? {
    guard object.find("wsname", text) != nil,
      let pair = KrakenNames.pair(text.string(try object.string("wsname", text)))
    else { return nil }
    var spec = InstrumentSpec(
      symbol: pair.base + "/" + pair.quote, base: pair.base, quote: pair.quote)
    let tick = try step(object, "tick_size", "pair_decimals", text)
    let lot = try step(object, nil, "lot_decimals", text)
    (spec.tick, spec.lot) = (tick, lot)
    if object.find("status", text) != nil {
      spec.status = MarketStatus(text.string(try object.string("status", text)), statuses)
    }
    spec.minQuantity = try optional("ordermin", object, text)
    spec.minNotional = try optional("costmin", object, text)
    spec.filters = [
      FilterSpec(.price, low: tick, step: tick),
      FilterSpec(.lot, low: spec.minQuantity ?? lot, step: lot),
    ]
    if let least = spec.minNotional {
      spec.filters.append(FilterSpec(.notional, low: least, bindsMarket: true))
    }
    return spec
  }

  private static let statuses: [(word: String, opening: MarketOpening)] = [
    ("online", .all), ("limit_only", .limitOnly), ("post_only", .postOnly),
    ("reduce_only", .reduceOnly), ("cancel_only", .cancelOnly),
  ]

  /// A least amount; one that is none bounds nothing.
  private static func optional(
    _ name: StaticString, _ object: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> Decimal64? {
    guard object.find(name, text) != nil else { return nil }
    let value = try object.decimal(name, text).value
    return value.mantissa > 0 ? value : nil
  }

  /// A grid as a number, or as how many decimals it has. A grid finer than 8 decimals is `nil`: no message
  /// could be read by it.
  private static func step(
    _ object: JSONObject, _ name: StaticString?, _ decimals: StaticString, _ text: Span<UInt8>
  ) throws(LineFault) -> Decimal64? {
    if let name, object.find(name, text) != nil {
      let step = try object.decimal(name, text)
      return step.rounded || step.value.mantissa <= 0 ? nil : step.value
    }
    let scale = try object.integer(decimals, text)
    return (0...8).contains(scale) ? Decimal64(mantissa: 1, scale: Int(scale)) : nil
  }
}
