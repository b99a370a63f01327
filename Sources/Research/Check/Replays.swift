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
      let words = [place.recorded, place.made].map { $0.map(EventWords.name) ?? "nothing" }
      return PropertyFailure(
        at: place.sequence, "diverged", "recorded is \(words[0]), the facts give \(words[1])")
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
      return PropertyFailure(
        at: Sequence64(place) + 1, "not repeatable",
        "two runs part: \(EventWords.name(first, place)), \(EventWords.name(second, place))")
    }
    // Of a part of a journal, the end is not the run's: what follows the last fact may differ.
    let count = subject.isWhole ? subject.events.count : subject.end(of: first, after: market.count)
    let place = Rerun.firstDifference(subject.events.prefix(count), first.prefix(count))
    guard let place else { return nil }
    return PropertyFailure(
      at: Sequence64(place) + 1, "other journal",
      "recorded is \(EventWords.name(subject.events, place)), the market gives "
        + EventWords.name(first, place))
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
}
