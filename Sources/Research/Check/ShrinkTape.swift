/// A failing journal as the least that may be taken out of it: messages, with everything that follows from
/// them left to be made again.

internal import TradingCore

/// How a smaller journal is made of fewer facts.
enum ShrinkMode: String, CaseIterable {
  /// The market runs again behind the simulated exchange: orders, reports and fills follow from it.
  case market
  /// All facts are told again, a venue's reports among them; decisions follow from them.
  case facts
  /// An operator places the orders that a strategy placed, so that nothing is needed to bring them about.
  case orders
  /// Nothing is made again: events are left out, and what speaks of others is renumbered.
  case events
}

/// A message: one event, or a run of them, which is kept whole.
struct ShrinkItem: Equatable, Sendable {
  var facts: [TapeFact]
  /// Whether it is what the run was told at its start.
  var isPreamble: Bool

  var kind: EventKind { facts[0].event.kind }
  var instrument: InstrumentID { facts[0].event.body.instrument }
  var lastSequence: Sequence64 { facts[facts.count - 1].sequence }
}

extension ShrinkItem {
  /// Whether it is a message of book levels, which can do with fewer.
  var hasLevels: Bool { facts.count > 1 && (kind == .bookSnapshot || kind == .depth) }

  /// The message without some of its levels: still one message, from its first event to its last.
  func without(_ start: Int, _ length: Int) -> ShrinkItem {
    var item = self
    item.facts.removeSubrange(start..<min(start + length, facts.count))
    for index in item.facts.indices {
      var flags: RunFlags = index == 0 ? .first : []
      if index == item.facts.count - 1 { flags.insert(.last) }
      switch item.facts[index].event.body {
      case .bookSnapshot(var level):
        level.flags = flags
        item.facts[index].event.body = .bookSnapshot(level)
      case .depth(var depth):
        depth.flags = flags
        item.facts[index].event.body = .depth(depth)
      default: break
      }
    }
    return item
  }
}

struct ShrinkTape: Sendable {
  let mode: ShrinkMode
  /// Everything that can be taken out, in order.
  let items: [ShrinkItem]
  private let subject: CheckSubject
  private let origins: [OrderID: OrderOrigin]
  /// What is changed of every journal that is made again; `nil` for nothing.
  let alteration: Alteration?

  init(of subject: CheckSubject, _ mode: ShrinkMode, _ alteration: Alteration? = nil) {
    (self.mode, self.subject, self.alteration) = (mode, subject, alteration)
    origins =
      switch mode {
      case .facts: OrderOrigin.all(in: subject.events)
      case .orders: OrderOrigin.byHand(in: subject.events)
      case .market, .events: [:]
      }
    let preamble = subject.preambleCount
    var facts: [TapeFact]
    switch mode {
    case .market:
      facts = subject.events[..<preamble].enumerated().map {
        TapeFact(Sequence64($0.offset) + 1, $0.element)
      }
      facts += subject.market
    case .facts: facts = subject.facts
    case .orders: facts = ShrinkTape.placed(subject.events)
    case .events:
      facts = subject.events.enumerated().map { TapeFact(Sequence64($0.offset) + 1, $0.element) }
    }
    items = ShrinkTape.messages(facts, upTo: Sequence64(preamble))
  }

  /// The facts, with each order as an operator's command in its place, and nobody else who decides.
  private static func placed(_ events: [Event]) -> [TapeFact] {
    events.enumerated().compactMap { index, event in
      var event = event
      switch event.body {
      case .order(let order): event.body = .place(order.terms)
      case .configure(var change) where change.setting == .strategy:
        change.value = Int64(StrategyRegistry.number(of: "observer") ?? 0)
        event.body = .configure(change)
      case .configure(let change) where change.setting == .strategyParameter: return nil
      default: if !event.isFact { return nil }
      }
      return TapeFact(Sequence64(index) + 1, event)
    }
  }

  /// The facts in messages.
  private static func messages(_ facts: [TapeFact], upTo preamble: Sequence64) -> [ShrinkItem] {
    var items: [ShrinkItem] = []
    var isOpen = false
    for fact in facts {
      if isOpen {
        items[items.count - 1].facts.append(fact)
      } else {
        items.append(ShrinkItem(facts: [fact], isPreamble: fact.sequence <= preamble))
      }
      isOpen = fact.event.body.isInsideRun
    }
    return items
  }

  /// How the journal came about: what is left of a live one is one.
  var origin: JournalOrigin { subject.origin }

  /// The same journal with what it holds and its facts do not give; `nil` where they give all of it.
  /// - Throws: whatever keeps it from being run.
  func altered() throws -> ShrinkTape? {
    guard let change = Alteration(of: subject.events, against: try run(of: items)) else {
      return nil
    }
    return ShrinkTape(of: subject, mode, change)
  }

  /// The journal that some of the items make; `nil` where it gives no occasion for the alteration.
  /// - Throws: whatever keeps them from being run.
  func journal(of items: [ShrinkItem]) throws -> CheckSubject? {
    let events = try run(of: items)
    guard let alteration else { return try subject.remade(events) }
    return try alteration.applied(to: events).map(subject.remade)
  }

  private func run(of items: [ShrinkItem]) throws -> [Event] {
    let head = items.flatMap { $0.isPreamble ? $0.facts.map(\.event) : [] }
    let rest = items.flatMap { $0.isPreamble ? [] : $0.facts }
    switch mode {
    case .events:
      return Renumbering.renumbered(items.flatMap(\.facts))
    case .facts, .orders:
      let all = items.flatMap(\.facts)
      guard let engine = try subject.engineMaker(all.map(\.event)) else {
        return all.map(\.event)
      }
      let tape = FactTape(all, origins)
      _ = try engine.follow(tape)
      return tape.events
    case .market:
      let memory = EventMemory()
      let engine = try subject.engineMaker(head + rest.map(\.event))
      _ = try engine?.simulate(head, ArrayFeed(rest.map(\.event)), into: memory)
      return engine == nil ? head + rest.map(\.event) : memory.events
    }
  }
}

/// Events of a journal with others left out: sequences that they speak of are those that they have now.
enum Renumbering {
  static func renumbered(_ events: [TapeFact]) -> [Event] {
    var places: [Sequence64: Sequence64] = [:]
    for (index, event) in events.enumerated() { places[event.sequence] = Sequence64(index) + 1 }
    return events.map { fact in
      var event = fact.event
      if let order = event.body.reportedOrder, let now = places[order.raw] {
        event.body.reportedOrder = OrderID(now)
      }
      let now = { (sequence: Sequence64) in places[sequence] ?? sequence }
      event.body.mapSequences(cause: now, order: now)
      return event
    }
  }
}
