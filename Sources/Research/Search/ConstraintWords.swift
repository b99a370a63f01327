/// The words and signs of a constraint, each with the column it begins at.

internal import TradingCore

/// One of them.
struct ConstraintWord: Equatable {
  enum Kind: Equatable {
    case number(Double)
    /// A dimension's name, or a word of a choice; `isQuoted` can only be the latter.
    case name(String, isQuoted: Bool)
    case sign(Constraint.Operator)
    case not
    case open
    case close
  }

  let kind: Kind
  /// From 1, in characters.
  let column: Int

  /// - Throws: `SearchError` at what is no word of the language.
  static func all(of text: String) throws(SearchError) -> [ConstraintWord] {
    let characters = Array(text)
    var words: [ConstraintWord] = []
    var place = 0
    while place < characters.count {
      if characters[place].isWhitespace {
        place += 1
        continue
      }
      let (kind, end) = try next(characters, place, text)
      words.append(ConstraintWord(kind: kind, column: place + 1))
      place = end
    }
    return words
  }

  private static func next(
    _ text: [Character], _ start: Int, _ whole: String
  ) throws(SearchError) -> (Kind, end: Int) {
    let first = text[start]
    if first == "(" { return (.open, start + 1) }
    if first == ")" { return (.close, start + 1) }
    if first == "\"" || first == "'" {
      let rest = text[(start + 1)...]
      guard let end = rest.firstIndex(of: first) else {
        throw error(whole, start + 1, "the quotation has no end")
      }
      return (.name(String(rest[..<end]), isQuoted: true), end + 1)
    }
    if let found = sign(text, start) { return found }
    let end = end(of: text, from: start)
    let word = String(text[start..<end])
    guard end > start else { throw error(whole, start + 1, "`\(first)` means nothing here") }
    switch word {
    case "and": return (.sign(.and), end)
    case "or": return (.sign(.or), end)
    case "not": return (.not, end)
    default: break
    }
    guard first.isNumber || first == "." else { return (.name(word, isQuoted: false), end) }
    guard let number = Double(word), number.isFinite else {
      throw error(whole, start + 1, "`\(word)` is not a number")
    }
    return (.number(number), end)
  }

  /// Where a name or a number ends; the sign of an exponent belongs to its number.
  private static func end(of text: [Character], from start: Int) -> Int {
    let isNumber = text[start].isNumber || text[start] == "."
    var end = start
    while end < text.count {
      let isExponent = isNumber && end > start && (text[end - 1] == "e" || text[end - 1] == "E")
      guard isPart(text[end]) || isExponent && (text[end] == "-" || text[end] == "+") else { break }
      end += 1
    }
    return end
  }

  private static func isPart(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "." || character == "_"
  }

  /// A sign of one or two characters.
  private static func sign(_ text: [Character], _ start: Int) -> (Kind, end: Int)? {
    let two = String(text[start...].prefix(2))
    for sign in [Constraint.Operator.lessOrEqual, .greaterOrEqual, .equal, .different]
    where two == sign.rawValue {
      return (.sign(sign), start + 2)
    }
    let sign: Constraint.Operator? =
      switch text[start] {
      case "<": .less
      case ">": .greater
      case "≤": .lessOrEqual
      case "≥": .greaterOrEqual
      case "≠": .different
      case "=": .equal
      case "+": .plus
      case "-", "−": .minus
      case "*", "×": .times
      case "/", "÷": .over
      default: nil
      }
    return sign.map { (.sign($0), start + 1) }
  }

  /// An error at a column of an expression.
  static func error(_ text: String, _ column: Int, _ problem: String) -> SearchError {
    SearchError("constraint `\(text)`, column \(column): \(problem)")
  }
}
