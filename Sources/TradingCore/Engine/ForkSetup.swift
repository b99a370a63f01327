/// What a run that takes another turn is given.

/// What a fork is given.
public struct ForkSetup {
  /// The recorded run, decisions included, from its first event.
  public var recorded: any Feed
  /// The same once more: what the market does behind the fork is read ahead of what is handed out.
  public var market: any Feed
  /// The facts that the recorded run was configured with, where the past is repeated: the first of
  /// `recorded`, which `market` begins behind.
  public var preamble: [Event]
  public var past: ForkPast
  /// The last sequence of the past: the one before a fact that begins a message.
  public var fork: Sequence64
  /// The last moment that is of interest.
  public var until: Timestamp
  /// What is different from the fork on.
  public var changes: [EventBody]
  public var journal: any BatchSink
  public var watcher: any RunWatcher

  public init(
    recorded: any Feed, market: any Feed, preamble: [Event], past: ForkPast, fork: Sequence64,
    until: Timestamp = .distantFuture, changes: [EventBody] = [], journal: any BatchSink,
    watcher: any RunWatcher
  ) {
    self.recorded = recorded
    self.market = market
    self.preamble = preamble
    self.past = past
    self.fork = fork
    self.until = until
    self.changes = changes
    self.journal = journal
    self.watcher = watcher
  }
}

extension ForkedSource {
  init(_ setup: ForkSetup) {
    self.init(
      recorded: setup.recorded,
      market: SimulatedSource(feed: setup.market, preamble: setup.preamble), past: setup.past,
      fork: setup.fork, until: setup.until, changes: setup.changes)
  }
}
