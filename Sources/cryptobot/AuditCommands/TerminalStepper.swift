/// Stepping in a terminal: raw mode around a `StepMachine`, given back on every way out.

import Glibc
import Journal
import Research

/// A terminal that gives every key at once, and is as it was before when this goes.
final class TerminalInput {
  private var before = termios()
  private var isTaken = false

  static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// Turns line editing and echo off and takes the other screen.
  /// - Throws: `.usage` when stdin or stdout is no terminal.
  init() throws(CommandFailure) {
    guard TerminalInput.isTerminal, Output.resultIsTerminal,
      tcgetattr(STDIN_FILENO, &before) == 0
    else {
      throw CommandFailure(.usage, "stepping needs a terminal; --script steps without one")
    }
    var raw = before
    // Ctrl-C stays a signal, which ends a long search too; others would leave the screen as it is.
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    withUnsafeMutableBytes(of: &raw.c_cc) { keys in
      for key in [VSUSP, VQUIT] { keys[Int(key)] = 0 }
    }
    raw.c_iflag &= ~tcflag_t(IXON | ICRNL)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == 0 else {
      throw CommandFailure(.inputOutput, "cannot set the terminal: \(Output.systemMessage(errno))")
    }
    isTaken = true
    try? Output.write(Array("\u{1B}[?1049h\u{1B}[?25l".utf8), to: STDOUT_FILENO)
  }

  deinit {
    guard isTaken else { return }
    try? Output.write(Array("\u{1B}[?25h\u{1B}[?1049l".utf8), to: STDOUT_FILENO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
  }

  /// Columns and lines now.
  var size: (width: Int, height: Int) {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else {
      return (80, 24)
    }
    return (Int(window.ws_col), Int(window.ws_row))
  }

  /// The bytes that are there, waiting a tenth of a second for the first; `nil` when nothing more can
  /// come.
  func read() -> [UInt8]? {
    var wanted = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&wanted, 1, 100) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = bytes.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { return [] }
    return count > 0 ? Array(bytes[..<count]) : nil
  }
}

struct TerminalStepper {
  private let journal: String

  init(_ journal: String) { self.journal = journal }

  func run() throws {
    var machine = try StepMachine(opening: journal) { _, _ in !Interrupt.isRequested }
    let input = try TerminalInput()
    var rest: [UInt8] = []
    var size = input.size
    try draw(machine, size)
    while !Interrupt.isRequested, let bytes = input.read() {
      // An escape that nothing followed was the key itself.
      let isLone = bytes.isEmpty && rest == [0x1B]
      rest += bytes
      let (keys, left) =
        isLone ? ([.escape], []) : StepKeys.keys(in: rest[...], isAnswering: machine.isAnswering)
      rest = left
      for key in keys {
        guard try machine.press(key) else { return }
      }
      let now = input.size
      if !keys.isEmpty || now != size { try draw(machine, now) }
      size = now
    }
    try Interrupt.check()
  }

  private func draw(
    _ machine: borrowing StepMachine, _ size: (width: Int, height: Int)
  ) throws(CommandFailure) {
    let lines = machine.screen(width: size.width, height: size.height)
    let text = "\u{1B}[H" + lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
    try Output.write(Array(text.utf8), to: STDOUT_FILENO)
  }
}
