/// A market at other prices: every price of a fact times the same ratio, rounded down to whole ticks.

internal import TradingCore

struct PriceScale {
  private let numerator: Int64
  private let denominator: Int64

  init(_ numerator: Int64, over denominator: Int64) {
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  /// The market fact at its new prices, at least a tick; other events as they are.
  func applied(to event: Event) -> Event {
    var event = event
    switch event.body {
    case .trade(var trade):
      trade.price = scaled(trade.price)
      event.body = .trade(trade)
    case .quote(var quote):
      (quote.bidPrice, quote.askPrice) = (scaled(quote.bidPrice), scaled(quote.askPrice))
      event.body = .quote(quote)
    case .depth(var depth):
      depth.price = scaled(depth.price)
      event.body = .depth(depth)
    case .bookSnapshot(var level):
      level.price = scaled(level.price)
      event.body = .bookSnapshot(level)
    case .candle(var candle):
      (candle.open, candle.high) = (scaled(candle.open), scaled(candle.high))
      (candle.low, candle.close) = (scaled(candle.low), scaled(candle.close))
      event.body = .candle(candle)
    default: break
    }
    return event
  }

  private func scaled(_ price: Price) -> Price {
    guard price.ticks > 0 else { return price }
    let ticks = Int128(price.ticks) * Int128(numerator) / Int128(denominator)
    return Price(ticks: max(1, Int64(clamping: ticks)))
  }
}
