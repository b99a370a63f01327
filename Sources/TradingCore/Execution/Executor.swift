/// Works parent orders: says what is due now, and how one has ended. Pure; what it says goes through
/// the risk gate like everything, with the parent as its cause.
///
/// Between two moments of the run's clock a parent tries at most once, so that a venue that answers at
/// once cannot keep it busy for ever.
public enum Executor {
  /// What is journalled when a parent is asked for, or is to end.
  static func answer(
    _ request: ParentRequest, cause: Sequence64, _ state: borrowing State
  ) -> EventBody {
    switch request {
    case .end(let id): return .cancelRequest(CancelTerms(order: id, cause: cause))
    case .begin(let terms):
      guard let reason = state.objection(to: terms) else {
        return .parent(Parent(cause: cause, terms: terms))
      }
      return .refused(
        Refused(
          cause: cause, instrument: terms.instrument, side: terms.side, quantity: terms.quantity,
          reason: reason, value: Int64(state.parents.count), limit: Int64(ParentTable.capacity)))
    }
  }

  /// Appends what a parent needs now: its next children, or cancels for those it has when it is to
  /// end. O(live orders), and for a route the levels it takes.
  public static func plan(
    _ parent: LiveParent, _ state: borrowing State, into requests: inout Requests
  ) {
    guard let definition = state.instruments[parent.terms.instrument.index] else { return }
    let isLate = state.time >= parent.end
    let isPatient = parent.terms.algorithm == .iceberg
    if isEnding(parent, definition, state) || isLate && isPatient {
      return cancelChildren(of: parent.id, state, &requests)
    }
    guard parent.lastAttempt < state.time, !(isLate && parent.lastAttempt >= parent.end) else {
      return
    }
    switch parent.terms.algorithm {
    case .route: route(parent, definition, state, &requests)
    case .iceberg: rest(parent, definition, state, &requests)
    case .timeWeighted, .volumeWeighted, .participation:
      let lots = state.markets[definition.instrument.index].wholeSteps(
        due(parent, definition, state))
      if lots > 0 { requests.append(.place(child(of: parent, lots: lots))) }
    }
  }

  /// The report of the first parent that has ended, if one has. O(parents · live orders).
  static func nextEnd(_ state: borrowing State) -> ParentReport? {
    for place in 0..<state.parents.count {
      if let report = end(of: state.parents[place], state) { return report }
    }
    return nil
  }

  /// How a parent has ended; `nil` while it goes on or has live children.
  public static func end(of parent: LiveParent, _ state: borrowing State) -> ParentReport? {
    guard let definition = state.instruments[parent.terms.instrument.index],
      let outcome = outcome(parent, definition, state), !state.hasChildren(parent.id)
    else { return nil }
    return ParentReport(
      parent: parent.id, filled: Quantity(lots: parent.filledLots(definition)),
      arrivalHalfTicks: parent.arrivalHalfTicks, shortfall: parent.shortfall(definition),
      instrument: parent.terms.instrument, outcome: outcome)
  }

  private static func outcome(
    _ parent: LiveParent, _ definition: InstrumentDefinition, _ state: borrowing State
  ) -> ParentOutcome? {
    if parent.openLots(definition) == 0 { return .filled }
    if let ending = parent.ending { return ending }
    if state.risk.halt != nil { return .halted }
    if parent.failures >= LiveParent.mostFailures { return .failed }
    guard state.time >= parent.end else { return nil }
    // What is sliced tries a last time whatever the market shows; a route only where it may take.
    let isSliced = parent.terms.algorithm != .iceberg && parent.terms.algorithm != .route
    return isSliced && parent.lastAttempt < parent.end ? nil : .expired
  }

  /// Whether nothing more is to be sent, whatever the time.
  private static func isEnding(
    _ parent: LiveParent, _ definition: InstrumentDefinition, _ state: borrowing State
  ) -> Bool {
    parent.ending != nil || state.risk.halt != nil || parent.openLots(definition) == 0
      || parent.failures >= LiveParent.mostFailures
  }

  private static func cancelChildren(
    of parent: OrderID, _ state: borrowing State, _ requests: inout Requests
  ) {
    for order in state.orders.live where order.parent == parent && order.status != .canceling {
      requests.append(.cancel(order.id))
    }
  }

  /// Lots that a sliced parent is to send now; 0 for none. What is too small for the venue, or would
  /// leave too little, waits for the next slice; the end sends whatever is left.
  public static func due(
    _ parent: LiveParent, _ definition: InstrumentDefinition, _ state: borrowing State
  ) -> Int64 {
    let schedule = SliceSchedule(parent, definition)
    let isLast = state.time >= parent.end
    let slot = schedule.slot(at: state.time)
    let isParticipation = parent.terms.algorithm == .participation
    guard isLast || isParticipation || slot > schedule.slot(at: parent.lastAttempt) else {
      return 0
    }
    let working = Int64(clamping: state.working(for: parent.id).units / definition.lotAmount)
    let open = parent.openLots(definition).subtractingClamped(working)
    if isLast { return open }
    let target =
      switch parent.terms.algorithm {
      case .volumeWeighted: schedule.volumeWeighted(slot, state.volumeProfile)
      case .participation: schedule.participating
      default: schedule.timeWeighted(slot)
      }
    let done = parent.filledLots(definition).addingClamped(working)
    let lots = min(open, target.subtractingClamped(done))
    var least = state.smallestLots(definition, at: parent.terms.limit)
    if isParticipation { least = max(least, min(open, schedule.participationStep)) }
    return lots >= least && (lots == open || open - lots >= least) ? lots : 0
  }

  /// A child that takes at once: whatever the market shows, within the parent's limit.
  private static func child(of parent: LiveParent, lots: Int64) -> OrderTerms {
    let terms = parent.terms
    var child = OrderTerms(
      instrument: terms.instrument, side: terms.side,
      type: terms.limit.ticks > 0 ? .limit : .market, quantity: Quantity(lots: lots),
      price: terms.limit)
    if terms.limit.ticks > 0 { child.timeInForce = .immediateOrCancel }
    child.book = terms.book
    return child
  }

  /// The one order of an iceberg: at the limit, or at the best price of its own side.
  private static func rest(
    _ parent: LiveParent, _ definition: InstrumentDefinition, _ state: borrowing State,
    _ requests: inout Requests
  ) {
    guard !state.hasChildren(parent.id) else { return }
    let terms = parent.terms
    let market = state.markets[terms.instrument.index]
    let best = terms.side == .buy ? market.top.bidPrice : market.top.askPrice
    let here = market.hasTop && best.ticks > 0 ? best : market.mark ?? .zero
    var order = OrderTerms(
      instrument: terms.instrument, side: terms.side, type: .limit,
      quantity: Quantity(lots: parent.openLots(definition)),
      price: terms.limit.ticks > 0 ? terms.limit : here)
    let parts = terms.slices == 0 ? UInt16(SliceSchedule.usualSlices) : terms.slices
    order.parts = UInt8(clamping: min(Int64(parts), order.quantity.lots))
    order.book = terms.book
    requests.append(.place(order))
  }

  /// Children at every instrument worth it, when those before have ended.
  private static func route(
    _ parent: LiveParent, _ definition: InstrumentDefinition, _ state: borrowing State,
    _ requests: inout Requests
  ) {
    guard !state.hasChildren(parent.id) else { return }
    var router = Router(parent, definition, state)
    guard router.hasPrices else {
      return requests.append(.place(child(of: parent, lots: parent.openLots(definition))))
    }
    router.split(state)
    for order in router.orders { requests.append(.place(order)) }
  }
}

extension State {
  /// The fewest lots that an instrument takes at a limit, or at the mark where that is zero; at least 1.
  func smallestLots(_ definition: InstrumentDefinition, at limit: Price) -> Int64 {
    let mark = markets[definition.instrument.index].mark ?? .zero
    let price = limit.ticks > 0 ? limit : mark
    guard price.ticks > 0, definition.minNotional > 0 else {
      return max(1, definition.minQuantity.lots)
    }
    let lot = Int128(price.ticks) * Int128(definition.tickValue)
    let least = Int128(definition.minNotional) * Int128(powerOfTen(10))
    let (lots, rest) = least.quotientAndRemainder(dividingBy: lot)
    return max(1, definition.minQuantity.lots, Int64(clamping: rest > 0 ? lots + 1 : lots))
  }
}
