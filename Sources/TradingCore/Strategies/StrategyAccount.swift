/// What a strategy says of itself when it is asked why: the numbers it read from a fact, the tests it made
/// of them, and what followed. Numbers and names only; sentences are made of them where reports are.

/// What a number is counted in.
public enum NumberUnit: Sendable {
  /// Units of the quote asset for one of the base asset.
  case price
  /// Ticks of the instrument; an average may lie between two.
  case ticks
  case lots
  case bars
  /// Standard deviations.
  case deviations
  /// 10⁻⁴.
  case basisPoints
  /// A share of the account's size, −1…1.
  case weight
  /// Nothing that is known: a number of a rule.
  case plain
}

/// A number with the name a reader knows it by.
public struct NamedNumber: Equatable, Sendable {
  public var name: String
  public var value: Double
  public var unit: NumberUnit

  /// Whether it was written out, so that its name says its value.
  public var isWrittenOut: Bool { plainNumber(name) != nil }
}

/// How two numbers were compared.
public enum Relation: String, Sendable {
  case above = ">"
  case atLeast = "≥"
  case below = "<"
  case atMost = "≤"
  case equal = "="
  case unequal = "≠"

  func holds(_ left: Double, _ right: Double) -> Bool {
    switch self {
    case .above: left > right
    case .atLeast: left >= right
    case .below: left < right
    case .atMost: left <= right
    case .equal: left == right
    case .unequal: left != right
    }
  }
}

/// A comparison that decided something.
public struct NumberTest: Equatable, Sendable {
  public var left: NamedNumber
  public var relation: Relation
  public var right: NamedNumber
  public var holds: Bool
  /// The rule that it is part of, `long`; of an ensemble's member with its name, `trend` or `dip.long`.
  /// `nil` where a strategy in Swift makes it.
  public var rule: String?
}

/// What a strategy made of a fact.
public enum StrategyConclusion: Equatable, Sendable {
  /// It does not say.
  case unsaid
  /// It never trades.
  case watches
  /// No bar of its instrument ended with the fact.
  case noBar
  case warmingUp(seen: Int, of: Int)
  /// Its averages are equal: neither side.
  case undecided
  /// What it wants is what it asked for before.
  case stays(weight: Double)
  /// None of its rules holds, so what it wants stays.
  case noRule(weight: Double)
  /// The market does not send what its bars are made of.
  case withoutBars(BarError)
  /// It asks for another weight than before.
  case asks(weight: Double, before: Double)
  /// It quotes anew.
  case quotes
  /// What it quotes stands.
  case keepsQuotes
  /// It takes its quotes back: the market is broken or has but one side.
  case withdraws
  /// It takes its quotes back: what it would quote now is less than a lot.
  case withdrawsSmall
  /// It would quote, but the market is broken or has but one side.
  case noMarket
  /// What it would quote is less than a lot.
  case tooSmall
}

/// One strategy, one instrument, one fact.
public struct StrategyAccount: Equatable, Sendable {
  public let strategy: String
  public let instrument: InstrumentID
  /// The book it trades for.
  public let book: BookID
  public private(set) var numbers: [NamedNumber] = []
  public private(set) var tests: [NumberTest] = []
  public private(set) var conclusion = StrategyConclusion.unsaid
  /// The rule that decided; `nil` where none did.
  public private(set) var decidingRule: String?

  init(_ strategy: String, _ instrument: InstrumentID, _ book: BookID) {
    self.strategy = strategy
    self.instrument = instrument
    self.book = book
  }

  mutating func read(_ name: String, _ value: Double, _ unit: NumberUnit) {
    numbers.append(NamedNumber(name: name, value: value, unit: unit))
  }

  /// Makes a test and notes it with both numbers.
  /// - Parameter rule: the rule it is part of, where there are rules.
  /// - Returns: whether it holds.
  @discardableResult
  mutating func test(
    _ left: String, _ first: Double, _ relation: Relation, _ right: String, _ second: Double,
    _ unit: NumberUnit, of rule: String? = nil
  ) -> Bool {
    let holds = relation.holds(first, second)
    tests.append(
      NumberTest(
        left: NamedNumber(name: left, value: first, unit: unit), relation: relation,
        right: NamedNumber(name: right, value: second, unit: unit), holds: holds,
        rule: rule))
    return holds
  }

  /// The account of a strategy of rules, of which this one decides.
  func decided(by rule: String) -> StrategyAccount {
    var account = self
    account.decidingRule = rule
    return account
  }

  /// The account of a member of a group that divides its weights, as `Decisions.shareWeight` does.
  func sharing(among count: Int) -> StrategyAccount {
    let share = { (weight: Double) in
      Double(Int64((weight * 1_000_000).rounded()) / Int64(count)) / 1_000_000
    }
    var account = self
    switch conclusion {
    case .asks(let weight, let before):
      account.conclusion = .asks(weight: share(weight), before: share(before))
    case .stays(let weight): account.conclusion = .stays(weight: share(weight))
    default: return account
    }
    account.read("share of each instrument", 1 / Double(count), .weight)
    return account
  }

  /// The account with its last word.
  func concluding(_ conclusion: StrategyConclusion) -> StrategyAccount {
    var account = self
    account.conclusion = conclusion
    return account
  }

  /// The account of a strategy that wants `weight` and speaks only when that is new.
  func concluding(_ weight: Double, after stance: Stance) -> StrategyAccount {
    let before = stance.weight ?? 0
    return concluding(
      weight == before ? .stays(weight: weight) : .asks(weight: weight, before: before))
  }
}
