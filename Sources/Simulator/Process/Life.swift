/// One process of a simulation from its start to its end, as `trade` lives it: the venue's instruments,
/// the journal opened and made whole, the account, and then the engine over its inbox.

import Dialects
import DiskSimulation
import Exchanges
import Journal
import Research
import Synchronization
import TradingCore

final class Life {
  let run: SimulationRun
  let stage: Stage
  let number: Int
  let world: SimulatedWorld
  let disk: SimDisk
  /// Whether nothing has killed the process.
  var isAlive: Bool { !isKilled && !hasCrashed }
  private var isKilled = false
  /// The call of the disk before which it dies; `nil` for none.
  private let crash: Int?
  /// Whether the journal is open and its recording is being decided upon again.
  private var isReplaying = false
  private var isOpening = false
  /// Whether everything that its journal holds was read.
  private(set) var hasBegun = false
  private let bell = SimulatedBell()
  let inbox: Inbox
  private let queue: RecordingQueue
  private let board = AccountBoard()
  private var course: TradingCourse
  private var recorder: MarketRecorder<BinanceDialect>?
  private var session: AccountSession<BinanceDialect>?
  private(set) var journal: SimulatedJournal?
  /// Why the streams did not begin.
  private var failure: (any Error)?

  static let path = "journal"

  init(_ run: SimulationRun, number: Int, disk: SimDisk, crash: Int?) {
    (self.run, self.number, self.disk, self.crash) = (run, number, disk, crash)
    stage = run.stage
    world = SimulatedWorld(run.stage, run.venue, life: number)
    let bell = bell
    inbox = Inbox(bell: { bell.ring() })
    queue = RecordingQueue(bell: { bell.ring() })
    course = TradingCourse(cancelsOrders: [run.settings.cancelsOnExit])
    world.watch = { [unowned self] in run.wire.sees($0, life: self) }
  }

  // MARK: Death

  /// Whether something kills the process here.
  func mayDie(_ mishap: Mishap, _ place: String) throws(EngineFault) {
    try expectLife()
    guard stage.strikes(mishap) else { return }
    stage.tell("killed \(place)")
    isKilled = true
    throw .source("killed")
  }

  func expectLife() throws(EngineFault) {
    guard isAlive else { throw .source("killed") }
    guard stage.violation == nil else { throw .source("stopped") }
  }

  /// Whether it died within a call of the disk.
  private var hasCrashed: Bool { crash.map { disk.operations >= $0 } ?? false }

  /// Whether it died before its journal was open.
  var hasDiedOpening: Bool { isOpening && !isAlive }

  private func noteDeath() {
    if hasCrashed { stage.tell("killed in a call of the disk") }
    if isOpening { stage.paths.count(.recovery(.died)) }
    if isReplaying { stage.paths.count(.recovery(.diedInReplay)) }
  }

  // MARK: Life

  /// Lives.
  /// - Parameter isResuming: whether a halt that the journal ends with is lifted.
  func live(isResuming: Bool) -> LifeOutcome {
    defer { world.end() }
    do {
      let definitions = try describe()
      let open = try openJournal()
      let outcome = try trade(definitions, open, isResuming: isResuming)
      run.state = outcome.state
      try seal()
      return ending
    } catch {
      guard isAlive else {
        noteDeath()
        return .killed
      }
      return outcome(of: error)
    }
  }

  private var ending: LifeOutcome {
    if board.figures.halt != nil { return .halted }
    return board.figures.differences.isEmpty ? .ended : .blocked
  }

  private func outcome(of error: any Error) -> LifeOutcome {
    stage.tell("the process ends: \(error)")
    switch error {
    case let error as JournalError where run.sound != nil:
      stage.tell("\(error)")
      return .corrupt
    case EngineFault.source where run.sound != nil && stage.violation == nil: return .corrupt
    case let error as JournalError:
      if run.hasUnseenRot { return .corrupt }
      if !run.diskMayFail { stage.fail("journal-opens", error.description) }
      return .journalFailed
    case EngineFault.journal(let reason):
      if !run.diskMayFail { stage.fail("journal-keeps", reason) }
      takeOrdersBack()
      return .journalFailed
    case EngineFault.diverged(let divergence):
      stage.fail("replay-is-the-run", "event \(divergence.sequence) was decided otherwise")
      return .ended
    case EngineFault.source(let reason):
      guard stage.violation == nil else { return .ended }
      if !run.diskMayFail { stage.fail("journal-reads", reason) }
      return .journalFailed
    default: return .unreachable
    }
  }

  /// The journal has failed: nothing is left but to take orders back, and a moment is given to it.
  private func takeOrdersBack() {
    session?.cancelEverything([InstrumentID(0)])
    stage.timeline.run(until: stage.now + .second)
  }

  private func seal() throws(JournalError) {
    recorder?.stop()
    session?.close()
    try journal?.close()
  }

  // MARK: The venue

  private func dialect(_ journal: UInt64, _ credentials: consuming Credentials?) -> BinanceDialect {
    BinanceDialect(
      hosts: run.settings.streams.hosts, orders: ClientOrderIDs(journal: journal),
      credentials: credentials, window: run.settings.window)
  }

  private func describe() throws -> [Event] {
    let recorder = try MarketRecorder(run.settings.streams, dialect(0, nil), queue, in: world)
    self.recorder = recorder
    return try wait { then in
      recorder.describe(after: GivenIDs()) {
        then($0.map(\.events).mapError { $0 as any Error })
      }
    }
  }

  /// Lets the world go on until there is an answer.
  private func wait<Value>(
    _ ask: (@escaping (Result<Value, any Error>) -> Void) -> Void
  ) throws -> Value {
    let answer = Answer<Value>()
    ask { answer.result = $0 }
    let end = stage.now + .minute
    while answer.result == nil {
      try mayDie(.kill, "while it asks the venue")
      guard stage.timeline.step(until: end) else { throw ExchangesError.answer("none in time") }
    }
    try expectLife()
    guard let result = answer.result else { throw ExchangesError.answer("none") }
    return try result.get()
  }

  private final class Answer<Value> {
    var result: Result<Value, any Error>?
  }

  // MARK: The journal

  private func openJournal() throws -> OpenedJournal {
    isOpening = true
    let opened = try OpenedJournal(of: self)
    isOpening = false
    journal = opened.journal
    try expectLife()
    return opened
  }

  // MARK: The run

  private func trade(
    _ definitions: [Event], _ open: OpenedJournal, isResuming: Bool
  ) throws -> RunOutcome {
    let account = try openAccount(definitions, open)
    let plan = try plan(definitions, account, open)
    let head = head(plan, definitions, account, open, isResuming: isResuming)
    guard let session else { preconditionFailure("Life: no account was opened") }
    isReplaying = true
    let feed = LiveFeed(
      inbox, queue, head: head, look: { [unowned self] in look() },
      wait: { [unowned self] () throws(EngineFault) in try rest() })
    let gateway = SimulatedGateway(self, session)
    let outcome = try plan.strategies.live(
      LiveSetup(
        recorded: open.recorded, inbox: planted(feed, gateway), gateway: gateway,
        journal: open.continued, watcher: NullWatcher()))
    try expectLife()
    return outcome
  }

  /// The feed, with a bug behind it where one of the engine's is planted.
  private func planted(_ feed: LiveFeed, _ gateway: SimulatedGateway) -> any Feed {
    switch stage.plant {
    case .forgetFill?, .askAgain?, .trustServerError?:
      PlantedFeed(feed, stage.plant ?? .forgetFill) { gateway.askAgain($0) }
    case .sendBeforeSync?, .ignoreWatermark?, .skipFolderSync?, .retrySync?, nil: feed
    }
  }

  private func openAccount(_ definitions: [Event], _ open: OpenedJournal) throws -> [Event] {
    var secret = Array(VenueSide.secret.utf8)
    let credentials = try Credentials(
      apiKey: VenueSide.key, signer: RequestSigner(Secret(wiping: &secret)))
    var dialect = dialect(open.prefix, credentials)
    let assets = try AssetBook.read(open.past.events + definitions, into: &dialect.directory)
    let notes = run.notes
    let session = try AccountSession(
      dialect, assets, window: run.settings.window, inbox, board, in: world,
      announce: { notes.add($0) })
    self.session = session
    run.wire.prefix = hexadecimal(open.prefix)
    return try wait { session.open(unless: { false }, then: $0) }
  }

  private func plan(
    _ definitions: [Event], _ account: [Event], _ open: OpenedJournal
  ) throws -> RunPlan {
    let assets = account.filter { $0.kind.isDefinition }
    let head = open.isFresh ? definitions.first?.receiveTime ?? world.now : open.past.created
    return try RunPlan(
      run.settings.scenario,
      SourceSurvey(
        venue: run.settings.streams.venue,
        definitions: open.past.events + definitions + assets,
        kinds: [.trade, .quote, .bookSnapshot], head: head), file: "simulation")
  }

  private func head(
    _ plan: RunPlan, _ definitions: [Event], _ account: [Event], _ open: OpenedJournal,
    isResuming: Bool
  ) -> [Event] {
    guard !open.isFresh else { return plan.beginning(definitions, account: account) }
    let now = world.now
    let resume = isResuming ? [Event(receiveTime: now, .resume(HaltCommand(reason: 0)))] : []
    return run.settings.streams.interruption(of: definitions, at: now) + definitions
      + account.filter { $0.kind.isDefinition } + resume
  }

  // MARK: While it runs

  /// The engine has nothing to do: the world goes on until something comes, or for a moment.
  private func rest() throws(EngineFault) {
    (isReplaying, hasBegun) = (false, true)
    if let told = session?.told { run.expectTold(told) }
    try mayDie(.kill, "while it waits")
    let end = stage.now + .milliseconds(100)
    while !bell.take(), stage.timeline.step(until: end) { try expectLife() }
    try expectLife()
  }

  private func look() {
    guard course.isDue(at: world.steady) else { return }
    let figures = board.figures
    run.looks(at: session?.phase, figures)
    switch course.step([figures], isWanted: !run.isToEnd && failure == nil, at: world.steady) {
    case .startMarket:
      do { try recorder?.begin() } catch { failure = error }
    case .end: end()
    case .close: inbox.close()
    case nil: break
    }
  }

  private func end() {
    recorder?.stop()
    let orders = session?.end() ?? []
    guard run.settings.cancelsOnExit else { return }
    let now = world.now
    inbox.push(
      ContiguousArray(orders.map { Event(receiveTime: now, .cancel(CancelTerms(order: $0))) }))
  }
}

/// Whether something rang.
private final class SimulatedBell: Sendable {
  private let hasRung = Mutex(false)

  func ring() { hasRung.withLock { $0 = true } }

  /// Whether it rang since it was last asked.
  func take() -> Bool {
    hasRung.withLock { rung in
      defer { rung = false }
      return rung
    }
  }
}
