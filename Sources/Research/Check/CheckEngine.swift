/// What decided in a journal, as something that can be run again: on the same facts, on fewer, on others.

public import TradingCore

/// The strategies of a journal in the three modes that a check needs.
public struct CheckEngine: Sendable {
  private let simulating: @Sendable (RunSetup) throws -> RunOutcome
  private let auditing: @Sendable (RunSetup) throws -> RunOutcome
  private let following: @Sendable (LiveSetup) throws -> RunOutcome
  /// Bars that must be seen before all strategies can decide.
  public let warmUpBars: Int
  /// Whether several strategies trade, each for a book.
  public let hasBooks: Bool

  /// Anything that runs in the three modes.
  public init(
    warmUpBars: Int, hasBooks: Bool,
    backtest: @escaping @Sendable (RunSetup) throws -> RunOutcome,
    audit: @escaping @Sendable (RunSetup) throws -> RunOutcome,
    live: @escaping @Sendable (LiveSetup) throws -> RunOutcome
  ) {
    (simulating, auditing, following) = (backtest, audit, live)
    (self.warmUpBars, self.hasBooks) = (warmUpBars, hasBooks)
  }

  /// Strategies of the registry.
  /// - Throws: `ParameterError` for values that do not go together.
  public init(_ strategies: RunStrategies) throws(ParameterError) {
    self.init(
      warmUpBars: try strategies.warmUpBars(), hasBooks: strategies.hasBooks,
      backtest: { try strategies.backtest($0) }, audit: { try strategies.audit($0) },
      live: { try strategies.live($0) })
  }

  /// What a journal's head says decided in it; `nil` where it names no strategy. O(head).
  /// - Throws: `AuditError` for strategies or parameters that this build does not have.
  public static func recorded(in events: [Event]) throws -> CheckEngine? {
    try RunStrategies(recordedIn: events, of: "the journal").map { try CheckEngine($0) }
  }

  /// Runs over a market behind a simulated exchange.
  /// - Throws: `EngineFault` when the run ends early.
  public func simulate(
    _ preamble: [Event], _ feed: any Feed, into journal: any BatchSink
  ) throws -> RunOutcome {
    try simulating(
      RunSetup(feed: feed, preamble: preamble, journal: journal, watcher: NullWatcher()))
  }

  /// Runs over a journal's facts and compares every decision with the recorded one.
  /// - Throws: `EngineFault.diverged` at the first that differs.
  public func audit(_ events: any Feed, into journal: any BatchSink) throws -> RunOutcome {
    try auditing(
      RunSetup(feed: events, preamble: [], journal: journal, watcher: NullWatcher()))
  }

  /// Runs over facts, a venue's reports among them, and decides anew; orders go nowhere.
  /// - Throws: `EngineFault` when the run ends early.
  public func follow(_ facts: FactTape) throws -> RunOutcome {
    try following(
      LiveSetup(
        recorded: ArrayFeed([]), inbox: facts, gateway: facts, journal: facts,
        watcher: NullWatcher()))
  }
}
