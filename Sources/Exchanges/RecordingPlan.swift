/// What is to be recorded: a venue, its symbols, their streams, and where the venue listens.

public import Dialects
internal import TradingCore

/// A recording, before it begins.
public struct RecordingPlan: Sendable {
  /// The venues that can be recorded, by the names users know them by.
  public static let venues = [BinanceDialect.name]

  public var venue: String
  public var hosts: BinanceHosts
  /// Upper case, each once.
  public var symbols: [String]
  /// Streams of every symbol.
  public var kinds: [MarketStream.Kind]

  /// - Parameter streams: names such as `trade`, `depth`, `kline_1m`; see `kind(of:)`.
  /// - Throws: `.unknownVenue`, `.unknownSymbol` for an empty or repeated one, `.unknownStream`.
  public init(
    venue: String, symbols: [String], streams: [String], hosts: BinanceHosts
  ) throws(ExchangesError) {
    guard RecordingPlan.venues.contains(venue) else { throw .unknownVenue(venue) }
    self.venue = venue
    self.hosts = hosts
    self.symbols = symbols.map { $0.uppercased() }
    for (place, symbol) in self.symbols.enumerated() where self.symbols[..<place].contains(symbol) {
      throw .unknownSymbol("\(symbol) is named twice")
    }
    kinds = []
    for name in streams {
      let kind = try Self.kind(of: name)
      guard !kinds.contains(kind) else { throw .unknownStream("the stream \(name) is named twice") }
      kinds.append(kind)
    }
    guard !kinds.isEmpty, !symbols.isEmpty else {
      throw .unknownStream("nothing to record: name a symbol and a stream")
    }
  }

  /// The stream of a name: `trade`, `aggTrade`, `bookTicker`, `depth` (every 100 ms), `depth1s`,
  /// `depth5`, `depth10`, `depth20` and `kline_1m` and its like.
  /// - Throws: `.unknownStream`.
  public static func kind(of name: String) throws(ExchangesError) -> MarketStream.Kind {
    switch name {
    case "trade": return .trades
    case "aggTrade": return .aggregateTrades
    case "bookTicker": return .quotes
    case "depth": return .depth(isFast: true)
    case "depth1s": return .depth(isFast: false)
    case "depth5": return .topLevels(5)
    case "depth10": return .topLevels(10)
    case "depth20": return .topLevels(20)
    default: break
    }
    let units: [Character: UInt32] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
    let length = name.dropFirst("kline_".count)
    guard name.hasPrefix("kline_"), let unit = length.last.flatMap({ units[$0] }),
      let count = UInt32(length.dropLast()), (1...1_000).contains(count)
    else {
      throw .unknownStream(
        "there is no stream `\(name)`; known: trade, aggTrade, bookTicker, depth, depth1s, depth5, "
          + "depth10, depth20, kline_1m and other lengths")
    }
    return .candles(seconds: count * unit)
  }

  /// Levels a side of a snapshot: as many as the venue gives, fewer where many symbols share its
  /// limits.
  var snapshotLevels: Int { symbols.count <= 20 ? 5_000 : 1_000 }
}
