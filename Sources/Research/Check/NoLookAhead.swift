/// Nobody knows the future: what was decided up to a moment is decided again when everything after it is
/// cut off, or is other than it was.

internal import TradingCore

struct NoLookAhead: Property {
  enum Way: String {
    case cut, changed
  }

  let way: Way
  var isRandom: Bool { true }
  var name: String { way == .cut ? "no-look-ahead" : "no-foresight" }

  var summary: String {
    way == .cut
      ? "With the future cut off, all decisions up to the cut are the same."
      : "With other prices in the future, all decisions up to there are the same."
  }

  init(_ way: Way) { self.way = way }

  func objection(to subject: CheckSubject) -> String? {
    if let objection = subject.origin == .live
      ? subject.objectionToRerun : subject.objectionToSimulation
    {
      return objection
    }
    return Horizon(of: subject).cuts.isEmpty
      ? "no moment parts what is known from what is not" : nil
  }

  /// Moments of a case: whoever looks ahead need not do so everywhere.
  private var moments: Int { way == .cut ? 4 : 2 }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    var random = test.random(name)
    let facts = subject.changeable
    for cut in cuts(of: subject, facts, test, &random) {
      for future in futures(facts[cut...]) {
        let other = Array(facts[..<cut]) + future
        let (before, after) = (try subject.baseline(), try subject.rerun(other))
        let (end, found) = (subject.end(of: before, after: cut), subject.end(of: after, after: cut))
        let place = Rerun.firstDifference(before.prefix(end), after.prefix(found))
        if let place { return failure(at: place, before, after, known: facts[cut - 1].sequence) }
      }
    }
    return nil
  }

  /// Where to part: everywhere, where there are few moments; else anywhere, and every other time where
  /// something was decided, since whoever looks ahead decides on what he sees there.
  private func cuts(
    of subject: CheckSubject, _ facts: [TapeFact], _ test: CheckCase, _ random: inout RandomSource
  ) -> [Int] {
    let cuts = Horizon(of: subject).cuts
    let first = test.index * moments
    if cuts.count <= test.count * moments {
      return Array(cuts.dropFirst(first).prefix(moments))
    }
    let events = subject.events
    let decided = cuts.filter { cut in
      let next = Int(facts[cut - 1].sequence)
      return next < events.count && !events[next].isFact
    }
    return (0..<moments).map { number in
      let choice = number % 2 == 0 || decided.isEmpty ? cuts : decided
      return choice[Int(random.below(UInt64(choice.count)))]
    }
  }

  /// What comes instead: nothing, or other prices, higher and lower ones.
  private func futures(_ rest: ArraySlice<TapeFact>) -> [[TapeFact]] {
    guard way == .changed else { return [[]] }
    return [PriceScale(3, over: 2), PriceScale(1, over: 2)].map { scale in
      rest.map { TapeFact($0.sequence, scale.applied(to: $0.event)) }
    }
  }

  private func failure(
    at place: Int, _ before: [Event], _ after: [Event], known: Sequence64
  ) -> PropertyFailure {
    PropertyFailure(
      at: Sequence64(place) + 1, "look-ahead",
      "the future after sequence \(known) was \(way == .cut ? "cut off" : "changed"), and before it "
        + "\(EventWords.name(before, place)) became \(EventWords.name(after, place))")
  }
}

/// Where what is known can be parted from what is not: between two messages, the second of which nobody
/// could have seen before the first was received.
struct Horizon {
  /// How many changeable facts are before each such place.
  private(set) var cuts: [Int] = []

  init(of subject: CheckSubject) {
    let facts = subject.changeable
    let feed = Horizon.longestFeed(subject.preamble)
    let isSimulated = subject.origin == .simulated
    var seen = [Timestamp](repeating: .distantFuture, count: facts.count + 1)
    for index in facts.indices.reversed() {
      seen[index] = min(seen[index + 1], Horizon.firstSight(of: facts[index].event) - feed)
    }
    var latest = Timestamp.distantPast
    for index in facts.indices {
      let event = facts[index].event
      latest = max(latest, event.receiveTime)
      let isBetween = !event.body.isInsideRun && index + 1 < facts.count
      guard isBetween, event.kind.isMarket else { continue }
      if !isSimulated || seen[index + 1] >= latest { cuts.append(index + 1) }
    }
  }

  /// When an exchange can first know something of an event: of a candle, its open.
  private static func firstSight(of event: Event) -> Timestamp {
    guard case .candle(let candle) = event.body else { return event.receiveTime }
    return min(event.start(of: candle), event.receiveTime)
  }

  /// The longest that news takes from the exchange to us.
  private static func longestFeed(_ preamble: [Event]) -> Interval {
    preamble.reduce(.zero) { longest, event in
      if case .latency(let row) = event.body { max(longest, row.feed) } else { longest }
    }
  }
}
