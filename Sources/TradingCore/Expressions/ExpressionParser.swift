/// Finds out which operands belong to which sign, and tells whoever builds something of it, operands
/// first: so what is built is a list of steps over a stack.
///
/// Source: E. W. Dijkstra, "Algol 60 translation" (1961), the shunting yard; no recursion, so no
/// expression is too deep for it.

/// What is told the parts of an expression. When a sign comes, its operands have come before.
public protocol ExpressionBuilder {
  /// A number that was written out.
  mutating func push(_ number: Double)
  /// A name; quoted ones stand in quotation marks.
  /// - Throws: `ExpressionError` for one that means nothing.
  mutating func push(
    _ name: String, isQuoted: Bool, at column: Int
  ) throws(ExpressionError)
  /// The sign of the last operand changes.
  mutating func negate(at column: Int) throws(ExpressionError)
  /// The last operand is denied.
  mutating func deny(at column: Int) throws(ExpressionError)
  /// The last two operands become one.
  mutating func join(_ sign: ExpressionSign, at column: Int) throws(ExpressionError)
}

public struct ExpressionParser<Builder: ExpressionBuilder> {
  /// What waits for its right operand.
  private enum Waiting {
    case open
    case not
    case negate
    case sign(ExpressionSign)

    /// Those that bind more closely have more; a parenthesis holds everything back.
    var rank: Int {
      switch self {
      case .open: 0
      case .not: ExpressionSign.rankOfNot
      case .sign(let sign): sign.rank
      case .negate: ExpressionSign.rankOfNegation
      }
    }
  }

  private var builder: Builder
  private var waiting: [(what: Waiting, column: Int)] = []

  private init(_ builder: Builder) { self.builder = builder }

  /// Reads a text. O(length).
  /// - Returns: the builder, which was told all of it.
  /// - Throws: `ExpressionError` for what is no expression, and what the builder throws.
  public static func parse(
    _ text: String, into builder: Builder
  ) throws(ExpressionError) -> Builder {
    var parser = ExpressionParser(builder)
    var needsOperand = true
    for word in try ExpressionWord.all(of: text) {
      needsOperand = try needsOperand ? parser.operand(word) : parser.join(word)
    }
    guard !needsOperand else {
      throw ExpressionError(text.count + 1, "a number or a name is missing")
    }
    while let last = parser.waiting.popLast() { try parser.finish(last.what, last.column) }
    return parser.builder
  }

  /// Takes a word where an operand is due, and says whether one still is.
  private mutating func operand(_ word: ExpressionWord) throws(ExpressionError) -> Bool {
    switch word.kind {
    case .number(let number):
      builder.push(number)
      return false
    case .name(let name, let isQuoted):
      try builder.push(name, isQuoted: isQuoted, at: word.column)
      return false
    case .open: waiting.append((.open, word.column))
    case .not: waiting.append((.not, word.column))
    case .sign(.minus): waiting.append((.negate, word.column))
    case .sign(.plus): break
    case .sign, .close:
      throw ExpressionError(word.column, "a number or a name is missing before this")
    }
    return true
  }

  /// Takes a word behind an operand, and says whether the next must be one.
  private mutating func join(_ word: ExpressionWord) throws(ExpressionError) -> Bool {
    switch word.kind {
    case .sign(let sign):
      while let last = waiting.last, last.what.rank >= sign.rank {
        waiting.removeLast()
        try finish(last.what, last.column)
      }
      waiting.append((.sign(sign), word.column))
      return true
    case .close:
      while let last = waiting.popLast() {
        if case .open = last.what { return false }
        try finish(last.what, last.column)
      }
      throw ExpressionError(word.column, "no parenthesis was opened")
    case .number, .name, .not, .open:
      throw ExpressionError(word.column, "a sign such as < or `and` is missing before this")
    }
  }

  /// Tells the builder of what has its operands now.
  private mutating func finish(_ what: Waiting, _ column: Int) throws(ExpressionError) {
    switch what {
    case .open: throw ExpressionError(column, "the parenthesis has no end")
    case .not: try builder.deny(at: column)
    case .negate: try builder.negate(at: column)
    case .sign(let sign): try builder.join(sign, at: column)
    }
  }
}
