/// Instruments that have nothing to do with each other: neither their numbers nor the order of their events
/// at one moment may matter to what is decided on each.

internal import TradingCore

/// Instruments with their numbers exchanged: each is traded as before.
struct PermutedInstruments: Property {
  let name = "permute-instruments"
  let summary = "With instruments numbered otherwise each is traded as before."

  func objection(to subject: CheckSubject) -> String? {
    if let objection = subject.objectionToSimulation { return objection }
    let count = subject.names.instruments.count { $0 != nil }
    if count < 2 { return "one instrument" }
    return count < subject.names.instruments.count ? "numbers are left out" : nil
  }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    let count = subject.names.instruments.count
    let numbers = InstrumentNumbers((0..<count).map { UInt16(count - 1 - $0) })
    let memory = EventMemory()
    _ = try subject.engine?.simulate(
      subject.preamble.map(numbers.applied),
      ArrayFeed(subject.market.map { numbers.applied(to: $0.event) }), into: memory)
    let (before, after) = (
      try subject.baseline(), memory.events.map(numbers.inverse.applied)
    )
    for index in 0..<count {
      let id = InstrumentID(UInt16(index))
      if let failure = DecisionTape.difference(
        DecisionTape(before, of: id), DecisionTape(after, of: id), "number",
        "instruments were numbered otherwise")
      {
        return failure
      }
    }
    return nil
  }
}

/// Events of different instruments at one moment, the other way round: what is wanted of each is the same.
/// What is ordered may differ, since both are paid from one account.
struct SwappedMoments: Property {
  let name = "swap-moments"
  let summary =
    "With events of one moment in another order, the targets of each instrument are the same."

  func objection(to subject: CheckSubject) -> String? {
    if let objection = subject.objectionToSimulation { return objection }
    if subject.names.instruments.count(where: { $0 != nil }) < 2 { return "one instrument" }
    return SwappedMoments.swapped(subject.market).count == 0 ? "no two events share a moment" : nil
  }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    let (facts, count) = SwappedMoments.swapped(subject.market)
    let (before, after) = (try subject.baseline(), try subject.rerun(facts))
    for index in subject.names.instruments.indices {
      let id = InstrumentID(UInt16(index))
      if let failure = DecisionTape.difference(
        DecisionTape(before, of: id).targets, DecisionTape(after, of: id).targets, "order",
        "\(count) pairs of events of one moment were swapped")
      {
        return failure
      }
    }
    return nil
  }

  /// Neighbours of one moment and two instruments the other way round, each message in one pair at most.
  private static func swapped(_ facts: [TapeFact]) -> (facts: [TapeFact], count: Int) {
    var (facts, index, count) = (facts, 0, 0)
    while index + 1 < facts.count {
      if isPair(facts[index].event, facts[index + 1].event) {
        facts.swapAt(index, index + 1)
        count += 1
        index += 1
      }
      index += 1
    }
    return (facts, count)
  }

  private static func isPair(_ first: Event, _ second: Event) -> Bool {
    let kinds: Set<EventKind> = [.trade, .quote, .candle]
    return kinds.contains(first.kind) && first.kind == second.kind
      && first.receiveTime == second.receiveTime
      && first.body.instrument != second.body.instrument
  }
}

extension DecisionTape {
  /// The targets alone.
  fileprivate var targets: DecisionTape {
    var tape = self
    tape.keep { entry in
      if case .signal(let signal) = entry.event.body { signal.kind == .target } else { false }
    }
    return tape
  }
}
