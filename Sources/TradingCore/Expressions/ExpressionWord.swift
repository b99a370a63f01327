/// The words and signs of an expression, each with the column it begins at.

/// One of them.
struct ExpressionWord: Equatable {
  enum Kind: Equatable {
    case number(Double)
    /// A name; one in quotation marks can only be a word of a choice.
    case name(String, isQuoted: Bool)
    case sign(ExpressionSign)
    case not
    case open
    case close
  }

  let kind: Kind
  /// From 1, in characters.
  let column: Int

  /// All of a text. O(length).
  /// - Throws: `ExpressionError` at what is no word of the language.
  static func all(of text: String) throws(ExpressionError) -> [ExpressionWord] {
    let characters = Array(text)
    var words: [ExpressionWord] = []
    var place = 0
    while place < characters.count {
      if characters[place].isWhitespace {
        place += 1
        continue
      }
      let (kind, end) = try next(characters, place)
      words.append(ExpressionWord(kind: kind, column: place + 1))
      place = end
    }
    return words
  }

  private static func next(
    _ text: [Character], _ start: Int
  ) throws(ExpressionError) -> (Kind, end: Int) {
    let first = text[start]
    if first == "(" { return (.open, start + 1) }
    if first == ")" { return (.close, start + 1) }
    if first == "\"" || first == "'" {
      let rest = text[(start + 1)...]
      guard let end = rest.firstIndex(of: first) else {
        throw ExpressionError(start + 1, "the quotation has no end")
      }
      return (.name(String(rest[..<end]), isQuoted: true), end + 1)
    }
    if let found = sign(text, start) { return found }
    let end = end(of: text, from: start)
    let word = String(text[start..<end])
    guard end > start else { throw ExpressionError(start + 1, "`\(first)` means nothing here") }
    switch word {
    case "and": return (.sign(.and), end)
    case "or": return (.sign(.or), end)
    case "not": return (.not, end)
    case "crosses": return try crossing(text, start, end)
    default: break
    }
    guard first.isNumber || first == "." else { return (.name(word, isQuoted: false), end) }
    guard let number = plainNumber(word) else {
      throw ExpressionError(start + 1, "`\(word)` is not a number")
    }
    return (.number(number), end)
  }

  /// The word behind `crosses`.
  private static func crossing(
    _ text: [Character], _ start: Int, _ end: Int
  ) throws(ExpressionError) -> (Kind, end: Int) {
    let next = text[end...].firstIndex { !$0.isWhitespace } ?? text.count
    let end = self.end(of: text, from: next)
    switch String(text[next..<end]) {
    case "above": return (.sign(.crossesAbove), end)
    case "below": return (.sign(.crossesBelow), end)
    default: throw ExpressionError(start + 1, "say `crosses above` or `crosses below`")
    }
  }

  /// Where a name or a number ends; the sign of an exponent belongs to its number.
  private static func end(of text: [Character], from start: Int) -> Int {
    guard start < text.count else { return text.count }
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
    for sign in [ExpressionSign.lessOrEqual, .greaterOrEqual, .equal, .different]
    where two == sign.rawValue {
      return (.sign(sign), start + 2)
    }
    let sign: ExpressionSign? =
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
}
