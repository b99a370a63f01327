/// Turns what a strategy wants into requests: the target less what is held and already working.
public struct PositionSizer: Sendable {
  public init() {}

  /// Appends what has to be asked of the venue so that a book's wish comes true. O(live orders).
  func fulfil(
    _ wish: Wish, for book: BookID, _ state: borrowing State, into requests: inout Requests
  ) {
    switch wish {
    case .signal(let signal): size(signal, for: book, state, into: &requests)
    case .order(let terms): requests.append(.place(terms))
    case .replace(let id, let terms): requests.replace(id, with: terms, for: book)
    case .amend(let terms): requests.append(.amend(terms), for: book)
    case .cancel(let id): requests.append(.cancel(id), for: book)
    }
  }

  /// Appends what has to be asked of the venue so that `signal` comes true for a book: what other
  /// books hold and have working is none of its business. O(live orders).
  public func size(
    _ signal: Signal, for book: BookID = BookID(0), _ state: borrowing State,
    into requests: inout Requests
  ) {
    switch signal.kind {
    case .target: reach(signal, book, state, &requests)
    case .quote: quote(signal, book, state, &requests)
    case .limit:
      place(
        OrderTerms(
          instrument: signal.instrument, side: signal.side, type: .limit,
          quantity: signal.quantity, price: signal.bid), book, state, &requests)
    case .cancel:
      endParents(signal.instrument, of: book, state, &requests)
      for order in state.orders.live
      where order.terms.instrument == signal.instrument && order.terms.book == book {
        if order.status != .canceling { requests.append(.cancel(order.id)) }
      }
    }
  }

  /// Asks for an order in whole steps of what its venue takes. One of less than a step stays as it is, so
  /// that the gate or the venue says why there is none.
  private func place(
    _ terms: OrderTerms, _ book: BookID, _ state: borrowing State, _ requests: inout Requests
  ) {
    var terms = terms
    terms.book = book
    if terms.instrument.index < state.markets.count {
      let whole = state.markets[terms.instrument.index].wholeSteps(terms.quantity.lots)
      if whole > 0 { terms.quantity.lots = whole }
    }
    requests.append(.place(terms))
  }

  private func reach(
    _ signal: Signal, _ book: BookID, _ state: borrowing State, _ requests: inout Requests
  ) {
    guard let wanted = targetLots(signal, book, state) else { return }
    let target = cut(wanted, signal.instrument, book, state)
    if let rule = state.settings.execution {
      return work(toward: target, signal.instrument, book, rule, state, &requests)
    }
    let buying = state.orders.underway(signal.instrument, .buy, of: book)
    let selling = state.orders.underway(signal.instrument, .sell, of: book)
    let held = Int128(state.position(signal.instrument, in: book).lots)
    let difference = Int128(target) - held - Int128(buying) + Int128(selling)
    guard difference != 0 else { return }
    place(
      OrderTerms(
        instrument: signal.instrument, side: difference > 0 ? .buy : .sell, type: .market,
        quantity: Quantity(lots: Int64(clamping: difference.magnitude))), book, state, &requests)
  }

  /// Lots that the weight means: a share of equity at the mark, rounded down, or of a fixed size. A
  /// spot account cannot be short, so its target is at least zero; equity below zero has no share,
  /// or a long signal would go short. `nil` without a price.
  private func targetLots(
    _ signal: Signal, _ book: BookID, _ state: borrowing State
  ) -> Int64? {
    var weight = Int128(signal.weightMillionths)
    if state.settings.accountKind == .spot { weight = max(0, weight) }
    let sizing = state.sizing(of: book)
    let size = Int128(sizing.value)
    if sizing.mode == .fixedLots { return Int64(clamping: weight * size / 1_000_000) }
    guard signal.instrument.index < state.instruments.count,
      let definition = state.instruments[signal.instrument.index],
      let mark = state.markets[signal.instrument.index].mark, mark.ticks > 0,
      let one = state.value(of: .one, in: definition.quote), one.units > 0
    else { return nil }
    let share = max(.zero, state.account.equity).scaled(by: weight * size, over: 1_000_000_000_000)
    let inQuote = share.scaled(by: Money.one.units, over: one.units)
    return Int64(clamping: inQuote.units / (Int128(mark.ticks) * Int128(definition.tickValue)))
  }

  /// Asks for one order on each side at the signal's prices. Cancels go first: a new bid must not meet
  /// the own ask of before.
  private func quote(
    _ signal: Signal, _ book: BookID, _ state: borrowing State, _ requests: inout Requests
  ) {
    let keepsBid = clear(.buy, but: signal.bid, signal, book, state, &requests)
    let keepsAsk = clear(.sell, but: signal.ask, signal, book, state, &requests)
    if !keepsBid { offer(.buy, at: signal.bid, signal, book, state, &requests) }
    if !keepsAsk { offer(.sell, at: signal.ask, signal, book, state, &requests) }
  }

  /// Cancels a side's orders but one at the price.
  /// - Returns: whether there is one at the price.
  private func clear(
    _ side: Side, but price: Price, _ signal: Signal, _ book: BookID, _ state: borrowing State,
    _ requests: inout Requests
  ) -> Bool {
    var isKept = false
    for order in state.orders.live
    where order.terms.instrument == signal.instrument && order.terms.side == side {
      if order.status == .canceling || order.terms.book != book { continue }
      if order.terms.price == price, signal.quantity.lots > 0, !isKept {
        isKept = true
      } else {
        requests.append(.cancel(order.id))
      }
    }
    return isKept
  }

  private func offer(
    _ side: Side, at price: Price, _ signal: Signal, _ book: BookID, _ state: borrowing State,
    _ requests: inout Requests
  ) {
    guard price.ticks > 0, signal.quantity.lots > 0 else { return }
    place(
      OrderTerms(
        instrument: signal.instrument, side: side, type: .limit, quantity: signal.quantity,
        price: price), book, state, &requests)
  }

  func cancelAll(
    _ instrument: InstrumentID, _ state: borrowing State, _ requests: inout Requests
  ) {
    for order in state.orders.live
    where instrument == .none || order.terms.instrument == instrument {
      if order.status != .canceling { requests.append(.cancel(order.id)) }
    }
  }
}
