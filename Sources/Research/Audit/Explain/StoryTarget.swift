/// What is asked about: an order, an event or a moment, and where in a journal that is.

internal import Journal
public import TradingCore

/// An event with its place.
public struct NumberedEvent: Equatable, Sendable {
  public var sequence: Sequence64
  public var event: Event
}

public enum StoryTarget: Equatable, Sendable {
  /// An event; an order is the event that made it.
  case sequence(Sequence64)
  /// The last fact at or before a moment.
  case time(Timestamp)
  /// An order by the number that its venue gave it.
  case venueOrder(Int64)
  /// An order by the name we gave it at a venue: half of the journal's id, and its place.
  case clientOrder(journal: UInt64, Sequence64)

  /// Whether it is a moment, which leaves open what happened then.
  public var isMoment: Bool {
    if case .time = self { true } else { false }
  }

  /// Reads a whole number as a sequence, `venue:12345` as a venue's number, 32 hexadecimal digits as our
  /// name at a venue, anything else as a UTC time; `nil` for none of these.
  public init?(_ text: String) {
    if let sequence = UInt64(text) {
      self = .sequence(sequence)
    } else if text.hasPrefix("venue:"), let id = Int64(text.dropFirst("venue:".count)) {
      self = .venueOrder(id)
    } else if text.utf8.count == 32, let journal = UInt64(text.prefix(16), radix: 16),
      let sequence = UInt64(text.suffix(16), radix: 16)
    {
      self = .clientOrder(journal: journal, sequence)
    } else if let time = Timestamp(utc: text) {
      self = .time(time)
    } else {
      return nil
    }
  }
}

/// Where a story takes place.
struct StoryPlace {
  /// The event that was asked about; `nil` for a moment.
  var subject: NumberedEvent?
  /// The fact that was decided on.
  var fact: Sequence64
  /// The last event that followed from the fact.
  var last: Sequence64
  /// What was said of the event instead, in a sentence: a fill stands for its order.
  var remark: String?
}

/// Looks through a journal for the place.
struct StoryFinder {
  let journal: String
  /// A moment is looked for among the facts of these alone, where there are any.
  let instruments: [InstrumentID]
  private let id: JournalID
  private let watch: Watch

  init(of run: RecordedRun, _ instruments: [InstrumentID], _ watch: @escaping Watch) {
    journal = run.journal
    self.instruments = instruments
    id = run.facts.identity.id
    self.watch = watch
  }

  func place(of target: StoryTarget) throws -> StoryPlace {
    switch target {
    case .sequence(let sequence): return try place(of: sequence)
    case .clientOrder(let half, let sequence):
      guard half == id.low else {
        throw AuditError.noSuchOrder(
          journal: journal,
          "names of its orders begin with \(hexadecimal(id.low)): this is another journal's")
      }
      let found = try place(of: sequence)
      guard case .order? = found.subject?.event.body else {
        throw AuditError.noSuchOrder(journal: journal, "event \(sequence) is no order")
      }
      return found
    case .venueOrder(let id): return try place(of: order(atVenue: id))
    case .time(let time): return try place(before: time)
    }
  }

  private func place(of sequence: Sequence64) throws -> StoryPlace {
    let held = try JournalReader(opening: journal, acceptingOpen: true).facts
    guard sequence >= 1, sequence <= held.lastSequence else {
      throw JournalError.noSuchSequence(sequence, last: held.lastSequence)
    }
    let events = try read(around: sequence)
    guard let subject = events.first(where: { $0.sequence == sequence }) else {
      throw AuditError.noSuchOrder(journal: journal, "event \(sequence) cannot be read")
    }
    let isCommand = subject.event.kind == .amend || subject.event.kind == .cancel
    if let order = subject.event.body.reportedOrder, order.raw < sequence, order != .none,
      !isCommand
    {
      // Once, and not again for what it refers to: reports may name reports.
      let events = try read(around: order.raw)
      if let made = events.first(where: { $0.sequence == order.raw }), made.event.kind == .order {
        var found = try place(made, in: events)
        found.remark = "event \(sequence) is the \(subject.event.kind.shortName) of this order"
        return found
      }
    }
    let isHash = subject.event.kind == .stateHash
    return try place(
      subject, in: events, remark: isHash ? "event \(sequence) is a fingerprint of the state" : nil)
  }

  /// The decided fact of an event: itself, the end of its run, or the fact that it followed from.
  private func place(
    _ subject: NumberedEvent, in events: [NumberedEvent], remark: String? = nil
  ) throws -> StoryPlace {
    let at = subject.sequence
    let decided = { (one: NumberedEvent) in one.event.isFact && !one.event.body.isInsideRun }
    let fact =
      subject.event.isFact
      ? events.first { $0.sequence >= at && decided($0) }
      : events.last { $0.sequence <= at && decided($0) }
    guard let fact else {
      throw AuditError.noSuchOrder(journal: journal, "nothing is decided at event \(at)")
    }
    let next = events.first { $0.sequence > fact.sequence && $0.event.isFact }
    let last = next.map { $0.sequence - 1 } ?? events.last?.sequence ?? fact.sequence
    return StoryPlace(subject: subject, fact: fact.sequence, last: last, remark: remark)
  }

  /// The last decided fact at or before a moment, of the instruments where there is one.
  private func place(before time: Timestamp) throws -> StoryPlace {
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    let end = reader.facts.lastSequence
    let beyond = Timestamp(nanoseconds: time.nanoseconds.addingClamped(1))
    var after = try reader.seek(toTime: beyond) ?? end + 1
    while after > 1 {
      let events = try read(around: after - 1)
      let decided = events.last {
        $0.sequence < after && $0.event.isFact && !$0.event.body.isInsideRun
          && (instruments.isEmpty || instruments.contains($0.event.body.instrument))
      }
      if let decided {
        var found = try place(decided, in: read(around: decided.sequence))
        found.subject = nil
        return found
      }
      after = min(events.first?.sequence ?? 1, after - 1)
    }
    throw AuditError.noSuchOrder(
      journal: journal, "nothing was decided on at or before \(time.iso8601)")
  }

  private func order(atVenue id: Int64) throws -> Sequence64 {
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      guard watch(batch.firstSequence, reader.facts.lastSequence) else {
        throw JournalError.stopped
      }
      for event in batch.events {
        if case .accepted(let report) = event.body, report.venueOrderID == id, id != 0 {
          return report.order.raw
        }
      }
    }
    throw AuditError.noSuchOrder(journal: journal, "no order was accepted as \(id) at its venue")
  }

  /// The events from a window before one on, up to the second fact behind it that is decided on.
  private func read(around sequence: Sequence64) throws -> [NumberedEvent] {
    var reader = try JournalReader(opening: journal, acceptingOpen: true)
    let window = JournalSearch.window
    try reader.seek(to: sequence > window ? sequence - window : 1)
    var events: [NumberedEvent] = []
    var batch = EventBatch()
    var isOver = false
    var isDecided = false
    while !isOver, try reader.next(into: &batch) {
      for (offset, event) in batch.events.enumerated() where !isOver {
        let here = batch.firstSequence + Sequence64(offset)
        isOver = here > sequence && isDecided && event.isFact
        if !isOver { events.append(NumberedEvent(sequence: here, event: event)) }
        if here >= sequence, !event.isFact || !event.body.isInsideRun { isDecided = true }
      }
    }
    return events
  }
}
