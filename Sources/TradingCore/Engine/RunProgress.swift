/// What the engine has already told of its state: the counters that turn "there is a new one" into a
/// comparison per event.
struct RunProgress {
  private var sampleCount: Int64 = 0
  private var tripCount: Int64 = 0
  private var haltSequence: Sequence64 = 0
  private var endSequence: Sequence64 = 0
  private var nextHash: Sequence64 = StateHash.interval

  /// Whether there is something to tell: a few numbers compared, since this is asked after every fact.
  @inline(__always)
  func isBehind(_ state: borrowing State) -> Bool {
    state.sequence >= nextHash || state.metrics.sampleCount != sampleCount
      || state.metrics.trips.count != tripCount
  }

  /// Shows what ended since the last look. Inlined with what it asks, so that the state is not copied for
  /// a call.
  @inline(__always)
  mutating func show(_ state: borrowing State, to watcher: any RunWatcher) {
    if let sample = newSample(state) { watcher.sampled(sample) }
    if let trip = newRoundTrip(state) { watcher.closed(trip) }
  }

  /// An alert when trading was halted, or closing has ended, since the last look; asked again until
  /// there is none. Inlined for the same reason.
  @inline(__always)
  mutating func newAlert(_ state: borrowing State) -> Alert? {
    if state.risk.haltSequence != haltSequence {
      haltSequence = state.risk.haltSequence
      if let alert = haltAlert(state) { return alert }
    }
    guard state.risk.unwinding.endSequence != endSequence else { return nil }
    endSequence = state.risk.unwinding.endSequence
    return Alert(.flattened, cause: endSequence, value: state.risk.unwinding.leftCount)
  }

  /// An operator knows that he halted.
  @inline(__always)
  private func haltAlert(_ state: borrowing State) -> Alert? {
    let equity = state.account.equity
    let alert = { (code: AlertCode, value: Int64) in Alert(code, cause: haltSequence, value: value)
    }
    return switch state.risk.halt {
    case .operatorCommand, nil: nil
    case .drawdown: alert(.drawdownHalt, state.risk.fallFromPeak(equity))
    case .dailyDrawdown: alert(.dailyDrawdownHalt, state.risk.fallOfDay(equity))
    case .overflow: alert(.overflowHalt, 0)
    case .insolvency: alert(.insolvencyHalt, state.risk.fallFromPeak(equity))
    }
  }

  /// The sample that ended since the last look.
  @inline(__always)
  private mutating func newSample(_ state: borrowing State) -> RunSample? {
    guard state.metrics.sampleCount != sampleCount else { return nil }
    sampleCount = state.metrics.sampleCount
    guard !state.isWarmingUp else { return nil }
    return RunSample(
      time: state.metrics.lastSample.time, equity: state.metrics.lastSample.equity,
      marks: state.markets.map(\.mark), positions: state.account.positions.map(\.lots))
  }

  /// The round trip that closed since the last look.
  @inline(__always)
  private mutating func newRoundTrip(_ state: borrowing State) -> RoundTrip? {
    guard state.metrics.trips.count != tripCount else { return nil }
    tripCount = state.metrics.trips.count
    return state.lastRoundTrip
  }

  mutating func isHashDue(_ state: borrowing State) -> Bool {
    guard state.sequence >= nextHash else { return false }
    nextHash = (state.sequence / StateHash.interval + 1) * StateHash.interval
    return true
  }
}

extension StateHash {
  /// What a state and the strategy that decides on it come to. O(state).
  init(of state: borrowing State, _ strategy: borrowing some Decider) {
    self.init(state: state.fingerprint, strategy: strategy.fingerprint)
  }
}
