/// The only place that writes to the terminal: results on stdout, everything else on stderr.

import Dialects
import Glibc
import Journal
import Research
import Synchronization

enum Output {
  static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }
  static var resultIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// A line that stays one on the terminal of stderr, cut where that ends: a longer one would wrap, and
  /// could not be written over.
  static func fitted(_ line: String) -> String {
    var window = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 1,
      line.count >= window.ws_col
    else { return line }
    return line.prefix(Int(window.ws_col) - 2) + "…"
  }

  /// Writes a result and a line end to stdout.
  /// - Throws: when stdout cannot be written.
  static func result(_ text: String) throws(CommandFailure) {
    try write(Array((text + "\n").utf8), to: STDOUT_FILENO)
  }

  /// Lines that stderr did not take since the last that it took.
  private static let untold = Mutex(0)

  /// Writes a line of progress or diagnosis to stderr, without secrets; that it cannot is no error. Whoever
  /// reads it and has stopped, by Ctrl-S or by its own fault, stops nobody here: after a moment the line is
  /// lost, and the next that is taken says so.
  static func note(_ text: String) {
    untold.withLock { untold in
      guard takes(STDERR_FILENO) else {
        untold += 1
        return
      }
      let lost = untold == 0 ? "" : "cryptobot: warning: \(untold) lines found no room here\n"
      untold = 0
      try? write(Array((lost + Redaction.clean(text) + "\n").utf8), to: STDERR_FILENO)
    }
  }

  /// Whether a line would be taken at once, or within a moment.
  private static func takes(_ descriptor: Int32) -> Bool {
    var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&question, 1, patienceMilliseconds) != 0
  }

  /// Less than a session may stand still without harm.
  private static let patienceMilliseconds: Int32 = 100

  /// Says on stderr what is wrong but keeps nothing from going on.
  static func warn(_ text: String) { note("cryptobot: warning: \(printableLine(text))") }

  /// Removes what writers of a journal have left that were killed, and says so.
  /// - Throws: `JournalError` where it cannot be removed.
  static func clearRemains(beside journal: String) throws(JournalError) {
    for remains in try JournalWriter.clearRemains(beside: journal) {
      warn("\(remains) is removed: whoever wrote it was killed")
    }
  }

  /// Writes all bytes to an open file.
  /// - Throws: `.inputOutput`, `.success` where the reader of a pipe has seen enough, or `.interrupted`
  ///   by a Ctrl-C while nobody reads.
  static func write(_ bytes: [UInt8], to descriptor: Int32) throws(CommandFailure) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
      }
      if count >= 0 {
        done += count
        // Whoever reads a pipe may have stopped reading: a Ctrl-C then cuts the write short.
        if done < bytes.count { try Interrupt.check() }
      } else if errno == EPIPE {
        throw CommandFailure(.success, "")
      } else if errno != EINTR {
        throw CommandFailure(.inputOutput, "cannot write: \(systemMessage(errno))")
      } else {
        try Interrupt.check()
      }
    }
  }

  /// What the system says about an error number.
  static func systemMessage(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
  }
}

/// A file or stdout, written through a buffer: for results of any length.
final class ByteOutput {
  private let descriptor: Int32
  private let final: String?
  private let temporary: String?
  private var finished = false
  /// What is not written yet; append to it, then call `drain`.
  var buffer: [UInt8] = []

  static let drainAt = 1 << 16

  /// - Parameter path: where to write, by way of a temporary file beside it; `nil` for stdout.
  /// - Throws: `.cannotCreate` when the file exists and `replacing` is false, or cannot be made.
  init(path: String?, replacing: Bool) throws(CommandFailure) {
    final = path
    temporary = path.map { "\($0).\(getpid()).partial" }
    guard let path, let temporary else {
      descriptor = STDOUT_FILENO
      return
    }
    guard replacing || access(path, F_OK) != 0 else {
      throw CommandFailure(.cannotCreate, "\(path) exists; choose another name or add --force")
    }
    try Files.expectReplaceable(path)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw CommandFailure(.cannotCreate, "cannot create \(path): \(Output.systemMessage(errno))")
    }
  }

  /// Writes the buffer out once it is large enough.
  func drain() throws(CommandFailure) {
    if buffer.count >= ByteOutput.drainAt { try flush() }
  }

  /// Writes the buffer out.
  func flush() throws(CommandFailure) {
    try Output.write(buffer, to: descriptor)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes the rest and gives the file its name. Without this call a file disappears again.
  func finish() throws(CommandFailure) {
    try flush()
    finished = true
    guard let final, let temporary else { return }
    close(descriptor)
    guard rename(temporary, final) == 0 else {
      throw CommandFailure(.inputOutput, "cannot name \(final): \(Output.systemMessage(errno))")
    }
  }

  deinit {
    guard !finished, let temporary else { return }
    close(descriptor)
    unlink(temporary)
  }
}
