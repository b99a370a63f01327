/// Turns a constraint into steps over a stack, and refuses what does not fit together before anything
/// runs: a comparison of a truth, a word that no choice has, a crossing where there are no bars.

internal import TradingCore

struct ConstraintBuilder: ExpressionBuilder {
  /// What an operand on the stack is.
  private enum Operand {
    case number
    case truth
    /// A choice of words, of the dimension at an index.
    case choice(Int)
    /// A word, and the step that holds its place until the choice it belongs to is known.
    case word(String, step: Int, column: Int)
  }

  private let dimensions: [Dimension]
  private var steps: [Constraint.Step] = []
  private var operands: [Operand] = []

  /// - Throws: `ExpressionError`.
  static func steps(
    of text: String, over dimensions: [Dimension]
  ) throws(ExpressionError) -> [Constraint.Step] {
    let built = try ExpressionParser.parse(text, into: ConstraintBuilder(dimensions))
    guard case .truth? = built.operands.last else {
      throw ExpressionError(1, "it must compare something, such as fast < slow")
    }
    return built.steps
  }

  private init(_ dimensions: [Dimension]) { self.dimensions = dimensions }

  mutating func push(_ number: Double) { push(.number(number), .number) }

  private mutating func push(_ step: Constraint.Step, _ operand: Operand) {
    steps.append(step)
    operands.append(operand)
  }

  mutating func push(_ name: String, isQuoted: Bool, at column: Int) throws(ExpressionError) {
    if !isQuoted, let index = dimensions.firstIndex(where: { $0.name == name }) {
      return push(index)
    }
    let known = dimensions.flatMap { $0.words }
    guard known.contains(name) else {
      let names = dimensions.map(\.name)
      let hint = nearestName(to: name, among: names + known).map { "did you mean `\($0)`?" }
      throw ExpressionError(
        column,
        "nothing is called `\(name)`; " + (hint ?? "known: " + names.joined(separator: ", ")))
    }
    push(.number(.nan), .word(name, step: steps.count, column: column))
  }

  private mutating func push(_ index: Int) {
    guard case .choice(let words) = dimensions[index].values else {
      return push(.value(index), .number)
    }
    let numbers = words.compactMap(Double.init)
    if numbers.count == words.count {
      push(.chosen(index, numbers), .number)
    } else {
      push(.value(index), .choice(index))
    }
  }

  mutating func negate(at column: Int) throws(ExpressionError) {
    guard case .number? = operands.popLast() else {
      throw ExpressionError(column, "only a number has a sign")
    }
    push(.negate, .number)
  }

  mutating func deny(at column: Int) throws(ExpressionError) {
    guard case .truth? = operands.popLast() else {
      throw ExpressionError(column, "`not` needs a comparison")
    }
    push(.not, .truth)
  }

  mutating func join(_ sign: ExpressionSign, at column: Int) throws(ExpressionError) {
    guard let right = operands.popLast(), let left = operands.popLast() else {
      throw ExpressionError(column, "an operand is missing")
    }
    if sign == .crossesAbove || sign == .crossesBelow {
      throw ExpressionError(column, "values of a search do not cross; compare them by < or >")
    }
    switch (left, right, sign.rank) {
    case (.truth, .truth, ..<4): push(.join(sign), .truth)
    case (_, _, ..<4): throw ExpressionError(column, "`\(sign.rawValue)` joins comparisons")
    case (.number, .number, 4): push(.join(sign), .truth)
    case (.number, .number, _): push(.join(sign), .number)
    case (.choice(let index), .word(let word, let step, let place), 4),
      (.word(let word, let step, let place), .choice(let index), 4):
      try name(word, step, place, of: dimensions[index])
      guard sign == .equal || sign == .different else { fallthrough }
      push(.join(sign), .truth)
    case (.choice, _, 4), (_, .choice, 4):
      throw ExpressionError(column, "a choice is compared by == or != with one of its words")
    case (.truth, _, 4), (_, .truth, 4):
      throw ExpressionError(column, "join comparisons with `and`: a < b and b < c")
    default:
      throw ExpressionError(column, "`\(sign.rawValue)` needs numbers on both sides")
    }
  }

  /// Puts the index of a choice's word into its place.
  private mutating func name(
    _ word: String, _ step: Int, _ column: Int, of dimension: Dimension
  ) throws(ExpressionError) {
    guard let index = dimension.words.firstIndex(of: word) else {
      let words = dimension.words.joined(separator: ", ")
      throw ExpressionError(column, "`\(dimension.name)` is never `\(word)`; it is one of \(words)")
    }
    steps[step] = .number(Double(index))
  }
}

extension Dimension {
  /// The words of a choice, none for numbers.
  fileprivate var words: [String] {
    guard case .choice(let words) = values else { return [] }
    return words
  }
}
