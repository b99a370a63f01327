/// What the engine has already told of its state: the counters that turn "there is a new one" into a
/// comparison per event.
struct RunProgress {
  private var sampleCount: Int64 = 0
  private var tripCount: Int64 = 0
  private var haltSequence: Sequence64 = 0
  private var nextHash: Sequence64 = RunProgress.hashInterval

  /// Fingerprints are journalled at the first end of a run of events past each multiple of this.
  static let hashInterval: Sequence64 = 65_536

  /// Whether there is something to tell: a few numbers compared, since this is asked after every fact.
  func isBehind(
    sequence: Sequence64, sampleCount: Int64, tripCount: Int64
  ) -> Bool {
    sequence >= nextHash || sampleCount != self.sampleCount || tripCount != self.tripCount
  }

  /// Whether trading was halted since the last look.
  func isBehind(haltSequence: Sequence64) -> Bool { haltSequence != self.haltSequence }

  /// An alert when a limit has halted trading since the last look.
  mutating func newHalt(_ state: borrowing State) -> Alert? {
    guard let halt = state.risk.halt, state.risk.haltSequence != haltSequence else { return nil }
    haltSequence = state.risk.haltSequence
    switch halt {
    case .operatorCommand: return nil
    case .drawdown:
      return Alert(
        .drawdownHalt, cause: haltSequence, value: state.risk.fallFromPeak(state.account.equity))
    case .dailyDrawdown:
      return Alert(
        .dailyDrawdownHalt, cause: haltSequence, value: state.risk.fallOfDay(state.account.equity))
    case .overflow: return Alert(.overflowHalt, cause: haltSequence, value: 0)
    case .insolvency:
      return Alert(
        .insolvencyHalt, cause: haltSequence, value: state.risk.fallFromPeak(state.account.equity))
    }
  }

  /// The sample that ended since the last look.
  mutating func newSample(_ state: borrowing State) -> RunSample? {
    guard state.metrics.sampleCount != sampleCount else { return nil }
    sampleCount = state.metrics.sampleCount
    return RunSample(
      time: state.metrics.lastSample.time, equity: state.metrics.lastSample.equity,
      marks: state.markets.map(\.mark), positions: state.account.positions.map(\.lots))
  }

  /// The round trip that closed since the last look.
  mutating func newRoundTrip(_ state: borrowing State) -> RoundTrip? {
    guard state.metrics.trips.count != tripCount else { return nil }
    tripCount = state.metrics.trips.count
    return state.lastRoundTrip
  }

  mutating func isHashDue(_ state: borrowing State) -> Bool {
    guard state.sequence >= nextHash else { return false }
    nextHash = (state.sequence / RunProgress.hashInterval + 1) * RunProgress.hashInterval
    return true
  }
}
