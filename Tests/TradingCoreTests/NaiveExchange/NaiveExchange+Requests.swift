/// The naive exchange receives a request: it gathers lists, cancels and amends.
@testable import TradingCore

extension NaiveExchange {
  func perform(_ request: Request) {
    let hadCancel = lastCancelFound
    lastCancelFound = false
    if case .place(let terms) = request.what, continuesList(request.id, terms) {
      return gather(NaiveOrder(request.id, terms, arrival: now, age: nextCount()), hadCancel)
    }
    giveUpList()
    switch request.what {
    case .place(let terms):
      gather(NaiveOrder(request.id, terms, arrival: now, age: nextCount()), hadCancel)
    case .cancel(let id): cancel(id)
    case .amend(let terms): amend(terms)
    }
  }

  // MARK: Lists

  private func continuesList(_ id: OrderID, _ terms: OrderTerms) -> Bool {
    guard let last = collected.last, terms.list != .alone else { return false }
    return terms.list.offset == collected.count && id.raw == last.id.raw + 1
  }

  /// What was gathered of a list that does not go on is no list.
  private func giveUpList() {
    let broken = collected
    collected = []
    if !broken.isEmpty { use("list broken off") }
    for order in broken { report(order, .malformed, as: EventBody.rejected) }
  }

  private func gather(_ order: NaiveOrder, _ hadCancel: Bool) {
    guard order.terms.list != .alone else { return place([order]) }
    guard order.terms.list.offset == collected.count else {
      use("part of no list")
      return report(order, .malformed, as: EventBody.rejected)
    }
    collected.append(order)
    guard order.terms.list.isLast else { return }
    let list = collected
    collected = []
    for member in list {
      member.list = list[0].age
      member.arrival = now
    }
    if list[0].terms.list.role == .replacement, list.count == 1, !hadCancel {
      use("replacement without a cancel")
      return report(list[0], .unknownOrder, as: EventBody.rejected)
    }
    place(list)
  }

  // MARK: Cancel

  private func cancel(_ id: OrderID) {
    guard let order = orders.first(where: { $0.id == id }) else { return use("cancel of nothing") }
    lastCancelFound = true
    use("cancel of one that is \(order.stage)")
    end(order, .canceled, .other)
  }

  // MARK: Amend

  private func amend(_ terms: AmendTerms) {
    guard let order = orders.first(where: { $0.id == terms.order }), order.terms.type.hasLimit,
      terms.price.ticks > 0, terms.quantity.lots > 0
    else { return use("amend of nothing") }
    switch order.stage {
    case .waiting: amendWaiting(order, terms.price, terms.quantity)
    case .resting: amendResting(order, terms.price, terms.quantity)
    default: use("amend of one that is \(order.stage)")
    }
  }

  private func amendWaiting(_ order: NaiveOrder, _ price: Price, _ quantity: Quantity) {
    var terms = order.terms
    terms.price = price
    terms.quantity = quantity
    guard objectionOfFilters(to: terms, amending: order) == nil else {
      return use("amend against a filter")
    }
    use("amend of one that waits")
    order.terms.price = price
    order.open = quantity.lots
    reportAmended(order)
  }

  private func amendResting(_ order: NaiveOrder, _ price: Price, _ quantity: Quantity) {
    var terms = order.terms
    terms.price = price
    terms.quantity = quantity
    guard objectionOfFilters(to: terms, amending: order) == nil else {
      return use("amend against a filter")
    }
    guard !wouldMatch(terms) else { return use("amend that would match") }
    let keepsPlace = price == order.terms.price && quantity.lots <= order.open
    order.terms.price = price
    order.open = quantity.lots
    reportAmended(order)
    use(keepsPlace ? "amend that keeps its place" : "amend that loses its place")
    if keepsPlace {
      order.shown = min(order.shown, order.open)
    } else {
      order.arrival = now
      order.age = nextCount()
      order.takesPart = false
      trade(order)
      placeExits()
    }
  }

  private func reportAmended(_ order: NaiveOrder) {
    order.amendments += 1
    report(
      .amended(
        Amended(
          order: order.id, price: order.terms.price, quantity: Quantity(lots: order.open),
          instrument: order.terms.instrument)), to: .amend)
  }
}
