/// What an operator orders, and what a halt sets going, becomes requests that meet the same gate as a
/// strategy's.
extension PositionSizer {
  /// Appends what a command asks of the venue; settings, limits and keys ask nothing. Halting and
  /// flattening are states of their own, see `unwind`.
  public static func obey(
    _ command: Event, _ state: borrowing State, into requests: inout Requests
  ) {
    switch command.body {
    case .place(let terms) where terms.list == .alone: requests.append(.place(terms))
    case .place: placeList(state.risk.commanded, &requests)
    case .amend(let terms): requests.append(.amend(terms))
    case .cancel(let terms) where state.parents[terms.order] != nil:
      requests.append(.end(terms.order))
    case .cancel(let terms): requests.append(.cancel(terms.order))
    case .execute(let terms): requests.append(.begin(terms))
    case .flatten(let command): endParents(command.instrument, state, &requests)
    default: break
    }
  }

  /// Asks for the orders of a list when the last has come.
  private static func placeList(_ list: CommandedList, _ requests: inout Requests) {
    guard list.isComplete else { return }
    for index in 0..<list.count { requests.append(.place(list[index])) }
  }

  /// Appends the next step of what is being unwound: first cancels for the orders that stand in the
  /// way, then market orders for what is held. O(live orders · instruments being closed).
  public static func unwind(_ state: borrowing State, into requests: inout Requests) {
    let unwinding = state.risk.unwinding
    if unwinding.isCanceling { cancelAll(.none, state, &requests) }
    guard !unwinding.isCanceling else { return }
    for instrument in unwinding.closing where !takeBack(instrument, state, &requests) {
      let lots = state.position(instrument).lots
      guard lots != 0, unwinding.isDue(at: state.time) else { continue }
      requests.append(
        .place(
          OrderTerms(
            instrument: instrument, side: lots > 0 ? .sell : .buy, type: .market,
            quantity: Quantity(lots: Int64(clamping: lots.magnitude)), reduceOnly: true)))
    }
  }

  /// Cancels an instrument's orders but those that close it.
  /// - Returns: whether any order is still live.
  private static func takeBack(
    _ instrument: InstrumentID, _ state: borrowing State, _ requests: inout Requests
  ) -> Bool {
    var isWorking = false
    for order in state.orders.live where order.terms.instrument == instrument {
      isWorking = true
      let isClosing = order.terms.reduceOnly && order.terms.type == .market
      if order.status != .canceling, !isClosing { requests.append(.cancel(order.id)) }
    }
    return isWorking
  }
}
