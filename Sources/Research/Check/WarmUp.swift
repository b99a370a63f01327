/// Any start converges: once warm, and once of one mind with a run that began earlier, a strategy that
/// began later stays of that mind.

internal import TradingCore

struct WarmUp: Property {
  let name = "warm-up"
  let summary = "Begun anywhere, once warm and of one mind with the whole run, it stays so."
  let isRandom = true

  /// How many times the warm-up is waited for: exponential averages forget their start slowly.
  static let patience = 20

  func objection(to subject: CheckSubject) -> String? {
    if let objection = subject.objectionToSimulation { return objection }
    if subject.engine?.hasBooks == true { return "a signal does not say for which book it is" }
    let hasTargets = subject.events.contains { event in
      if case .signal(let signal) = event.body { signal.kind == .target } else { false }
    }
    return hasTargets ? nil : "it has no targets to compare"
  }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    var random = test.random(name)
    let market = subject.market
    let first = market.firstIndex { $0.event.kind.isMarket } ?? 0
    guard first < market.count else { return nil }
    let start = first + test.place(below: market.count - first, &random)
    let time = market[start].event.receiveTime
    let memory = EventMemory()
    let feed = PeriodFeed(
      ArrayFeed(market.map(\.event)), from: time, to: Timestamp(nanoseconds: .max))
    _ = try subject.engine?.simulate(subject.preamble, feed, into: memory)
    let whole = Minds(try subject.baseline())
    let late = Minds(memory.events)
    return WarmUp.parting(whole, late, from: late.time(ofBar: warmUp(subject)))
  }

  private func warmUp(_ subject: CheckSubject) -> Int {
    let bars = subject.engine?.warmUpBars ?? 0
    return bars <= (Int.max - 2) / WarmUp.patience ? bars * WarmUp.patience + 2 : .max
  }

  /// The first time after `start` at which the two part again.
  private static func parting(
    _ whole: Minds, _ late: Minds, from start: Timestamp?
  ) -> PropertyFailure? {
    guard let start else { return nil }
    let times = Set((whole.changes + late.changes).map(\.time)).filter { $0 >= start }.sorted()
    var areOne: Set<InstrumentID> = []
    for instrument in whole.instruments
    where whole.weight(instrument, at: start) == late.weight(instrument, at: start) {
      areOne.insert(instrument)
    }
    for time in times {
      for instrument in whole.instruments {
        let (before, after) = (
          whole.weight(instrument, at: time), late.weight(instrument, at: time)
        )
        if before == after {
          areOne.insert(instrument)
        } else if areOne.contains(instrument) {
          return PropertyFailure(
            at: whole.sequence(at: time), "not converged",
            "at \(time.iso8601) the whole run wants \(before) millionths, the one begun later "
              + "\(after), though they had agreed")
        }
      }
    }
    return nil
  }
}

/// What a run wanted over time: the last target of each instrument.
private struct Minds {
  struct Change {
    var time: Timestamp
    var sequence: Sequence64
    var instrument: InstrumentID
    var weight: Int32
  }

  private(set) var changes: [Change] = []
  private var barTimes: [Timestamp] = []

  init(_ events: [Event]) {
    var state = State()
    for (index, event) in events.enumerated() {
      reduce(&state, event)
      if event.kind.isMarket, event.body.instrument != .none,
        state.closedBar(event.body.instrument) != nil
      {
        barTimes.append(event.receiveTime)
      }
      guard case .signal(let signal) = event.body, signal.kind == .target else { continue }
      changes.append(
        Change(
          time: event.receiveTime, sequence: Sequence64(index) + 1, instrument: signal.instrument,
          weight: signal.weightMillionths))
    }
  }

  var instruments: [InstrumentID] { Set(changes.map(\.instrument)).sorted() }

  /// When the bar of a number closed, all instruments together; `nil` when it never did.
  func time(ofBar number: Int) -> Timestamp? {
    guard number < barTimes.count else { return nil }
    let bars = number * max(1, instruments.count)
    return bars < barTimes.count ? barTimes[bars] : nil
  }

  /// The target in force after a time; 0 before the first.
  func weight(_ instrument: InstrumentID, at time: Timestamp) -> Int32 {
    changes.last { $0.instrument == instrument && $0.time <= time }?.weight ?? 0
  }

  /// The last change up to a time.
  func sequence(at time: Timestamp) -> Sequence64 {
    changes.last { $0.time <= time }?.sequence ?? 1
  }
}
