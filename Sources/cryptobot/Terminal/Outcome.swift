/// How the command ends: the exit codes scripts rely on, and the errors that carry them.

/// What the process returns. The numbers follow sysexits.h where they are above 1.
enum Outcome: Int32 {
  case success = 0
  /// The answer is no: diverged, damaged, a property failed. Only verbs that ask say it.
  case no = 1
  case usage = 64
  case badInput = 65
  case noInput = 66
  case internalError = 70
  case cannotCreate = 73
  case inputOutput = 74
  case refused = 77
  case interrupted = 130
}

/// An error of a command: what was wrong, what to do about it, and the exit code.
struct CommandFailure: Error, CustomStringConvertible {
  var outcome: Outcome
  /// One or two sentences: what and where, then the remedy. Empty when all is said already.
  var description: String
  /// What the parser of the command line says behind it, on lines of its own.
  var usage = ""
  /// Whose matter it is, and what can be done.
  var kind: ErrorKind

  /// - Parameter category: where the exit code does not say it.
  init(_ outcome: Outcome, _ description: String, _ category: ErrorCategory? = nil) {
    self.outcome = outcome
    self.description = description
    kind = ErrorKind(outcome)
    guard let category else { return }
    kind.category = category
    // The disk has no part in what is a venue's matter.
    if outcome == .inputOutput { kind.suggestion = "look into what is named" }
  }

  /// The verb needs sockets and this build has none.
  static let noNetwork = CommandFailure(
    .usage,
    "this build has no network: build it with the trait Live, which is on by default "
      + "(swift build without --disable-default-traits)")

  /// The user stopped the command; what it had begun is taken back while this error travels up.
  static let interrupted = CommandFailure(.interrupted, "interrupted; nothing was left behind")
}
