/// Names of Binance's market streams and the frames that subscribe to them. Source:
/// web-socket-streams.md.

import TradingCore

/// Subscriptions in Binance's words.
enum BinanceStreams {
  /// Streams that one connection may carry.
  static let mostStreams = 1_024
  /// Streams named in one frame, so that a frame stays small and a connection is complete within a few.
  static let perFrame = 100

  /// `btcusdt@depth@100ms` and the like.
  static func name(
    of stream: MarketStream, _ directory: VenueDirectory
  ) throws(DialectError) -> String {
    let symbol = try directory.named(stream.instrument).symbol.lowercased()
    switch stream.kind {
    case .trades: return symbol + "@trade"
    case .aggregateTrades: return symbol + "@aggTrade"
    case .quotes: return symbol + "@bookTicker"
    case .depth(let isFast): return symbol + (isFast ? "@depth@100ms" : "@depth")
    case .topLevels(let count):
      guard [5, 10, 20].contains(count) else {
        throw .inexpressible("Binance sends the best 5, 10 or 20 levels, not \(count)")
      }
      return symbol + "@depth\(count)@100ms"
    case .candles(let seconds):
      guard let interval = interval(seconds: seconds) else {
        throw .inexpressible("Binance has no candles of \(seconds) seconds")
      }
      return symbol + "@kline_" + interval
    }
  }

  /// `1m` for 60 seconds; `nil` for lengths that the exchange does not send.
  static func interval(seconds: UInt32) -> String? {
    let units: [(UInt32, String, [UInt32])] = [
      (1, "s", [1]), (60, "m", [1, 3, 5, 15, 30]), (3_600, "h", [1, 2, 4, 6, 8, 12]),
      (86_400, "d", [1, 3]), (604_800, "w", [1]),
    ]
    for (unit, letter, counts) in units {
      if let count = counts.first(where: { $0 * unit == seconds }) { return "\(count)\(letter)" }
    }
    return nil
  }

  /// Frames that subscribe to the streams, or end their subscription, with ids from `firstID` on.
  static func frames(
    _ method: String, _ names: [String], firstID: Int64
  ) -> [VenueRequest] {
    stride(from: 0, to: names.count, by: perFrame).enumerated().map { offset, start in
      let id = firstID + Int64(offset)
      let list = names[start..<min(start + perFrame, names.count)].map(jsonText)
      let text =
        "{\"method\":\"\(method)\",\"params\":[" + list.joined(separator: ",") + "],\"id\":\(id)}"
      return VenueRequest(
        payload: .frame(Array(text.utf8)), name: method, id: id, weight: 0, orders: 0)
    }
  }
}
