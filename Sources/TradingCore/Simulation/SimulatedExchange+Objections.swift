/// Why the simulated exchange rejects an order: rules 1 to 6 of its page, in their order.
extension SimulatedExchange {
  /// The first rule that an arriving order breaks.
  /// - Parameter list: the orders before it in its list, whose shape was looked at already; `nil` for an
  ///   order that stands alone.
  func objection(
    to order: RestingOrder, in list: ArraySlice<RestingOrder>?, at time: Timestamp
  ) -> RejectReason? {
    if let reason = formObjection(to: order, in: list, at: time) { return reason }
    if settings.accountKind == .spot, !isSpare(order), !isFunded(order) {
      return .insufficientBalance
    }
    return marketObjection(to: order)
  }

  /// Rules 1 and 2: terms that go together, and the venue's filters.
  func formObjection(
    to order: RestingOrder, in list: ArraySlice<RestingOrder>?, at time: Timestamp
  ) -> RejectReason? {
    let terms = order.terms
    guard terms.instrument.index < markets.count,
      let definition = markets[terms.instrument.index].definition, terms.isWellFormed,
      list != nil || terms.list.offset == 0, isBookable(terms, definition)
    else { return .malformed }
    if !terms.expiry.isNone, terms.expiry <= time { return .malformed }
    return filterObjection(to: order, in: list ?? [], definition, at: time)
  }

  /// What the filters say of an order beside those of its list that will live with it.
  private func filterObjection(
    to order: RestingOrder, in list: ArraySlice<RestingOrder>, _ definition: InstrumentDefinition,
    at time: Timestamp
  ) -> RejectReason? {
    let held = account.balance(definition.base).units / definition.lotAmount
    return markets[order.terms.instrument.index].filterObjection(
      to: order, beside: list.filter { $0.terms.list.role == order.terms.list.role },
      held: Int64(clamping: held), at: time)
  }

  private func isBookable(_ terms: OrderTerms, _ definition: InstrumentDefinition) -> Bool {
    guard !terms.flags.contains(.inQuote) else { return true }
    return definition.canValue(
      terms.type.hasLimit ? terms.price : Price(ticks: 1), terms.quantity)
  }

  /// Rules 4 to 6: what the market says to an order that is to be placed now.
  func marketObjection(to order: RestingOrder) -> RejectReason? {
    if order.terms.type.waitsForTrigger {
      return wouldTrigger(order) ? .wouldTrigger : nil
    }
    return workObjection(to: order)
  }

  /// Rules 5 and 6: what the market says to an order that is to take now.
  func workObjection(to order: RestingOrder) -> RejectReason? {
    if order.terms.flags.contains(.postOnly), wouldMatch(order) { return .wouldMatch }
    if order.terms.type == .market || !order.terms.type.hasLimit, rule != .candle,
      markets[order.terms.instrument.index].firstTouch(order.side, rule) == nil,
      firstOwn(against: order) == nil
    {
      return .noLiquidity
    }
    return nil
  }

  /// What is wrong with an amended order; its place in a list stays as it is.
  func objection(toAmended order: RestingOrder, at time: Timestamp) -> RejectReason? {
    guard let definition = markets[order.terms.instrument.index].definition,
      definition.canValue(order.terms.price, Quantity(lots: order.open))
    else { return .malformed }
    if let reason = filterObjection(to: order, in: [], definition, at: time) { return reason }
    if order.terms.flags.contains(.postOnly), wouldMatch(order) { return .wouldMatch }
    return nil
  }

  private func wouldTrigger(_ order: RestingOrder) -> Bool {
    guard order.terms.trailing == 0,
      let reference = markets[order.terms.instrument.index].reference(order.side, rule)
    else { return false }
    return order.isSetOff(by: reference)
  }

  private func wouldMatch(_ order: RestingOrder) -> Bool {
    if let touch = markets[order.terms.instrument.index].firstTouch(order.side, rule),
      order.accepts(touch)
    {
      return true
    }
    return firstOwn(against: order) != nil
  }

  /// The place of the best own order on the other side that the order accepts, which is the first.
  func firstOwn(against order: RestingOrder) -> RestingOrder? {
    let index = order.terms.instrument.index
    let first = order.side == .buy ? markets[index].asks.first : markets[index].bids.first
    guard let first, order.accepts(first.terms.price) else { return nil }
    return first
  }

  // MARK: Funds of a spot account

  /// Whether the account has what the order needs beside what its live orders need.
  private func isFunded(_ order: RestingOrder) -> Bool {
    guard let need = need(of: order) else { return true }
    var free = account.balance(need.asset)
    for index in markets.indices where !markets[index].isEmpty {
      markets[index].forEachLive { other in
        if other.id != order.id, !isSpare(other), let its = self.need(of: other),
          its.asset == need.asset, free >= .zero
        {
          free -= its.amount
        }
      }
    }
    return need.amount <= free
  }

  /// Whether an order's needs are those of another: the second alternative, an exit.
  private func isSpare(_ order: RestingOrder) -> Bool {
    order.terms.list.role == .exit
      || (order.terms.list.role == .alternative && order.terms.list.offset > 0)
  }

  /// What an order will pay, as far as that is known; `nil` without a price.
  private func need(of order: RestingOrder) -> (asset: AssetID, amount: Money)? {
    let market = order.terms.instrument.index
    guard let definition = markets[market].definition else { return nil }
    if order.side == .buy, order.isInQuote { return (definition.quote, order.budget) }
    if order.side == .sell, !order.isInQuote {
      return (definition.base, Money(units: Int128(order.open) * definition.lotAmount))
    }
    guard let price = expectedPrice(of: order) else { return nil }
    let lots = order.wanted(at: price, definition)
    guard definition.canValue(price, Quantity(lots: lots)) else { return nil }
    return order.side == .sell
      ? (definition.base, Money(units: Int128(lots) * definition.lotAmount))
      : (definition.quote, definition.notional(price, Quantity(lots: lots)))
  }

  /// The price an order is valued at: its limit, its trigger, or the recorded touchable price.
  private func expectedPrice(of order: RestingOrder) -> Price? {
    if order.terms.type.hasLimit { return order.terms.price }
    if order.terms.trigger > .zero { return order.terms.trigger }
    let index = order.terms.instrument.index
    return markets[index].touchable(order.side, 0, rule)?.price
      ?? (rule == .candle ? markets[index].last : nil)
  }
}
