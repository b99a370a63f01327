/// Subscriptions to Kraken's market channels. Source: docs.kraken.com, Spot WebSocket v2, "Subscribe".

import TradingCore

/// Streams in Kraken's words. Each is asked for by itself, for Kraken answers, and may refuse, each symbol
/// of a request by itself.
struct KrakenStreams {
  let directory: VenueDirectory

  /// Levels a side that a book can be subscribed with.
  static let depths = [10, 25, 100, 500, 1_000]
  /// Minutes of the candles that Kraken makes.
  static let minutes: [UInt32] = [1, 5, 15, 30, 60, 240, 1_440, 10_080, 21_600]

  /// Levels a side of a stream's book; `nil` for other streams.
  static func depth(of kind: MarketStream.Kind) -> Int? {
    switch kind {
    case .depth: depths.last
    case .topLevels(let count): count
    case .trades, .aggregateTrades, .quotes, .candles: nil
    }
  }

  /// Asks for a stream, or ends it.
  func frame(
    _ method: String, _ stream: MarketStream, id: Int64
  ) throws(DialectError) -> VenueRequest {
    var parameters = RequestParameters()
    parameters.add("channel", try channel(stream.kind, &parameters))
    parameters.add("symbol", [try directory.named(stream.instrument).symbol])
    return KrakenWriter(id: id).frame(method, parameters)
  }

  /// The channel's name, once its own parameters are added. History comes with candles alone, for those
  /// that close between two links.
  private func channel(
    _ kind: MarketStream.Kind, _ parameters: inout RequestParameters
  ) throws(DialectError) -> String {
    switch kind {
    case .trades:
      parameters.add("snapshot", false)
      return "trade"
    case .quotes:
      parameters.add("event_trigger", "bbo")
      return "ticker"
    case .candles(let seconds):
      guard seconds % 60 == 0, Self.minutes.contains(seconds / 60) else {
        throw .inexpressible("Kraken has no candles of \(seconds) seconds")
      }
      parameters.add("interval", Int64(seconds / 60))
      return "ohlc"
    case .depth(isFast: true), .topLevels:
      guard let depth = Self.depth(of: kind), Self.depths.contains(depth) else {
        throw .inexpressible("Kraken sends the best 10, 25, 100, 500 or 1,000 levels")
      }
      parameters.add("depth", Int64(depth))
      return "book"
    case .depth(isFast: false):
      throw .inexpressible("Kraken sends a book's changes at once, not each second: take `depth`")
    case .aggregateTrades:
      throw .inexpressible("Kraken has no aggregate trades: take `trade`")
    }
  }
}
