/// What kind of error something is: who has to act, whether the same call may succeed later, and what to do.

/// Whose matter an error is. The words are stable: programs and pagers choose by them.
enum ErrorCategory: String, CaseIterable, Sendable {
  /// Settings and keys.
  case configuration
  /// The SQLite files.
  case database
  /// An exchange and the way to it.
  case venue
  /// Trading was refused or halted by a rule of ours.
  case risk
  case journal
  /// A scenario, a table, a recording: what was given to be read.
  case input
  /// What was to be written.
  case output
  /// The command line.
  case usage
  /// The question was answered, with no.
  case answer
  case interrupted
  /// A mistake of ours, or of a library.
  case `internal`
}

/// Category, retry and remedy of one error.
struct ErrorKind: Equatable, Sendable {
  var category: ErrorCategory
  /// Whether the same call may succeed later with nothing changed by anybody here.
  var isRetryable: Bool
  /// What to do, in one sentence without a full stop.
  var suggestion: String
  /// Whether the message ends with a remedy of its own, so that people are not told twice.
  var isSaid: Bool

  init(
    _ category: ErrorCategory, _ suggestion: String, isRetryable: Bool = false, isSaid: Bool = true
  ) {
    (self.category, self.suggestion) = (category, suggestion)
    (self.isRetryable, self.isSaid) = (isRetryable, isSaid)
  }

  /// The kind of a failure that a command made itself, whose message says what to do.
  init(_ outcome: Outcome) {
    switch outcome {
    case .success: self.init(.output, "nothing is to be done")
    case .no: self.init(.answer, "look into what is named")
    case .usage: self.init(.usage, "see the verb's --help")
    case .badInput: self.init(.input, "mend what is named")
    case .noInput: self.init(.input, "check the path")
    case .internalError: self.init(.internal, "report it, with the command and its version")
    case .cannotCreate: self.init(.output, "choose another place to write to")
    case .inputOutput:
      self.init(.output, "check space, rights and the disk", isRetryable: true)
    case .refused: self.init(.risk, "look into what is named")
    case .interrupted: self.init(.interrupted, "run it again", isRetryable: true)
    }
  }
}
