/// How a fill is booked and reported: cut to what may be traded, charged, paid for.
extension SimulatedExchange {
  /// Books and reports a fill of an order in hand. A fill of a reduce-only order is cut to the position;
  /// where nothing is left, or a spot account cannot pay, the order ends instead.
  /// - Returns: the lots filled; 0 when the order ended, its end reported.
  mutating func fill(
    _ order: inout RestingOrder, _ wanted: Int64, _ price: Price, _ liquidity: Liquidity,
    at time: Timestamp
  ) -> Int64 {
    let lots = cut(wanted, of: order)
    guard lots > 0 else {
      end(order, .expired, .reduceOnly, at: time)
      return 0
    }
    guard let fill = settle(order, lots, price, liquidity, at: time) else {
      end(order, .expired, .malformed, at: time)
      return 0
    }
    guard let definition = markets[fill.instrument.index].definition,
      settings.accountKind == .margin || affords(fill, definition)
    else {
      end(order, .expired, .insufficientBalance, at: time)
      return 0
    }
    book(fill, definition, at: time)
    order.reduce(by: lots, at: price, definition)
    emit(.fill(fill), at: time)
    finish(order, at: time)
    return lots
  }

  /// What a fill means for the order's list and, where it was the last, for the exchange's memory.
  private mutating func finish(_ order: RestingOrder, at time: Timestamp) {
    chooseAlternative(order, at: time)
    guard !order.isInQuote, !order.isOpen else { return }
    directory.remove(order.id)
    if order.terms.list.role == .entry { armed.append(order.id) }
  }

  /// Lots of a fill that a reduce-only order may take: those that shrink the position.
  func cut(_ lots: Int64, of order: RestingOrder) -> Int64 {
    guard order.terms.reduceOnly else { return lots }
    let position = markets[order.terms.instrument.index].position
    let closable = order.side == .sell ? position : Int64(0).subtractingClamped(position)
    return min(lots, max(0, closable))
  }

  /// The fill with its fee; `nil` when a number is too large for it.
  private func settle(
    _ order: RestingOrder, _ lots: Int64, _ price: Price, _ liquidity: Liquidity,
    at time: Timestamp
  ) -> Fill? {
    let quantity = Quantity(lots: lots)
    guard let definition = markets[order.terms.instrument.index].definition,
      definition.canValue(price, quantity),
      let charge = fees.charge(
        definition, order.side, price, quantity, liquidity,
        account, settings.accountKind, at: time,
        assetPrice: { observedPrice(of: $0) { quote in quote == definition.quote } })
    else { return nil }
    return Fill(
      order: order.id, instrument: order.terms.instrument, side: order.side, price: price,
      quantity: quantity, fee: charge.fee, feeAsset: charge.asset, tradeID: lastTradeID + 1,
      liquidity: liquidity)
  }

  private mutating func book(
    _ fill: Fill, _ definition: InstrumentDefinition, at time: Timestamp
  ) {
    lastTradeID += 1
    let value = definition.notional(fill.price, fill.quantity)
    note(value: value, in: definition.quote, at: time)
    account.exchange(fill, fee: account.feeMoney(fill), definition)
    let change = fill.side == .buy ? fill.quantity.lots : -fill.quantity.lots
    let index = fill.instrument.index
    markets[index].position = markets[index].position.addingClamped(change)
  }

  /// Counts a traded value for tiers of fees.
  mutating func note(value: Money, in quote: AssetID, at time: Timestamp) {
    fees.note(value: reported(value, in: quote), at: time)
  }

  /// Whether the account has what the fill takes. Its fee may be paid out of what it brings.
  private func affords(_ fill: Fill, _ definition: InstrumentDefinition) -> Bool {
    let value = definition.notional(fill.price, fill.quantity)
    let amount = Money(units: Int128(fill.quantity.lots) * definition.lotAmount)
    let isBuy = fill.side == .buy
    let (paid, cost) = isBuy ? (definition.quote, value) : (definition.base, amount)
    let (received, gain) = isBuy ? (definition.base, amount) : (definition.quote, value)
    let fee = account.feeMoney(fill)
    let charged = fill.feeAsset == paid ? cost + fee : cost
    return account.balance(paid) >= charged
      && (fill.feeAsset != received || account.balance(received) + gain >= fee)
  }

  /// A value in the reporting asset, by the last price that connects the two; zero where none does.
  private func reported(_ value: Money, in quote: AssetID) -> Money {
    if settings.reporting.contains(quote) { return value }
    guard let unit = observedPrice(of: quote, settings.reporting.contains) else {
      return .zero
    }
    return value.scaled(by: unit.units, over: Money.one.units)
  }

  /// The last price of an asset in another, from an instrument that trades the two.
  private func observedPrice(of asset: AssetID, _ isQuote: (AssetID) -> Bool) -> Money? {
    for market in markets {
      guard let definition = market.definition, definition.base == asset,
        isQuote(definition.quote), let last = market.last
      else { continue }
      return definition.value(of: .one, at: last)
    }
    return nil
  }
}
