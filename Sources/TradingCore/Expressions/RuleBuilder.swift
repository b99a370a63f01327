/// Compiles a rule: finds out what each name means and refuses what does not fit together.

/// The names that a rule may use: each with the place of its number.
struct RuleNames {
  /// By place. A name in front hides the same behind it.
  let names: [String]

  func place(of name: String) -> Int? { names.firstIndex(of: name) }

  /// What to say of a name that is none: its answers where it has several, else the nearest.
  func hint(_ name: String) -> String {
    let answers = names.filter { $0.hasPrefix(name + ".") }
    guard answers.isEmpty else { return "say which: \(answers.joined(separator: ", "))" }
    if let near = nearestName(to: name, among: names) { return "did you mean `\(near)`?" }
    return "known: " + names.joined(separator: ", ")
  }
}

struct RuleBuilder: ExpressionBuilder {
  private let names: RuleNames
  private var steps: ContiguousArray<BarRule.Step> = []
  /// Whether each operand is a truth rather than a number.
  private var areTruths: [Bool] = []
  private var crossingCount: Int32 = 0

  /// Reads a rule. O(length).
  /// - Throws: `ExpressionError`.
  static func rule(_ text: String, _ names: RuleNames) throws(ExpressionError) -> BarRule {
    let built = try ExpressionParser.parse(text, into: RuleBuilder(names: names))
    guard built.areTruths == [true] else {
      throw ExpressionError(1, "it must compare something, such as close > 100")
    }
    guard built.steps.count <= BarRule.mostSteps else {
      throw ExpressionError(1, "it has more than \(BarRule.mostSteps) parts")
    }
    return BarRule(built.steps)
  }

  private init(names: RuleNames) { self.names = names }

  mutating func push(_ number: Double) { push(.number(number), isTruth: false) }

  private mutating func push(_ step: BarRule.Step, isTruth: Bool) {
    steps.append(step)
    areTruths.append(isTruth)
  }

  mutating func push(_ name: String, isQuoted: Bool, at column: Int) throws(ExpressionError) {
    guard !isQuoted else { throw ExpressionError(column, "names stand without quotation marks") }
    guard let place = names.place(of: name) else {
      throw ExpressionError(column, "nothing is called `\(name)`; " + names.hint(name))
    }
    push(.value(Int32(place)), isTruth: false)
  }

  mutating func negate(at column: Int) throws(ExpressionError) {
    guard areTruths.popLast() == false else {
      throw ExpressionError(column, "only a number has a sign")
    }
    push(.negate, isTruth: false)
  }

  mutating func deny(at column: Int) throws(ExpressionError) {
    guard areTruths.popLast() == true else {
      throw ExpressionError(column, "`not` needs a comparison")
    }
    push(.deny, isTruth: true)
  }

  mutating func join(_ sign: ExpressionSign, at column: Int) throws(ExpressionError) {
    let operands = (areTruths.popLast() ?? false, areTruths.popLast() ?? false)
    switch (operands, sign) {
    case ((true, true), .and), ((true, true), .or): push(.join(sign), isTruth: true)
    case (_, .and), (_, .or):
      throw ExpressionError(column, "`\(sign.rawValue)` joins comparisons")
    case ((false, false), .crossesAbove), ((false, false), .crossesBelow):
      push(.cross(sign, crossingCount), isTruth: true)
      crossingCount += 1
    case ((false, false), .plus), ((false, false), .minus), ((false, false), .times),
      ((false, false), .over):
      push(.join(sign), isTruth: false)
    case ((false, false), _): push(.join(sign), isTruth: true)
    case (_, .plus), (_, .minus), (_, .times), (_, .over):
      throw ExpressionError(column, "`\(sign.rawValue)` needs numbers on both sides")
    case _: throw ExpressionError(column, "join comparisons with `and`: a < b and b < c")
    }
  }
}
