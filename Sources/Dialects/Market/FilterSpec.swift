/// One filter of an exchangeInfo answer, in the decimals the exchange writes, and how it becomes the
/// event that a journal holds: prices in ticks, quantities in lots, values in 10⁻⁸, factors in 10⁻⁶.

public import TradingCore

/// A filter as the exchange says it. A bound of `nil` is not set.
public struct FilterSpec: Equatable, Sendable {
  public var kind: FilterKind
  public var low: Decimal64?
  public var high: Decimal64?
  public var step: Decimal64?
  public var other: Decimal64?
  /// Whether `low` and `high` of a value bind market orders.
  public var bindsMarket = (low: false, high: false)
  public var averageMinutes: UInt16 = 0

  /// A filter in decimals; `bindsMarket` says so of both bounds.
  init(
    _ kind: FilterKind, low: Decimal64? = nil, high: Decimal64? = nil, step: Decimal64? = nil,
    bindsMarket: Bool = false
  ) {
    (self.kind, self.low, self.high, self.step) = (kind, low, high, step)
    self.bindsMarket = (bindsMarket, bindsMarket)
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.kind == right.kind && left.low == right.low && left.high == right.high
      && left.step == right.step && left.other == right.other
      && left.bindsMarket == right.bindsMarket && left.averageMinutes == right.averageMinutes
  }

  /// The names of a kind's bounds in exchangeInfo.
  private struct Names {
    var kind: FilterKind
    var low = ""
    var high = ""
    var step = ""
    var other = ""
  }

  /// What Binance calls its filters and their parts: spot API, filters.md; futures name their smallest
  /// value `notional`.
  private static func names(_ type: String) -> Names? {
    switch type {
    case "PRICE_FILTER": Names(kind: .price, low: "minPrice", high: "maxPrice", step: "tickSize")
    case "LOT_SIZE": Names(kind: .lot, low: "minQty", high: "maxQty", step: "stepSize")
    case "MARKET_LOT_SIZE":
      Names(kind: .marketLot, low: "minQty", high: "maxQty", step: "stepSize")
    case "NOTIONAL", "MIN_NOTIONAL":
      Names(kind: .notional, low: "minNotional", high: "maxNotional", other: "notional")
    case "PERCENT_PRICE":
      Names(kind: .percentPrice, low: "multiplierDown", high: "multiplierUp")
    case "PERCENT_PRICE_BY_SIDE":
      Names(
        kind: .percentPriceBySide, low: "bidMultiplierDown", high: "bidMultiplierUp",
        step: "askMultiplierDown", other: "askMultiplierUp")
    case "ICEBERG_PARTS": Names(kind: .icebergParts, high: "limit")
    case "MAX_NUM_ORDERS": Names(kind: .maxOrders, high: "maxNumOrders")
    case "MAX_NUM_ALGO_ORDERS": Names(kind: .maxAlgoOrders, high: "maxNumAlgoOrders")
    case "MAX_NUM_ICEBERG_ORDERS": Names(kind: .maxIcebergOrders, high: "maxNumIcebergOrders")
    case "MAX_POSITION": Names(kind: .maxPosition, high: "maxPosition")
    case "TRAILING_DELTA":
      Names(
        kind: .trailingDelta, low: "minTrailingAboveDelta", high: "maxTrailingAboveDelta",
        step: "minTrailingBelowDelta", other: "maxTrailingBelowDelta")
    case "MAX_NUM_ORDER_AMENDS": Names(kind: .maxAmends, high: "maxNumOrderAmends")
    default: nil
    }
  }

  /// Reads a filter, the scanner before its brace. Its type need not come first.
  /// - Returns: `nil` for a type that is no filter of an instrument's orders here.
  package static func read(_ text: Span<UInt8>, _ json: inout JSONScanner) throws(LineFault)
    -> FilterSpec?
  {
    var type = ""
    var places: [(name: String, place: Int)] = []
    try json.expect(UInt8(ascii: "{"), text)
    var isFirst = true
    while let key = try json.nextKey(text, isFirst: isFirst) {
      isFirst = false
      if text.equals("filterType", in: key) {
        type = text.string(try json.string(text))
      } else {
        places.append((text.string(key), json.position))
        try json.skipValue(text)
      }
    }
    guard let names = names(type) else { return nil }
    return try FilterSpec(names, text, places)
  }

  private init(
    _ names: Names, _ text: Span<UInt8>, _ places: [(name: String, place: Int)]
  ) throws(LineFault) {
    kind = names.kind
    for (name, place) in places {
      var json = JSONScanner(at: place)
      switch name {
      case "avgPriceMins":
        averageMinutes = UInt16(exactly: try json.integer(text)) ?? 0
      case "applyToMarket", "applyMinToMarket": bindsMarket.low = try json.boolean(text)
      case "applyMaxToMarket": bindsMarket.high = try json.boolean(text)
      case names.low: low = try Self.bound(text, &json)
      case names.high: high = try Self.bound(text, &json)
      case names.step: step = try Self.bound(text, &json)
      case names.other: other = try Self.bound(text, &json)
      default: break
      }
    }
    if kind == .notional { (low, other) = (low ?? other, nil) }
  }

  /// A bound; the exchange writes 0 for "no limit".
  private static func bound(
    _ text: Span<UInt8>, _ json: inout JSONScanner
  ) throws(LineFault) -> Decimal64? {
    let scanned = try json.decimal(text)
    guard !scanned.rounded else { throw LineFault("a filter is finer than 8 decimals") }
    return scanned.value.mantissa > 0 ? scanned.value : nil
  }
}

extension FilterSpec {
  /// The filter on the grid of an instrument, so that nothing passes that the exchange would stop: bounds
  /// between two steps of the grid are drawn in, and a step is the least that both the grid and the
  /// exchange take (0.00006 for 0.00003 on a grid of 0.00002).
  public func filter(_ definition: InstrumentDefinition) -> ExchangeFilter {
    var filter = ExchangeFilter(
      kind, instrument: definition.instrument, averageMinutes: averageMinutes)
    switch kind {
    case .price:
      let tick = Decimal64(mantissa: definition.tickMantissa, scale: Int(definition.tickScale))
      setBounds(of: &filter, in: tick)
      filter.step = step.map { Self.commonStep($0, of: tick) } ?? 0
    case .lot, .marketLot, .maxPosition:
      let lot = Decimal64(mantissa: definition.lotMantissa, scale: Int(definition.lotScale))
      setBounds(of: &filter, in: lot)
      filter.step = step.map { Self.commonStep($0, of: lot) } ?? 0
    case .notional:
      setBounds(of: &filter, in: Decimal64(mantissa: 1, scale: 8))
      filter.step = (bindsMarket.low ? 1 : 0) | (bindsMarket.high ? 2 : 0)
    case .percentPrice, .percentPriceBySide:
      let millionth = Decimal64(mantissa: 1, scale: 6)
      setBounds(of: &filter, in: millionth)
    case .icebergParts, .maxOrders, .maxAlgoOrders, .maxIcebergOrders, .trailingDelta, .maxAmends:
      setBounds(of: &filter, in: Decimal64(mantissa: 1, scale: 0))
    }
    filter.other = other.map { Self.count($0, of: Self.unit(of: kind), up: false) } ?? 0
    return filter
  }

  private static func unit(of kind: FilterKind) -> Decimal64 {
    kind == .percentPriceBySide
      ? Decimal64(mantissa: 1, scale: 6) : Decimal64(mantissa: 1, scale: 0)
  }

  private func setBounds(of filter: inout ExchangeFilter, in unit: Decimal64) {
    filter.low = low.map { Self.count($0, of: unit, up: true) } ?? 0
    filter.high = high.map { Self.count($0, of: unit, up: false) } ?? 0
    filter.step = step.map { Self.count($0, of: unit, up: true) } ?? 0
  }

  /// How many units a number is, rounded up or down; clamped to 64 bits.
  static func count(_ value: Decimal64, of unit: Decimal64, up: Bool) -> Int64 {
    let (wanted, step) = aligned(value, unit)
    let (whole, rest) = wanted.quotientAndRemainder(dividingBy: max(1, step))
    return Int64(clamping: up && rest != 0 ? whole + 1 : whole)
  }

  /// The fewest units that are a multiple of a step; clamped to 64 bits.
  private static func commonStep(_ step: Decimal64, of unit: Decimal64) -> Int64 {
    let (wanted, given) = aligned(step, unit)
    var (divisor, rest) = (wanted, given)
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    return Int64(clamping: wanted / max(1, divisor))
  }

  /// Two numbers on the finer grid of both.
  private static func aligned(_ value: Decimal64, _ unit: Decimal64) -> (Int128, Int128) {
    let scale = max(value.scale, unit.scale)
    return (
      Int128(value.mantissa) * Int128(powerOfTen(scale - value.scale)),
      Int128(unit.mantissa) * Int128(powerOfTen(scale - unit.scale))
    )
  }
}
