/// A journal's run once more: on the same facts, or on others that stand in their place.

internal import TradingCore

extension CheckSubject {
  /// What may be changed of a run: the market of a simulated one, all facts of a live one.
  var changeable: [TapeFact] { origin == .simulated ? market : facts }

  /// Runs over `facts`, behind a simulated exchange where the journal's run was.
  /// - Returns: the journal of that run.
  /// - Throws: `EngineFault` when it ends early.
  func rerun(_ facts: [TapeFact]) throws -> [Event] {
    guard let engine else { return facts.map(\.event) }
    if origin == .simulated {
      let memory = EventMemory()
      _ = try engine.simulate(preamble, ArrayFeed(facts.map(\.event)), into: memory)
      return memory.events
    }
    let tape = FactTape(facts, OrderOrigin.all(in: events))
    _ = try engine.follow(tape)
    return tape.events
  }

  /// The journal as a run of all its facts makes it now: made once, for all cases.
  func baseline() throws -> [Event] {
    try baselineMemory.value { try rerun(changeable) }
  }

  /// Where, in the journal of a run, the decisions on the first `count` changeable facts end.
  func end(of run: [Event], after count: Int) -> Int {
    var (index, told) = (origin == .simulated ? preambleCount : 0, 0)
    while index < run.count, told < count {
      let body = run[index].body
      if origin == .simulated ? CheckSubject.isOfMarket(body) : body.isFact { told += 1 }
      index += 1
    }
    while index < run.count, !run[index].isFact { index += 1 }
    return index
  }
}

/// Keeps the events of a run.
final class EventMemory: BatchSink {
  private(set) var events: [Event] = []

  func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    events.append(contentsOf: batch.events)
  }
}
