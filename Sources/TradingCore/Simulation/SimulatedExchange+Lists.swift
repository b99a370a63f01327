/// Orders that belong together: alternatives, an entry with its exits, and what the end of one does to
/// the others.
extension SimulatedExchange {
  /// Places the orders of a list that have all arrived, or none of them.
  mutating func placeList(_ list: ContiguousArray<RestingOrder>, at time: Timestamp) {
    let isSound = OrderListShape.isSound(count: list.count) { list[$0].terms }
    guard isSound else {
      for order in list { report(.rejected, order, .malformed, at: time) }
      return
    }
    let objections = list.indices.map { index in
      list[index].terms.list.role == .exit
        ? formObjection(to: list[index], in: ArraySlice(list[..<index]), at: time)
        : objection(to: list[index], in: ArraySlice(list[..<index]), at: time)
    }
    guard objections.allSatisfy({ $0 == nil }) else {
      return reject(list, objections, at: time)
    }
    if list[0].terms.list.role == .entry {
      placeEntry(list, at: time)
    } else {
      placeAlternatives(list, at: time)
    }
  }

  /// Rejects a whole list: the first order that breaks a rule for that, the others for the list.
  private mutating func reject(
    _ list: ContiguousArray<RestingOrder>, _ objections: [RejectReason?], at time: Timestamp
  ) {
    let broken = objections.firstIndex { $0 != nil }
    for index in list.indices {
      let reason = index == broken ? objections[index] : nil
      report(.rejected, list[index], reason ?? .listEnded, at: time)
    }
  }

  private mutating func placeAlternatives(
    _ list: ContiguousArray<RestingOrder>, at time: Timestamp
  ) {
    for order in list {
      report(.accepted, order, at: time)
      directory.insert(order)
    }
    for order in list where directory[order.id] != nil { enter(order, at: time) }
  }

  /// The entry goes to work; the exits are kept, and nothing is said of them.
  private mutating func placeEntry(_ list: ContiguousArray<RestingOrder>, at time: Timestamp) {
    for var order in list.dropFirst() {
      order.stage = .kept
      order.priority = nextPriority()
      directory.insert(order)
      markets[order.terms.instrument.index].kept.append(order)
    }
    let entry = list[0]
    if mustFillWhole(entry), let shortfall = shortfall(of: entry, at: time) {
      return end(entry, .expired, shortfall, at: time)
    }
    report(.accepted, entry, at: time)
    enter(entry, at: time)
  }

  /// Places the exits of entries that have filled whole.
  /// - Parameter candle: the number of the candle on whose path that was.
  mutating func placeExits(at time: Timestamp, onPathOf candle: UInt64 = 0) {
    while !armed.isEmpty {
      let entry = armed.removeFirst()
      var exits: ContiguousArray<RestingOrder> = []
      for offset in 1..<ListPlace.capacity {
        let id = OrderID(entry.raw &+ UInt64(offset))
        guard isExit(id, offset), let instrument = directory[id],
          var exit = markets[instrument.index].remove(id)
        else { continue }
        directory.remove(id)
        exit.stage = .arrived
        exit.since = time
        exit.born = candle
        exits.append(exit)
      }
      place(exits: exits, at: time)
    }
  }

  private func isExit(_ id: OrderID, _ offset: Int) -> Bool {
    directory.list(of: id).map { $0.role == .exit && $0.offset == offset } ?? false
  }

  private mutating func place(exits: ContiguousArray<RestingOrder>, at time: Timestamp) {
    let objections = exits.indices.map { index in
      formObjection(to: exits[index], in: ArraySlice(exits[..<index]), at: time)
        ?? marketObjection(to: exits[index])
    }
    guard objections.allSatisfy({ $0 == nil }) else {
      return reject(exits, objections, at: time)
    }
    placeAlternatives(exits, at: time)
  }

  // MARK: Ends

  /// Ends an order that is in no queue any more, with its report and what it means for its list.
  mutating func end(
    _ order: RestingOrder, _ kind: ReportKind, _ reason: RejectReason,
    at time: Timestamp
  ) {
    directory.remove(order.id)
    report(kind, order, reason, at: time)
    switch order.terms.list.role {
    case .alternative?: endOthers(of: order, kind, at: time)
    case .exit?:
      endOthers(of: order, kind, at: time)
    case .entry?:
      endOthers(of: order, kind == .canceled ? .canceled : .expired, at: time)
    case .none?, .replacement?, nil: break
    }
  }

  /// A fill or a trigger of one alternative ends the other.
  mutating func chooseAlternative(_ order: RestingOrder, at time: Timestamp) {
    guard order.terms.list.role == .alternative || order.terms.list.role == .exit else { return }
    endOthers(of: order, .expired, at: time)
  }

  /// Ends whatever else of an order's list is alive, in the order of the list.
  private mutating func endOthers(
    of order: RestingOrder, _ kind: ReportKind, at time: Timestamp
  ) {
    let first = order.id.raw &- UInt64(order.terms.list.offset)
    for offset in 0..<ListPlace.capacity where offset != order.terms.list.offset {
      let id = OrderID(first &+ UInt64(offset))
      guard let instrument = directory[id], directory.list(of: id)?.offset == offset else {
        continue
      }
      directory.remove(id)
      // Not found: an alternative that was accepted a moment ago and is not placed yet.
      _ = markets[instrument.index].remove(id)
      report(kind, id, instrument, .listEnded, at: time)
    }
  }
}
