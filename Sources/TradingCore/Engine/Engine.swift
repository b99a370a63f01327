/// The program on one page. Read this first.
///
/// A fact comes in, is journalled, changes the state, and a strategy may decide on it; what it decides
/// is sized, judged, journalled and sent. Then the next fact. There is no other loop:
///
/// | mode     | source                                       | orders go to           |
/// |----------|----------------------------------------------|------------------------|
/// | backtest | a recording behind a simulated exchange      | the simulated exchange |
/// | paper    | a live feed behind a simulated exchange      | the simulated exchange |
/// | audit    | a recorded run: facts in, decisions compared | nowhere                |
/// | live     | a venue                                      | the venue              |
/// | what-if  | a recorded run, from a fork on a simulation  | the simulated exchange |
///
/// Four laws: (1) everything that happens is an event, and it is in the journal before it is in the
/// state; (2) `reduce` alone changes state; (3) an order leaves only when the gate made it and the
/// journal has it; (4) time is what events say, and order is the sequence.
struct Engine<Source: EventSource & ~Copyable, Algorithm: Decider>: ~Copyable {
  private var source: Source
  private var strategy: Algorithm
  private var log: EventLog
  private let watcher: any RunWatcher
  private(set) var state = State()
  private var gate = RiskGate()
  private var outbox = Outbox()
  private var (decisions, requests) = (Decisions(), Requests())
  private var progress = RunProgress()
  private var trace: DecisionTrace

  init(
    source: consuming Source, _ strategy: Algorithm, _ journal: any BatchSink,
    _ watcher: any RunWatcher, _ trace: DecisionTrace = DecisionTrace()
  ) {
    self.source = source
    self.log = EventLog(journal)
    (self.strategy, self.watcher, self.trace) = (strategy, watcher, trace)
  }

  /// Runs to the end of the source.
  consuming func run() throws(EngineFault) -> RunOutcome {
    var fact = Event.blank
    while try source.next(&fact) {
      try record(fact)
      if fact.body.isInsideRun { continue }
      try decide(fact)
      try commit()
    }
    try log.flush()
    source.settled(state)
    return RunOutcome(state, of: strategy)
  }

  /// Journal first, then state.
  private mutating func record(_ event: Event) throws(EngineFault) {
    try log.append(event)
    reduce(&state, event)
  }

  /// A decision of ours: recorded like a fact, and shown to the source, which may know better.
  private mutating func derive(_ body: EventBody?, at time: Timestamp) throws(EngineFault) {
    guard let body else { return }
    let event = Event(receiveTime: time, body)
    try source.derived(event, at: state.sequence + 1)
    try record(event)
  }

  /// Strategy → wish → size → gate → order, each recorded.
  private mutating func decide(_ fact: Event) throws(EngineFault) {
    let cause = state.sequence
    if state.risk.unwinding.isBusy { PositionSizer.unwind(state, into: &requests) }
    if fact.body.isCommand { PositionSizer.obey(fact, state, into: &requests) }
    decisions.removeAll()
    if trace.begins(at: cause) { trace.ask(strategy, fact, state) }
    strategy.decide(fact, state, &decisions)
    decisions.holdBack(untilTradingBegins: state)
    while let alert = progress.newAlert(state) { try derive(.alert(alert), at: fact.receiveTime) }
    for index in 0..<decisions.count {
      try derive(decisions[index].journalled(cause: cause), at: fact.receiveTime)
      if trace.isOn { trace.tell(decisions[index], for: decisions.book(of: index), state) }
      PositionSizer.fulfil(decisions[index], for: decisions.book(of: index), state, into: &requests)
      if !decisions[index].isInsideList { try review(fact, cause) }
    }
    if !requests.isEmpty { try review(fact, cause) }
    if !state.parents.isEmpty { try work(fact) }
    let dropped = decisions.droppedCount + requests.takeDroppedCount()
    if dropped > 0 { try derive(.dropped(dropped, cause), at: fact.receiveTime) }
  }

  /// The gate's word on each request; what it approves waits in the outbox.
  private mutating func review(_ fact: Event, _ cause: Sequence64) throws(EngineFault) {
    while let request = requests.popParent() {
      try derive(Executor.answer(request, cause: cause, state), at: fact.receiveTime)
    }
    for index in 0..<requests.count {
      if !outbox.hasRoom(for: requests, from: index) { try commit() }
      let verdict = gate.review(requests, at: index, cause: cause, state)
      if trace.isOn { trace.tell(verdict, on: requests[index], cause, state) }
      switch consume verdict {
      case .approved(let order, let body, _):
        try derive(body, at: fact.receiveTime)
        outbox.append(order)
      case .refused(let refusal, _):
        try derive(.refused(refusal), at: fact.receiveTime)
      }
    }
    requests.removeAll()
  }

  /// Parent orders, one after the other: what is due meets the gate, and what is over ends.
  private mutating func work(_ fact: Event) throws(EngineFault) {
    for place in 0..<state.parents.count {
      Executor.plan(state.parents[place], state, into: &requests)
      try review(fact, state.parents[place].id.raw)
    }
    while let end = Executor.nextEnd(state) { try derive(.parentEnded(end), at: fact.receiveTime) }
  }

  /// The log has the orders: let them go. Where the next fact has yet to happen, the log goes out too.
  private mutating func commit() throws(EngineFault) {
    if Source.reachesVenue, !outbox.isEmpty { try log.flush() }
    if !outbox.isEmpty { try source.submit(&outbox, at: state.sequence) }
    if progress.isBehind(state) { try tell() }
    guard source.isDrained else { return }
    try log.flush()
    source.settled(state)
  }

  /// What is new goes to whoever watches, and every so often a fingerprint to the journal.
  private mutating func tell() throws(EngineFault) {
    progress.show(state, to: watcher)
    guard progress.isHashDue(state) else { return }
    try derive(.stateHash(StateHash(of: state, strategy)), at: state.time)
  }
}

/// The modes, equal but for the word after `source:`; `RunFork.swift` has one more, the what-if.
enum Run<Algorithm: Decider> {
  static func backtest(_ setup: RunSetup, _ strategy: Algorithm) throws(EngineFault) -> RunOutcome {
    try Engine(source: SimulatedSource(setup), strategy, setup.journal, setup.watcher).run()
  }

  static func live(_ setup: LiveSetup, _ strategy: Algorithm) throws(EngineFault) -> RunOutcome {
    try Engine(source: LiveSource(setup), strategy, setup.journal, setup.watcher).run()
  }

  static func audit(_ setup: RunSetup, _ strategy: Algorithm) throws(EngineFault) -> RunOutcome {
    let source = RecordedSource(setup)
    return try Engine(source: source, strategy, setup.journal, setup.watcher, setup.trace).run()
  }
}
