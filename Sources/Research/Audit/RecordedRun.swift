/// What ran when a journal was made, read from its own head: strategies, parameters, instruments, rules.
/// Nothing else is needed to make its decisions again: no scenario file, no database.

public import Journal
public import TradingCore

/// A journal as a run that can be repeated.
public struct RecordedRun: Sendable {
  /// The journal's folder.
  public let journal: String
  /// What the journal says of itself.
  public let facts: JournalFacts
  /// What decided in it; `nil` for a journal of facts alone, in which nothing was decided.
  public let strategies: RunStrategies?
  /// What its definitions say up to the first market events; more may follow.
  public let names: Names
  /// The events before the first market event, from sequence 1 on: definitions, settings, limits, fees,
  /// balances.
  public let head: [Event]
  /// The rules it was made by.
  public let logicVersion: UInt32

  /// The scenario it was begun with, as text.
  public var scenario: String? { names.text(.scenario, 0) }

  /// Reads the head of a journal, sealed or not.
  /// - Throws: `JournalError`; `AuditError.unknownStrategy`, `.unusable` for parameters that this build's
  ///   strategy does not take.
  public init(of journal: String) throws {
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    self.journal = journal
    facts = reader.facts
    var reading = RunHead()
    var batch = EventBatch()
    while !reading.isOver, try reader.next(into: &batch) {
      for event in batch.events { reading.take(event) }
    }
    head = reading.events
    names = reading.names
    logicVersion = reading.logicVersion ?? facts.identity.logicVersion
    strategies = try reading.strategies(journal)
  }

  /// Whether this build goes by the rules that it was made by.
  public var hasOurRules: Bool { logicVersion == LogicVersion.current.version }

  /// The refusal of a run made by other rules, with the build to ask.
  /// - Parameter sequence: from which on it comes out differently by ours, where that is known.
  public func otherRules(from sequence: Sequence64? = nil) -> AuditError {
    .otherRules(
      journal: journal, version: logicVersion, build: facts.identity.build, sequence: sequence)
  }
}

extension RunStrategies {
  /// What decided in a journal in memory, by its events before the first market event; `nil` where
  /// nothing did.
  /// - Parameter journal: what errors call it.
  init?(recordedIn events: [Event], of journal: String) throws(AuditError) {
    var head = RunHead()
    for event in events where !head.isOver { head.take(event) }
    guard let strategies = try head.strategies(journal) else { return nil }
    self = strategies
  }
}

/// What the events before the first market event say of a run.
private struct RunHead {
  private(set) var names = Names()
  private(set) var events: [Event] = []
  private(set) var logicVersion: UInt32?
  private(set) var isOver = false
  private var chosen: [(book: BookID, number: Int64)] = []
  private var values: [(book: BookID, place: Int, value: Double)] = []
  private var instruments: [InstrumentID] = []
  private var recipes: [(book: UInt16, text: String)] = []
  private var bars = Interval.zero

  /// Names may follow in the batch of the first market event; settings count before it only.
  mutating func take(_ event: Event) {
    if event.kind.isDefinition { names.learn(event) }
    if event.kind.isMarket { isOver = true }
    guard !isOver else { return }
    events.append(event)
    switch event.body {
    case .logicVersion(let logic): logicVersion = logic.version
    case .configure(let change): take(change)
    case .text(let text) where text.subject == .recipe && text.flags.contains(.last):
      recipes.append((text.id, names.text(.recipe, text.id) ?? ""))
    default: break
    }
  }

  private mutating func take(_ change: Configure) {
    switch change.setting {
    case .strategy: chosen.append((change.book, change.value))
    case .strategyParameter:
      let value = Double(bitPattern: UInt64(bitPattern: change.value))
      values.append((change.book, Int(change.place), value))
    case .tradedInstrument where change.value != 0: instruments.append(change.instrument)
    case .barInterval: bars = Interval(nanoseconds: change.value)
    default: break
    }
  }

  /// The strategies by what the head says; `nil` where it names none.
  func strategies(_ journal: String) throws(AuditError) -> RunStrategies? {
    guard !chosen.isEmpty else { return nil }
    try expectBooks(journal)
    var members: [StrategyMember] = []
    for (book, number) in chosen {
      guard number >= 0, number < StrategyRegistry.all.count else {
        throw .unknownStrategy(journal: journal, number: number)
      }
      let entry = try made(StrategyRegistry.all[Int(number)], in: book, journal)
      members.append(StrategyMember(entry, try parameters(of: entry, in: book, journal)))
    }
    return RunStrategies(
      members, on: instruments, bars: bars, hasBooks: chosen.contains { $0.book.raw != 0 })
  }

  /// What a book's strategy is made of by its recipe, where it is one that has one.
  private func made(
    _ entry: StrategyEntry, in book: BookID, _ journal: String
  ) throws(AuditError) -> StrategyEntry {
    guard entry.recipe != nil else { return entry }
    let recipe = recipes.last { $0.book == UInt16(book.raw) }?.text ?? ""
    do throws(RecipeError) {
      let made = try StrategyEntry(recipe: recipe)
      if made.name == entry.name { return made }
    } catch {
      throw .unusable(journal: journal, strategy: entry.name, reason: "its recipe: \(error)")
    }
    throw .unusable(
      journal: journal, strategy: entry.name, reason: "its recipe is of another strategy")
  }

  /// One strategy for the account, or one for each book from 1 on.
  private func expectBooks(_ journal: String) throws(AuditError) {
    let books = chosen.map { Int($0.book.raw) }
    let isSound = books == [0] || books == Array(1...books.count)
    guard isSound, books.count <= StrategyRegistry.mostMembers else {
      throw .unusable(
        journal: journal, strategy: "its set of strategies", reason: "it has the books \(books)")
    }
  }

  private func parameters(
    of entry: StrategyEntry, in book: BookID, _ journal: String
  ) throws(AuditError) -> ParameterValues {
    var parameters = ParameterValues(defaultsOf: entry.parameters)
    do throws(ParameterError) {
      for value in values where value.book == book {
        guard value.place < entry.parameters.count else {
          throw .unknown(name: "number \(value.place + 1)", nearest: nil)
        }
        try parameters.set(entry.parameters[value.place].name, to: value.value)
      }
      _ = try entry.warmUpBars(parameters, bars)
    } catch {
      throw .unusable(journal: journal, strategy: entry.name, reason: "\(error)")
    }
    return parameters
  }
}
