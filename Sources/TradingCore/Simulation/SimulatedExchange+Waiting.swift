/// What waits: triggers that the reference price sets off, and dates that come.
extension SimulatedExchange {
  /// Looks at the waiting orders of an instrument after its reference price may have changed, oldest
  /// first.
  mutating func trigger(_ index: Int) {
    guard !markets[index].waiting.isEmpty else { return }
    var place = 0
    while place < markets[index].waiting.count {
      let side = markets[index].waiting[place].side
      if let reference = markets[index].reference(side, rule) {
        markets[index].waiting[place].trail(reference)
        let order = markets[index].waiting[place]
        if order.isSetOff(by: reference) {
          markets[index].waiting.remove(at: place)
          setOff(order, at: clock)
          placeExits(at: clock)
          place = markets[index].waiting.firstIndex { $0.priority > order.priority } ?? .max
          continue
        }
      }
      place += 1
    }
  }

  /// A trigger was reached: the order takes and rests as if it arrived now.
  mutating func setOff(_ waiting: RestingOrder, at time: Timestamp) {
    var order = waiting
    report(.triggered, order, at: time)
    chooseAlternative(order, at: time)
    order.stage = .arrived
    order.priority = nextPriority()
    if let objection = workObjection(to: order) {
      return end(order, .expired, objection, at: time)
    }
    if order.terms.timeInForce == .fillOrKill, rule != .candle,
      let shortfall = shortfall(of: order, at: time)
    {
      return end(order, .expired, shortfall, at: time)
    }
    work(order, at: time)
  }

  /// Ends the good-till-date orders whose time is up, earliest expiry first, then oldest.
  mutating func expire(by time: Timestamp) {
    while nextExpiry <= time, nextExpiry < .distantFuture {
      let due = nextExpiry
      while let order = oldest(endingBy: due) {
        _ = markets[order.terms.instrument.index].remove(order.id)
        end(order, .expired, .expiredByDate, at: due)
      }
      nextExpiry = earliestExpiry
    }
  }

  private func oldest(endingBy due: Timestamp) -> RestingOrder? {
    var oldest: RestingOrder?
    forEachDated { order in
      guard order.terms.expiry <= due else { return }
      if let found = oldest, found.priority < order.priority { return }
      oldest = order
    }
    return oldest
  }

  private var earliestExpiry: Timestamp {
    var earliest = Timestamp.distantFuture
    forEachDated { earliest = min(earliest, $0.terms.expiry) }
    return earliest
  }

  private func forEachDated(_ body: (RestingOrder) -> Void) {
    for index in markets.indices where !markets[index].isEmpty {
      markets[index].forEachLive { order in
        if !order.terms.expiry.isNone, order.stage != .kept { body(order) }
      }
    }
  }
}
