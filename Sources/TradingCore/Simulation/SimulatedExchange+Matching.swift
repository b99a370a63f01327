/// How orders trade in the simulated exchange: by taking levels on arrival, or resting until the market
/// goes through their price.
extension SimulatedExchange {
  /// Lots the order could take at once, up to what it wants.
  func available(_ order: RestingOrder, _ market: SimulatedMarket) -> Int64 {
    var lots: Int64 = 0
    var depth = 0
    while lots < order.open, let level = market.opposite(order.terms.side, depth, rule),
      order.accepts(level.price)
    {
      lots = lots.addingClamped(level.lots)
      depth += 1
    }
    return lots
  }

  /// Takes from the other side, level by level. False when the order ended without money.
  mutating func take(
    _ order: inout RestingOrder, _ market: SimulatedMarket, at time: Timestamp
  ) -> Bool {
    var depth = 0
    while order.open > 0, let level = market.opposite(order.terms.side, depth, rule),
      order.accepts(level.price)
    {
      let lots = min(order.open, level.lots)
      guard fill(&order, lots, level.price, .taker, at: time) else { return false }
      depth += 1
    }
    return true
  }

  /// Fills resting limit orders that a trade went through: strictly beyond their price.
  mutating func passThrough(_ trade: Trade) {
    fillResting(trade.instrument, at: clock) { order in
      guard order.terms.type == .limit else { return nil }
      let isThrough =
        order.terms.side == .buy
        ? trade.price < order.terms.price : trade.price > order.terms.price
      return isThrough ? (order.terms.price, .maker) : nil
    }
  }

  /// Fills resting limit orders that a candle went through after they had arrived.
  mutating func passThrough(_ candle: Candle, from start: Timestamp) {
    fillResting(candle.instrument, at: clock) { order in
      guard order.terms.type == .limit, order.since <= start else { return nil }
      let isThrough =
        order.terms.side == .buy
        ? candle.low < order.terms.price : candle.high > order.terms.price
      return isThrough ? (order.terms.price, .maker) : nil
    }
  }

  mutating func quoteThrough(_ quote: Quote) {
    let hasBid = quote.bidQuantity.lots > 0
    let hasAsk = quote.askQuantity.lots > 0
    fillResting(quote.instrument, at: clock) { order in
      guard order.terms.type == .limit else { return nil }
      let isThrough =
        order.terms.side == .buy
        ? hasAsk && quote.askPrice < order.terms.price
        : hasBid && quote.bidPrice > order.terms.price
      return isThrough ? (order.terms.price, .maker) : nil
    }
  }

  /// Fills whole the resting orders of an instrument for which `match` gives a price.
  mutating func fillResting(
    _ instrument: InstrumentID, at time: Timestamp,
    _ match: (RestingOrder) -> (price: Price, liquidity: Liquidity)?
  ) {
    var index = 0
    while index < resting.count {
      var order = resting[index]
      guard order.terms.instrument == instrument, let hit = match(order) else {
        index += 1
        continue
      }
      resting.remove(at: index)
      _ = fill(&order, order.open, hit.price, hit.liquidity, at: time)
    }
  }

  /// Books and reports a fill; a spot account without the money ends the order instead.
  mutating func fill(
    _ order: inout RestingOrder, _ lots: Int64, _ price: Price, _ liquidity: Liquidity,
    at time: Timestamp
  ) -> Bool {
    let quantity = Quantity(lots: lots)
    guard let definition = markets[order.terms.instrument.index].definition,
      definition.canValue(price, quantity),
      let charge = fees.charge(
        definition, order.terms.side, price, quantity, liquidity,
        Payer(account: account, kind: accountKind),
        assetPrice: { observedPrice(of: $0, in: definition.quote) })
    else {
      report(.expired, order.id, order.terms.instrument, .filter, at: time)
      return false
    }
    lastTradeID += 1
    let fill = Fill(
      order: order.id, instrument: order.terms.instrument, side: order.terms.side, price: price,
      quantity: quantity, fee: charge.fee, feeAsset: charge.asset, tradeID: lastTradeID,
      liquidity: liquidity)
    guard accountKind == .margin || affords(fill, definition) else {
      report(.expired, order.id, order.terms.instrument, .insufficientBalance, at: time)
      return false
    }
    account.exchange(fill, fee: account.feeMoney(fill), definition)
    order.open -= lots
    emit(.fill(fill), at: time)
    return true
  }

  func affords(_ fill: Fill, _ definition: InstrumentDefinition) -> Bool {
    let fee = account.feeMoney(fill)
    let paid = fill.side == .buy ? definition.quote : definition.base
    var needed =
      fill.side == .buy
      ? definition.notional(fill.price, fill.quantity)
      : Money(units: Int128(fill.quantity.lots) * definition.lotAmount)
    if fill.feeAsset == paid { needed += fee }
    return account.balance(paid) >= needed
  }

  /// The last price of an asset in another, from an instrument that trades the two.
  func observedPrice(of asset: AssetID, in quote: AssetID) -> Money? {
    for market in markets {
      guard let definition = market.definition, definition.base == asset,
        definition.quote == quote, let last = market.last
      else { continue }
      return definition.value(of: .one, at: last)
    }
    return nil
  }

  // What goes back to the engine, one latency later.

  mutating func report(
    _ kind: EventKind, _ id: OrderID, _ instrument: InstrumentID, _ reason: RejectReason,
    at time: Timestamp
  ) {
    let report = OrderReport(
      order: id, venueOrderID: Int64(truncatingIfNeeded: id.raw), instrument: instrument,
      reason: reason)
    switch kind {
    case .accepted: emit(.accepted(report), at: time)
    case .rejected: emit(.rejected(report), at: time)
    case .canceled: emit(.canceled(report), at: time)
    default: emit(.expired(report), at: time)
    }
  }

  mutating func emit(_ body: EventBody, at time: Timestamp) {
    reports.append(Event(receiveTime: time + delay, venueTime: time, body))
  }
}
