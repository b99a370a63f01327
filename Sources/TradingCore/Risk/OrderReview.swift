/// One order's way through the rules of the gate: each check may refuse, the first refusal stands.
struct OrderReview {
  let terms: OrderTerms
  /// Lots of an order that this one replaces (amend), which no longer count.
  let replacing: Quantity
  let cause: Sequence64
  private(set) var refusal: Refused?
  /// The price the order is valued at: its limit, or the mark for a market order.
  private var price = Price.zero

  init(terms: OrderTerms, replacing: Quantity, cause: Sequence64) {
    self.terms = terms
    self.replacing = replacing
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
    let count = Int64(state.orders.live.count) + (replacing.lots > 0 ? 0 : 1)
    if count > limit { refuse(.maxOpenOrders, value: count, limit: limit) }
  }

  /// A spot account sells what it holds and spends what it has, less what already works.
  mutating func checkSpot(_ definition: InstrumentDefinition, _ state: borrowing State) {
    guard state.settings.accountKind == .spot else { return }
    let working = working(state)
    switch terms.side {
    case .sell:
      let lots = state.account.balance(definition.base).units / definition.lotAmount
      let free = Int64(clamping: lots).subtractingClamped(working)
      if terms.quantity.lots > free {
        refuse(.insufficientHolding, value: terms.quantity.lots, limit: free)
      }
    case .buy:
      let total = Quantity(lots: terms.quantity.lots.addingClamped(working))
      let funds = state.account.balance(definition.quote)
      if !definition.canValue(price, total) || definition.notional(price, total) > funds {
        refuse(
          .insufficientFunds,
          value: inHundredMillionths(definition.notional(price, terms.quantity)),
          limit: inHundredMillionths(funds))
      }
    }
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
    state.orders.working(terms.instrument, terms.side).subtractingClamped(replacing.lots)
  }

  /// What the position becomes more by if the order and all that works on its side fill.
  private func change(_ state: borrowing State) -> Int128 {
    (Int128(working(state)) + Int128(terms.quantity.lots)) * Int128(terms.side.sign)
  }

  private func inHundredMillionths(_ money: Money) -> Int64 {
    Int64(clamping: money.units / Int128(powerOfTen(10)))
  }
}
