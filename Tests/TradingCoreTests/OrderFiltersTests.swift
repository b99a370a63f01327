/// The venue's filters: one row for each bound, just within it and just beyond.
import Testing

@testable import TradingCore

@Suite("The venue's filters")
struct OrderFiltersTests {
  /// Ticks of 0.01, lots of 0.001: a lot at 100 ticks is worth 0.001 = 100,000 · 10⁻⁸.
  private static let definition = InstrumentDefinition(
    instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
    tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))

  struct Row: CustomTestStringConvertible, Sendable {
    var name: String
    var filter: ExchangeFilter
    var order: OrderTerms
    var now: @Sendable (inout OrderFilters.Circumstances) -> Void = { _ in }
    var reason: RejectReason?
    var testDescription: String { name }
  }

  private static func filter(
    _ kind: FilterKind, _ low: Int64 = 0, _ high: Int64 = 0, _ step: Int64 = 0, _ other: Int64 = 0,
    minutes: UInt16 = 0
  ) -> ExchangeFilter {
    ExchangeFilter(
      kind, instrument: InstrumentID(0), low: low, high: high, step: step, other: other,
      averageMinutes: minutes)
  }

  private static func order(
    _ side: Side = .buy, _ lots: Int64 = 10, at price: Int64? = 100, trigger: Int64 = 0,
    _ type: OrderType? = nil, parts: UInt8 = 0, trailing: UInt16 = 0, inQuote: Bool = false
  ) -> OrderTerms {
    var terms = OrderTerms(
      instrument: InstrumentID(0), side: side, type: type ?? (price == nil ? .market : .limit),
      quantity: Quantity(lots: lots), price: Price(ticks: price ?? 0))
    terms.trigger = Price(ticks: trigger)
    terms.parts = parts
    terms.trailing = trailing
    if inQuote { terms.flags.insert(.inQuote) }
    return terms
  }

  private static func rows(
    _ name: String, _ filter: ExchangeFilter, _ reason: RejectReason, good: [OrderTerms],
    bad: [OrderTerms]
  ) -> [Row] {
    good.enumerated().map { Row(name: "\(name) passes \($0)", filter: filter, order: $1) }
      + bad.enumerated().map {
        Row(name: "\(name) stops \($0)", filter: filter, order: $1, reason: reason)
      }
  }

  static let bounds: [Row] =
    rows(
      "price", filter(.price, 90, 110, 5), .priceFilter,
      good: [
        order(at: 90), order(at: 110), order(at: nil), order(at: 95, trigger: 100, .stopLimit),
      ],
      bad: [
        order(at: 89), order(at: 111), order(at: 96), order(at: 95, trigger: 85, .stopLimit),
        order(at: nil, trigger: 96, .stop),
      ])
    + rows(
      "price without bounds", filter(.price), .priceFilter, good: [order(at: 1), order(at: 9_999)],
      bad: [])
    + rows(
      "lot", filter(.lot, 5, 20, 5), .lotSize,
      good: [order(.buy, 5), order(.sell, 20, at: nil), order(.buy, 3, at: nil, inQuote: true)],
      bad: [order(.buy, 4), order(.buy, 21), order(.sell, 7, at: nil)])
    + rows(
      "market lot", filter(.marketLot, 5, 20, 5), .marketLotSize,
      good: [order(.buy, 4), order(.buy, 20, at: nil)],
      bad: [order(.buy, 4, at: nil), order(.sell, 25, at: nil), order(.buy, 6, at: nil)])
    + rows(
      "notional", filter(.notional, 1_000_000, 5_000_000), .notional,
      good: [order(.buy, 10), order(.buy, 50), order(.buy, 1, at: nil)],
      bad: [order(.buy, 9), order(.buy, 51)])
    + rows(
      "notional that binds the market", filter(.notional, 1_000_000, 5_000_000, 3), .notional,
      good: [
        order(.buy, 5, at: nil), order(.buy, 25, at: nil),
        order(.buy, 1_000_000, at: nil, inQuote: true),
      ],
      bad: [
        order(.buy, 4, at: nil), order(.buy, 26, at: nil),
        order(.buy, 999_999, at: nil, inQuote: true),
      ])
    + rows(
      "percent price", filter(.percentPrice, 500_000, 1_500_000, minutes: 5), .percentPrice,
      good: [order(at: 100), order(at: 300), order(at: nil)], bad: [order(at: 99), order(at: 301)])
    + rows(
      "percent price by side",
      filter(.percentPriceBySide, 500_000, 1_000_000, 1_000_000, 2_000_000),
      .percentPrice,
      good: [
        order(.buy, at: 100), order(.buy, at: 200), order(.sell, at: 200), order(.sell, at: 400),
      ],
      bad: [
        order(.buy, at: 99), order(.buy, at: 201), order(.sell, at: 199), order(.sell, at: 401),
      ]
    )
    + rows(
      "iceberg parts", filter(.icebergParts, 0, 10), .icebergParts,
      good: [
        order(), order(parts: 10), order(.buy, 100, parts: 10),
        order(.buy, 12, parts: 11),  // parts of 2, so there are 6
      ], bad: [order(.buy, 11, parts: 11), order(.buy, 100, parts: 12)])
    + rows(
      "the lot of an iceberg's part", filter(.lot, 5, 100, 5), .lotSize,
      good: [order(.buy, 30, parts: 3), order(.buy, 25, parts: 5)],
      bad: [order(.buy, 30, parts: 4), order(.buy, 10, parts: 3)])
    + rows(
      "trailing delta", filter(.trailingDelta, 10, 20, 30, 40), .trailingDelta,
      good: [
        order(.buy, at: nil, .stop, trailing: 10), order(.buy, at: nil, .stop, trailing: 20),
        order(.sell, at: nil, .stop, trailing: 30), order(.sell, at: nil, .stop, trailing: 40),
      ],
      bad: [
        order(.buy, at: nil, .stop, trailing: 9), order(.buy, at: nil, .stop, trailing: 21),
        order(.sell, at: nil, .stop, trailing: 29), order(.sell, at: nil, .stop, trailing: 41),
      ])

  static let counts: [Row] = [
    Row(name: "one more order", filter: filter(.maxOrders, 0, 3), order: order()) { $0.orders = 2 },
    Row(
      name: "one order too many", filter: filter(.maxOrders, 0, 3), order: order(),
      now: { $0.orders = 3 }, reason: .maxOrders),
    Row(
      name: "a limit order does not wait", filter: filter(.maxAlgoOrders, 0, 1), order: order()
    ) { $0.waiting = 1 },
    Row(
      name: "one waiting order too many", filter: filter(.maxAlgoOrders, 0, 1),
      order: order(at: nil, trigger: 120, .stop), now: { $0.waiting = 1 }, reason: .maxAlgoOrders),
    Row(
      name: "one iceberg too many", filter: filter(.maxIcebergOrders, 0, 1), order: order(parts: 2),
      now: { $0.icebergs = 1 }, reason: .maxIcebergOrders),
    Row(name: "as much as may be held", filter: filter(.maxPosition, 0, 30), order: order()) {
      $0.position = 20
    },
    Row(
      name: "more than may be held", filter: filter(.maxPosition, 0, 30), order: order(),
      now: { $0.position = 21 }, reason: .maxPosition),
    Row(name: "sells are not bound by it", filter: filter(.maxPosition, 0, 30), order: order(.sell))
    { $0.position = 99 },
    Row(
      name: "one amendment too many", filter: filter(.maxAmends, 0, 2), order: order(),
      now: { $0.amends = 3 }, reason: .maxAmends),
  ]

  @Test("each bound passes what is on it and stops what is beyond", arguments: bounds + counts)
  func row(row: Row) {
    var filters = OrderFilters()
    filters.apply(row.filter)
    var now = OrderFilters.Circumstances { _ in 200_000_000 }
    row.now(&now)
    #expect(filters.objection(to: row.order, Self.definition, now) == row.reason)
  }

  @Test("the first kind that is broken gives the reason, and a newer filter replaces an older one")
  func order() throws {
    var filters = OrderFilters()
    filters.apply(Self.filter(.lot, 0, 5))
    filters.apply(Self.filter(.price, 0, 50))
    let now = OrderFilters.Circumstances { _ in nil }
    #expect(filters.objection(to: Self.order(), Self.definition, now) == .priceFilter)
    filters.apply(Self.filter(.price, 0, 500))
    #expect(filters.objection(to: Self.order(), Self.definition, now) == .lotSize)
    var bytes = CanonicalBytes()
    filters.encode(into: &bytes)
    #expect(try OrderFilters(canonicalBytes: bytes.bytes) == filters)
  }

  @Test("the average price weighs lots and forgets minutes that are over")
  func average() {
    var average = AveragePrice()
    let minute: Int64 = 60_000_000_000
    #expect(average.average(minutes: 5, at: Timestamp(nanoseconds: 0)) == nil)
    average.add(Price(ticks: 100), Quantity(lots: 3), at: Timestamp(nanoseconds: 10 * minute))
    average.add(Price(ticks: 200), Quantity(lots: 1), at: Timestamp(nanoseconds: 12 * minute))
    let now = Timestamp(nanoseconds: 14 * minute + 1)
    #expect(average.average(minutes: 5, at: now) == 125_000_000)
    #expect(average.average(minutes: 4, at: now) == 200_000_000)
    #expect(average.average(minutes: 2, at: now) == nil)
    let hourLater = Timestamp(nanoseconds: 72 * minute)
    average.add(Price(ticks: 300), Quantity(lots: 1), at: hourLater)
    #expect(average.average(minutes: 60, at: hourLater) == 300_000_000)
  }

  @Test("no sum of the largest trades overflows", arguments: [Int64.max, .min])
  func largest(ticks: Int64) {
    var average = AveragePrice()
    for minute in 0..<60 as Range<Int64> {
      let time = Timestamp(nanoseconds: minute * 60_000_000_000)
      average.add(Price(ticks: 7), Quantity(lots: 1), at: time)
      average.add(Price(ticks: ticks), Quantity(lots: .max), at: time)
      average.add(Price(ticks: ticks), Quantity(lots: .max / 64), at: time)
      average.add(Price(ticks: ticks), Quantity(lots: .max / 64), at: time)
      #expect(average.average(minutes: 60, at: time) != nil)
    }
  }
}
