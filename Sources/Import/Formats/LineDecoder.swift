/// What reads the lines of one file, and what a line can turn out to be.

import Dialects

/// What a line turned out to be.
enum LineOutcome {
  /// A message that becomes events.
  case message
  /// Nothing to import: a blank line, a header, a connection note.
  case framing
  /// A message of a kind the format does not use.
  case ignored
  /// A candle that had not closed yet.
  case unclosed
  /// An exchangeInfo answer, its JSON beginning at this byte of the line.
  case exchangeInfo(from: Int)

  /// What the exchange's language says, as a line.
  init(_ outcome: MessageOutcome) {
    switch outcome {
    case .message: self = .message
    case .ignored: self = .ignored
    case .unclosed: self = .unclosed
    }
  }
}

/// Turns lines of one file into messages, one after the other.
protocol LineDecoder {
  /// Reads `line` into `message`, which holds a result only for `.message`.
  mutating func decode(
    _ line: Span<UInt8>, into message: inout Message
  ) throws(LineFault) -> LineOutcome
}
