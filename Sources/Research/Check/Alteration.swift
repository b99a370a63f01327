/// What a journal holds and its own facts do not give, as a change that can be made to another run: the
/// decision that differs is not lost when the facts under it are cut and all decisions are made again.

internal import TradingCore

/// The first difference between a journal and the same run made again.
struct Alteration: Sendable {
  /// What the journal holds there; `nil` where it holds nothing.
  private let recorded: Event?
  /// What is made there; `nil` where nothing is.
  private let made: Event?
  /// The event before it.
  private let before: Event?

  /// - Returns: `nil` when the two are equal.
  init?(of journal: [Event], against run: [Event]) {
    guard let place = Rerun.firstDifference(journal, run) else { return nil }
    func event(_ events: [Event], _ place: Int) -> Event? {
      place < events.count ? events[place] : nil
    }
    let (left, right) = (event(journal, place), event(run, place))
    before = place > 0 ? journal[place - 1] : nil
    switch (left, right) {
    case (let left?, let right?) where left.kind != right.kind:
      // One of the two may only be out of step: then the other's next is of its kind.
      let isPutIn = event(journal, place + 1)?.kind == right.kind
      let isLeftOut = event(run, place + 1)?.kind == left.kind
      recorded = isLeftOut && !isPutIn ? nil : left
      made = isPutIn ? nil : right
    default: (recorded, made) = (left, right)
    }
  }

  /// Makes the change where a run first gives occasion to it; `nil` where it gives none. O(events).
  func applied(to run: [Event]) -> [Event]? {
    guard let model = made ?? before,
      let place = run.firstIndex(where: { Alteration.isAlike($0, model) })
    else { return nil }
    guard let made else {
      return recorded.map { Alteration.putting($0, behind: place, in: run) }
    }
    guard let recorded else { return Alteration.leaving(place, outOf: run) }
    var run = run
    run[place] = Alteration.changed(run[place], from: made, to: recorded)
    return run
  }

  /// Whether one may stand for the other: of one kind, and of one instrument's signals of one kind too.
  private static func isAlike(_ event: Event, _ model: Event) -> Bool {
    if case .signal(let signal) = event.body, case .signal(let other) = model.body {
      return signal.kind == other.kind
    }
    return event.kind == model.kind
  }

  /// An event with the difference between two others: numbers by as much, all else as it became.
  private static func changed(_ event: Event, from old: Event, to new: Event) -> Event {
    var changed = event
    changed.receiveTime = event.receiveTime + (new.receiveTime - old.receiveTime)
    if !event.venueTime.isNone, !new.venueTime.isNone, !old.venueTime.isNone {
      changed.venueTime = event.venueTime + (new.venueTime - old.venueTime)
    }
    let numbers = (event.body.numbers, old.body.numbers, new.body.numbers)
    guard new.kind == old.kind, numbers.0.count == numbers.2.count else {
      changed.body = new.body
      return changed
    }
    if new.body.withoutNumbers != old.body.withoutNumbers { changed.body = new.body }
    var place = 0
    changed.body.mapNumbers { _ in
      defer { place += 1 }
      return numbers.0[place] &+ (numbers.2[place] &- numbers.1[place])
    }
    return changed
  }

  /// The run with an event behind another one, about the last order and the last fact before it.
  private static func putting(_ event: Event, behind place: Int, in run: [Event]) -> [Event] {
    var event = event
    let head = run[...place]
    let fact = Sequence64((head.lastIndex { $0.isFact } ?? 0) + 1)
    let order = head.lastIndex { $0.kind == .order }.map { Sequence64($0) + 1 }
    event.receiveTime = head[place].receiveTime
    event.body.mapSequences(cause: { _ in fact }, order: { order ?? $0 })
    if event.body.reportedOrder != nil, let order { event.body.reportedOrder = OrderID(order) }
    var facts = run.enumerated().map { TapeFact(Sequence64($0.offset) + 1, $0.element) }
    let new = TapeFact(Sequence64(run.count) + 1, event)
    facts.insert(new, at: place + 1)
    return Renumbering.renumbered(facts)
  }

  private static func leaving(_ place: Int, outOf run: [Event]) -> [Event] {
    var facts = run.enumerated().map { TapeFact(Sequence64($0.offset) + 1, $0.element) }
    facts.remove(at: place)
    return Renumbering.renumbered(facts)
  }
}
