/// A journal that is checked: read once, shared by all cases, never changed.

internal import Journal
public import TradingCore

/// How the events of a journal came about: which questions it can be asked.
public enum JournalOrigin: String, Sendable {
  /// Facts only: nothing was decided in it.
  case facts
  /// Something was decided, and what did is not known: the head that says so is lost.
  case headless
  /// A run behind a simulated exchange: a backtest, or paper trading.
  case simulated
  /// A run at a venue: its fills and its account are facts.
  case live
}

/// A journal in memory, or as much of it as is checked.
public struct CheckSubject: Sendable {
  /// The events from the first on; a journal longer than the bound is cut at a message.
  public let events: [Event]
  /// What its definitions say.
  public let names: Names
  public let origin: JournalOrigin
  /// What decided in it; `nil` where nothing did.
  public let engine: CheckEngine?
  /// Events of the whole journal.
  public let total: UInt64
  /// The rules it was made by.
  public let logicVersion: UInt32
  /// Which events are lost, where it was salvaged from a damaged journal; `nil` where none is.
  public let lost: LostEvents?
  /// How many events before the market's are what the run was told at its start.
  let preambleCount: Int
  /// Where a strategy or a parameter is set behind the head, as a what-if does; `nil` where none is.
  private let strategySet: Sequence64?
  let baselineMemory = OnceMade<[Event]>()
  let faultlessMemory = OnceMade<[Watched]>()
  /// What decides in a journal that begins like its own argument; `nil` where nothing would.
  let engineMaker: @Sendable ([Event]) throws -> CheckEngine?

  /// The most events that are held unless more are asked for: 64 bytes each, and up to 1.3 KiB each while
  /// two threads run them again.
  public static let mostEvents = 600_000

  /// A journal in memory.
  /// - Parameters:
  ///   - total: events of the journal that these are the first of.
  ///   - rules: the rules it was made by, where it does not say.
  ///   - engineMaker: what decides in a journal, by its events; what its head says when nobody says.
  /// - Throws: what `engineMaker` throws.
  public init(
    _ events: [Event], total: UInt64? = nil, rules: UInt32? = nil,
    engineMaker: @escaping @Sendable ([Event]) throws -> CheckEngine? = CheckEngine.recorded(in:)
  ) throws {
    self.events = events
    self.engineMaker = engineMaker
    engine = try engineMaker(events)
    self.total = total ?? UInt64(events.count)
    var names = Names()
    for event in events where event.kind.isDefinition { names.learn(event) }
    self.names = names
    logicVersion = rules ?? CheckSubject.rules(events) ?? LogicVersion.current.version
    lost = LostEvents(in: events)
    origin = CheckSubject.origin(of: events, hasEngine: engine != nil)
    preambleCount = CheckSubject.preambleCount(events)
    strategySet = CheckSubject.strategySet(events)
  }

  /// Another journal, in which the same decides.
  func remade(_ events: [Event]) throws -> CheckSubject {
    try CheckSubject(events, rules: logicVersion, engineMaker: engineMaker)
  }

  /// Reads a journal, sealed or not, up to `limit` events.
  /// - Throws: `JournalError`; `AuditError` for strategies that this build does not have.
  public init(
    reading journal: String, upTo limit: Int = CheckSubject.mostEvents,
    watch: (UInt64, UInt64) -> Bool = { _, _ in true }
  ) throws {
    let run = try RecordedRun(of: journal)
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    let total = reader.facts.events
    var events: [Event] = []
    events.reserveCapacity(min(limit, Int(clamping: total)))
    var batch = EventBatch()
    while events.count < limit, try reader.next(into: &batch) {
      events.append(contentsOf: batch.events.prefix(limit - events.count))
      guard watch(UInt64(events.count), min(total, UInt64(limit))) else {
        throw JournalError.stopped
      }
    }
    if UInt64(events.count) < total {
      while let last = events.last, last.body.isInsideRun { events.removeLast() }
    }
    try self.init(events, total: total, rules: run.logicVersion)
  }

  /// Whether all of the journal is here.
  public var isWhole: Bool { UInt64(events.count) == total }

  private static func rules(_ events: [Event]) -> UInt32? {
    for event in events {
      if case .logicVersion(let logic) = event.body { return logic.version }
      if event.kind.isMarket { return nil }
    }
    return nil
  }

  private static func origin(of events: [Event], hasEngine: Bool) -> JournalOrigin {
    guard hasEngine else { return events.allSatisfy(\.isFact) ? .facts : .headless }
    let hasAccount = events.contains { event in
      if case .connected(let report) = event.body { report.stream == .account } else { false }
    }
    return hasAccount ? .live : .simulated
  }

  /// A run's head ends with its scenario; without one, before the first market event.
  private static func preambleCount(_ events: [Event]) -> Int {
    let head = events.firstIndex { $0.kind.isMarket } ?? events.count
    let end = events[..<head].lastIndex { event in
      guard case .text(let text) = event.body else { return false }
      return text.subject == .scenario && text.flags.contains(.last)
    }
    return end.map { $0 + 1 } ?? head
  }

  /// The head names what decides, up to the first market event.
  private static func strategySet(_ events: [Event]) -> Sequence64? {
    let head = events.firstIndex { $0.kind.isMarket } ?? events.count
    let place = events[head...].firstIndex { event in
      guard case .configure(let change) = event.body else { return false }
      return change.setting == .strategy || change.setting == .strategyParameter
    }
    return place.map { Sequence64($0) + 1 }
  }
}

extension CheckSubject {
  /// What a simulated run was told at its start.
  var preamble: [Event] { Array(events[..<preambleCount]) }

  /// What a simulated run took from its source, in order, with the places in the journal.
  var market: [TapeFact] {
    events.indices.dropFirst(preambleCount).compactMap { index in
      CheckSubject.isOfMarket(events[index].body)
        ? TapeFact(Sequence64(index) + 1, events[index]) : nil
    }
  }

  /// All facts, with their places in the journal.
  var facts: [TapeFact] {
    events.indices.compactMap { index in
      events[index].isFact ? TapeFact(Sequence64(index) + 1, events[index]) : nil
    }
  }

  /// Why the journal cannot be run again; `nil` when it can.
  public var objectionToRerun: String? {
    if let lost {
      return lost.text + (origin == .headless ? ", and what decided with them" : "")
    }
    if origin == .headless { return "its head does not say what decided" }
    if engine == nil { return "facts only: nothing was decided" }
    if let strategySet { return "its strategy was set anew at sequence \(strategySet)" }
    guard logicVersion == LogicVersion.current.version else {
      return "made by logic version \(logicVersion), this build has \(LogicVersion.current.version)"
    }
    return nil
  }

  /// Why the market of the journal cannot be run again behind a simulated exchange.
  public var objectionToSimulation: String? {
    if let objection = objectionToRerun { return objection }
    if origin == .live { return "a live run: its fills are facts" }
    let rest = events.dropFirst(preambleCount)
    let isChanged = rest.contains { event in
      switch event.body {
      case .place, .amend, .cancel, .flatten, .halt, .resume, .configure, .limit, .execute,
        .balance, .adjustment, .timer, .latency:
        true
      default: false
      }
    }
    return isChanged ? "an operator changed it on the way" : nil
  }

  /// Whether a simulated run takes a fact from its source, rather than making it itself.
  static func isOfMarket(_ body: EventBody) -> Bool {
    switch body {
    case .connected, .disconnected: true
    default: body.kind.isMarket || body.kind.isDefinition
    }
  }
}
