/// The fifth mode: a recorded run that takes another turn. Two strategies are needed for it, the one that was
/// recorded and the one that speaks from the fork on.

extension Run where Algorithm == ForkedDecider {
  static func fork(_ setup: ForkSetup, _ strategy: ForkedDecider) throws(EngineFault) -> RunOutcome
  {
    try Engine(source: ForkedSource(setup), strategy, setup.journal, setup.watcher).run()
  }
}

/// One strategy up to a fork and another one behind it. The second sees every fact from the first on, so
/// that its averages are warm, and is not heard before.
struct ForkedDecider: Decider {
  private var recorded: any Decider
  /// `nil` where the strategy goes on as it was.
  private var changed: (any Decider)?
  private let fork: Sequence64
  private var hasForked = false
  private var unheard = Decisions()

  init(_ recorded: any Decider, then changed: (any Decider)?, after fork: Sequence64) {
    self.recorded = recorded
    self.changed = changed
    self.fork = fork
  }

  var warmUpBars: Int { max(recorded.warmUpBars, changed?.warmUpBars ?? 0) }
  var fault: BarError? { hasForked ? changed?.fault : recorded.fault }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    if state.sequence > fork, changed != nil {
      hasForked = true
      changed?.decide(event, state, &decisions)
      return
    }
    recorded.decide(event, state, &decisions)
    guard changed != nil else { return }
    unheard.removeAll()
    changed?.decide(event, state, &unheard)
  }

  func encode(into bytes: inout CanonicalBytes) {
    if hasForked, let changed { return changed.encode(into: &bytes) }
    recorded.encode(into: &bytes)
  }
}

extension StrategyRegistry {
  /// Runs a recorded run up to a fork and on from there.
  /// - Parameters:
  ///   - recorded: what decided in it: a strategy for the account or, with books, one for each.
  ///   - changed: what decides behind the fork; `nil` for the same.
  /// - Throws: `ParameterError` before the first event; `EngineFault.diverged` where the past is not what
  ///   was recorded.
  public static func fork(
    _ setup: ForkSetup, _ recorded: [StrategyMember], then changed: [StrategyMember]?,
    hasBooks: Bool, instruments: [InstrumentID]
  ) throws -> RunOutcome {
    let decider = ForkedDecider(
      try decider(recorded, hasBooks, instruments),
      then: try changed.map { try self.decider($0, hasBooks, instruments) }, after: setup.fork)
    return try Run.fork(setup, decider)
  }

  private static func decider(
    _ members: [StrategyMember], _ hasBooks: Bool, _ instruments: [InstrumentID]
  ) throws(ParameterError) -> any Decider {
    if !hasBooks, let only = members.first {
      return try only.entry.decider(only.values, instruments)
    }
    return try books(members, instruments)
  }
}
