/// What Kraken spot offers. Source: docs.kraken.com, Spot REST and Spot WebSocket v2, August 2026.

internal import TradingCore

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
    history: CandleHistory(
      lengths: KrakenStreams.minutes.map { $0 * 60 }.filter { 86_400 % $0 == 0 }, page: 720,
      kept: 720, pace: .second),
    abilities: [.place, .test, .cancel, .cancelAll, .cancelAllAfter, .shrink, .reports, .margin],
    // As its documents recommend, put off every 20 s.
    deadMansSwitch: .minute,
    key: "an API key and its private key, as base64 text",
    notes: [
      "Symbols are those of the WebSocket: BTC and DOGE, never XBT and XDG.",
      "A book is the best 10 to 1,000 levels a side (depth: 1,000); every message is checked by its "
        + "checksum, and a book that fails it is subscribed anew.",
      "Asked over HTTP it rounds the quantities beside its best prices to whole ones: `venues market` leaves "
        + "them out, and has those of the book, at most 500 levels.",
      "Kraken does not say that a candle has closed: it is recorded when the next one begins.",
      "Of the past Kraken tells the newest 720 candles of each length; what is older is nowhere to be had over "
        + "this interface.",
      "Orders carry names of ours; two orders are never linked, and none replaces another in one request.",
      "Orders leave over the WebSocket; while that is away what is open is canceled over HTTP.",
      "What cancels an instrument's orders cancels all of the account: Kraken has nothing narrower.",
      "`trade` arms the dead man's switch: when Kraken hears nothing on a run's account link for 60 s "
        + "(`deadMansSwitch` at the venue: another time, or off) it cancels all orders of the account, "
        + "whoever placed them.",
      "This engine trades spot: `trade --live` refuses an account that holds margin positions.",
      "Self-trades are always prevented: the newer order ends unless it says otherwise.",
      "A deposit or a withdrawal is noticed when the account is next counted, not while it happens.",
      "A key's questions are counted as for Kraken's lowest tier, and wait where they would be too many. What it "
        + "counts of each pair's orders is not counted here: one too many is refused for good, a cancel is tried "
        + "again.",
      "A key's numbers only rise, so two processes at once need a key each.",
      "There is no test network: money is real.",
    ])
}
