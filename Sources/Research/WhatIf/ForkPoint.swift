/// Where a journal forks, found by reading it once: the end of the step that a sequence or a moment is in,
/// the state there, and how the run was made.

internal import Journal
public import TradingCore

/// The moment at which a recorded run takes another turn.
public struct ForkPoint: Sendable {
  /// The last sequence of the past: what follows is a fact that begins a message.
  public private(set) var sequence: Sequence64 = 0
  /// The journal's time there.
  public private(set) var time = Timestamp.distantPast
  /// The state after it.
  public private(set) var state = State()
  /// What the definitions say, up to the journal's end.
  public private(set) var names = Names()
  /// The last event of the journal.
  public private(set) var lastSequence: Sequence64 = 0
  public private(set) var lastTime = Timestamp.distantPast
  /// The last moment that is of interest.
  public private(set) var until = Timestamp.distantFuture
  /// The facts that a simulated run was configured with, at its head.
  public private(set) var preamble: [Event] = []
  /// Whether an account at a venue was followed.
  public private(set) var hasAccount = false

  private let limit: FoldLimit
  private let end: FoldLimit
  private var isFound = false
  private var hasPreamble = false
  private var isInsideRun = false
  /// The first setting behind the head that the head does not have, of those a fork does not make again.
  private var setAnew: (sequence: Sequence64, body: EventBody)?

  /// Reads a journal. O(events).
  /// - Parameters:
  ///   - limit: the sequence or the moment whose step is the last of the past.
  ///   - end: the last sequence or moment of interest.
  ///   - passing: told the sequence reached, batch by batch; what it throws ends the reading.
  /// - Throws: `JournalError`; `AuditError.noFork` where nothing follows, `.setAnew` where a fork would
  ///   leave out what the run was set to under way.
  public init(
    of journal: String, at limit: FoldLimit, until end: FoldLimit,
    passing: (Sequence64) throws -> Void = { _ in }
  ) throws {
    self.limit = limit
    self.end = end
    var reader = try JournalReader(opening: journal)
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      for event in batch.events { take(event) }
      try passing(lastSequence)
    }
    guard isFound else {
      throw AuditError.noFork(
        journal: journal, reason: "nothing follows there: its last event is \(lastSequence)")
    }
    if case .time(let moment) = end { until = moment }
    guard until >= time else {
      throw AuditError.noFork(journal: journal, reason: "--until lies before --at")
    }
    if let setAnew {
      throw AuditError.setAnew(
        journal: journal, kind: setAnew.body.kind.name, sequence: setAnew.sequence,
        source: reader.facts.identity.source.map { "\($0.id)" }, otherwise: otherwise)
    }
  }

  private mutating func take(_ event: Event) {
    if !isFound, event.isFact, !isInsideRun, isPast(event) { isFound = true }
    lastSequence += 1
    lastTime = max(lastTime, event.receiveTime)
    if event.kind.isDefinition { names.learn(event) }
    if case .connected(let report) = event.body, report.stream == .account { hasAccount = true }
    if end == .sequence(lastSequence) { until = lastTime }
    if event.isFact { isInsideRun = event.body.isInsideRun }
    noteSetting(event)
    noteHead(event)
    guard !isFound else { return }
    reduce(&state, event)
    sequence = lastSequence
    time = lastTime
  }

  /// Whether what came so far is the past that was asked for; a run's head always is.
  private func isPast(_ next: Event) -> Bool {
    guard hasPreamble, lastSequence > 0 else { return false }
    switch limit {
    case .none: return false
    case .sequence(let last): return lastSequence >= last
    case .time(let last): return next.receiveTime > last
    }
  }

  /// A repeated past makes no setting again but the head's; an adopted one hands them out, up to the fork,
  /// but for strategies, which are the head's in either.
  private mutating func noteSetting(_ event: Event) {
    guard hasPreamble, setAnew == nil, event.body.isSetting, lastTime <= lastOfInterest,
      isFound || past == .repeated || event.body.isOfStrategy
    else { return }
    // Without a fee in the head those of the feed are the run's, and come again with the market.
    let isMarkets = event.kind == .fee && !preamble.contains { $0.kind == .fee }
    // A recipe comes in pieces, and behind the head it is another even where a piece is the same.
    guard !isMarkets,
      event.body.isRecipe || !preamble.contains(where: { $0.body == event.body })
    else { return }
    setAnew = (lastSequence, event.body)
  }

  /// How such a run forks all the same.
  private var otherwise: String {
    let comesAgain = past == .adopted && setAnew?.body.isOfStrategy == false
    return (comesAgain ? "fork behind it (`--at`), or " : "") + "end before it (`--until`)"
  }

  private var lastOfInterest: Timestamp {
    if case .time(let moment) = end { moment } else { until }
  }

  /// A run's head ends with the scenario's text or, where it has none, before the market begins.
  private mutating func noteHead(_ event: Event) {
    guard !hasPreamble else { return }
    if event.kind.isMarket {
      hasPreamble = true
      return
    }
    preamble.append(event)
    guard case .text(let text) = event.body, text.subject == .scenario else { return }
    hasPreamble = text.flags.contains(.last)
  }

  /// How the past is made: simulated again, or believed.
  public var past: ForkPast { hasAccount ? .adopted : .repeated }
}

extension EventBody {
  /// Whether it says how a run goes on from there.
  fileprivate var isSetting: Bool {
    switch kind {
    case .configure, .limit, .fee, .latency: true
    default: isRecipe
    }
  }

  fileprivate var isOfStrategy: Bool {
    if case .configure(let change) = self { change.isOfStrategy } else { isRecipe }
  }
}
