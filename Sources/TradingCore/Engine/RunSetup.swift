/// What a run is given: where facts come from, where its journal goes, who watches.
public struct RunSetup {
  public var feed: any Feed
  /// Settings, fees, limits and balances as facts; empty for an audit, whose recording has them.
  public var preamble: [Event]
  public var journal: any BatchSink
  public var watcher: any RunWatcher
  /// Whether the feed waits for facts that are still to happen.
  public var isLive: Bool
  /// Whether an audit compares fingerprints: other rules make other states of the same events.
  public var comparesFingerprints = true
  /// The fact whose decisions an audit tells of.
  public var trace = DecisionTrace()

  public init(
    feed: any Feed, preamble: [Event], journal: any BatchSink, watcher: any RunWatcher,
    isLive: Bool = false
  ) {
    self.feed = feed
    self.preamble = preamble
    self.journal = journal
    self.watcher = watcher
    self.isLive = isLive
  }
}

/// What a run that trades at a venue is given.
public struct LiveSetup {
  /// Facts of the journal that the run goes on with; an empty feed where it begins.
  public var recorded: any Feed
  /// Facts as they happen: definitions, settings and balances first.
  public var inbox: any Feed
  /// Where orders go.
  public var gateway: any OrderGateway
  public var journal: any DurableSink
  public var watcher: any RunWatcher

  public init(
    recorded: any Feed, inbox: any Feed, gateway: any OrderGateway, journal: any DurableSink,
    watcher: any RunWatcher
  ) {
    self.recorded = recorded
    self.inbox = inbox
    self.gateway = gateway
    self.journal = journal
    self.watcher = watcher
  }
}

extension SimulatedSource {
  init(_ setup: RunSetup) {
    self.init(feed: setup.feed, preamble: setup.preamble, isLive: setup.isLive)
  }
}

extension RecordedSource {
  init(_ setup: RunSetup) {
    self.init(feed: setup.feed, comparesFingerprints: setup.comparesFingerprints)
  }
}

extension LiveSource {
  init(_ setup: LiveSetup) {
    self.init(
      recorded: setup.recorded, inbox: setup.inbox, gateway: setup.gateway, journal: setup.journal)
  }
}

/// What a run ends with.
public struct RunOutcome: Sendable {
  public let state: State
  public let strategyFingerprint: UInt64
  /// Why a strategy of it could not decide to the end; `nil` where all could.
  public let fault: BarError?

  init(_ state: State, of strategy: some Decider) {
    self.state = state
    (strategyFingerprint, fault) = (strategy.fingerprint, strategy.fault)
  }
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
