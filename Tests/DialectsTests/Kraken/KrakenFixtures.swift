/// A Kraken dialect that knows the symbols of the fixtures, and what the tests ask of it.

import Dialects
import Foundation
import TradingCore

/// Markets by symbol: base, quote, decimals of prices and of quantities.
let krakenMarkets: [(symbol: String, base: String, quote: String, tick: Int, lot: Int)] = [
  ("BTC/USD", "BTC", "USD", 2, 8), ("ETH/USD", "ETH", "USD", 2, 8),
  ("BTC/USDT", "BTC", "USDT", 1, 8), ("ETH/USDT", "ETH", "USDT", 2, 8),
]

func krakenDirectory() throws -> VenueDirectory {
  var directory = VenueDirectory()
  var codes: [String] = []
  func asset(_ code: String) throws -> AssetID {
    if let known = codes.firstIndex(of: code) { return AssetID(UInt16(known)) }
    codes.append(code)
    try directory.add(AssetDefinition(asset: AssetID(UInt16(codes.count - 1))), code: code)
    return AssetID(UInt16(codes.count - 1))
  }
  for (index, market) in krakenMarkets.enumerated() {
    let definition = InstrumentDefinition(
      instrument: InstrumentID(UInt16(index)), base: try asset(market.base),
      quote: try asset(market.quote), tick: Decimal64(mantissa: 1, scale: market.tick),
      lot: Decimal64(mantissa: 1, scale: market.lot))
    try directory.add(definition, symbol: market.symbol)
  }
  return directory
}

/// A dialect of market data with the fixtures' markets, subscribed to some streams.
func krakenDialect(_ streams: [MarketStream] = []) throws -> KrakenDialect {
  var dialect = KrakenDialect(orders: fixtureOrders)
  dialect.directory = try krakenDirectory()
  _ = try dialect.subscriptions(to: streams, firstID: 1)
  return dialect
}

/// Frames of a capture as its recorder wrote them: `CBCAP1 venue symbol start`, then for each frame a line
/// `time length` and the frame.
struct KrakenCapture {
  let symbol: String
  let frames: [[UInt8]]

  init(_ path: String) throws {
    let bytes = try Shared.bytes(path)
    var rest = bytes[...]
    func line() -> String {
      let end = rest.firstIndex(of: 10) ?? rest.endIndex
      defer { rest = rest[min(end + 1, rest.endIndex)...] }
      return String(decoding: rest[..<end], as: UTF8.self)
    }
    symbol = line().split(separator: " ").dropFirst(2).first.map(String.init) ?? ""
    var frames: [[UInt8]] = []
    while !rest.isEmpty {
      let length = line().split(separator: " ").last.flatMap { Int($0) } ?? 0
      frames.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length + 1)
    }
    self.frames = frames
  }
}
