/// Properties on runs that are right, and on runs with one thing wrong.
import Testing

@testable import Research
@testable import TradingCore

@Suite("Properties of journals")
struct CheckTests {
  @Test(
    "every property holds for every strategy on random markets",
    arguments: ["ema-cross", "mean-reversion", "breakout", "buy-and-hold"],
    [FillRule.candle, .sameEvent])
  func holds(strategy: String, rule: FillRule) throws {
    for seed in UInt64(1)...2 {
      let subject = try CheckFixture.subject(of: strategy, rule: rule, seed: seed)
      #expect(subject.events.contains { $0.kind == .fill })
      for result in try CheckFixture.verdicts(subject) {
        if case .fails(let failure, let place) = result.verdict {
          Issue.record("seed \(seed), case \(place): \(result.name): \(failure)")
        }
      }
    }
  }

  @Test("the answer is the same for any number of threads, and twice")
  func threads() throws {
    let engine = CheckFixture.engine { CentredAverage(of: $0) }
    let subject = try CheckFixture.subject(engine, count: 80)
    let one = try CheckFixture.verdicts(subject, cases: 3, jobs: 1)
    for jobs in [1, 2, 5] {
      #expect(try CheckFixture.verdicts(subject, cases: 3, jobs: jobs) == one)
    }
    #expect(one.contains { if case .fails = $0.verdict { true } else { false } })
  }

  @Test("where a strategy is set anew behind the head, nothing is said of what decides by the head")
  func setAnew() throws {
    let subject = try CheckFixture.subject(of: "mean-reversion")
    #expect(subject.objectionToRerun == nil)
    var events = subject.events
    let change = Configure(.strategyParameter, value: 0, place: 0, book: BookID(0))
    events.insert(Event(receiveTime: events[60].receiveTime, .configure(change)), at: 60)
    let forked = try CheckSubject(events)
    let reason = "its strategy was set anew at sequence 61"
    #expect(Rederives().objection(to: forked) == reason)
    #expect(Resimulates().objection(to: forked) == reason)
  }

  @Test("the canary fails on every journal")
  func canary() throws {
    for strategy in ["observer", "ema-cross"] {
      let subject = try CheckFixture.subject(of: strategy, count: 5)
      let result = try CheckFixture.verdicts(subject, [PropertyList.canary])[0]
      #expect(result.cases == 1)
      guard case .fails(let failure, _) = result.verdict else {
        Issue.record("the canary holds")
        continue
      }
      #expect(failure.sequence == Sequence64(subject.events.count))
    }
  }

  @Test("every property has a name of its own, and says what it says")
  func names() {
    let names = PropertyList.all.map(\.name)
    #expect(Set(names).count == names.count && !names.contains("canary"))
    for property in PropertyList.all {
      #expect(PropertyList.named(property.name)?.summary == property.summary)
      #expect(property.summary.hasSuffix("."))
    }
  }

  @Test("facts alone are asked for their form, and the rest is said to be n/a")
  func factsOnly() throws {
    let subject = try CheckSubject(CheckFixture.market(seed: 1, count: 20))
    #expect(subject.origin == .facts)
    for result in try CheckFixture.verdicts(subject) {
      switch result.verdict {
      case .holds: #expect(result.cases > 0)
      case .notApplicable(let reason): #expect(!reason.isEmpty)
      case .fails: Issue.record("\(result)")
      }
    }
  }

  @Test("a property and an invariant of one's own are asked like all others")
  func own() throws {
    struct FewOrders: Property {
      let name = "few-orders"
      let summary = "There are at most three orders."
      func failure(of subject: CheckSubject, _ test: CheckCase) -> PropertyFailure? {
        let orders = subject.events.indices.filter { subject.events[$0].kind == .order }
        guard orders.count > 3 else { return nil }
        return PropertyFailure(at: Sequence64(orders[3]) + 1, "orders", "a fourth order")
      }
    }
    let solvent = Invariant("solvent", "Equity is never above zero.") { state, _ in
      state.account.equity > .zero ? "it is" : nil
    }
    let subject = try CheckFixture.subject(of: "ema-cross")
    let results = try CheckFixture.verdicts(subject, [FewOrders(), solvent.property])
    #expect(
      results.allSatisfy { if case .fails = $0.verdict { true } else { false } }, "\(results)")
  }

  /// A change of a journal that one property must see.
  private func expectFailure(
    _ name: String, _ kind: String, _ change: (inout [Event]) throws -> Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var events = try CheckFixture.subject(of: "ema-cross").events
    let place = try change(&events)
    let property = try #require(PropertyList.named(name))
    let result = try CheckFixture.verdicts(try CheckSubject(events), [property])[0]
    guard case .fails(let failure, _) = result.verdict else {
      Issue.record("\(name) does not see it", sourceLocation: sourceLocation)
      return
    }
    #expect(
      failure.sequence == Sequence64(place) + 1 && failure.kind == kind, "\(failure)",
      sourceLocation: sourceLocation)
  }

  @Test("a fee that is one unit off is named with the fee that is due")
  func fee() throws {
    try expectFailure("fees", "fee") { events in
      let place = try #require(events.lastIndex { $0.kind == .fill })
      guard case .fill(var fill) = events[place].body else { return 0 }
      fill.fee += 1
      events[place].body = .fill(fill)
      return place
    }
  }

  @Test("a decision that is not the strategy's is named")
  func decision() throws {
    try expectFailure("re-derives", "diverged") { events in
      let place = try #require(events.firstIndex { $0.kind == .signal })
      guard case .signal(var signal) = events[place].body else { return 0 }
      signal.weightMillionths -= 1
      events[place].body = .signal(signal)
      return place
    }
  }

  @Test("a fill that is not the simulated exchange's is named")
  func fill() throws {
    try expectFailure("re-simulates", "other journal") { events in
      let place = try #require(events.firstIndex { $0.kind == .fill })
      guard case .fill(var fill) = events[place].body else { return 0 }
      fill.price.ticks += 1
      events[place].body = .fill(fill)
      return place
    }
  }

  @Test("a cause that is no fact, and a message without its end, are named")
  func structure() throws {
    try expectFailure("structure", "cause") { events in
      let place = try #require(events.firstIndex { $0.kind == .order })
      guard case .order(var order) = events[place].body else { return 0 }
      order.cause -= 1
      events[place].body = .order(order)
      return place
    }
    try expectFailure("structure", "message") { events in
      let place = try #require(events.firstIndex { $0.kind == .text })
      guard case .text(var text) = events[place].body else { return 0 }
      text.flags.remove(.last)
      events[place].body = .text(text)
      return place + 1
    }
  }

  @Test("a report that cannot follow is named, by a table of all of them")
  func orderLife() throws {
    // Behind `accepted`, the order works: none of these may follow.
    let reports: [(OrderReport) -> EventBody] = [
      EventBody.rejected, EventBody.sendFailed,
    ]
    for report in reports {
      try expectFailure("order-life", "life cycle") { events in
        let place = try #require(events.firstIndex { $0.kind == .accepted })
        guard case .accepted(let accepted) = events[place].body else { return 0 }
        events.insert(
          Event(receiveTime: events[place].receiveTime, report(accepted)), at: place + 1)
        return place + 1
      }
    }
    try expectFailure("order-life", "stranger") { events in
      let place = try #require(events.firstIndex { $0.kind == .accepted })
      guard case .accepted(var accepted) = events[place].body else { return 0 }
      accepted.order = OrderID(1)
      events[place].body = .accepted(accepted)
      return place
    }
  }
}
