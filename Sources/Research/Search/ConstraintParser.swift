/// Turns a constraint's words into steps over a stack, and refuses what does not fit together before
/// anything runs: a comparison of a truth, a word that no choice has, a missing operand.
///
/// Source: E. W. Dijkstra, "Algol 60 translation" (1961), the shunting yard; no recursion, so no
/// expression is too deep.

internal import TradingCore

struct ConstraintParser {
  /// What an operand on the stack is.
  private enum Operand {
    case number
    case truth
    /// A choice of words, of the dimension at an index.
    case choice(Int)
    /// A word, and the step that holds its place until the choice it belongs to is known.
    case word(String, step: Int, column: Int)
  }

  /// What waits for its right operand.
  private enum Waiting {
    case open
    case not
    case negate
    case sign(Constraint.Operator)

    /// Those that bind more closely have more; a parenthesis holds everything back.
    var rank: Int {
      switch self {
      case .open: 0
      case .not: 3
      case .sign(let sign): sign.rank
      case .negate: 7
      }
    }
  }

  private let text: String
  private let dimensions: [Dimension]
  private let words: [ConstraintWord]
  private var steps: [Constraint.Step] = []
  private var operands: [Operand] = []
  private var waiting: [(what: Waiting, column: Int)] = []

  init(_ text: String, _ dimensions: [Dimension]) throws(SearchError) {
    self.text = text
    self.dimensions = dimensions
    words = try ConstraintWord.all(of: text)
  }

  mutating func parse() throws(SearchError) -> [Constraint.Step] {
    var needsOperand = true
    for word in words {
      needsOperand = try needsOperand ? operand(word) : join(word)
    }
    let end = text.count + 1
    guard !needsOperand else { throw error(end, "a number or a name is missing") }
    while let last = waiting.popLast() {
      if case .open = last.what { throw error(last.column, "the parenthesis has no end") }
      try finish(last.what, last.column)
    }
    guard case .truth? = operands.last else {
      throw error(1, "it must compare something, such as fast < slow")
    }
    return steps
  }

  /// Takes a word where an operand is due, and says whether one still is.
  private mutating func operand(_ word: ConstraintWord) throws(SearchError) -> Bool {
    switch word.kind {
    case .number(let number): push(.number(number), .number)
    case .name(let name, let isQuoted): try push(name, isQuoted, word.column)
    case .open: waiting.append((.open, word.column))
    case .not: waiting.append((.not, word.column))
    case .sign(.minus): waiting.append((.negate, word.column))
    case .sign(.plus): break
    case .sign, .close: throw error(word.column, "a number or a name is missing before this")
    }
    switch word.kind {
    case .number, .name: return false
    case .open, .not, .sign, .close: return true
    }
  }

  /// Takes a word behind an operand, and says whether the next must be one.
  private mutating func join(_ word: ConstraintWord) throws(SearchError) -> Bool {
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
      throw error(word.column, "no parenthesis was opened")
    case .number, .name, .not, .open:
      throw error(word.column, "a sign such as < or `and` is missing before this")
    }
  }

  private mutating func push(_ step: Constraint.Step, _ operand: Operand) {
    steps.append(step)
    operands.append(operand)
  }

  private mutating func push(
    _ name: String, _ isQuoted: Bool, _ column: Int
  ) throws(SearchError) {
    if !isQuoted, let index = dimensions.firstIndex(where: { $0.name == name }) {
      return push(index)
    }
    let known = dimensions.flatMap { $0.words }
    guard known.contains(name) else {
      let names = dimensions.map(\.name)
      let hint = nearestName(to: name, among: names + known).map { "did you mean `\($0)`?" }
      throw error(
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

  /// Makes the step of what has its operands now.
  private mutating func finish(_ what: Waiting, _ column: Int) throws(SearchError) {
    guard let right = operands.popLast() else { throw error(column, "an operand is missing") }
    switch (what, right) {
    case (.not, .truth): push(.not, .truth)
    case (.negate, .number): push(.negate, .number)
    case (.not, _): throw error(column, "`not` needs a comparison")
    case (.negate, _): throw error(column, "only a number has a sign")
    case (.open, _): throw error(column, "the parenthesis has no end")
    case (.sign(let sign), _):
      guard let left = operands.popLast() else { throw error(column, "an operand is missing") }
      try finish(sign, left, right, column)
    }
  }

  private mutating func finish(
    _ sign: Constraint.Operator, _ left: Operand, _ right: Operand, _ column: Int
  ) throws(SearchError) {
    switch (left, right, sign.rank) {
    case (.truth, .truth, ..<4): push(.join(sign), .truth)
    case (_, _, ..<4): throw error(column, "`\(sign.rawValue)` joins comparisons")
    case (.number, .number, 4): push(.join(sign), .truth)
    case (.number, .number, _): push(.join(sign), .number)
    case (.choice(let index), .word(let word, let step, let place), 4),
      (.word(let word, let step, let place), .choice(let index), 4):
      try name(word, step, place, of: dimensions[index])
      guard sign == .equal || sign == .different else { fallthrough }
      push(.join(sign), .truth)
    case (.choice, _, 4), (_, .choice, 4):
      throw error(column, "a choice is compared by == or != with one of its words")
    case (.truth, _, 4), (_, .truth, 4):
      throw error(column, "join comparisons with `and`: a < b and b < c")
    default: throw error(column, "`\(sign.rawValue)` needs numbers on both sides")
    }
  }

  /// Puts the index of a choice's word into its place.
  private mutating func name(
    _ word: String, _ step: Int, _ column: Int, of dimension: Dimension
  ) throws(SearchError) {
    guard let index = dimension.words.firstIndex(of: word) else {
      let words = dimension.words.joined(separator: ", ")
      throw error(column, "`\(dimension.name)` is never `\(word)`; it is one of \(words)")
    }
    steps[step] = .number(Double(index))
  }

  private func error(_ column: Int, _ problem: String) -> SearchError {
    ConstraintWord.error(text, column, problem)
  }
}

extension Dimension {
  /// The words of a choice, none for numbers.
  fileprivate var words: [String] {
    guard case .choice(let words) = values else { return [] }
    return words
  }
}
