/// Requests that take longer: nothing is known or decided earlier for it.

internal import TradingCore

struct AddedLatency: Property {
  let name = "added-latency"
  let summary =
    "Slower requests: the same decisions up to the first report, and no report too soon."
  let isRandom = true

  func objection(to subject: CheckSubject) -> String? {
    if let objection = subject.objectionToSimulation { return objection }
    var (rule, hasLatency) = (Int64(-1), false)
    for event in subject.preamble {
      guard case .configure(let change) = event.body else { continue }
      if change.setting == .fillRule { rule = change.value }
      if change.setting == .latency { hasLatency = true }
    }
    let knowsLatency = UInt8(exactly: rule).flatMap(FillRule.init)?.hasLatency ?? false
    if !knowsLatency { return "its fills know no latency" }
    let hasTable = subject.preamble.contains { $0.kind == .latency }
    if hasTable { return "latencies come from a table" }
    return hasLatency ? nil : "it says nothing of latency"
  }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    var random = test.random(name)
    let added = random.integer(in: 0...5_000_000_000)
    var total: Int64 = 0
    let preamble = subject.preamble.map { event -> Event in
      guard case .configure(var change) = event.body, change.setting == .latency else {
        return event
      }
      change.value += added
      total = change.value
      var event = event
      event.body = .configure(change)
      return event
    }
    let memory = EventMemory()
    _ = try subject.engine?.simulate(
      preamble, ArrayFeed(subject.market.map(\.event)), into: memory)
    let before = try subject.baseline()
    let changed = preamble.firstIndex { event in
      if case .configure(let change) = event.body { change.setting == .latency } else { false }
    }
    return AddedLatency.parting(before, memory.events, added, except: changed)
      ?? AddedLatency.tooSoon(memory.events, total)
  }

  /// The first difference before any report of the base run; the setting itself is one.
  private static func parting(
    _ before: [Event], _ after: [Event], _ added: Int64, except changed: Int?
  ) -> PropertyFailure? {
    let end = before.firstIndex { $0.body.reportedOrder != nil } ?? before.count
    for place in 0..<end where place != changed {
      if place < after.count, before[place] == after[place] { continue }
      return PropertyFailure(
        at: Sequence64(place) + 1, "sooner",
        "\(added) ns were added, and before the first report \(EventWords.name(before, place)) "
          + "became \(EventWords.name(after, place))")
    }
    return nil
  }

  /// The first report that is back before a request could have been there and back.
  private static func tooSoon(_ events: [Event], _ leg: Int64) -> PropertyFailure? {
    var sent: [OrderID: Timestamp] = [:]
    for (index, event) in events.enumerated() {
      if case .order = event.body { sent[OrderID(Sequence64(index) + 1)] = event.receiveTime }
      guard let order = event.body.reportedOrder, let time = sent.removeValue(forKey: order) else {
        continue
      }
      let took = event.receiveTime - time
      guard took.nanoseconds < 2 * leg else { continue }
      return PropertyFailure(
        at: Sequence64(index) + 1, "too soon",
        "order \(order.raw) has its first report after \(took.nanoseconds) ns, both legs take "
          + "\(2 * leg)")
    }
    return nil
  }
}
