/// The filters a venue checks the orders of one instrument with. Source: Binance spot API, filters.md;
/// a bound of zero is not set, and a filter that was never given forbids nothing.
public struct OrderFilters: Equatable, Sendable {
  /// At most one of a kind, by kind.
  private var filters: ContiguousArray<ExchangeFilter> = []

  public init() {}

  public var isEmpty: Bool { filters.isEmpty }

  /// Minutes of the longest average price that a filter compares with; 0 when none does.
  public var averageMinutes: Int { filters.reduce(0) { max($0, Int($1.averageMinutes)) } }

  /// What the venue knows besides the order.
  public struct Circumstances {
    /// The average price over some minutes, in millionths of a tick; for 0 minutes the last price.
    /// `nil` before the first trade.
    public var average: (Int) -> Int128?
    /// Open orders of the account and the instrument, with those of its list before this one.
    public var orders: Int64 = 0
    public var waiting: Int64 = 0
    public var icebergs: Int64 = 0
    /// Lots held and being bought.
    public var position: Int64 = 0
    /// How often this order was amended, this time included.
    public var amends: Int64 = 0

    public init(average: @escaping (Int) -> Int128?) { self.average = average }

    /// An amended iceberg shows the part that it came with, which was looked at then.
    fileprivate var keepsParts: Bool { amends > 0 }
  }

  /// Takes a filter, which replaces one of its kind.
  mutating func apply(_ filter: ExchangeFilter) {
    if let index = filters.firstIndex(where: { $0.kind == filter.kind }) {
      filters[index] = filter
    } else {
      let index = filters.firstIndex { $0.kind.rawValue > filter.kind.rawValue }
      filters.insert(filter, at: index ?? filters.count)
    }
  }

  /// The reason of the first filter, by kind, that an order breaks; `nil` when it passes all.
  public func objection(
    to terms: OrderTerms, _ definition: InstrumentDefinition, _ now: Circumstances
  ) -> RejectReason? {
    for filter in filters where !filter.allows(terms, definition, now) { return filter.kind.reason }
    return nil
  }
}

extension FilterKind {
  /// What a venue says of an order that breaks it.
  public var reason: RejectReason {
    switch self {
    case .price: .priceFilter
    case .lot: .lotSize
    case .marketLot: .marketLotSize
    case .notional: .notional
    case .percentPrice, .percentPriceBySide: .percentPrice
    case .icebergParts: .icebergParts
    case .maxOrders: .maxOrders
    case .maxAlgoOrders: .maxAlgoOrders
    case .maxIcebergOrders: .maxIcebergOrders
    case .maxPosition: .maxPosition
    case .trailingDelta: .trailingDelta
    case .maxAmends: .maxAmends
    }
  }
}

extension ExchangeFilter {
  fileprivate func allows(
    _ terms: OrderTerms, _ definition: InstrumentDefinition, _ now: OrderFilters.Circumstances
  ) -> Bool {
    switch kind {
    case .price:
      (!terms.type.hasLimit || bounds(terms.price.ticks))
        && (terms.trigger == .zero || bounds(terms.trigger.ticks))
    case .lot:
      terms.flags.contains(.inQuote)
        || (bounds(terms.quantity.lots) && (now.keepsParts || bounds(terms.partLots)))
    case .marketLot:
      terms.type.hasLimit || terms.flags.contains(.inQuote) || bounds(terms.quantity.lots)
    case .notional: allowsValue(of: terms, definition, now)
    case .percentPrice: isNear(terms, low, high, now)
    case .percentPriceBySide:
      terms.side == .buy ? isNear(terms, low, high, now) : isNear(terms, step, other, now)
    case .icebergParts: terms.parts <= 1 || now.keepsParts || isWithin(terms.partCount)
    case .maxOrders: isWithin(now.orders.addingClamped(1))
    case .maxAlgoOrders: !terms.type.waitsForTrigger || isWithin(now.waiting.addingClamped(1))
    case .maxIcebergOrders: terms.parts <= 1 || isWithin(now.icebergs.addingClamped(1))
    case .maxPosition:
      terms.side == .sell || terms.flags.contains(.inQuote)
        || isWithin(now.position.addingClamped(terms.quantity.lots))
    case .trailingDelta: allowsTrail(of: terms)
    case .maxAmends: isWithin(now.amends)
    }
  }

  /// Whether a count is within the maximum.
  private func isWithin(_ count: Int64) -> Bool { high <= 0 || count <= high }

  /// Whether a number lies between the bounds and on the step.
  private func bounds(_ value: Int64) -> Bool {
    (low <= 0 || value >= low) && (high <= 0 || value <= high) && (step <= 0 || value % step == 0)
  }

  private func allowsTrail(of terms: OrderTerms) -> Bool {
    guard terms.trailing > 0 else { return true }
    let isAbove = terms.type.isStop == (terms.side == .buy)
    let (least, most) = isAbove ? (low, high) : (step, other)
    let delta = Int64(terms.trailing)
    return (least <= 0 || delta >= least) && (most <= 0 || delta <= most)
  }

  /// Whether a limit price lies between two multiples, in millionths, of the average.
  private func isNear(
    _ terms: OrderTerms, _ least: Int64, _ most: Int64, _ now: OrderFilters.Circumstances
  ) -> Bool {
    guard terms.type.hasLimit, let average = now.average(Int(averageMinutes)) else { return true }
    let price = Int128(terms.price.ticks) * 1_000_000_000_000
    return (least <= 0 || price >= product(average, least))
      && (most <= 0 || price <= product(average, most))
  }

  private func product(_ average: Int128, _ factor: Int64) -> Int128 {
    let (product, overflow) = average.multipliedReportingOverflow(by: Int128(factor))
    return overflow ? .max : product
  }

  /// Market orders are valued at the average price, and only where the filter binds them.
  private func allowsValue(
    of terms: OrderTerms, _ definition: InstrumentDefinition, _ now: OrderFilters.Circumstances
  ) -> Bool {
    let isMarket = terms.type == .market
    guard let value = value(of: terms, definition, now) else { return true }
    let bindsLow = !isMarket || step & 1 != 0
    let bindsHigh = !isMarket || step & 2 != 0
    return (low <= 0 || !bindsLow || value >= Int128(low))
      && (high <= 0 || !bindsHigh || value <= Int128(high))
  }

  /// Value in 10⁻⁸ of the quote asset, rounded down; `nil` where no price is known.
  private func value(
    of terms: OrderTerms, _ definition: InstrumentDefinition, _ now: OrderFilters.Circumstances
  ) -> Int128? {
    if terms.flags.contains(.inQuote) { return Int128(terms.quantity.lots) }
    let unit = Int128(powerOfTen(Money.scale - 8))
    if terms.type.hasLimit || terms.trigger > .zero {
      let price = terms.type.hasLimit ? terms.price : terms.trigger
      guard definition.canValue(price, terms.quantity) else { return .max }
      return definition.notional(price, terms.quantity).units / unit
    }
    guard let average = now.average(Int(averageMinutes)) else { return nil }
    let ticks = Price(ticks: Int64(clamping: average / 1_000_000))
    guard definition.canValue(ticks, terms.quantity) else { return .max }
    let whole = definition.notional(ticks, terms.quantity).units
    let rest = (average % 1_000_000) * Int128(definition.tickValue) / 1_000_000
    return (whole + rest * Int128(terms.quantity.lots)) / unit
  }
}

extension OrderTerms {
  /// What the venue sees of an iceberg: the lots of the part that shows; all of another order.
  fileprivate var partLots: Int64 { displayed(of: quantity.lots) }

  /// How many such parts there are, the last one perhaps smaller: what ICEBERG_PARTS counts.
  fileprivate var partCount: Int64 {
    let (whole, rest) = quantity.lots.quotientAndRemainder(dividingBy: max(1, partLots))
    return rest == 0 ? whole : whole + 1
  }
}

extension OrderFilters: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(filters.count)
    for filter in filters { filter.encode(into: &bytes) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    filters = try reader.takeArray(atMost: FilterKind.allCases.count)
    let isSorted = zip(filters, filters.dropFirst()).allSatisfy {
      $0.kind.rawValue < $1.kind.rawValue
    }
    try reader.expect(isSorted, "filters out of order")
  }
}

extension ExchangeFilter: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    for bound in [low, high, step, other] { bytes.append(bound) }
    bytes.append(averageMinutes)
    bytes.append(instrument.raw)
    bytes.append(kind.rawValue)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (low, high) = (try reader.take(), try reader.take())
    (step, other) = (try reader.take(), try reader.take())
    averageMinutes = try reader.take()
    instrument = try reader.take()
    kind = try reader.take()
  }
}
