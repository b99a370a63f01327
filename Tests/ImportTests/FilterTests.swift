/// The filters of exchangeInfo as a journal's events, with the numbers of the exchange's own examples.

import Dialects
import Testing
import TradingCore

@testable import Import

@Suite("The exchange's filters")
struct FilterTests {
  /// Ticks of 0.000001 and lots of 0.001, as in the exchange's documentation of its filters.
  private static let documented = """
    {"symbols":[{"symbol":"LTCBTC","baseAsset":"LTC","quoteAsset":"BTC","filters":[
    {"filterType":"PRICE_FILTER","minPrice":"0.00000100","maxPrice":"100000.00000000",
    "tickSize":"0.00000100"},
    {"filterType":"LOT_SIZE","minQty":"0.00100000","maxQty":"100000.00000000",
    "stepSize":"0.00100000"},
    {"filterType":"ICEBERG_PARTS","limit":10},
    {"filterType":"MARKET_LOT_SIZE","minQty":"0.00100000","maxQty":"100000.00000000",
    "stepSize":"0.00200000"},
    {"filterType":"TRAILING_DELTA","minTrailingAboveDelta":10,"maxTrailingAboveDelta":2000,
    "minTrailingBelowDelta":20,"maxTrailingBelowDelta":1000},
    {"filterType":"PERCENT_PRICE","multiplierUp":"1.3000","multiplierDown":"0.7000",
    "avgPriceMins":5},
    {"filterType":"PERCENT_PRICE_BY_SIDE","bidMultiplierUp":"1.2","bidMultiplierDown":"0.2",
    "askMultiplierUp":"5","askMultiplierDown":"0.8","avgPriceMins":1},
    {"filterType":"NOTIONAL","minNotional":"10.00000000","applyMinToMarket":true,
    "maxNotional":"10000.00000000","applyMaxToMarket":false,"avgPriceMins":5},
    {"maxNumOrders":25,"filterType":"MAX_NUM_ORDERS"},
    {"filterType":"MAX_NUM_ALGO_ORDERS","maxNumAlgoOrders":5},
    {"filterType":"MAX_NUM_ICEBERG_ORDERS","maxNumIcebergOrders":6},
    {"filterType":"MAX_POSITION","maxPosition":"10.00000000"},
    {"filterType":"MAX_NUM_ORDER_AMENDS","maxNumOrderAmends":11},
    {"filterType":"MAX_NUM_ORDER_LISTS","maxNumOrderLists":20}]}]}
    """

  private static let definition = InstrumentDefinition(
    instrument: InstrumentID(7), base: AssetID(0), quote: AssetID(1),
    tick: Decimal64(mantissa: 1, scale: 6), lot: Decimal64(mantissa: 1, scale: 3))

  private static func filter(
    _ kind: FilterKind, _ low: Int64, _ high: Int64, _ step: Int64 = 0, _ other: Int64 = 0,
    minutes: UInt16 = 0
  ) -> ExchangeFilter {
    ExchangeFilter(
      kind, instrument: InstrumentID(7), low: low, high: high, step: step, other: other,
      averageMinutes: minutes)
  }

  static let expected: [ExchangeFilter] = [
    filter(.price, 1, 100_000_000_000, 1), filter(.lot, 1, 100_000_000, 1),
    filter(.icebergParts, 0, 10), filter(.marketLot, 1, 100_000_000, 2),
    filter(.trailingDelta, 10, 2_000, 20, 1_000),
    filter(.percentPrice, 700_000, 1_300_000, minutes: 5),
    filter(.percentPriceBySide, 200_000, 1_200_000, 800_000, 5_000_000, minutes: 1),
    filter(.notional, 1_000_000_000, 1_000_000_000_000, 1, minutes: 5),
    filter(.maxOrders, 0, 25), filter(.maxAlgoOrders, 0, 5), filter(.maxIcebergOrders, 0, 6),
    filter(.maxPosition, 0, 10_000), filter(.maxAmends, 0, 11),
  ]

  @Test("every filter of an instrument becomes an event on its grid")
  func all() throws {
    let specs = try InstrumentSpec.list(exchangeInfo: Array(Self.documented.utf8), file: "x.json")
    let spec = try #require(specs.first)
    #expect(spec.filters.map { $0.filter(Self.definition) } == Self.expected)
    #expect(spec.tick == Decimal64(mantissa: 1, scale: 6))
    #expect(spec.minNotional == Decimal64(mantissa: 10, scale: 0))
  }

  @Test(
    "a step is the least that both the grid and the exchange take",
    arguments: [
      ("0.00003", 2, 5, 3), ("0.00004", 2, 5, 2), ("0.00001", 2, 5, 1), ("0.00002", 2, 5, 1),
      ("0.00004", 6, 5, 2), ("0.002", 1, 8, 200_000), ("0.000003", 2, 5, 3), ("1", 3, 0, 1),
    ] as [(String, Int64, Int, Int64)])
  func commonStep(step: String, mantissa: Int64, scale: Int, expected: Int64) throws {
    let json = """
      {"symbols":[{"symbol":"LTCBTC","baseAsset":"LTC","quoteAsset":"BTC","filters":[
      {"filterType":"MARKET_LOT_SIZE","minQty":"0","maxQty":"0","stepSize":"\(step)"}]}]}
      """
    let spec = try #require(
      try InstrumentSpec.list(exchangeInfo: Array(json.utf8), file: "x.json").first)
    let definition = InstrumentDefinition(
      instrument: InstrumentID(7), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 6), lot: Decimal64(mantissa: mantissa, scale: scale))
    #expect(
      spec.filters.map { $0.filter(definition) } == [Self.filter(.marketLot, 0, 0, expected)])
  }

  @Test("the smallest order of a spec is the definition's, with a filter or without")
  func smallestOrder() throws {
    var spec = InstrumentSpec(symbol: "LTCBTC", base: "LTC", quote: "BTC")
    (spec.tick, spec.lot) = (Decimal64(mantissa: 1, scale: 6), Decimal64(mantissa: 1, scale: 3))
    spec.minQuantity = Decimal64(mantissa: 15, scale: 4)
    let definition = spec.definition(InstrumentID(7), base: AssetID(0), quote: AssetID(1))
    #expect(definition?.minQuantity == Quantity(lots: 2))
    #expect(definition?.origin == .given)
  }

  @Test("a bound between two steps of the grid is drawn in")
  func drawnIn() throws {
    let json = """
      {"symbols":[{"symbol":"LTCBTC","baseAsset":"LTC","quoteAsset":"BTC","filters":[
      {"filterType":"LOT_SIZE","minQty":"0.0015","maxQty":"0.0095","stepSize":"0.001"}]}]}
      """
    let spec = try #require(
      try InstrumentSpec.list(exchangeInfo: Array(json.utf8), file: "x.json").first)
    #expect(spec.filters.map { $0.filter(Self.definition) } == [Self.filter(.lot, 2, 9, 1)])
  }
}
