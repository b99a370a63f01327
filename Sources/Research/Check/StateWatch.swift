/// Statements that are judged event by event while a journal is folded: each by a watch that sees every
/// event with the state before and after it.

public import TradingCore

/// Somebody who reads a journal from its first event on and says what is wrong.
public protocol StateWatch {
  /// Looks at an event before it is reduced.
  /// - Returns: what is wrong, in a word or two and with its numbers; `nil` when nothing is.
  mutating func before(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding?

  /// Looks at an event and the state it made.
  mutating func after(_ event: Event, _ sequence: Sequence64, _ state: borrowing State) -> Finding?
}

/// What a watch found.
public struct Finding: Equatable, Sendable {
  public var kind: String
  public var detail: String

  public init(_ kind: String, _ detail: String) { (self.kind, self.detail) = (kind, detail) }
}

extension StateWatch {
  public mutating func before(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? { nil }
}

/// A property of a journal as it is: it is folded once, under one watch.
struct Watched: Property {
  let name: String
  let summary: String
  var unfit: @Sendable (CheckSubject) -> String? = { _ in nil }
  let make: @Sendable (CheckSubject) -> any StateWatch

  func objection(to subject: CheckSubject) -> String? { unfit(subject) }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    var fold = WatchedFold([(name, make(subject))])
    for event in subject.events {
      fold.take(event)
      if fold.failure != nil { break }
    }
    return fold.failure.map { failure in
      PropertyFailure(at: failure.sequence, failure.kind, failure.detail)
    }
  }
}

/// A fold under several watches, up to the first thing that is wrong.
struct WatchedFold {
  private(set) var state = State()
  /// The first that was found: which statement, where and what.
  private(set) var failure: (name: String, sequence: Sequence64, kind: String, detail: String)?
  private var watches: [(name: String, watch: any StateWatch)]

  init(_ watches: [(name: String, watch: any StateWatch)]) { self.watches = watches }

  mutating func take(_ event: Event) {
    let sequence = state.sequence + 1
    for index in watches.indices where failure == nil {
      note(watches[index].watch.before(event, sequence, state), index, sequence)
    }
    reduce(&state, event)
    for index in watches.indices where failure == nil {
      note(watches[index].watch.after(event, sequence, state), index, sequence)
    }
  }

  private mutating func note(_ finding: Finding?, _ index: Int, _ sequence: Sequence64) {
    guard let finding else { return }
    failure = (watches[index].name, sequence, finding.kind, finding.detail)
  }
}

/// One of the invariants of `Invariant.all`, at every event.
struct InvariantWatch: StateWatch {
  let invariant: Invariant

  mutating func after(
    _ event: Event, _ sequence: Sequence64, _ state: borrowing State
  ) -> Finding? {
    invariant.violation(state, after: event).map { Finding(invariant.name, $0) }
  }
}

extension Invariant {
  /// The same statement as a property of journals.
  var property: Watched {
    Watched(name: name, summary: summary, make: { _ in InvariantWatch(invariant: self) })
  }
}
