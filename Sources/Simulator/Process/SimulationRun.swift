/// One seed from beginning to end: processes live and die while things go wrong; then everything works,
/// and within a minute the journal and the exchange have to agree.

import DiskSimulation
import ExchangeServer
import Exchanges
import Journal
import Research
import TradingCore

final class SimulationRun {
  let stage: Stage
  let settings: SimulationSettings
  let venue: VenueSide
  var record = Record()
  private(set) lazy var wire = WireWatch(self)
  let notes = Announcements()
  /// Names for the story.
  private var fields = EventFields()
  /// What the disk holds while no process lives.
  var image: DiskImage
  private(set) var isToEnd = false
  /// Whether something may be wrong with the present process's disk.
  private(set) var diskMayFail = false
  /// The state that the last process ended with in order.
  var state: State?
  var random: RandomSource
  var life: Life?
  private var lives = 0
  /// Whether the disk may have lost what was only written: after a power cut, or when it has failed.
  var isAfterLoss = false
  private var deathsInOpening = 0
  private var isResuming = false
  private var transfersSeen = 0
  var quietSince: Timestamp?
  /// How far the account's session was when it was last looked at.
  private var step = AccountStep.waiting

  /// What is run.
  private let order: RunOrder

  init(_ order: RunOrder) throws {
    self.order = order
    let stage = Stage(order)
    self.stage = stage
    settings = try SimulationSettings(order)
    venue = try VenueSide(stage, settings)
    image = DiskImage(pageBytes: settings.pageBytes)
    random = stage.random("run")
  }

  /// Lives through it.
  /// - Throws: `JournalError` when the journal cannot be left where it was asked for.
  func go() throws(JournalError) -> SimulationResult {
    defer {
      stage.timeline.forgetAll()
      venue.forgetAll()
    }
    stage.timeline.after(settings.span) { [unowned self] in quieten() }
    trouble()
    operate()
    while stage.violation == nil, !isOver { liveOnce() }
    if stage.violation == nil { examineTheEnd() }
    if let keep = order.keep { try image.copy(Life.path, to: keep) }
    return SimulationResult(
      order: order, violation: stage.violation, trace: stage.trace, paths: stage.paths,
      strikes: stage.tape.strikes, turns: stage.tape.turns, kinds: stage.tape.kinds,
      story: stage.story.last(400),
      journal: hasFaultyJournal ? DisagreeingJournal(of: self) : nil,
      virtual: stage.now - Stage.start, events: record.last, lives: lives,
      orders: venue.desk.witnessedOrders(of: 0).count,
      fills: venue.desk.witnessedTrades(of: 0).count)
  }

  /// Whether a process has ended as it was told to.
  private var isOver = false

  /// Whether somebody asks, and what failed is that the journal and the exchange do not agree. At any other
  /// failure they need not: what is on its way is told to neither.
  private var hasFaultyJournal: Bool {
    let invariants = ["told-is-journalled", "agrees-in-time", "open-orders-are-live"]
    return stage.story.isTold && stage.violation.map { invariants.contains($0.invariant) } == true
  }

  // MARK: Lives

  private func liveOnce() {
    lives += 1
    let (disk, crash) = makeDisk()
    let life = Life(self, number: lives, disk: disk, crash: crash)
    self.life = life
    stage.tell("process \(lives) begins")
    let outcome = life.live(isResuming: isResuming)
    self.life = nil
    deathsInOpening = life.hasDiedOpening ? deathsInOpening + 1 : 0
    if deathsInOpening > 1 { stage.paths.count(.recovery(.diedAgain)) }
    stage.tell("process \(lives) \(outcome.rawValue)")
    stage.paths.count(.outcome(outcome))
    isResuming = outcome == .blocked || outcome == .halted
    if outcome == .blocked { expectCause() }
    isOver = isToEnd && outcome == .ended
    leave(disk, after: outcome, hasBegun: life.hasBegun)
    guard !isOver else { return }
    stage.timeline.run(
      until: stage.now + Interval(nanoseconds: random.integer(in: 100_000_000...3_000_000_000)))
  }

  /// A disk for the next process, and what will go wrong with it.
  /// - Returns: the disk, and the call before which the process dies.
  private func makeDisk() -> (disk: SimDisk, crash: Int?) {
    var plan = SimDisk.Plan()
    plan.skipsFolderSync = stage.plant == .skipFolderSync
    plan.retriesSync = stage.plant == .retrySync
    diskMayFail = false
    // Mostly while it runs, often while it opens.
    let operation = Int(random.below(random.chance(0.5) ? 40 : 400))
    if stage.strikes(.killInDisk) { plan.crash = operation }
    let kinds: [(Mishap, DiskSimulation.Fault.Kind)] = [
      (.syncFails, .broken), (.ioError, random.chance(0.5) ? .short : .broken),
    ]
    for (mishap, kind) in kinds where stage.strikes(mishap) {
      plan.faults.append(DiskSimulation.Fault(kind, at: Int(random.below(300))))
      diskMayFail = true
    }
    image.capacity = 1 << 40
    if stage.strikes(.diskFull) {
      image.capacity = image.used + random.below(400 << 10)
      diskMayFail = true
    }
    return (SimDisk(image, plan: plan), plan.crash)
  }

  /// What a process leaves on the disk.
  private func leave(_ disk: SimDisk, after outcome: LifeOutcome, hasBegun: Bool) {
    let isPowerCut = outcome == .killed && stage.strikes(.powerCut)
    isAfterLoss = isAfterLoss || isPowerCut || diskMayFail
    if isPowerCut {
      image = CrashChoices(of: disk.image).outcome(drawnFrom: &random)
    } else {
      image = disk.image
      if outcome != .journalFailed { image.settle() }
    }
    stage.mix(record.last)
    if let copy = sound, outcome == .corrupt || hasBegun {
      sound = nil
      if outcome == .corrupt { image = copy } else { hasUnseenRot = true }
    }
    // A disk that has failed may still hold pages that it gave up: what turns there is not to be told apart.
    if sound == nil, !diskMayFail, stage.strikes(.rot) { rot() }
  }

  /// The disk as it was before a bit of it turned; `nil` when none did.
  private(set) var sound: DiskImage?

  /// Whether a bit turned where no process has to look.
  private(set) var hasUnseenRot = false

  /// A bit of a segment turns.
  private func rot() {
    let names = image.names(Life.path).filter { $0.contains(".lz4") }
    guard !names.isEmpty else { return }
    let path = Life.path + "/" + names[Int(random.below(UInt64(names.count)))]
    let used = image.contents(path).lastIndex { $0 != 0 } ?? 0
    let copy = image
    image.settle()
    let offset = random.below(UInt64(used) + 1)
    guard (try? image.flip(bit: Int(random.below(8)), at: offset, in: path)) != nil else { return }
    sound = copy
    stage.tell("a bit of \(path) turns at \(offset)")
  }

  /// What nothing explains was found: something must have happened beside our orders.
  private func expectCause() {
    if venue.transfers == transfersSeen {
      stage.fail(
        "blocked-for-a-cause", "balances differ, and nobody paid in or out: \(balances)")
    }
    transfersSeen = venue.transfers
  }

  private var balances: String {
    SimulationSettings.codes.enumerated().map { index, code in
      let ours = record.state.account.balance(AssetID(UInt16(index)))
      let theirs = venue.desk.witnessedBalance(of: 0, code) ?? .zero
      return "\(code) \(ours.exactText) here, \(theirs.exactText) there"
    }.joined(separator: "; ")
  }

  // MARK: What a process tells

  /// Events go to the journal.
  func take(_ batch: borrowing EventBatch) {
    for index in batch.events.indices {
      let event = batch.events[index]
      if stage.story.isTold { tell(event) }
      if let broken = record.append(event) {
        stage.fail(broken.name, "event \(record.last): \(broken.why)")
      }
    }
    for order in record.state.orders.live { stage.paths.count(.order(order.status)) }
  }

  /// Writes an event down, unless it is one of the market's or says what something is called.
  private func tell(_ event: Event) {
    fields.names.learn(event)
    guard !event.kind.isMarket, !event.kind.isDefinition else { return }
    var line: [UInt8] = []
    line.appendLine(event, record.last + 1, fields, asJSON: false)
    let parts = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    stage.tell(
      "event \(record.last + 1) " + parts.dropFirst(2).joined(separator: " "))
  }

  func promise(written: Sequence64, durable: Sequence64) {
    record.promise(written: written, durable: durable)
  }

  /// How an account goes.
  func looks(at phase: AccountPhase?, _ figures: AccountFigures) {
    for text in notes.take() { stage.tell("~ \(text)") }
    let next = AccountStep(phase)
    if next != step { stage.paths.count(.account(next)) }
    step = next
    examineQuiet(figures)
  }

  // MARK: The end of mishaps

  private func quieten() {
    stage.tell("nothing goes wrong any more")
    quietSince = stage.now
    stage.tape.isQuiet = true
    venue.heal()
  }

  /// Whether everything agrees since nothing goes wrong; if not in time, that is a failure.
  private func examineQuiet(_ figures: AccountFigures) {
    guard let quietSince, !isToEnd else { return }
    let disagreement = self.disagreement(figures)
    if disagreement == nil {
      stage.tell("the journal and the exchange agree")
      isToEnd = true
    } else if stage.now - quietSince > SimulationSettings.patience {
      stage.fail("agrees-in-time", disagreement ?? "")
    }
  }

  func disagreement(_ figures: AccountFigures) -> String? {
    guard figures.isReady else { return "the account is \(step.rawValue)" }
    guard record.state.markets.first?.book.isValid == true else { return "the book is not valid" }
    for order in record.state.orders.live where order.status == .unknown {
      return "order \(order.id.raw) is unknown"
    }
    return booksDisagree
  }
}
