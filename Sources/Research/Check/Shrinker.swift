/// The least journal that still fails: delta debugging, after A. Zeller and R. Hildebrandt, "Simplifying
/// and isolating failure-inducing input" (2002), over messages, then over the digits of numbers.
///
/// What follows from the facts is made again for every try, so that every smaller journal is one that a
/// run could have written. Only the same property failing in the same way counts.

internal import TradingCore

/// A small journal that fails.
public struct ShrunkJournal: Sendable {
  /// Its events, all of them.
  public var subject: CheckSubject
  /// How it fails.
  public var failure: PropertyFailure
  /// The property that it fails.
  public var property: String
  /// How many journals were tried.
  public var tries: Int
  /// Whether the time was up before nothing more could be left out.
  public var isOutOfTime: Bool
}

/// Why a failure cannot be made smaller.
public enum ShrinkError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The property holds, or nothing can be said.
  case holds(property: String, reason: String)
  /// The failure does not come again when the journal is made again.
  case passing(property: String)

  public var description: String {
    switch self {
    case .holds(let property, let reason):
      "nothing to shrink: \(property) \(reason)"
    case .passing(let property):
      "\(property) fails, and not once the journal is made again from its own events: "
        + "is it random by anything but the seed?"
    }
  }
}

public struct Shrinker {
  private let property: any Property
  private let seed: UInt64
  private let cases: Int
  /// Whether to go on, told how many tries there were and how many messages are left.
  private let watch: (_ tries: Int, _ left: Int) -> Bool
  private var tries = 0
  private var isOutOfTime = false

  /// - Parameters:
  ///   - cases: how many cases of a random property a smaller journal is tried in.
  ///   - watch: asked before every try; false ends the search with what there is.
  public init(
    _ property: any Property, seed: UInt64, cases: Int,
    watch: @escaping (_ tries: Int, _ left: Int) -> Bool
  ) {
    (self.property, self.seed, self.cases, self.watch) = (property, seed, cases, watch)
  }

  /// Shrinks a journal.
  /// - Throws: `ShrinkError` when it does not fail; whatever the property throws.
  public mutating func shrink(_ subject: CheckSubject) throws -> ShrunkJournal {
    if let objection = property.objection(to: subject) {
      throw ShrinkError.holds(property: property.name, reason: "does not apply: \(objection)")
    }
    guard let failure = try failure(of: subject) else {
      throw ShrinkError.holds(property: property.name, reason: "holds with seed \(seed)")
    }
    if let witness = failure.witness, let other = PropertyList.named(failure.kind) {
      var shrinker = Shrinker(other, seed: seed, cases: cases, watch: watch)
      return try shrinker.shrink(try subject.remade(witness))
    }
    for mode in ShrinkMode.allCases where mode != .market || subject.objectionToSimulation == nil {
      let tape = ShrinkTape(of: subject, mode)
      guard let found = try attempt(tape.items, tape, failure.kind) else { continue }
      let smaller = try placedByHand(try smallest(tape, found, failure.kind), failure.kind)
      return journal(smaller)
    }
    throw ShrinkError.passing(property: property.name)
  }

  /// A journal that fails, and what it was made of.
  private struct Found {
    var items: [ShrinkItem]
    var subject: CheckSubject
    var failure: PropertyFailure
  }

  /// The first failure of any case; of a run that ends early none.
  private func failure(of subject: CheckSubject) throws -> PropertyFailure? {
    let count = property.isRandom ? cases : 1
    for index in 0..<count {
      let test = CheckCase(seed: seed, index: index, count: count)
      if let failure = try property.failure(of: subject, test) { return failure }
    }
    return nil
  }

  /// Makes the journal of some items; `nil` when it does not fail as the first one did, or time is up.
  private mutating func attempt(
    _ items: [ShrinkItem], _ tape: ShrinkTape, _ kind: String
  ) throws -> Found? {
    guard !isOutOfTime else { return nil }
    isOutOfTime = !watch(tries, items.count)
    guard !isOutOfTime else { return nil }
    tries += 1
    // A journal that cannot be run, or says something its strategy does not take, is none.
    guard let subject = try? tape.journal(of: items), property.objection(to: subject) == nil,
      let failure = try? failure(of: subject), failure.kind == kind
    else { return nil }
    return Found(items: items, subject: subject, failure: failure)
  }

  /// Smaller still where it does not matter why the orders were placed.
  private mutating func placedByHand(_ found: Found, _ kind: String) throws -> Found {
    guard found.subject.events.contains(where: { $0.kind == .order }) else { return found }
    let tape = ShrinkTape(of: found.subject, .orders)
    guard let other = try attempt(tape.items, tape, kind) else { return found }
    let smaller = try smallest(tape, other, kind)
    return smaller.subject.events.count < found.subject.events.count ? smaller : found
  }

  private func journal(_ found: Found) -> ShrunkJournal {
    ShrunkJournal(
      subject: found.subject, failure: found.failure, property: property.name, tries: tries,
      isOutOfTime: isOutOfTime)
  }

  private mutating func smallest(
    _ tape: ShrinkTape, _ first: Found, _ kind: String
  ) throws -> Found {
    var found = first
    try dropTail(&found, tape, kind)
    try dropClasses(&found, tape, kind)
    try dropSpans(&found, tape, kind)
    try dropLevels(&found, tape, kind)
    try roundNumbers(&found, tape, kind)
    return found
  }

  /// Leaves out what comes long after the failure.
  private mutating func dropTail(
    _ found: inout Found, _ tape: ShrinkTape, _ kind: String
  ) throws {
    var extra = 0
    while true {
      let count = found.items.count { $0.isPreamble } + told(found, tape.mode) + extra
      guard count < found.items.count else { return }
      if let smaller = try attempt(Array(found.items[..<count]), tape, kind) {
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

  /// Leaves out everything of an instrument, of a kind, of a kind of an instrument.
  private mutating func dropClasses(
    _ found: inout Found, _ tape: ShrinkTape, _ kind: String
  ) throws {
    for instrument in Set(found.items.map(\.instrument)).sorted() {
      try drop({ $0.instrument == instrument }, &found, tape, kind)
    }
    for other in EventKind.allCases { try drop({ $0.kind == other }, &found, tape, kind) }
  }

  private mutating func drop(
    _ isDropped: (ShrinkItem) -> Bool, _ found: inout Found, _ tape: ShrinkTape, _ kind: String
  ) throws {
    let kept = found.items.filter { !isDropped($0) }
    guard kept.count < found.items.count else { return }
    if let smaller = try attempt(kept, tape, kind) { found = smaller }
  }

  /// Leaves out halves, quarters and so on down to single messages, until none can go.
  private mutating func dropSpans(
    _ found: inout Found, _ tape: ShrinkTape, _ kind: String
  ) throws {
    var length = max(1, found.items.count / 2)
    while !isOutOfTime {
      let before = found.items.count
      var start = 0
      while start < found.items.count, !isOutOfTime {
        var kept = found.items
        kept.removeSubrange(start..<min(start + length, kept.count))
        if let smaller = try attempt(kept, tape, kind) {
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
    _ found: inout Found, _ tape: ShrinkTape, _ kind: String
  ) throws {
    for index in found.items.indices where found.items[index].hasLevels {
      var length = max(1, found.items[index].facts.count / 2)
      while !isOutOfTime {
        var start = 0
        while start < found.items[index].facts.count, !isOutOfTime {
          var items = found.items
          items[index] = items[index].without(start, length)
          let isLess = !items[index].facts.isEmpty
          if isLess, let smaller = try attempt(items, tape, kind) {
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
    _ found: inout Found, _ tape: ShrinkTape, _ kind: String
  ) throws {
    for digits in 1...3 {
      let rounder = RounderNumbers(digits: digits)
      let all = found.items.map(rounder.applied)
      if all != found.items, let smaller = try attempt(all, tape, kind) {
        found = smaller
        continue
      }
      for index in found.items.indices {
        var items = found.items
        items[index] = rounder.applied(to: items[index])
        guard items[index] != found.items[index] else { continue }
        if let smaller = try attempt(items, tape, kind) { found = smaller }
      }
    }
  }
}
