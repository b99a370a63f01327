/// Instruments from exchangeInfo in the dress of every year.

import Dialects
import Foundation
import Import
import Testing
import TradingCore

@Suite("Instruments")
struct InstrumentTests {
  private func list(_ filters: String, _ more: String = "") throws -> InstrumentSpec {
    let json =
      #"{"timezone":"UTC","rateLimits":[{"limit":1200}],"symbols":[{"symbol":"BTCUSDT","#
      + #""baseAsset":"BTC","quoteAsset":"USDT","baseCommissionPrecision":8,"#
      + #""quoteCommissionPrecision":2\#(more),"filters":[\#(filters)]}],"x":null}"#
    return try #require(try InstrumentSpec.list(exchangeInfo: Array(json.utf8), file: "x").first)
  }

  @Test("old, new and futures filter names give the same limits")
  func filters() throws {
    let price = #"{"filterType":"PRICE_FILTER","minPrice":"0.01","tickSize":"0.01000000"}"#
    let lot = #"{"stepSize":"0.00001000","minQty":"0.00010000","filterType":"LOT_SIZE"}"#
    let notionals = [
      #"{"filterType":"MIN_NOTIONAL","minNotional":"10.0","applyToMarket":true}"#,
      #"{"filterType":"NOTIONAL","minNotional":"10.0","maxNotional":"9000000.0"}"#,
      #"{"filterType":"MIN_NOTIONAL","notional":"10"}"#,
    ]
    for notional in notionals {
      let spec = try list([price, lot, notional].joined(separator: ","))
      #expect(spec.tick == Decimal64(mantissa: 1, scale: 2))
      #expect(spec.lot == Decimal64(mantissa: 1, scale: 5))
      #expect(spec.minQuantity == Decimal64(mantissa: 1, scale: 4))
      #expect(spec.minNotional == Decimal64(mantissa: 10, scale: 0))
      #expect(spec.quoteCommissionDecimals == 2 && spec.base == "BTC" && spec.quote == "USDT")
    }
  }

  @Test("a limit of zero is no limit, and a perpetual says so")
  func absence() throws {
    let spec = try list(
      #"{"filterType":"PRICE_FILTER","tickSize":"0.00000000"},{"filterType":"NEW","x":[1]}"#,
      #","contractType":"PERPETUAL""#)
    #expect(spec.tick == nil && spec.lot == nil && spec.kind == .perpetual)
  }

  @Test("what is not exchangeInfo is named", arguments: ["{}", "[]", "", #"{"symbols":[{}]}"#])
  func faults(json: String) {
    #expect(throws: ImportError.self) {
      try InstrumentSpec.list(exchangeInfo: Array(json.utf8), file: "x")
    }
  }

  @Test(
    "a user's numbers must be positive and at most 8 decimals",
    arguments: ["0", "-1", "x", "1e-9", "1 "])
  func badNumbers(text: String) {
    #expect(throws: ImportError.self) {
      try InstrumentSpec(symbol: "A", base: "B", quote: "C", tick: text, lot: nil)
    }
  }

  @Test(
    "real answers are read whole", .enabled(if: sharedFolder != nil, "CRYPTOBOT_SHARED is not set"))
  func real() throws {
    let folder = try #require(sharedFolder) + "/data/"
    let path = folder + "exchange-payload-fixtures/binance_spot/http_spot_market_exchange_info.json"
    let specs = try InstrumentSpec.list(exchangeInfoFile: path)
    let data = try Data(contentsOf: URL(filePath: path))
    let whole = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(
      specs.map(\.symbol) == (whole["symbols"] as? [[String: Any]])?.map { "\($0["symbol"] ?? "")" }
    )
    #expect(specs.allSatisfy { $0.tick != nil && $0.lot != nil })
  }
}
