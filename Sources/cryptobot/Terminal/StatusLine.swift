/// One line that says how a run goes which has no end of its own, and what is wrong whenever that is new.

import Glibc

struct StatusLine {
  private let isQuiet: Bool
  private let isTerminal = Output.errorIsTerminal
  private var shown = monotonicSeconds()
  private var trouble: String?
  private let announce: (String) -> Void

  /// - Parameter announce: says what is wrong.
  init(isQuiet: Bool, announce: @escaping (String) -> Void) {
    (self.isQuiet, self.announce) = (isQuiet, announce)
  }

  /// Says what is wrong, once.
  mutating func warn(_ news: String?) {
    guard news != trouble else { return }
    trouble = news
    clear()
    if let news { announce(news) }
  }

  /// Shows a line once a second on a terminal, every ten seconds elsewhere.
  /// - Parameter line: made only when it is shown, of the seconds since the last one.
  mutating func show(_ line: (Double) -> String) {
    let now = monotonicSeconds()
    guard !isQuiet, now - shown >= (isTerminal ? 1 : 10) else { return }
    let text = line(now - shown)
    shown = now
    if isTerminal {
      try? Output.write(Array("\r\u{1B}[K\(Output.fitted(text))".utf8), to: STDERR_FILENO)
    } else {
      Output.note(text)
    }
  }

  /// Takes the line away, so that what follows starts on a clean one.
  func clear() {
    guard isTerminal, !isQuiet else { return }
    try? Output.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
  }
}
