/// What is known of a run without knowing what is right: a change of its market whose effect on the run
/// can be foretold.

internal import TradingCore

/// News that nobody decides on, between any two moments: no decision changes. Within a moment it would part
/// candles that close together, which a simulated exchange takes as one.
struct Heartbeats: Property {
  let name = "heartbeats"
  let summary = "News that says nothing, between any two moments, changes no decision."
  let isRandom = true

  func objection(to subject: CheckSubject) -> String? { subject.objectionToSimulation }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    var random = test.random(name)
    let share = [0.001, 0.03, 0.5][Int(random.below(3))]
    var count = 0
    var facts: [TapeFact] = []
    let market = subject.market
    for (index, fact) in market.enumerated() {
      facts.append(fact)
      let time = fact.event.receiveTime
      let isEndOfMoment = index + 1 == market.count || market[index + 1].event.receiveTime > time
      guard fact.event.kind.isMarket, isEndOfMoment, random.chance(share) else { continue }
      count += 1
      let nothing = Notice(.ignoredMessages, count: 0)
      facts.append(
        TapeFact(fact.sequence, Event(receiveTime: time, .notice(nothing))))
    }
    return DecisionTape.difference(
      DecisionTape(try subject.baseline()), DecisionTape(try subject.rerun(facts)), "heartbeat",
      "\(count) notices that say nothing were added")
  }
}

/// The feed in batches of any size: the same journal.
struct SplitBlocks: Property {
  let name = "split-blocks"
  let summary = "Fed in batches of other sizes the run writes the same journal."
  let isRandom = true

  func objection(to subject: CheckSubject) -> String? { subject.objectionToSimulation }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    let feed = SplitFeed(subject.market.map(\.event), test.random(name))
    let memory = EventMemory()
    _ = try subject.engine?.simulate(subject.preamble, feed, into: memory)
    let before = try subject.baseline()
    return Rerun.firstDifference(before, memory.events).map { place in
      PropertyFailure(
        at: Sequence64(place) + 1, "split",
        "fed in other batches \(EventWords.name(before, place)) became "
          + EventWords.name(memory.events, place))
    }
  }
}

/// Events in batches of random sizes.
private final class SplitFeed: Feed {
  private let events: [Event]
  private var random: RandomSource
  private var position = 0

  init(_ events: [Event], _ random: RandomSource) {
    (self.events, self.random) = (events, random)
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.removeAll()
    batch.firstSequence = Sequence64(position) + 1
    let most = random.chance(0.5) ? 3 : Int64(EventBatch.capacity)
    let end = min(events.count, position + Int(random.integer(in: 1...most)))
    batch.events.append(contentsOf: events[position..<end])
    position = end
    return !batch.isEmpty
  }
}

/// Other names for instruments, assets and venues: nothing changes but the names.
struct RenamedSymbols: Property {
  let name = "rename-symbols"
  let summary = "With other names for instruments and assets the run is the same but for them."

  func objection(to subject: CheckSubject) -> String? { subject.objectionToSimulation }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    let before = try subject.baseline()
    let after = try subject.rerun(
      subject.market.map { TapeFact($0.sequence, RenamedSymbols.renamed($0.event)) })
    let renamed =
      before.prefix(subject.preambleCount)
      + before.dropFirst(subject.preambleCount).map(RenamedSymbols.renamed)
    return Rerun.firstDifference(renamed, after).map { place in
      PropertyFailure(
        at: Sequence64(place) + 1, "name",
        "under another name \(EventWords.name(before, place)) became "
          + EventWords.name(after, place))
    }
  }

  /// Letters and digits turned round; the text stays as long as it was.
  private static func renamed(_ event: Event) -> Event {
    guard case .text(let text) = event.body,
      [.instrument, .asset, .venue].contains(text.subject)
    else { return event }
    let other = text.utf8.map { byte in
      byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
        ? UInt8(ascii: "A") + UInt8(ascii: "Z") - byte : byte
    }
    var event = event
    event.body = .text(
      Text(subject: text.subject, id: text.id, utf8: other[...], flags: text.flags))
    return event
  }
}
