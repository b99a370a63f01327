/// What Binance spot offers. Source: rest-api.md, web-socket-streams.md, web-socket-api.md and
/// testnet/general-info.md of 2026-07-21.

extension BinanceDialect {
  public static let profile = VenueProfile(
    name: "binance", title: "Binance spot",
    hosts: VenueHosts(
      rest: "https://api.binance.com/api", market: "wss://stream.binance.com:9443",
      account: "wss://ws-api.binance.com:443/ws-api/v3"),
    testHosts: VenueHosts(
      rest: "https://testnet.binance.vision/api", market: "wss://stream.testnet.binance.vision",
      account: "wss://ws-api.testnet.binance.vision/ws-api/v3"),
    exampleSymbol: "BTCUSDT",
    streams: [
      "trade", "aggTrade", "bookTicker", "depth", "depth1s", "depth5", "depth10", "depth20",
      "kline_1m",
    ],
    history: CandleHistory(
      lengths: [
        1, 60, 180, 300, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 28_800, 43_200, 86_400,
      ], page: BinanceRequests.mostCandles),
    abilities: [.place, .test, .cancel, .cancelAll, .shrink, .replace, .lists, .reports],
    key: "an API key, and its secret or the PEM text of an Ed25519 or RSA private key",
    notes: [
      "There is no dead man's switch: orders of a process that was killed stay open until it is started "
        + "again."
    ])
}
