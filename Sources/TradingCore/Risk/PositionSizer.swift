/// Turns what a strategy wants into requests: the target less what is held and already working.
public enum PositionSizer {
  /// Appends what has to be asked of the venue so that a book's wish comes true. O(live orders).
  static func fulfil(
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
  public static func size(
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
  private static func place(
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

  private static func reach(
    _ signal: Signal, _ book: BookID, _ state: borrowing State, _ requests: inout Requests
  ) {
    guard let sizing = TargetSizing(signal, for: book, state) else { return }
    if let rule = state.settings.execution {
      return work(toward: sizing.target, signal.instrument, book, rule, state, &requests)
    }
    let difference = sizing.difference
    guard difference != 0 else { return }
    place(
      OrderTerms(
        instrument: signal.instrument, side: difference > 0 ? .buy : .sell, type: .market,
        quantity: Quantity(lots: Int64(clamping: difference.magnitude))), book, state, &requests)
  }

  /// Asks for one order on each side at the signal's prices. Cancels go first: a new bid must not meet
  /// the own ask of before.
  private static func quote(
    _ signal: Signal, _ book: BookID, _ state: borrowing State, _ requests: inout Requests
  ) {
    let keepsBid = clear(.buy, but: signal.bid, signal, book, state, &requests)
    let keepsAsk = clear(.sell, but: signal.ask, signal, book, state, &requests)
    if !keepsBid { offer(.buy, at: signal.bid, signal, book, state, &requests) }
    if !keepsAsk { offer(.sell, at: signal.ask, signal, book, state, &requests) }
  }

  /// Cancels a side's orders but one at the price.
  /// - Returns: whether there is one at the price.
  private static func clear(
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

  private static func offer(
    _ side: Side, at price: Price, _ signal: Signal, _ book: BookID, _ state: borrowing State,
    _ requests: inout Requests
  ) {
    guard price.ticks > 0, signal.quantity.lots > 0 else { return }
    place(
      OrderTerms(
        instrument: signal.instrument, side: side, type: .limit, quantity: signal.quantity,
        price: price), book, state, &requests)
  }

  static func cancelAll(
    _ instrument: InstrumentID, _ state: borrowing State, _ requests: inout Requests
  ) {
    for order in state.orders.live
    where instrument == .none || order.terms.instrument == instrument {
      if order.status != .canceling { requests.append(.cancel(order.id)) }
    }
  }
}
