/// One fact's decisions told to whoever asks why: what strategies read, how it was sized, what the gate
/// weighed. It is the engine's own run that speaks, so the story cannot differ from what was done.

/// Who is told. The calls come in the order of the engine's work on the fact.
public protocol DecisionWatcher: AnyObject {
  /// The strategies look at the fact; the state holds it and nothing of what follows from it. Some
  /// requests stand already: of what is being unwound, then of a command.
  func decided(
    _ accounts: [StrategyAccount], on fact: Event, unwinding: Int, commanded: Int,
    _ state: borrowing State)

  /// A wish is about to be turned into so many requests; `sizing` for a target with a price.
  func sized(
    _ wish: Wish, for book: BookID, _ sizing: TargetSizing?, requests: Int,
    _ state: borrowing State)

  /// The gate has judged a request; an approval's event is the next after the state.
  func judged(
    _ request: OrderRequest, refused: Refused?, _ numbers: RiskAssessment, cause: Sequence64,
    _ state: borrowing State)
}

/// Which fact is asked about; none in most runs, which then pay for a comparison per fact.
public struct DecisionTrace {
  private let sequence: Sequence64
  private let watcher: (any DecisionWatcher)?
  /// Whether the fact being decided on is the one. To be asked before anything is told: what a call is
  /// handed is copied for it.
  private(set) var isOn = false

  /// Tells of nothing.
  public init() {
    sequence = 0
    watcher = nil
  }

  /// Tells of the fact with this sequence; of a run of events, its last.
  public init(of sequence: Sequence64, to watcher: any DecisionWatcher) {
    self.sequence = sequence
    self.watcher = watcher
  }

  /// Whether the fact that is decided on now is the one.
  @inline(__always)
  mutating func begins(at sequence: Sequence64) -> Bool {
    isOn = self.sequence == sequence
    return isOn
  }

  /// Lets a copy of a strategy, as it is before the fact, say why it decides what it decides. Never
  /// inlined: what it is handed is then copied for that fact only.
  @inline(never)
  func ask(_ strategy: some Decider, _ fact: Event, _ state: borrowing State) {
    var copy = strategy
    var (unwinding, commanded) = (Requests(), Requests())
    if state.risk.unwinding.isBusy { PositionSizer.unwind(state, into: &unwinding) }
    if fact.body.isCommand { PositionSizer.obey(fact, state, into: &commanded) }
    watcher?.decided(
      copy.account(of: fact, state, for: BookID(0)), on: fact, unwinding: unwinding.count,
      commanded: commanded.count, state)
  }

  /// Tells of a wish that is about to be turned into requests.
  @inline(never)
  func tell(_ wish: Wish, for book: BookID, _ state: borrowing State) {
    var sizing: TargetSizing?
    if case .signal(let signal) = wish, signal.kind == .target {
      sizing = TargetSizing(signal, for: book, state)
    }
    var requests = Requests()
    PositionSizer.fulfil(wish, for: book, state, into: &requests)
    watcher?.sized(wish, for: book, sizing, requests: requests.count, state)
  }

  /// Tells of the gate's verdict.
  @inline(never)
  func tell(
    _ verdict: borrowing Verdict, on request: OrderRequest, _ cause: Sequence64,
    _ state: borrowing State
  ) {
    switch verdict {
    case .approved(_, _, let numbers):
      watcher?.judged(request, refused: nil, numbers, cause: cause, state)
    case .refused(let refusal, let numbers):
      watcher?.judged(request, refused: refusal, numbers, cause: cause, state)
    }
  }
}
