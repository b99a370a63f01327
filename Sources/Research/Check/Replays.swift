/// The journal proves itself: its decisions follow from its facts, its simulated venue from its market.

internal import TradingCore

/// Every decision is made again from the facts and compared.
struct Rederives: Property {
  let name = "re-derives"
  let summary = "Every decision and every fingerprint follows from the facts again."

  func objection(to subject: CheckSubject) -> String? { subject.objectionToRerun }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    guard let engine = subject.engine else { return nil }
    do {
      _ = try engine.audit(ArrayFeed(subject.events), into: NullSink())
      return nil
    } catch let fault as EngineFault {
      guard case .diverged(let place) = fault else { throw fault }
      let (recorded, made) = (place.recorded, place.made)
      return PropertyFailure(
        at: place.sequence, "diverged", about: EventWords.difference(recorded, made),
        "recorded is \(EventWords.name(recorded, beside: made)), the facts give "
          + EventWords.name(made, beside: recorded))
    }
  }
}

/// The market of a simulated run, run again: the same journal, event by event.
struct Resimulates: Property {
  let name = "re-simulates"
  let summary = "The same market behind the same exchange gives the same journal, twice."

  func objection(to subject: CheckSubject) -> String? { subject.objectionToSimulation }

  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    let market = subject.changeable
    let (first, second) = (try subject.baseline(), try subject.rerun(market))
    if let place = Rerun.firstDifference(first, second) {
      return Rerun.failure("not repeatable", at: place, first, second) {
        "two runs part: \($0), \($1)"
      }
    }
    // Of a part of a journal, the end is not the run's: what follows the last fact may differ.
    let count = subject.isWhole ? subject.events.count : subject.end(of: first, after: market.count)
    let place = Rerun.firstDifference(subject.events.prefix(count), first.prefix(count))
    guard let place else { return nil }
    return Rerun.failure("other journal", at: place, subject.events, first) {
      "recorded is \($0), the market gives \($1)"
    }
  }
}

enum Rerun {
  /// The first place where two journals differ, or where one ends; `nil` when they are equal.
  static func firstDifference(
    _ left: some RandomAccessCollection<Event>, _ right: some RandomAccessCollection<Event>
  ) -> Int? {
    let place = zip(left, right).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    if let place { return place }
    return left.count == right.count ? nil : min(left.count, right.count)
  }

  /// The failure of two journals that part at a place.
  static func failure(
    _ kind: String, at place: Int, _ left: [Event], _ right: [Event],
    _ words: (String, String) -> String
  ) -> PropertyFailure {
    let (first, second) = (
      place < left.count ? left[place] : nil, place < right.count ? right[place] : nil
    )
    return PropertyFailure(
      at: Sequence64(place) + 1, kind, about: EventWords.difference(first, second),
      words(EventWords.name(first, beside: second), EventWords.name(second, beside: first)))
  }
}
