/// The run over a market that reached us damaged: it may trade otherwise, never against the rules.

internal import TradingCore

struct MutatedMarket: Property {
  let mutation: MarketMutation
  var name: String { "market-\(mutation.rawValue)" }
  var summary: String { mutation.summary }
  var isRandom: Bool { true }

  func objection(to subject: CheckSubject) -> String? { subject.objectionToSimulation }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    var random = test.random(name)
    let market = mutation.applied(to: subject.market, &random)
    let judge = JudgingSink(try subject.faultlessWatches().map { ($0.name, $0.make(subject)) })
    _ = try subject.engine?.simulate(subject.preamble, ArrayFeed(market.map(\.event)), into: judge)
    guard let failure = judge.fold.failure else { return nil }
    return PropertyFailure(
      at: failure.sequence, failure.name, failure.detail, witness: try subject.rerun(market))
  }
}

extension CheckSubject {
  /// Everything that must hold of any simulated journal of this kind, and does of this one's run: what fails
  /// in it as it is, no damage to its market is to blame for.
  fileprivate func faultlessWatches() throws -> [Watched] {
    try faultlessMemory.value {
      let run = try remade(try baseline())
      return try PropertyList.watched.filter { watch in
        guard watch.objection(to: self) == nil else { return false }
        return try watch.failure(of: run, CheckCase(seed: 0, index: 0, count: 1)) == nil
      }
    }
  }
}

/// Judges a run's events as they come and keeps none of them.
private final class JudgingSink: BatchSink {
  private(set) var fold: WatchedFold

  init(_ watches: [(name: String, watch: any StateWatch)]) { fold = WatchedFold(watches) }

  func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    for event in batch.events where fold.failure == nil { fold.take(event) }
  }
}
