/// What a run is given: where facts come from, where its journal goes, who watches.
public struct RunSetup {
  public var feed: any Feed
  /// Settings, fees, limits and balances as facts; empty for an audit, whose recording has them.
  public var preamble: [Event]
  public var journal: any BatchSink
  public var watcher: any RunWatcher

  public init(
    feed: any Feed, preamble: [Event], journal: any BatchSink, watcher: any RunWatcher
  ) {
    self.feed = feed
    self.preamble = preamble
    self.journal = journal
    self.watcher = watcher
  }
}

/// What a run ends with.
public struct RunOutcome: Sendable {
  public let state: State
  public let strategyFingerprint: UInt64
}

/// A sink that keeps nothing, for runs whose journal nobody wants.
public final class NullSink: BatchSink {
  public init() {}
  public func append(_ batch: borrowing EventBatch) throws(EngineFault) {}
}

/// A watcher that looks away.
public final class NullWatcher: RunWatcher {
  public init() {}
  public func sampled(_ sample: RunSample) {}
  public func closed(_ trip: RoundTrip) {}
}
