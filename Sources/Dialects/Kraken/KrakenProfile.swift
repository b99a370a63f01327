/// What Kraken spot offers. Source: docs.kraken.com, Spot REST and Spot WebSocket v2, August 2026.

extension KrakenDialect {
  public static let profile = VenueProfile(
    name: "kraken", title: "Kraken spot",
    hosts: VenueHosts(
      rest: "https://api.kraken.com", market: "wss://ws.kraken.com/v2",
      account: "wss://ws-auth.kraken.com/v2"),
    testHosts: nil,
    exampleSymbol: "BTC/USD",
    streams: [
      "trade", "bookTicker", "depth", "depth10", "depth25", "depth100", "depth500", "kline_1m",
    ],
    abilities: [],
    key: "an API key and its private key, as base64 text",
    notes: [
      "Symbols are those of the WebSocket: BTC and DOGE, never XBT and XDG.",
      "A book is the best 10 to 1,000 levels a side (depth: 1,000); every message is checked by its "
        + "checksum, and a book that fails it is subscribed anew.",
      "Kraken does not say that a candle has closed: it is recorded when the next one begins.",
      "There is no test network: money is real.",
    ])
}
