/// What a market order is expected to pay: the recorded levels it would walk, best first.
struct ExpectedPrice {
  var price: Price
  var warnings: RiskWarnings = []

  /// The mean price of so many lots, rounded against the order to a tick; what is more than displayed
  /// is expected at the last level. Without a valid book the best quote counts, without a quote the
  /// mark. O(levels taken).
  init(_ side: Side, lots: Int64, in market: borrowing MarketState, mark: Price) {
    if market.book.isValid {
      let levels = side == .buy ? market.book.asks : market.book.bids
      if let walked = ExpectedPrice.walk(levels, side, lots) {
        self = walked
        return
      }
    }
    let top = side == .buy ? market.top.askPrice : market.top.bidPrice
    let displayed = side == .buy ? market.top.askQuantity : market.top.bidQuantity
    let isQuoted = market.hasTop && displayed.lots > 0 && top.ticks > 0
    price = isQuoted ? top : mark
    warnings = .noBook
  }

  private init(price: Price, warnings: RiskWarnings) {
    self.price = price
    self.warnings = warnings
  }

  private static func walk(_ levels: BookSide, _ side: Side, _ lots: Int64) -> ExpectedPrice? {
    guard !levels.isEmpty, lots > 0 else { return nil }
    var left = lots
    var sum: Int128 = 0
    for depth in 0..<levels.count {
      let level = levels[depth]
      let isLast = depth == levels.count - 1
      let taken = isLast ? left : min(left, level.quantity.lots)
      sum += Int128(taken) * Int128(level.price.ticks)
      left -= taken
      if isLast, taken > level.quantity.lots {
        return ExpectedPrice(price: mean(sum, lots, side), warnings: .thinBook)
      }
      if left == 0 { break }
    }
    return ExpectedPrice(price: mean(sum, lots, side), warnings: [])
  }

  private static func mean(_ sum: Int128, _ lots: Int64, _ side: Side) -> Price {
    let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: Int128(lots))
    let isUneven = remainder != 0
    switch side {
    case .buy: return Price(ticks: Int64(clamping: quotient + (isUneven && sum > 0 ? 1 : 0)))
    case .sell: return Price(ticks: Int64(clamping: quotient - (isUneven && sum < 0 ? 1 : 0)))
    }
  }
}

extension OrderTerms {
  /// The price an order is valued at, per lot: its limit, or the trigger it waits for, whichever is
  /// higher; the mark for a market order, and for a trailing stop that names no price.
  func valuationPrice(mark: Price) -> Price {
    let limit = type.hasLimit ? price : Price(ticks: .min)
    let awaited = type.waitsForTrigger && trigger.ticks > 0 ? trigger : Price(ticks: .min)
    let highest = max(limit, awaited)
    return highest.ticks == .min ? mark : highest
  }
}
