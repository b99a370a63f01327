/// The naive exchange judges orders that arrive: the rules of "Place", one after the other.
@testable import TradingCore

extension NaiveExchange {
  /// Orders that arrive together: one alone, or a list.
  func place(_ list: [NaiveOrder]) {
    guard hasShape(list) else {
      use("list out of shape")
      for order in list { report(order, .malformed, as: EventBody.rejected) }
      return
    }
    let objections = list.enumerated().map { index, order in
      objection(to: order, isKept: order.terms.list.role == .exit, behind: list[..<index])
    }
    guard objections.allSatisfy({ $0 == nil }) else { return reject(list, objections) }
    for exit in list where exit.terms.list.role == .exit { exit.stage = .kept }
    enter(list)
    placeExits()
  }

  /// The exits of entries that were filled, once everything else of the moment has happened.
  func placeExits() {
    while !filledEntries.isEmpty {
      let entry = filledEntries.removeFirst()
      let exits = orders.filter { $0.list == entry.list && $0.stage == .kept }
      orders.removeAll { exits.contains(identicalTo: $0) }
      for exit in exits {
        exit.arrival = now
        exit.age = nextCount()
        exit.stage = .arriving
      }
      use("\(exits.count) exits placed")
      let objections = exits.enumerated().map { index, exit in
        objection(to: exit, isKept: false, behind: exits[..<index])
      }
      guard objections.allSatisfy({ $0 == nil }) else {
        reject(exits, objections)
        continue
      }
      enter(exits)
    }
  }

  /// The first objection stands, and takes the others of the list with it.
  private func reject(_ list: [NaiveOrder], _ objections: [RejectReason?]) {
    let first = objections.firstIndex { $0 != nil }
    for (index, order) in list.enumerated() {
      order.stage = .ended
      let reason = index == first ? objections[index] ?? .other : .listEnded
      report(order, reason, as: EventBody.rejected)
    }
  }

  /// Rule 7 and acceptance for each, then each that lives goes to work.
  private func enter(_ list: [NaiveOrder]) {
    orders += list
    for order in list where order.stage == .arriving {
      if let shortfall = shortfall(order) {
        end(order, .expired, shortfall)
      } else {
        order.stage = order.terms.type.waitsForTrigger ? .waiting : .taking
        report(order, as: EventBody.accepted)
      }
    }
    for order in list where order.isAlive && order.stage != .kept { begin(order) }
  }

  private func begin(_ order: NaiveOrder) {
    order.takesPart = walk != nil
    guard order.stage == .waiting else { return trade(order) }
    order.age = nextCount()
    let reference = walk?.price ?? market(order.terms.instrument)?.reference(order.side, rule)
    if let reference { order.trail(reference) }
  }

  /// Takes what is there; the rest rests or ends. Under the candle rule everything rests first.
  func trade(_ order: NaiveOrder) {
    order.stage = .taking
    guard rule != .candle else { return rest(order) }
    take(order)
    guard order.isAlive else { return }
    order.mayRest ? rest(order) : end(order, .expired, .noLiquidity)
  }

  // MARK: Rules 1 to 6

  private func hasShape(_ list: [NaiveOrder]) -> Bool {
    let roles = list.map { $0.terms.list.role }
    let sides = list.map(\.side)
    guard list.allSatisfy({ $0.terms.instrument == list[0].terms.instrument }) else { return false }
    let lasting = list.filter(\.hasAlternative)
    guard lasting.allSatisfy({ $0.terms.type != .market && !$0.isImmediate }) else { return false }
    switch roles {
    case [ListRole.none], [ListRole.replacement]: return true
    case [.alternative, .alternative]: return sides[0] == sides[1]
    case [.entry, .exit], [.entry, .exit, .exit]:
      return sides.dropFirst().allSatisfy { $0 == sides[0].opposite }
    default: return false
    }
  }

  /// Rules 1 to 6; for an exit that is kept only 1 and 2.
  private func objection(
    to order: NaiveOrder, isKept: Bool, behind list: ArraySlice<NaiveOrder>
  ) -> RejectReason? {
    guard let market = market(order.terms.instrument) else { return .malformed }
    guard goTogether(order.terms, at: order.arrival) else { return .malformed }
    let before = list.filter { $0.terms.list.role == order.terms.list.role }
    let filter = objectionOfFilters(to: order.terms, amending: nil, behind: before)
    if let filter { return filter }
    guard !isKept else { return nil }
    if account == .spot, !canPay(order, market) { return .insufficientBalance }
    let reference = walk?.price ?? market.reference(order.side, rule)
    if order.terms.type.waitsForTrigger, order.terms.trailing == 0, let reference,
      order.isReached(by: reference)
    {
      return .wouldTrigger
    }
    if wouldMatch(order.terms) { return .wouldMatch }
    return !order.terms.type.waitsForTrigger && findsNothing(order) ? .noLiquidity : nil
  }

  private func goTogether(_ terms: OrderTerms, at arrival: Timestamp) -> Bool {
    let type = terms.type
    let force = terms.timeInForce
    let lasts = force == .goodTillCanceled || force == .goodTillDate
    if terms.quantity.lots <= 0 { return false }
    if type.hasLimit, terms.price.ticks <= 0 { return false }
    if type.waitsForTrigger, terms.trigger.ticks <= 0, terms.trailing == 0 { return false }
    if terms.trigger.ticks < 0 || (!type.waitsForTrigger && terms.trigger != .zero) { return false }
    if (force == .goodTillDate) != (terms.expirySeconds > 0) { return false }
    if terms.trailing > 0, !type.isStop || terms.trailing > 10_000 { return false }
    if terms.flags.contains(.inQuote) {
      guard type == .market, force != .fillOrKill, terms.list == .alone else { return false }
    }
    if terms.parts > 1, type != .limit || force != .goodTillCanceled { return false }
    if terms.flags.contains(.postOnly), type != .limit || !lasts { return false }
    if force == .goodTillDate, terms.expiry <= arrival { return false }
    return true
  }

  // MARK: Rules 5 and 6

  /// Rule 6: whether an order without a limit finds nobody to trade with.
  func findsNothing(_ order: NaiveOrder) -> Bool {
    guard rule != .candle, !order.terms.type.hasLimit else { return false }
    let levels = market(order.terms.instrument)?.touchable(to: order.side, rule) ?? []
    return levels.isEmpty && resting(order.terms.instrument, order.side.opposite).isEmpty
  }

  /// Rule 5: whether a post-only order would trade at once.
  func wouldMatch(_ terms: OrderTerms) -> Bool {
    guard terms.flags.contains(.postOnly), let market = market(terms.instrument) else {
      return false
    }
    let judge = NaiveOrder(.none, terms, arrival: now, age: 0)
    return market.touchable(to: terms.side, rule).contains { judge.accepts($0.price) }
      || resting(terms.instrument, terms.side.opposite).contains { judge.accepts($0.price) }
  }
}

extension [NaiveOrder] {
  func contains(identicalTo order: NaiveOrder) -> Bool { contains { $0 === order } }
}
