/// The keys of stepping through a journal: bytes of a terminal, or words of a script, as what they mean.

public enum StepKey: Equatable, Sendable {
  case forward, back
  /// By a thousand events.
  case pageForward, pageBack
  case first, last
  case nextOrder, previousOrder
  case nextFill, previousFill
  /// Begins to ask for what to search for, or where to go.
  case search, jump
  /// The last search again.
  case again, againBack
  case enter, erase, escape
  case quit
  /// A character of an answer.
  case character(Character)
}

public enum StepKeys {
  /// The keys that some bytes of a raw terminal are, and the bytes that may be the beginning of one more.
  /// - Parameter isAnswering: whether letters are an answer's, rather than commands.
  public static func keys(
    in bytes: ArraySlice<UInt8>, isAnswering: Bool
  ) -> (keys: [StepKey], rest: [UInt8]) {
    var keys: [StepKey] = []
    var rest = bytes
    var answering = isAnswering
    while let first = rest.first {
      if first == 0x1B, rest.count == 1 { return (keys, [first]) }
      if first == 0x1B, rest.count > 1, rest[rest.startIndex + 1] == UInt8(ascii: "[") {
        guard let (key, length) = sequence(rest) else { return (keys, Array(rest)) }
        if let key { keys.append(key) }
        rest = rest.dropFirst(length)
        continue
      }
      rest = rest.dropFirst()
      guard let key = key(first, answering) else { continue }
      keys.append(key)
      answering = (answering || key == .search || key == .jump) && key != .enter && key != .escape
    }
    return (keys, [])
  }

  /// An escape sequence's key, `nil` for one without a meaning, and its length; nothing while it may go on.
  private static func sequence(_ bytes: ArraySlice<UInt8>) -> (StepKey?, Int)? {
    let body = bytes.dropFirst(2)
    guard let end = body.firstIndex(where: { $0 >= 0x40 && $0 <= 0x7E }) else {
      return bytes.count > 16 ? (nil, bytes.count) : nil
    }
    let length = end - bytes.startIndex + 1
    switch String(decoding: bytes[body.startIndex...end], as: UTF8.self) {
    case "C", "B": return (.forward, length)
    case "D", "A": return (.back, length)
    case "6~": return (.pageForward, length)
    case "5~": return (.pageBack, length)
    case "H", "1~": return (.first, length)
    case "F", "4~": return (.last, length)
    default: return (nil, length)
    }
  }

  private static func key(_ byte: UInt8, _ isAnswering: Bool) -> StepKey? {
    switch byte {
    case 0x03, 0x04: return .quit
    case 0x0A, 0x0D: return .enter
    case 0x08, 0x7F: return .erase
    case 0x1B: return .escape
    case 0x20...0x7E:
      let character = Character(Unicode.Scalar(byte))
      return isAnswering ? .character(character) : command(character)
    default: return nil
    }
  }

  private static func command(_ character: Character) -> StepKey? {
    switch character {
    case " ", "l", "j": .forward
    case "h", "k": .back
    case "n": .nextOrder
    case "p": .previousOrder
    case "f": .nextFill
    case "F": .previousFill
    case "/": .search
    case ".": .again
    case ",": .againBack
    case "g": .jump
    case "q": .quit
    default: nil
    }
  }

  /// The keys that a word of a script stands for: `forward`, `back`, `n`, `/gap`, `g1234`, … ; `nil` for
  /// a word that is none.
  public static func keys(ofWord word: String) -> [StepKey]? {
    if let first = word.first, first == "/" || first == "g", word.count > 1 {
      return [first == "/" ? .search : .jump] + word.dropFirst().map(StepKey.character) + [.enter]
    }
    let named: [String: StepKey] = [
      "forward": .forward, "back": .back, "page-forward": .pageForward, "page-back": .pageBack,
      "first": .first, "last": .last,
    ]
    if let key = named[word] { return [key] }
    guard word.count == 1, let letter = word.first, let key = command(letter),
      key != .search, key != .jump
    else { return nil }
    return [key]
  }
}
