/// The only place that writes to the terminal: results on stdout, everything else on stderr.

import Dialects
import Glibc
import Research

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

  /// Writes a line of progress or diagnosis to stderr, without secrets; that it cannot is no error.
  static func note(_ text: String) {
    try? write(Array((Redaction.clean(text) + "\n").utf8), to: STDERR_FILENO)
  }

  /// Says on stderr what is wrong but keeps nothing from going on.
  static func warn(_ text: String) { note("cryptobot: warning: \(printable(text))") }

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
