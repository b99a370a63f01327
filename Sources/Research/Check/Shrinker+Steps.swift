/// What a shrinker leaves out, step by step: the end, whole classes, spans, levels of books, digits.

internal import TradingCore

extension Shrinker {
  /// Leaves out of a journal that fails whatever it fails without.
  mutating func smallest(
    _ tape: ShrinkTape, _ first: Found, _ failure: PropertyFailure
  ) throws -> Found {
    var found = first
    try dropTail(&found, tape, failure)
    try lowerParameters(&found, tape, failure)
    try dropClasses(&found, tape, failure)
    try dropSpans(&found, tape, failure)
    try dropLevels(&found, tape, failure)
    try roundNumbers(&found, tape, failure)
    return found
  }

  /// Leaves out what comes long after the failure.
  private mutating func dropTail(
    _ found: inout Found, _ tape: ShrinkTape, _ failure: PropertyFailure
  ) throws {
    var extra = 0
    while true {
      let count = found.items.count { $0.isPreamble } + told(found, tape.mode) + extra
      guard count < found.items.count else { return }
      if let smaller = try attempt(Array(found.items[..<count]), tape, failure) {
        found = smaller
        return
      }
      extra = max(1, extra * 2)
    }
  }

  /// Items behind the start of the run that stand, in the journal they made, up to a sequence.
  private func told(_ found: Found, _ mode: ShrinkMode) -> Int {
    let head = found.items.reduce(0) { $0 + ($1.isPreamble ? $1.facts.count : 0) }
    let events = found.subject.events.prefix(Int(clamping: found.failure.sequence)).dropFirst(head)
    return events.count { event in
      let isTold =
        switch mode {
        case .market: CheckSubject.isOfMarket(event.body)
        case .facts, .orders: event.isFact
        case .events: true
        }
      return isTold && !event.body.isInsideRun
    }
  }

  /// A parameter may go lower once another one is.
  private static let mostPasses = 8

  /// Lets strategies need less of a past, and of a reason.
  private mutating func lowerParameters(
    _ found: inout Found, _ tape: ShrinkTape, _ failure: PropertyFailure
  ) throws {
    for _ in 0..<Shrinker.mostPasses {
      let before = found.items
      for index in found.items.indices {
        for lower in found.items[index].lowered(among: found.items) {
          var items = found.items
          items[index] = lower
          guard let smaller = try attempt(items, tape, failure) else { continue }
          found = smaller
          break
        }
      }
      if found.items == before { return }
    }
  }

  /// Leaves out everything of an instrument, of a kind, of a kind of an instrument.
  private mutating func dropClasses(
    _ found: inout Found, _ tape: ShrinkTape, _ failure: PropertyFailure
  ) throws {
    for instrument in Set(found.items.map(\.instrument)).sorted() {
      try drop({ $0.instrument == instrument }, &found, tape, failure)
    }
    for other in EventKind.allCases { try drop({ $0.kind == other }, &found, tape, failure) }
  }

  private mutating func drop(
    _ isDropped: (ShrinkItem) -> Bool, _ found: inout Found, _ tape: ShrinkTape,
    _ failure: PropertyFailure
  ) throws {
    let kept = found.items.filter { !isDropped($0) }
    guard kept.count < found.items.count else { return }
    if let smaller = try attempt(kept, tape, failure) { found = smaller }
  }

  /// Leaves out halves, quarters and so on down to single messages, until none can go.
  private mutating func dropSpans(
    _ found: inout Found, _ tape: ShrinkTape, _ failure: PropertyFailure
  ) throws {
    var length = max(1, found.items.count / 2)
    while !isOutOfTime {
      let before = found.items.count
      var start = 0
      while start < found.items.count, !isOutOfTime {
        var kept = found.items
        kept.removeSubrange(start..<min(start + length, kept.count))
        if let smaller = try attempt(kept, tape, failure) {
          found = smaller
        } else {
          start += length
        }
      }
      if length == 1, found.items.count == before { return }
      length = max(1, length / 2)
    }
  }

  /// Leaves out levels of books, halves first, from messages that stay whole.
  private mutating func dropLevels(
    _ found: inout Found, _ tape: ShrinkTape, _ failure: PropertyFailure
  ) throws {
    for index in found.items.indices where found.items[index].hasLevels {
      var length = max(1, found.items[index].facts.count / 2)
      while !isOutOfTime {
        var start = 0
        while start < found.items[index].facts.count, !isOutOfTime {
          var items = found.items
          items[index] = items[index].without(start, length)
          let isLess = !items[index].facts.isEmpty
          if isLess, let smaller = try attempt(items, tape, failure) {
            found = smaller
          } else {
            start += length
          }
        }
        if length == 1 { break }
        length /= 2
      }
    }
  }

  /// Gives the numbers of each message as few digits as still fail.
  private mutating func roundNumbers(
    _ found: inout Found, _ tape: ShrinkTape, _ failure: PropertyFailure
  ) throws {
    for digits in 1...3 {
      let rounder = RounderNumbers(digits: digits)
      let all = found.items.map(rounder.applied)
      if all != found.items, let smaller = try attempt(all, tape, failure) {
        found = smaller
        continue
      }
      for index in found.items.indices {
        var items = found.items
        items[index] = rounder.applied(to: items[index])
        guard items[index] != found.items[index] else { continue }
        if let smaller = try attempt(items, tape, failure) { found = smaller }
      }
    }
  }
}
