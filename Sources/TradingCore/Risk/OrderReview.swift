/// One order's way through the rules of the gate: each check may refuse, the first refusal stands.
struct OrderReview {
  let terms: OrderTerms
  /// The order that this one replaces (amend); it no longer counts.
  let replaced: LiveOrder?
  let cause: Sequence64
  private(set) var refusal: Refused?
  /// The price the order is valued at: its limit, or the mark for a market order.
  private var price = Price.zero

  init(terms: OrderTerms, replaced: LiveOrder?, cause: Sequence64) {
    self.terms = terms
    self.replaced = replaced
    self.cause = cause
  }

  private mutating func refuse(_ reason: RefusalReason, value: Int64, limit: Int64) {
    guard refusal == nil else { return }
    refusal = Refused(
      cause: cause, instrument: terms.instrument, side: terms.side, quantity: terms.quantity,
      reason: reason, value: value, limit: limit)
  }

  /// A defined instrument, a positive quantity and price, and a value that can be booked.
  mutating func checkForm(_ state: borrowing State) -> InstrumentDefinition? {
    guard terms.instrument.index < state.instruments.count,
      let definition = state.instruments[terms.instrument.index]
    else {
      refuse(.unknownInstrument, value: Int64(terms.instrument.raw), limit: 0)
      return nil
    }
    guard let mark = state.markets[terms.instrument.index].mark else {
      refuse(.noPrice, value: 0, limit: 0)
      return nil
    }
    price = terms.type == .limit ? terms.price : mark
    guard terms.quantity.lots > 0, price.ticks > 0, definition.canValue(price, terms.quantity)
    else {
      refuse(.malformed, value: price.ticks, limit: 0)
      return nil
    }
    return definition
  }

  mutating func checkMinimum(_ definition: InstrumentDefinition) {
    if terms.quantity < definition.minQuantity {
      refuse(.belowMinimum, value: terms.quantity.lots, limit: definition.minQuantity.lots)
    }
    let value = inHundredMillionths(definition.notional(price, terms.quantity))
    if value < definition.minNotional {
      refuse(.belowMinimum, value: value, limit: definition.minNotional)
    }
  }

  /// While halted only orders that shrink a position pass; reduce-only orders always must.
  mutating func checkHalt(_ state: borrowing State) {
    let shrinks = isReducing(state)
    if let halt = state.risk.halt, !shrinks {
      refuse(.halted, value: Int64(halt.rawValue), limit: 0)
    }
    if terms.reduceOnly, !shrinks {
      refuse(
        .insufficientHolding, value: terms.quantity.lots,
        limit: Int64(clamping: held(state).magnitude))
    }
  }

  mutating func checkOpenOrders(_ state: borrowing State) {
    let limit = min(state.risk[.maxOpenOrders] ?? .max, Int64(OrderTable.capacity))
    let count = Int64(state.orders.live.count) + (replaced == nil ? 1 : 0)
    if count > limit { refuse(.maxOpenOrders, value: count, limit: limit) }
  }

  /// A spot account sells what it holds and spends what it has, less what already works. Fees are not
  /// part of this: the venue has the last word on them.
  mutating func checkSpot(_ definition: InstrumentDefinition, _ state: borrowing State) {
    guard state.settings.accountKind == .spot else { return }
    switch terms.side {
    case .sell:
      let free = state.account.balance(definition.base) - promised(.sell, definition.base, state)
      let lots = Int64(clamping: free.units / definition.lotAmount)
      if terms.quantity.lots > lots {
        refuse(.insufficientHolding, value: terms.quantity.lots, limit: lots)
      }
    case .buy:
      let free = state.account.balance(definition.quote) - promised(.buy, definition.quote, state)
      let needed = definition.notional(price, terms.quantity)
      if needed > free {
        refuse(
          .insufficientFunds, value: inHundredMillionths(needed), limit: inHundredMillionths(free))
      }
    }
  }

  /// What working orders of any instrument will pay of an asset: sells its lots, buys their value at
  /// the limit, or at the mark for market orders. O(live orders).
  private func promised(_ side: Side, _ asset: AssetID, _ state: borrowing State) -> Money {
    var sum = Money.zero
    for order in state.orders.live where order.terms.side == side && order.id != replaced?.id {
      let index = order.terms.instrument.index
      guard index < state.instruments.count, let definition = state.instruments[index],
        asset == (side == .sell ? definition.base : definition.quote)
      else { continue }
      let mark = state.markets[index].mark ?? .zero
      let price = order.terms.type == .limit ? order.terms.price : mark
      let isBookable = definition.canValue(price, order.open)
      guard isBookable else { return Money(units: .max) }
      sum +=
        side == .sell
        ? Money(units: Int128(order.open.lots) * definition.lotAmount)
        : definition.notional(price, order.open)
    }
    return sum
  }

  /// Order and position size against equity, in millionths of it.
  mutating func checkLimits(_ definition: InstrumentDefinition, _ state: borrowing State) {
    if let limit = state.risk[.maxOrder] {
      check(.maxOrder, terms.quantity, against: limit, definition, state)
    }
    guard let limit = state.risk[.maxPosition], !isReducing(state) else { return }
    let after = Int128(held(state)) + change(state)
    check(
      .maxPosition, Quantity(lots: Int64(clamping: after.magnitude)), against: limit, definition,
      state)
  }

  private mutating func check(
    _ reason: RefusalReason, _ quantity: Quantity, against limit: Int64,
    _ definition: InstrumentDefinition, _ state: borrowing State
  ) {
    guard definition.canValue(price, quantity),
      let value = state.value(of: definition.notional(price, quantity), in: definition.quote),
      state.account.equity.units > 0
    else { return refuse(reason, value: .max, limit: limit) }
    let share = value.scaled(by: 1_000_000, over: state.account.equity.units).units
    if share > Int128(limit) { refuse(reason, value: Int64(clamping: share), limit: limit) }
  }

  private func held(_ state: borrowing State) -> Int64 { state.position(terms.instrument).lots }

  /// Whether the order, with all that works on its side, only shrinks what is held.
  private func isReducing(_ state: borrowing State) -> Bool {
    let held = held(state)
    let change = change(state)
    return held != 0 && (held < 0) != (change < 0) && change.magnitude <= held.magnitude
  }

  /// Lots that work on the order's side, without those it replaces.
  private func working(_ state: borrowing State) -> Int64 {
    state.orders.working(terms.instrument, terms.side).subtractingClamped(replaced?.open.lots ?? 0)
  }

  /// What the position becomes more by if the order and all that works on its side fill.
  private func change(_ state: borrowing State) -> Int128 {
    (Int128(working(state)) + Int128(terms.quantity.lots)) * Int128(terms.side.sign)
  }

  private func inHundredMillionths(_ money: Money) -> Int64 {
    Int64(clamping: money.units / Int128(powerOfTen(10)))
  }
}
