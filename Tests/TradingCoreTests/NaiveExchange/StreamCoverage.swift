/// What random streams must reach: every report with every reason that the exchange gives, fills by
/// every cause, and the turns of its rules, by the names the naive exchange counts them under.
enum StreamCoverage {
  static let all = reports + fills + orders + lists + market

  private static let reports = [
    "report accepted", "report amended", "report canceled listEnded", "report canceled other",
    "report expired expiredByDate", "report expired insufficientBalance",
    "report expired listEnded", "report expired noLiquidity", "report expired other",
    "report expired reduceOnly", "report expired selfTrade", "report fill maker",
    "report fill taker", "report rejected icebergParts", "report rejected insufficientBalance",
    "report rejected listEnded", "report rejected lotSize", "report rejected malformed",
    "report rejected marketLotSize", "report rejected maxAlgoOrders",
    "report rejected maxIcebergOrders", "report rejected maxOrders",
    "report rejected maxPosition", "report rejected noLiquidity", "report rejected notional",
    "report rejected percentPrice", "report rejected priceFilter",
    "report rejected trailingDelta", "report rejected unknownOrder", "report rejected wouldMatch",
    "report rejected wouldTrigger", "report triggered",
  ]

  private static let fills = [
    "candle maker", "candle taker", "candles open together", "fill cut to the position",
    "filled at rest: candle through, whole", "filled at rest: other side",
    "filled at rest: quote through", "filled at rest: trade at its price",
    "filled at rest: trade through", "filled at rest: trade through, quotes",
    "filled at rest: trade through, whole", "filled whole", "impact", "take",
    "next part of an iceberg", "self trade allow", "self trade expireBoth",
    "self trade expireMaker", "self trade expireTaker",
  ]

  private static let orders = [
    "amend against a filter", "amend to no price", "amend to what is filled", "amend of nothing",
    "amend of one that is kept",
    "amend of one that waits", "amend that keeps its place", "amend that loses its place",
    "amend that would match", "cancel of nothing", "cancel of one that is kept",
    "cancel of one that is resting", "cancel of one that is waiting", "fill-or-kill filled",
    "fill-or-kill killed by noLiquidity", "fill-or-kill killed by reduceOnly",
    "fill-or-kill killed by selfTrade", "rest", "stop set off",
    "stopLimit set off", "takeProfit set off", "takeProfitLimit set off",
    "trailing stop set off", "quote newer than the book",
  ]

  private static let lists = [
    "1 exits placed", "2 exits placed", "list broken off",
    "list ended by canceled for one that is kept",
    "list ended by canceled for one that is resting",
    "list ended by canceled for one that is waiting",
    "list ended by expired for one that is kept", "list ended by expired for one that is resting",
    "list ended by expired for one that is taking",
    "list ended by expired for one that is waiting", "list out of shape", "part of no list",
    "replacement without a cancel",
  ]

  private static let market = [
    "jump in the ids", "lost of any", "lost of depth", "lost of quote",
    "queue shortened by a cancellation", "snapshot older than the book",
    "trade beside a market that is not known",
    "trade of the order's own side",
  ]
}
