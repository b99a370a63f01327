/// Why an order was placed, refused, or not placed at all: everything between the market and the outcome,
/// as the engine itself tells it when it decides on the fact again.

public import Journal
public import TradingCore

public struct DecisionStory: Sendable {
  /// A wish with the numbers that made it lots.
  public struct WishRecord: Sendable {
    public var wish: Wish
    public var book: BookID
    /// For a target with a price.
    public var sizing: TargetSizing?
  }

  /// Who asked for what the gate judged.
  public enum Asker: Equatable, Sendable {
    /// The wish at this place.
    case wish(Int)
    /// A parent order, of which it is a slice.
    case parent
    /// An operator's command, which is the fact.
    case command
    /// A halt or a `flatten`, step by step.
    case unwinding
  }

  /// What the gate said of a request.
  public struct VerdictRecord: Sendable {
    public var request: OrderRequest
    /// `nil` where it passed.
    public var refused: Refused?
    public var numbers: RiskAssessment
    /// The sequence of the verdict's event: an order's id.
    public var sequence: Sequence64
    /// The fact, or the parent order that it is a slice of.
    public var cause: Sequence64
    public var asker: Asker

    /// The place of the wish that it serves, if any.
    public var wish: Int? {
      guard case .wish(let place) = asker else { return nil }
      return place
    }
  }

  /// The journal's folder.
  public let journal: String
  /// What decided, in words.
  public let strategies: String
  /// What was asked about; `nil` for a moment.
  public let subject: NumberedEvent?
  /// What the event asked about is to the story, where it is not its subject.
  public let remark: String?
  /// The fact that was decided on.
  public internal(set) var fact: NumberedEvent
  /// The state that held the fact and nothing of what followed.
  public internal(set) var state = State()
  public internal(set) var names = Names()
  public internal(set) var accounts: [StrategyAccount] = []
  public internal(set) var wishes: [WishRecord] = []
  public internal(set) var verdicts: [VerdictRecord] = []
  /// What followed from the fact, as recorded.
  public internal(set) var derived: [NumberedEvent] = []
  /// Events before the fact, the last of them the fact.
  public internal(set) var before: [NumberedEvent] = []
  /// Events behind all that followed, for a picture.
  public internal(set) var after: [NumberedEvent] = []
  /// What became of the order, where one was asked about.
  public internal(set) var fate: OrderFate?

  init(
    of run: RecordedRun, _ strategies: RunStrategies, at place: StoryPlace, _ fact: NumberedEvent
  ) {
    journal = run.journal
    self.strategies = strategies.text
    subject = place.subject
    remark = place.remark
    self.fact = fact
  }

  /// The verdict that was asked about: that of the order or the refusal; `nil` for a fact.
  public var verdict: VerdictRecord? {
    guard let subject, !subject.event.isFact else { return nil }
    return verdicts.first { $0.sequence == subject.sequence }
  }
}

extension DecisionStory {
  /// Makes a journal's decisions again up to the fact asked about, and listens there.
  /// - Parameter watch: told how far it is.
  /// - Throws: `AuditError.factsOnly`, `.otherRules`, `.setAnew`, `.noSuchOrder`; `JournalError`; and
  ///   `EngineFault.diverged` where this build decides otherwise before it gets there.
  public init(
    of run: RecordedRun, _ target: StoryTarget, on instrument: InstrumentID?, watch: @escaping Watch
  ) throws {
    guard let strategies = run.strategies else { throw AuditError.factsOnly(journal: run.journal) }
    let instruments = instrument.map { [$0] } ?? strategies.instruments
    let place = try StoryFinder(of: run, instruments, watch).place(of: target)
    let feed = try StoryFeed(run, place, watch)
    let teller = StoryTeller()
    var setup = RunSetup(
      feed: feed, preamble: [], journal: NullSink(), watcher: NullWatcher())
    setup.trace = DecisionTrace(of: place.fact, to: teller)
    setup.comparesFingerprints = run.hasOurRules
    do {
      _ = try strategies.audit(setup)
    } catch EngineFault.diverged(let divergence)
      where divergence.sequence > place.last && place.last == run.facts.lastSequence
    {
      // The recording ends in the middle of what followed: all that is asked about was told.
    } catch EngineFault.diverged(let divergence) where !run.hasOurRules {
      throw run.otherRules(from: divergence.sequence)
    } catch EngineFault.diverged(let divergence) {
      throw feed.change.refusal(of: divergence.sequence) ?? EngineFault.diverged(divergence)
    } catch {
      if feed.isStopped { throw JournalError.stopped }
      throw error
    }
    guard let told = teller.fact else {
      throw AuditError.noSuchOrder(
        journal: run.journal, "nothing is decided on at event \(place.fact)")
    }
    self.init(of: run, strategies, at: place, NumberedEvent(sequence: place.fact, event: told))
    (state, accounts) = (teller.state, teller.accounts)
    (wishes, verdicts) = (teller.wishes, teller.verdicts)
    (names, before, derived, after) = (feed.names, feed.before, feed.derived, try feed.after())
    if case .order(let order)? = subject?.event.body, let subject {
      fate = try OrderFate(of: subject, order.terms, in: run.journal, watch)
    }
  }
}

/// Writes down what the engine tells.
private final class StoryTeller: DecisionWatcher {
  private(set) var fact: Event?
  private var sequence: Sequence64 = 0
  private(set) var state = State()
  private(set) var accounts: [StrategyAccount] = []
  private(set) var wishes: [DecisionStory.WishRecord] = []
  private(set) var verdicts: [DecisionStory.VerdictRecord] = []
  /// Who asked for the requests that are yet to be judged, in order.
  private var askers: [DecisionStory.Asker] = []

  func decided(
    _ accounts: [StrategyAccount], on fact: Event, unwinding: Int, commanded: Int,
    _ state: borrowing State
  ) {
    askers = Array(repeating: .unwinding, count: unwinding)
    askers += Array(repeating: .command, count: commanded)
    self.fact = fact
    sequence = state.sequence
    self.accounts = accounts
    self.state = copy state
  }

  func sized(
    _ wish: Wish, for book: BookID, _ sizing: TargetSizing?, requests: Int,
    _ state: borrowing State
  ) {
    askers += Array(repeating: .wish(wishes.count), count: requests)
    wishes.append(DecisionStory.WishRecord(wish: wish, book: book, sizing: sizing))
  }

  func judged(
    _ request: OrderRequest, refused: Refused?, _ numbers: RiskAssessment, cause: Sequence64,
    _ state: borrowing State
  ) {
    let isSlice = cause != sequence || askers.isEmpty
    verdicts.append(
      DecisionStory.VerdictRecord(
        request: request, refused: refused, numbers: numbers, sequence: state.sequence + 1,
        cause: cause, asker: isSlice ? .parent : askers.removeFirst()))
  }
}

/// A journal's events up to all that followed from a fact, some of which it keeps.
private final class StoryFeed: Feed {
  private(set) var names = Names()
  private(set) var before: [NumberedEvent] = []
  private(set) var derived: [NumberedEvent] = []
  private(set) var isStopped = false
  private(set) var change: StrategyChange
  private var reader: JournalReader
  private let journal: String
  private let place: StoryPlace
  private let watch: Watch

  /// Events before the fact that are kept, and behind it.
  static let kept = JournalSearch.window
  static let keptAfter = 512

  init(_ run: RecordedRun, _ place: StoryPlace, _ watch: @escaping Watch) throws(JournalError) {
    reader = try JournalReader(opening: run.journal, acceptingOpen: true)
    journal = run.journal
    change = StrategyChange(in: run)
    self.place = place
    self.watch = watch
  }

  func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
    guard watch(batch.firstSequence, place.last) else {
      isStopped = true
      throw .source("stopped")
    }
    do throws(JournalError) {
      guard try reader.next(into: &batch), batch.firstSequence <= place.last else { return false }
    } catch { throw .source("\(error)") }
    let count = Int(min(UInt64(batch.events.count), place.last - batch.firstSequence + 1))
    if count < batch.events.count { batch.events.removeLast(batch.events.count - count) }
    for (offset, event) in batch.events.enumerated() {
      keep(NumberedEvent(sequence: batch.firstSequence + Sequence64(offset), event: event))
    }
    return true
  }

  private func keep(_ one: NumberedEvent) {
    if one.event.kind.isDefinition { names.learn(one.event) }
    change.look(at: one.event, one.sequence)
    guard one.sequence + StoryFeed.kept > place.fact else { return }
    if one.sequence > place.fact { derived.append(one) } else { before.append(one) }
  }

  /// Some of what came later.
  func after() throws(JournalError) -> [NumberedEvent] {
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    guard place.last < reader.facts.lastSequence else { return [] }
    try reader.seek(to: place.last + 1)
    var events: [NumberedEvent] = []
    var batch = EventBatch()
    while events.count < StoryFeed.keptAfter, try reader.next(into: &batch) {
      for (offset, event) in batch.events.prefix(StoryFeed.keptAfter - events.count).enumerated() {
        events.append(
          NumberedEvent(sequence: batch.firstSequence + Sequence64(offset), event: event))
      }
    }
    return events
  }
}
