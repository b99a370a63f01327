/// One reading of a feed for many runs at once: a batch is decoded, every run goes through it, then the
/// next is. A sweep so costs one decoding and the memory of one batch, however long the journal is.
///
/// A run asks its feed for facts and knows of nothing else; so each stands on a thread of its own, and
/// where it asks it waits: for the others to be through with the batch, and for a free worker. Which
/// run goes first is the machine's affair, and none of them can see it.

internal import Journal
internal import TradingCore

/// The reading that runs share.
final class SharedFeed: Sendable {
  private let hall: Monitor<Hall>
  private let gates: [Monitor<Bool>]

  /// - Parameters:
  ///   - feed: read by one run at a time, on whatever thread.
  ///   - runs: how many read along.
  ///   - workers: how many of them go at a time, at least 1.
  init(_ feed: any Feed, runs: Int, workers: Int) {
    hall = Monitor(Hall(feed, runs: runs, workers: workers))
    gates = (0..<runs).map { _ in Monitor(false) }
  }

  /// The feed of run `index`, which may be asked once.
  func feed(of index: Int) -> any Feed { RunFeed(self, index) }

  /// Why the reading ended before the feed did.
  var fault: EngineFault? { hall.read { $0.fault } }

  /// Lets the first runs go.
  func begin() { call(hall.update { $0.nextRuns() }) }

  /// Returns when run `index` may begin.
  func awaitTurn(of index: Int) {
    gates[index].wait { (isCalled: inout Bool) -> Void? in
      guard isCalled else { return nil }
      isCalled = false
      return ()
    }
  }

  /// Ends the reading with `fault` for all runs before `count`; the others never began.
  func abandon(from count: Int, _ fault: EngineFault) {
    call(
      hall.update { hall in
        hall.abandon(from: count, fault)
        return hall.nextRuns()
      })
  }

  /// Run `index` has ended and reads no more.
  func leave(_ index: Int) {
    call(
      hall.update { hall in
        hall.leave(index)
        return hall.nextRuns()
      })
  }

  /// Run `index` is through with its batch.
  /// - Returns: the next; `nil` at the end.
  fileprivate func next(for index: Int) throws(EngineFault) -> EventBatch? {
    call(
      hall.update { hall in
        hall.wait()
        return hall.nextRuns()
      })
    awaitTurn(of: index)
    return try hall.read { $0.page }.get()
  }

  private func call(_ runs: [Int]) {
    for index in runs { gates[index].update { $0 = true } }
  }
}

/// Who waits for what. Touched under the monitor's lock only, which is why the feed may be in it.
private struct Hall: @unchecked Sendable {
  private let feed: any Feed
  /// What all runs read. Each lets go of it before it waits, so its room is used again.
  private var batch = EventBatch()
  private var isAtEnd = false
  private(set) var fault: EngineFault?
  /// Runs that may go on and have no worker yet, the next one last.
  private var ready: [Int]
  /// Runs that are through with the batch.
  private var waitingCount = 0
  private var runs: Set<Int>
  private var idleWorkers: Int

  init(_ feed: any Feed, runs: Int, workers: Int) {
    self.feed = feed
    self.runs = Set(0..<runs)
    ready = (0..<runs).reversed()
    idleWorkers = max(1, workers)
  }

  /// What a run may read now that it was called; `nil` at the end.
  var page: Result<EventBatch?, EngineFault> {
    if let fault { return .failure(fault) }
    return .success(isAtEnd ? nil : batch)
  }

  mutating func wait() {
    waitingCount += 1
    idleWorkers += 1
    turnPage()
  }

  mutating func leave(_ index: Int) {
    runs.remove(index)
    idleWorkers += 1
    turnPage()
  }

  mutating func abandon(from count: Int, _ fault: EngineFault) {
    self.fault = fault
    ready.removeAll { $0 >= count }
    runs = runs.filter { $0 < count }
  }

  /// Runs that have a worker from now on.
  mutating func nextRuns() -> [Int] {
    var called: [Int] = []
    while idleWorkers > 0, let index = ready.popLast() {
      idleWorkers -= 1
      called.append(index)
    }
    return called
  }

  /// Reads the next batch once every run is through with this one.
  private mutating func turnPage() {
    guard waitingCount == runs.count else { return }
    ready = runs.sorted(by: >)
    waitingCount = 0
    guard fault == nil, !isAtEnd else { return }
    do throws(EngineFault) {
      isAtEnd = try !feed.next(into: &batch)
    } catch { fault = error }
  }
}

/// What one of the runs reads from.
private final class RunFeed: Feed {
  private let shared: SharedFeed
  private let index: Int

  init(_ shared: SharedFeed, _ index: Int) {
    self.shared = shared
    self.index = index
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    batch.events = []
    guard let next = try shared.next(for: index) else { return false }
    batch = next
    return true
  }
}
