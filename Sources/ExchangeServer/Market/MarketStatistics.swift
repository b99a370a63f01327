/// What tickers say of a market: a window of trades summed up.

internal import TradingCore

/// A market over a stretch of time.
struct MarketStatistics {
  let market: PublicMarket
  let from: Timestamp
  let to: Timestamp
  let bar: TradeBar
  /// The last price before the stretch, or its first.
  let previousClose: Price

  /// - Parameter from: whole minutes are counted, from the one that holds this moment.
  init(_ market: PublicMarket, from: Timestamp, to: Timestamp) {
    self.market = market
    self.from = from
    self.to = to
    let start = from.floored(to: .minute)
    let place = market.minutes.place(of: start)
    let before = place > 0 ? market.minutes.bars[place - 1].close : nil
    let sum = market.minutes.sum(from: start, to: .distantFuture)
    let flat = TradeBar(from: start, at: before ?? market.lastPrice ?? .zero)
    bar = sum ?? flat
    previousClose = before ?? bar.open
  }

  var change: String {
    let ticks = Int128(bar.close.ticks) - Int128(bar.open.ticks)
    let definition = market.grid.definition
    return MarketGrid.text(
      ticks * Int128(definition.tickMantissa), scale: Int(definition.tickScale))
  }

  /// The change in percent, three digits behind the point, rounded half away from zero.
  var changePercent: String {
    guard bar.open.ticks > 0 else { return "0.000" }
    let base = Int128(bar.open.ticks)
    let change = (Int128(bar.close.ticks) - base) * 100_000
    let rounded = (change.magnitude * 2 + base.magnitude) / (base.magnitude * 2)
    return decimalText(change < 0 ? -Int128(rounded) : Int128(rounded), scale: 3)
  }

  /// Value divided by quantity; the last price where nothing was traded.
  var averagePrice: String { market.grid.averagePrice(of: bar) }

  /// What the short form of every ticker has.
  func write(into json: inout JSONText, isFull: Bool) {
    let grid = market.grid
    json.set("symbol", market.symbol)
    if isFull { writeChanges(into: &json) }
    json.set("openPrice", grid.text(bar.open))
    json.set("highPrice", grid.text(bar.high))
    json.set("lowPrice", grid.text(bar.low))
    json.set("lastPrice", grid.text(bar.close))
    writeTotals(into: &json)
  }

  /// The 24-hour ticker, which says more.
  func writeDay(into json: inout JSONText, top: Quote) {
    let grid = market.grid
    json.set("symbol", market.symbol)
    writeChanges(into: &json)
    json.set("prevClosePrice", grid.text(previousClose))
    json.set("lastPrice", grid.text(bar.close))
    json.set("lastQty", grid.text(market.trades.last?.trade.quantity ?? .zero))
    json.set("bidPrice", grid.text(top.bidPrice))
    json.set("bidQty", grid.text(top.bidQuantity))
    json.set("askPrice", grid.text(top.askPrice))
    json.set("askQty", grid.text(top.askQuantity))
    json.set("openPrice", grid.text(bar.open))
    json.set("highPrice", grid.text(bar.high))
    json.set("lowPrice", grid.text(bar.low))
    writeTotals(into: &json)
  }

  private func writeChanges(into json: inout JSONText) {
    json.set("priceChange", change)
    json.set("priceChangePercent", changePercent)
    json.set("weightedAvgPrice", averagePrice)
  }

  /// What every ticker ends with.
  private func writeTotals(into json: inout JSONText) {
    json.set("volume", market.grid.text(bar.volume))
    json.set("quoteVolume", market.grid.text(bar.quoteVolume))
    json.set("openTime", from.milliseconds)
    json.set("closeTime", to.milliseconds)
    json.set("firstId", bar.firstID)
    json.set("lastId", bar.lastID)
    json.set("count", bar.count)
  }
}

extension Timestamp {
  /// Whole milliseconds since the epoch, rounded down: how the exchange writes every time.
  var milliseconds: Int64 {
    let (quotient, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return rest < 0 ? quotient - 1 : quotient
  }
}
