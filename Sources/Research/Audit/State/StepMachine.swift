/// Stepping through a journal without a terminal: keys go in, a screen comes out.

public import Journal
public import TradingCore

public struct StepMachine: ~Copyable {
  private var steps: JournalSteps
  private let search: JournalSearch
  private let watch: Watch
  /// The state before the current event, to tell what it changed.
  private var before = State()
  private var question: Question?
  private var answer = ""
  private var sought = ""
  /// What went wrong with the last key; empty when nothing did.
  public private(set) var remark = ""

  private enum Question { case search, jump }

  /// Events between two states that are kept for going back.
  static let keepingInterval: Sequence64 = 1_024
  /// Events of a page.
  static let page: Sequence64 = 1_000

  /// Begins at a journal's first event.
  /// - Parameter watch: asked while a key takes long, and may end it.
  /// - Throws: as `JournalSteps.init(opening:keeping:)`.
  public init(opening journal: String, watch: @escaping Watch) throws(JournalError) {
    var steps = try JournalSteps(opening: journal, keeping: Self.keepingInterval)
    _ = try steps.forward()
    search = JournalSearch(journal: journal, lastSequence: steps.lastSequence)
    self.steps = steps
    self.watch = watch
  }

  /// The event that is shown; `nil` for an empty journal.
  public var current: NumberedEvent? { steps.current }
  public var sequence: Sequence64 { steps.state.sequence }
  public var lastSequence: Sequence64 { steps.lastSequence }
  public var journal: String { steps.journal }
  public var names: Names { steps.names }
  /// The state after the event.
  public var state: State { steps.state }
  /// Whether characters are an answer's.
  public var isAnswering: Bool { question != nil }
  /// What is asked and answered so far; `nil` while nothing is.
  public var prompt: String? {
    question.map {
      ($0 == .search ? "search kind or symbol: " : "go to sequence or time: ") + answer
    }
  }

  /// What the current event changed, as `StateFields.differences`.
  public var changes: [StateDifference] {
    StateFields.differences(before, steps.state, steps.names)
  }

  /// Takes a key.
  /// - Returns: false when it ends the stepping.
  /// - Throws: what is damaged in the journal; `.stopped` is said in `remark` instead.
  public mutating func press(_ key: StepKey) throws(JournalError) -> Bool {
    remark = ""
    do throws(JournalError) {
      if question != nil { return try reply(key) }
      return try obey(key)
    } catch {
      guard case .stopped = error else { throw error }
      remark = "stopped"
      return true
    }
  }

  private mutating func obey(_ key: StepKey) throws(JournalError) -> Bool {
    let here = sequence
    switch key {
    case .forward: try move(to: here + 1)
    case .back: try move(to: here - min(here, 1))
    case .pageForward: try move(to: here + Self.page)
    case .pageBack: try move(to: here - min(here, Self.page))
    case .first: try move(to: 1)
    case .last: try move(to: lastSequence)
    case .nextOrder: try find("order", isBack: false) { $0.kind == .order }
    case .previousOrder: try find("order", isBack: true) { $0.kind == .order }
    case .nextFill: try find("fill", isBack: false) { $0.kind == .fill }
    case .previousFill: try find("fill", isBack: true) { $0.kind == .fill }
    case .again: try repeatSearch(isBack: false)
    case .againBack: try repeatSearch(isBack: true)
    case .search: question = .search
    case .jump: question = .jump
    case .quit: return false
    case .enter, .erase, .escape, .character: break
    }
    return true
  }

  private mutating func reply(_ key: StepKey) throws(JournalError) -> Bool {
    switch key {
    case .character(let character): answer.append(character)
    case .erase: if !answer.isEmpty { answer.removeLast() }
    case .enter:
      let (asked, text) = (question, answer)
      (question, answer) = (nil, "")
      if text.isEmpty { return true }
      if asked == .jump { try jump(text) } else { try begin(searchFor: text) }
    case .quit: return false
    default: (question, answer) = (nil, "")
    }
    return true
  }

  private mutating func jump(_ text: String) throws(JournalError) {
    if let sequence = UInt64(text.filter { $0 != "," }) {
      try move(to: sequence)
    } else if let time = Timestamp(utc: text) {
      try move(to: steps.last(by: time))
    } else {
      remark = "\(text) is neither a sequence nor a UTC time such as 2024-08-08T23:55"
    }
  }

  private mutating func begin(searchFor text: String) throws(JournalError) {
    sought = text
    try repeatSearch(isBack: false)
  }

  /// Looks for events of a kind, or of an instrument whose symbol holds the text.
  private mutating func repeatSearch(isBack: Bool) throws(JournalError) {
    guard !sought.isEmpty else {
      remark = "search for something first, with /"
      return
    }
    let text = sought.lowercased()
    var ids: Set<UInt16> = []
    for index in names.instruments.indices {
      let id = InstrumentID(UInt16(index))
      if names.symbol(id)?.lowercased().contains(text) == true { ids.insert(id.raw) }
    }
    let kinds = EventKind.allCases.filter { $0.shortName.lowercased().hasPrefix(text) }
    try find(sought, isBack: isBack) { event in
      kinds.contains(event.kind) || ids.contains(event.body.instrument.raw)
    }
  }

  private mutating func find(
    _ name: String, isBack: Bool, _ isWanted: (Event) -> Bool
  ) throws(JournalError) {
    let found =
      isBack
      ? try search.previous(before: sequence, watch: watch, isWanted)
      : try search.next(after: sequence, watch: watch, isWanted)
    guard let found else {
      remark = isBack ? "no \(name) before this event" : "no \(name) behind this event"
      return
    }
    try move(to: found)
  }

  /// Shows an event: the state before it, then the state with it.
  private mutating func move(to sequence: Sequence64) throws(JournalError) {
    let target = max(1, min(sequence, lastSequence))
    guard target != self.sequence || steps.current == nil, lastSequence > 0 else { return }
    do throws(JournalError) {
      try steps.go(to: target - 1, watch: watch)
    } catch {
      // Stopped on the way: the next event there is shown, with what it changed.
      guard case .stopped = error else { throw error }
      before = steps.state
      _ = try steps.forward()
      throw error
    }
    before = steps.state
    _ = try steps.forward()
  }
}
