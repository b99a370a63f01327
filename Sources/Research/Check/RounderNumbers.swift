/// The numbers of a fact with fewer digits, so that a person can reckon with them.

internal import TradingCore

struct RounderNumbers {
  /// Digits that are kept; the others become zeros.
  let digits: Int

  func applied(to item: ShrinkItem) -> ShrinkItem {
    var item = item
    for index in item.facts.indices {
      item.facts[index].event.body = rounded(item.facts[index].event.body)
    }
    return item
  }

  private func rounded(_ body: EventBody) -> EventBody {
    switch body {
    case .trade(var trade):
      (trade.price, trade.quantity) = (rounded(trade.price), rounded(trade.quantity))
      (trade.id, trade.firstID) = (0, 0)
      return .trade(trade)
    case .quote(var quote):
      (quote.bidPrice, quote.askPrice) = (rounded(quote.bidPrice), rounded(quote.askPrice))
      quote.bidQuantity = rounded(quote.bidQuantity)
      quote.askQuantity = rounded(quote.askQuantity)
      return .quote(quote)
    case .candle(var candle):
      (candle.open, candle.high) = (rounded(candle.open), rounded(candle.high))
      (candle.low, candle.close) = (rounded(candle.low), rounded(candle.close))
      candle.volume = rounded(candle.volume)
      return .candle(candle)
    case .balance(var balance):
      balance.amount = Money(units: rounded(balance.amount.units))
      return .balance(balance)
    case .bookSnapshot(var level):
      level.quantity = rounded(level.quantity)
      return .bookSnapshot(level)
    default: return body
    }
  }

  private func rounded(_ price: Price) -> Price {
    Price(ticks: Int64(rounded(Int128(price.ticks))))
  }

  private func rounded(_ quantity: Quantity) -> Quantity {
    Quantity(lots: Int64(rounded(Int128(quantity.lots))))
  }

  /// Towards zero, so that a number never grows.
  private func rounded(_ value: Int128) -> Int128 {
    var unit: Int128 = 1
    var rest = value.magnitude
    while rest >= 10 {
      rest /= 10
      unit *= 10
    }
    for _ in 1..<digits where unit > 1 { unit /= 10 }
    return value / unit * unit
  }
}
