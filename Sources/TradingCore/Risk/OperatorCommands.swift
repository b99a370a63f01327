/// What an operator orders becomes requests that meet the same gate as a strategy's.
extension PositionSizer {
  /// Appends what a command asks of the venue; settings, limits and keys ask nothing. O(live orders).
  public func obey(
    _ command: Event, _ state: borrowing State, into requests: inout Requests
  ) {
    switch command.body {
    case .place(let terms): requests.append(.place(terms))
    case .amend(let terms): requests.append(.amend(terms))
    case .cancel(let terms) where state.parents[terms.order] != nil:
      requests.append(.end(terms.order))
    case .cancel(let terms): requests.append(.cancel(terms.order))
    case .execute(let terms): requests.append(.begin(terms))
    case .flatten(let flatten):
      endParents(flatten.instrument, state, &requests)
      withdraw(flatten.instrument, flatten: true, state, &requests)
    case .halt: withdraw(.none, flatten: false, state, &requests)
    default: break
    }
  }

  /// Cancels every live order and, for `flatten`, closes what is held.
  private func withdraw(
    _ instrument: InstrumentID, flatten: Bool, _ state: borrowing State,
    _ requests: inout Requests
  ) {
    cancelAll(instrument, state, &requests)
    guard flatten else { return }
    for index in state.account.positions.indices
    where instrument == .none || instrument.index == index {
      let lots = state.account.positions[index].lots.lots
      guard lots != 0 else { continue }
      requests.append(
        .place(
          OrderTerms(
            instrument: InstrumentID(UInt16(index)), side: lots > 0 ? .sell : .buy, type: .market,
            quantity: Quantity(lots: Int64(clamping: lots.magnitude)), reduceOnly: true)))
    }
  }
}
