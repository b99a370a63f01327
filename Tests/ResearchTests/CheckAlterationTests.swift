/// A journal with one decision, or one fill, that its facts do not give: it becomes a small journal in which
/// all follows from the facts but the same decision, which is wrong in the same way.
import Testing

@testable import Research
@testable import TradingCore

@Suite("Journals that are altered in one place shrink to small ones, altered alike")
struct CheckAlterationTests {
  private typealias Change = @Sendable (inout [Event]) throws -> Void

  /// Changes the last event of a kind.
  private static func last(
    _ kind: EventKind, _ change: @escaping @Sendable (inout EventBody) -> Void
  ) -> Change {
    { events in
      let place = try #require(events.lastIndex { $0.kind == kind })
      change(&events[place].body)
    }
  }

  private struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var property: String
    var about: String
    var strategy = "ema-cross"
    var change: Change
    var testDescription: String { name }
  }

  private static let cases: [Case] = [
    Case(
      name: "an order one lot larger", property: "re-derives", about: "order: quantity",
      change: last(.order) { body in
        guard case .order(var order) = body else { return }
        order.terms.quantity.lots += 1
        body = .order(order)
      }),
    Case(
      name: "a signal that wants a little less", property: "re-derives",
      about: "signal: weightMillionths", strategy: "buy-and-hold",
      change: last(.signal) { body in
        guard case .signal(var signal) = body else { return }
        signal.weightMillionths -= 7
        body = .signal(signal)
      }),
    Case(
      name: "an order of the other side", property: "re-derives", about: "order: side",
      change: last(.order) { body in
        guard case .order(var order) = body else { return }
        order.terms.side = order.terms.side == .buy ? .sell : .buy
        body = .order(order)
      }),
    Case(
      name: "a fee one unit higher", property: "re-simulates", about: "fill: fee",
      change: last(.fill) { body in
        guard case .fill(var fill) = body else { return }
        fill.fee += 1
        body = .fill(fill)
      }),
    Case(
      name: "a fill one tick higher", property: "re-simulates", about: "fill: price",
      change: last(.fill) { body in
        guard case .fill(var fill) = body else { return }
        fill.price.ticks += 1
        body = .fill(fill)
      }),
    Case(
      name: "an order that nobody decided", property: "re-derives",
      about: "order for nothing",
      change: { events in
        let candle = try #require(events.lastIndex { $0.kind == .candle })
        guard
          case .order(var order) = events[try #require(events.lastIndex { $0.kind == .order })].body
        else { return }
        order.cause = Sequence64(candle)
        let place = try #require(events[..<candle].lastIndex { $0.kind == .candle })
        order.cause = Sequence64(place) + 1
        events.insert(
          Event(receiveTime: events[place].receiveTime, .order(order)), at: place + 1)
      }),
    Case(
      name: "an order that is not there", property: "re-derives", about: "accepted for order",
      change: { events in
        events.remove(at: try #require(events.lastIndex { $0.kind == .order }))
      }),
  ]

  @Test("the same property fails in the same way in at most twenty events", arguments: cases)
  private func shrinks(_ example: Case) throws {
    var events = try CheckFixture.subject(of: example.strategy).events
    try example.change(&events)
    let property = try #require(PropertyList.named(example.property))
    let clock = ContinuousClock()
    let start = clock.now
    var shrinker = Shrinker(property, seed: 1, cases: 2) { _, _ in
      clock.now - start < .seconds(60)
    }
    let shrunk = try shrinker.shrink(try CheckSubject(events))
    #expect(!shrunk.isOutOfTime)
    let count = shrunk.subject.events.count
    #expect(count <= 20, "\(shrunk.story.prefix(4_000))")
    #expect(shrunk.failure.about == example.about, "\(shrunk.failure)")
    let first = try CheckFixture.verdicts(try CheckSubject(events), [property])[0]
    guard case .fails(let failure, _) = first.verdict else {
      Issue.record("\(example.name) holds")
      return
    }
    #expect(failure.isLike(shrunk.failure))
    try expectRest(of: shrunk, example)
  }

  /// Without the altered event, what is left is a run that re-derives up to there.
  private func expectRest(of shrunk: ShrunkJournal, _ example: Case) throws {
    let place = Int(shrunk.failure.sequence) - 1
    let head = try CheckSubject(Array(shrunk.subject.events[..<place]))
    guard head.engine != nil, let property = PropertyList.named("re-derives") else { return }
    let verdict = try CheckFixture.verdicts(head, [property])[0].verdict
    if case .fails(let failure, _) = verdict {
      #expect(failure.about.hasPrefix("nothing for"), "\(example.name): \(failure)")
    }
  }

  @Test("a live journal's decision that is off shrinks alike")
  func live() throws {
    let run = try CheckFixture.subject(of: "ema-cross")
    var facts = run.facts
    let account = EventBody.connected(ConnectionReport(venue: 0, stream: .account))
    facts.insert(TapeFact(0, CheckFixture.at(0, account)), at: run.preambleCount)
    let tape = FactTape(facts, OrderOrigin.all(in: run.events))
    _ = try #require(run.engine).follow(tape)
    var events = tape.events
    let place = try #require(events.lastIndex { $0.kind == .order })
    guard case .order(var order) = events[place].body else { return }
    order.terms.quantity.lots += 1
    events[place].body = .order(order)
    let property = try #require(PropertyList.named("re-derives"))
    var shrinker = Shrinker(property, seed: 1, cases: 1) { _, _ in true }
    let shrunk = try shrinker.shrink(try CheckSubject(events))
    #expect(shrunk.failure.about == "order: quantity" && shrunk.subject.events.count <= 20)
    #expect(shrunk.subject.origin == .live)
  }

  @Test("a failure that differs in another field is another one")
  func likeness() {
    let failure = PropertyFailure(at: 3, "diverged", about: "order: quantity", "1 for 2")
    #expect(failure.isLike(PropertyFailure(at: 9, "diverged", about: "order: quantity", "5 for 6")))
    #expect(!failure.isLike(PropertyFailure(at: 3, "diverged", about: "order: price", "1 for 2")))
    #expect(!failure.isLike(PropertyFailure(at: 3, "other", about: "order: quantity", "1 for 2")))
  }
}
