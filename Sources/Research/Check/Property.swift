/// What must be true of a recorded journal and of the runs that can be made of it.
///
/// A property of your own is one file with a type that conforms to `Property` and one line in
/// `PropertyList.all`. A statement about each state by itself is an `Invariant` instead.

public import TradingCore

/// A named statement about a journal.
public protocol Property: Sendable {
  /// Lower case, words joined by hyphens: how commands and reports name it.
  var name: String { get }
  /// What it says, one sentence.
  var summary: String { get }
  /// Whether a case draws random numbers: then there are many, else there is one.
  var isRandom: Bool { get }
  /// Why nothing can be said of this journal; `nil` when something can.
  func objection(to subject: CheckSubject) -> String?
  /// Where and how the statement fails in one case; `nil` when it holds. Only for a journal without
  /// objection; equal cases give equal answers.
  /// - Throws: whatever keeps the question from being answered; an `EngineFault` is an answer.
  func failure(of subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure?
}

extension Property {
  public var isRandom: Bool { false }
  public func objection(to subject: CheckSubject) -> String? { nil }

  /// The same as `failure(of:_:)`, and a run that ends early is an answer too.
  func answer(_ subject: CheckSubject, _ test: CheckCase) throws -> PropertyFailure? {
    do {
      return try failure(of: subject, test)
    } catch EngineFault.source(let reason) {
      return PropertyFailure(at: 0, "run ended", reason)
    }
  }
}

/// One of the cases that a property is tried in.
public struct CheckCase: Sendable {
  /// The seed of the whole check.
  public var seed: UInt64
  /// Its place among the cases of a property, from 0.
  public var index: Int
  /// How many cases there are.
  public var count: Int

  public init(seed: UInt64, index: Int, count: Int) {
    self.seed = seed
    self.index = index
    self.count = count
  }

  /// The random numbers of this case and no other.
  public func random(_ label: String) -> RandomSource {
    RandomSource(seed: seed, label: "check \(label) \(index)")
  }

  /// A place in 0 ..< `bound`: each once where there are as many cases, else at random.
  public func place(below bound: Int, _ random: inout RandomSource) -> Int {
    bound <= count ? index % bound : Int(random.below(UInt64(bound)))
  }
}

/// Where a property fails, and how.
public struct PropertyFailure: Equatable, Sendable {
  /// The first event of the journal that is wrong; of a changed journal the last one before that.
  public var sequence: Sequence64
  /// What went wrong in a word or two.
  public var kind: String
  /// What it went wrong with, where the kind does not say: an event and the fields of it that differ.
  public var about: String
  /// The numbers.
  public var detail: String
  /// The journal that shows it, where the property made one of its own.
  public var witness: [Event]?

  public init(
    at sequence: Sequence64, _ kind: String, about: String = "", _ detail: String,
    witness: [Event]? = nil
  ) {
    self.sequence = sequence
    self.kind = kind
    self.about = about
    self.detail = detail
    self.witness = witness
  }

  /// Whether it is the same failure of another journal: a smaller one must fail like this.
  public func isLike(_ other: PropertyFailure) -> Bool {
    kind == other.kind && about == other.about
  }
}
