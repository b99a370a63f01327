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
  /// All that fails is a fingerprint, of which there is one in 65,536 events.
  case fingerprint(property: String, sequence: UInt64)

  public var description: String {
    switch self {
    case .holds(let property, let reason):
      "nothing to shrink: \(property) \(reason)"
    case .passing(let property):
      "\(property) fails, and not once the journal is made again from its own events: "
        + "is it random by anything but the seed?"
    case .fingerprint(let property, let sequence):
      "\(property) fails at sequence \(sequence) by a fingerprint alone, which says that the state "
        + "is another one and not since when: shrink what `cryptobot check` says fails before it, or "
        + "ask `cryptobot audit diff` with a run of the same scenario"
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
  var isOutOfTime = false

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
    if failure.about.hasPrefix(EventKind.stateHash.name) {
      throw ShrinkError.fingerprint(property: property.name, sequence: failure.sequence)
    }
    for tape in tapes(of: subject) {
      guard let tape = tape(), let found = try attempt(tape.items, tape, failure) else { continue }
      let smaller = try placedByHand(try smallest(tape, found, failure), tape, failure)
      return journal(smaller)
    }
    throw ShrinkError.passing(property: property.name)
  }

  /// The ways to make a smaller journal, the best first: of the market, of the facts, of orders by hand, each
  /// made again as they are, or altered then as this journal was; last, of events as they are. A way that
  /// cannot be gone is none.
  private func tapes(of subject: CheckSubject) -> [() -> ShrinkTape?] {
    ShrinkMode.allCases.flatMap { mode -> [() -> ShrinkTape?] in
      if mode == .market, subject.objectionToSimulation != nil { return [] }
      let tape = ShrinkTape(of: subject, mode)
      guard mode == .market || mode == .facts else { return [{ tape }] }
      // A journal whose run ends early cannot be altered.
      return [{ tape }, { try? tape.altered() }]
    }
  }

  /// A journal that fails, and what it was made of.
  struct Found {
    var items: [ShrinkItem]
    var subject: CheckSubject
    var failure: PropertyFailure
  }

  /// The first failure of any case; of a run that ends early none.
  private func failure(of subject: CheckSubject) throws -> PropertyFailure? {
    let count = property.isRandom ? cases : 1
    for index in 0..<count {
      let test = CheckCase(seed: seed, index: index, count: count)
      if let failure = try property.answer(subject, test) { return failure }
    }
    return nil
  }

  /// Makes the journal of some items; `nil` when it does not fail as the first one did, or time is up.
  mutating func attempt(
    _ items: [ShrinkItem], _ tape: ShrinkTape, _ failure: PropertyFailure
  ) throws -> Found? {
    guard !isOutOfTime else { return nil }
    isOutOfTime = !watch(tries, items.count)
    guard !isOutOfTime else { return nil }
    tries += 1
    // A journal that cannot be run, or says something its strategy does not take, is none.
    guard let subject = try? tape.journal(of: items), property.objection(to: subject) == nil,
      tape.origin != .live || subject.origin == .live,
      let found = try? self.failure(of: subject), found.isLike(failure)
    else { return nil }
    return Found(items: items, subject: subject, failure: found)
  }

  /// Smaller still where it does not matter why the orders were placed.
  private mutating func placedByHand(
    _ found: Found, _ strategic: ShrinkTape, _ failure: PropertyFailure
  ) throws -> Found {
    guard strategic.mode != .events, found.subject.events.contains(where: { $0.kind == .order })
    else { return found }
    let tape = ShrinkTape(of: found.subject, .orders, strategic.alteration)
    guard let other = try attempt(tape.items, tape, failure) else { return found }
    let smaller = try smallest(tape, other, failure)
    return smaller.subject.events.count < found.subject.events.count ? smaller : found
  }

  private func journal(_ found: Found) -> ShrunkJournal {
    ShrunkJournal(
      subject: found.subject, failure: found.failure, property: property.name, tries: tries,
      isOutOfTime: isOutOfTime)
  }
}
