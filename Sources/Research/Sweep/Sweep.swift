/// Many runs over one source: each is the run that `replay` makes of the same scenario, event for
/// event, but they read the source together and keep figures instead of a journal and tables.

internal import Journal
internal import Synchronization
public import TradingCore

/// The runs of a sweep over one reading of their source.
public enum Sweep {
  /// Runs them all to the end of the feed.
  /// - Parameters:
  ///   - plans: one for each run; all of the same source.
  ///   - feed: the source's facts, read once.
  ///   - workers: how many go at a time; the outcomes are the same for any number.
  /// - Returns: what each run left, in the order of the plans; the error of those that did
  ///   not get to their end.
  /// - Throws: `EngineFault` when the feed cannot be read or is stopped, `JournalError` when the system
  ///   gives no thread. O(plans) memory beyond one batch.
  public static func run(
    _ plans: [RunPlan], over feed: any Feed, workers: Int
  ) throws -> [Result<TrialOutcome, any Error>] {
    let shared = SharedFeed(feed, runs: plans.count, workers: workers)
    let outcomes = Outcomes(plans.count)
    var threads: [ThreadHandle] = []
    defer { for thread in threads { thread.join() } }
    do {
      for index in plans.indices {
        threads.append(try start(plans[index], index, shared, outcomes))
      }
    } catch {
      shared.abandon(from: threads.count, .source("a run of the sweep got no thread"))
      throw error
    }
    shared.begin()
    for thread in threads { thread.join() }
    threads = []
    if let fault = shared.fault { throw fault }
    return outcomes.found
  }

  private static func start(
    _ plan: RunPlan, _ index: Int, _ shared: SharedFeed, _ outcomes: Outcomes
  ) throws(JournalError) -> ThreadHandle {
    try startThread {
      shared.awaitTurn(of: index)
      outcomes.set(Result { try run(plan, over: shared.feed(of: index)) }, at: index)
      shared.leave(index)
    }
  }

  private static func run(_ plan: RunPlan, over feed: any Feed) throws -> TrialOutcome {
    let watcher = CurveWatcher()
    let setup = RunSetup(
      feed: feed, preamble: plan.preamble, journal: NullSink(), watcher: watcher)
    let outcome = try plan.strategies.backtest(setup)
    return TrialOutcome(
      metrics: outcome.state.metrics.summary, fingerprint: outcome.state.fingerprint,
      capital: outcome.state.metrics.capital.approximate, curve: watcher.curve)
  }
}

/// Where the threads of a sweep leave what they found.
private final class Outcomes: Sendable {
  private let all: Mutex<[Result<TrialOutcome, any Error>?]>

  init(_ count: Int) { all = Mutex(Array(repeating: nil, count: count)) }

  func set(_ outcome: Result<TrialOutcome, any Error>, at index: Int) {
    all.withLock { $0[index] = outcome }
  }

  var found: [Result<TrialOutcome, any Error>] { all.withLock { $0.compactMap { $0 } } }
}
