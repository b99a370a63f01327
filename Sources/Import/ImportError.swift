/// Why an import stopped, in words that name the file, the line, the rule and the way out.

/// What went wrong, by what a caller has to tell apart (a missing file, bad bytes, a missing flag).
public enum ImportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no such file.
  case notFound(file: String)
  /// The system refused to open or read it.
  case unreadable(file: String, reason: String)
  /// The container is broken or of a kind we do not read: gzip or zip, not the lines inside.
  case damaged(file: String, reason: String)
  /// Whole, but without market data, such as the raw bytes of a link on which nothing came.
  case empty(file: String)
  /// A line breaks a rule of its format. Lines count from 1 in the uncompressed text.
  case malformed(file: String, line: Int, rule: String)
  /// An instrument cannot be defined from what is known.
  case undefined(instrument: String, reason: String)
  /// The caller wanted no more of it, or a signal came while waiting for input.
  case stopped
  /// The request lacks or contradicts something; the text names the option that helps.
  case usage(String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .notFound(let file): "\(file): no such file"
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .damaged(let file, let reason): "\(file): \(reason)"
    case .empty(let file): "\(file): nothing to import: no line makes an event"
    case .malformed(let file, let line, let rule): "\(file):\(line): \(rule)"
    case .undefined(let instrument, let reason): "\(instrument): \(reason)"
    case .stopped: "the import was stopped"
    case .usage(let text): text
    }
  }
}
