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
    guard let order = orders.first(where: { $0.id == terms.order }) else {
      return use("amend of nothing")
    }
    // What was filled of it stays filled: what is named is all of it.
    let (left, overflows) = terms.quantity.lots.subtractingReportingOverflow(order.filled)
    if let fault = fault(order, terms.price, left: overflows ? -1 : left) {
      use(fault)
      return reportAmended(order)
    }
    let keepsPlace = terms.price == order.terms.price && left <= order.open
    order.terms.price = terms.price
    order.open = left
    order.amendments += 1
    reportAmended(order)
    if order.stage == .waiting { return use("amend of one that waits") }
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

  /// Why the old terms stand.
  private func fault(_ order: NaiveOrder, _ price: Price, left: Int64) -> String? {
    guard order.terms.type.hasLimit, price.ticks > 0 else { return "amend to no price" }
    guard left > 0 else { return "amend to what is filled" }
    guard order.stage == .waiting || order.stage == .resting else {
      return "amend of one that is \(order.stage)"
    }
    var terms = order.terms
    terms.price = price
    terms.quantity = Quantity(lots: left)
    if objectionOfFilters(to: terms, amending: order) != nil { return "amend against a filter" }
    return order.stage == .resting && wouldMatch(terms) ? "amend that would match" : nil
  }

  private func reportAmended(_ order: NaiveOrder) {
    report(
      .amended(
        Amended(
          order: order.id, price: order.terms.price,
          quantity: order.isInQuote
            ? order.terms.quantity : Quantity(lots: order.open + order.filled),
          instrument: order.terms.instrument)), to: .amend)
  }
}
