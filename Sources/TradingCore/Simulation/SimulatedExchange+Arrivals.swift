/// What arrives at the simulated exchange: orders alone and in lists, cancels, amendments.
extension SimulatedExchange {
  mutating func receive(_ arrival: Arrival) {
    if arrival.time >= nextExpiry { expire(by: arrival.time) }
    switch arrival.request {
    case .place(let terms):
      let order = RestingOrder(id: arrival.id, terms: terms, since: arrival.time)
      breakGathering(unlessContinuedBy: order, at: arrival.time)
      receive(order, at: arrival.time)
      hasCanceled = false
    case .cancel(let id):
      breakGathering(unlessContinuedBy: nil, at: arrival.time)
      cancel(id, at: arrival.time)
    case .amend(let terms):
      breakGathering(unlessContinuedBy: nil, at: arrival.time)
      amend(terms, at: arrival.time)
      hasCanceled = false
    }
    placeExits(at: arrival.time)
  }

  private mutating func receive(_ order: RestingOrder, at time: Timestamp) {
    switch order.terms.list.role {
    case .alternative?, .entry?, .exit?:
      guard order.terms.list.offset == gathering.count else {
        return report(.rejected, order, .malformed, at: time)
      }
      gathering.append(order)
      guard order.terms.list.isLast else { return }
      let list = gathering
      gathering.removeAll(keepingCapacity: true)
      placeList(list, at: time)
    case .replacement? where !hasCanceled:
      report(.rejected, order, .unknownOrder, at: time)
    case .none?, .replacement?, nil:
      if let objection = objection(to: order, in: nil, at: time) {
        return report(.rejected, order, objection, at: time)
      }
      if mustFillWhole(order), let shortfall = shortfall(of: order, at: time) {
        return report(.expired, order, shortfall, at: time)
      }
      report(.accepted, order, at: time)
      enter(order, at: time)
    }
  }

  /// Orders of a list that is not directly followed by its rest cannot be placed.
  private mutating func breakGathering(
    unlessContinuedBy next: RestingOrder?, at time: Timestamp
  ) {
    guard let last = gathering.last else { return }
    let continues = next.map {
      $0.id.raw == last.id.raw &+ 1 && $0.terms.list.offset == gathering.count
    }
    guard continues != true else { return }
    for order in gathering { report(.rejected, order, .malformed, at: time) }
    gathering.removeAll(keepingCapacity: true)
  }

  /// Puts an accepted order to work: it waits, rests until an open, or takes and rests.
  mutating func enter(_ order: RestingOrder, at time: Timestamp) {
    directory.insert(order)
    note(expiry: order.terms.expiry)
    let index = order.terms.instrument.index
    var order = order
    order.priority = nextPriority()
    order.joined = message
    if order.terms.type.waitsForTrigger {
      if let reference = markets[index].reference(order.side, rule) { order.trail(reference) }
      order.stage = .waiting
      markets[index].waiting.append(order)
    } else {
      work(order, at: time)
    }
  }

  /// Takes what the order may take; what is left of it rests, or ends.
  mutating func work(_ arrived: RestingOrder, at time: Timestamp) {
    var order = arrived
    if rule == .candle {
      return rest(order)
    }
    guard take(&order, at: time) else { return }
    settle(order, at: time)
  }

  /// Lets what is left of an order that has taken rest, or ends it.
  mutating func settle(_ order: RestingOrder, at time: Timestamp) {
    if order.isInQuote {
      let touch = markets[order.terms.instrument.index].firstTouch(order.side, rule)
      let isDry = order.isOpen && touch == nil
      return end(order, .expired, isDry ? .noLiquidity : .other, at: time)
    }
    guard order.isOpen else { return }
    switch order.terms.timeInForce {
    case .goodTillCanceled where order.terms.type.hasLimit,
      .goodTillDate where order.terms.type.hasLimit:
      rest(order)
    default: end(order, .expired, .noLiquidity, at: time)
    }
  }

  /// Joins the queue at its price, or waits for the next open.
  mutating func rest(_ order: RestingOrder) {
    let index = order.terms.instrument.index
    var order = order
    order.joined = message
    guard order.terms.type.hasLimit, order.terms.timeInForce != .immediateOrCancel,
      order.terms.timeInForce != .fillOrKill
    else {
      order.stage = .opening
      markets[index].opening.append(order)
      return
    }
    order.stage = .resting
    join(&order)
    markets[index].queue(order.side) { $0.insert(order) }
  }

  /// Takes the last place at its price, showing a new part.
  func join(_ order: inout RestingOrder) {
    order.shown = order.terms.displayed(of: order.open)
    order.traded = 0
    order.ahead =
      rule.usesBook
      ? markets[order.terms.instrument.index].recorded(order.side, order.terms.price) : 0
  }

  // MARK: Cancel, amend, expiry

  private mutating func cancel(_ id: OrderID, at time: Timestamp) {
    hasCanceled = false
    guard let instrument = directory[id], let order = markets[instrument.index].remove(id) else {
      return
    }
    hasCanceled = true
    end(order, .canceled, .other, at: time)
  }

  /// Gives an order another price and whole quantity, or says that the old ones stand.
  private mutating func amend(_ change: AmendTerms, at time: Timestamp) {
    guard let instrument = directory[change.order],
      let old = markets[instrument.index].remove(change.order)
    else { return }
    var order = old.amended(change)
    guard objection(to: order, insteadOf: old, at: time) == nil else {
      reportAmended(old, at: time)
      return putBack(old)
    }
    reportAmended(order, at: time)
    let keepsPlace = change.price == old.terms.price && order.open <= old.open
    if keepsPlace || order.stage == .waiting {
      order.shown = min(order.shown, order.open)
      return putBack(order)
    }
    order.since = time
    order.born = 0
    order.stage = .arrived
    order.priority = nextPriority()
    work(order, at: time)
  }

  /// Why an amendment would be refused now; `nil` when it would be made. O(orders).
  func objection(to change: AmendTerms, at time: Timestamp) -> RejectReason? {
    guard let instrument = directory[change.order] else { return .unknownOrder }
    // The order must not stand in its own way.
    var others = self
    guard let old = others.markets[instrument.index].remove(change.order) else {
      return .unknownOrder
    }
    return others.objection(to: old.amended(change), insteadOf: old, at: time)
  }

  private func objection(
    to order: RestingOrder, insteadOf old: RestingOrder, at time: Timestamp
  ) -> RejectReason? {
    guard old.terms.type.hasLimit, old.stage != .kept else { return .other }
    guard order.open > 0, order.terms.price.ticks > 0 else { return .malformed }
    return objection(toAmended: order, at: time)
  }

  private mutating func reportAmended(_ order: RestingOrder, at time: Timestamp) {
    emit(
      .amended(
        Amended(
          order: order.id, price: order.terms.price, quantity: order.whole,
          instrument: order.terms.instrument)), at: time)
  }

  /// Puts an order back where it was, place and age unchanged.
  private mutating func putBack(_ order: RestingOrder) {
    let index = order.terms.instrument.index
    switch order.stage {
    case .kept: insert(order, into: &markets[index].kept)
    case .waiting: insert(order, into: &markets[index].waiting)
    case .opening: insert(order, into: &markets[index].opening)
    case .arrived, .resting: markets[index].queue(order.side) { $0.insert(order) }
    }
  }

  private func insert(_ order: RestingOrder, into orders: inout ContiguousArray<RestingOrder>) {
    let index = orders.firstIndex { $0.priority > order.priority } ?? orders.count
    orders.insert(order, at: index)
  }

  private mutating func note(expiry: Timestamp) {
    if !expiry.isNone { nextExpiry = min(nextExpiry, expiry) }
  }
}

extension RestingOrder {
  /// The order at another price and of another whole quantity.
  fileprivate func amended(_ change: AmendTerms) -> RestingOrder {
    var order = self
    order.terms.price = change.price
    order.open = change.quantity.lots.subtractingClamped(filled)
    order.amendCount += 1
    return order
  }
}
