/// A Binance dialect that knows the symbols of the fixtures, and what the tests ask of it.

import Dialects
import Foundation
import TradingCore

/// Markets by symbol: base, quote, tick and lot scale.
let fixtureMarkets: [(symbol: String, base: String, quote: String, tick: Int, lot: Int)] = [
  ("BTCUSDT", "BTC", "USDT", 2, 5), ("ETHUSDT", "ETH", "USDT", 2, 4),
  ("ETHBTC", "ETH", "BTC", 8, 8),
  ("LTCBTC", "LTC", "BTC", 8, 8), ("BNBBTC", "BNB", "BTC", 8, 8), ("LTCBNB", "LTC", "BNB", 2, 8),
]

/// Asset codes, their index the id.
let fixtureAssets = ["BTC", "USDT", "ETH", "LTC", "BNB"]

/// The journal that our orders' names are made of.
let fixtureOrders = ClientOrderIDs(journal: 0x0123_4567_89ab_cdef)

func asset(_ code: String) throws -> AssetID {
  guard let index = fixtureAssets.firstIndex(of: code) else {
    throw DialectError.undefined(name: code)
  }
  return AssetID(UInt16(index))
}

func fixtureDefinition(_ symbol: String) throws -> InstrumentDefinition {
  guard let index = fixtureMarkets.firstIndex(where: { $0.symbol == symbol }) else {
    throw DialectError.undefined(name: symbol)
  }
  let market = fixtureMarkets[index]
  return InstrumentDefinition(
    instrument: InstrumentID(UInt16(index)), base: try asset(market.base),
    quote: try asset(market.quote), tick: Decimal64(mantissa: 1, scale: market.tick),
    lot: Decimal64(mantissa: 1, scale: market.lot))
}

func fixtureDirectory() throws -> VenueDirectory {
  var directory = VenueDirectory()
  for (index, code) in fixtureAssets.enumerated() {
    try directory.add(AssetDefinition(asset: AssetID(UInt16(index))), code: code)
  }
  for market in fixtureMarkets {
    try directory.add(try fixtureDefinition(market.symbol), symbol: market.symbol)
  }
  return directory
}

let fixtureKey = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
let fixtureSecret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"

/// A dialect with the documents' key and the fixtures' markets.
func fixtureDialect() throws -> BinanceDialect {
  var dialect = BinanceDialect(
    orders: fixtureOrders,
    credentials: try Credentials(
      apiKey: fixtureKey, signer: try RequestSigner(fixtureSecret.secret)))
  dialect.directory = try fixtureDirectory()
  return dialect
}

func milliseconds(_ value: Int64) -> Timestamp { Timestamp(nanoseconds: value * 1_000_000) }

/// Every private and public payload of the exchange that lies ready, by file name.
func fixturePayloads() throws -> [(name: String, text: String)] {
  let folder = "exchange-payload-fixtures/binance_spot"
  let path = (Shared.folder ?? "") + "/data/" + folder
  let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  return try names.map { name in
    (name, String(decoding: try Shared.bytes(folder + "/" + name), as: UTF8.self))
  }
}
