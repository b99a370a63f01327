/// What Coinbase Advanced Trade offers. Source: docs.cdp.coinbase.com, "Advanced Trade API", August 2026.

extension CoinbaseDialect {
  public static let profile = VenueProfile(
    name: "coinbase", title: "Coinbase Advanced Trade",
    hosts: VenueHosts(
      rest: "https://api.coinbase.com/api/v3/brokerage",
      market: "wss://advanced-trade-ws.coinbase.com",
      account: "wss://advanced-trade-ws-user.coinbase.com"),
    testHosts: nil,
    exampleSymbol: "BTC-USD",
    streams: ["trade", "bookTicker", "depth", "kline_5m"],
    // Both ends of what is asked for may count, so a page is one less than an answer.
    history: CandleHistory(
      lengths: CoinbaseGranularity.lengths, page: Int(CoinbaseRequests.mostCandles) - 1),
    abilities: [.place, .test, .cancel, .cancelAll, .shrink, .reports, .permissions],
    key:
      "a key's name, and its secret: the PEM text of a P-256 private key, or an Ed25519 key as PEM text "
      + "or base64",
    notes: [
      "Frames are counted over a connection: after a jump every stream of it has a gap, and its books are "
        + "subscribed to anew.",
      "Quotes come with trades, not with every change of the book; follow depth where the best price "
        + "matters between trades.",
      "Asked over HTTP it tells no quantities beside its best prices: `venues market` has those of the book.",
      "Candles are five minutes long, and each comes with the first trade behind it.",
      "What trades against USDC trades in the book against USD and is told as that book is.",
      "Reports tell how an order stands in all; its fills are asked for one by one.",
      "There is no dead man's switch: orders of a process that was killed stay open until it is started "
        + "again.",
      "An order shrinks only where it lasts until canceled; nothing is canceled and placed in one request.",
      "There is no test network: the sandbox answers requests about orders with fixed examples, whoever asks, "
        + "and has no streams. Try things out on paper, or at `cryptobot exchange`.",
      "A request's token is good for the venue's `window`, at most two minutes.",
    ])
}
