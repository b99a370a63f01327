/// What a run at a venue says of itself while it goes on.

import Exchanges
import Glibc
import Research
import TradingCore

/// The status line of `trade`.
final class TradeStatus {
  private let isQuiet: Bool
  private let isTerminal = Output.errorIsTerminal
  private var shown = monotonicSeconds()
  private var trouble: String?

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// Shows how it goes: once a second on a terminal, every ten seconds elsewhere. What is wrong is said
  /// whenever it is new.
  func update(_ market: RecordingFigures, _ account: AccountFigures?) {
    if market.trouble != trouble {
      trouble = market.trouble
      clear()
      if let trouble { Output.warn(trouble) }
    }
    let now = monotonicSeconds()
    guard !isQuiet, now - shown >= (isTerminal ? 1 : 10) else { return }
    shown = now
    let line = Self.line(market, account)
    if isTerminal {
      try? Output.write(Array("\r\u{1B}[K\(line)".utf8), to: STDERR_FILENO)
    } else {
      Output.note(line)
    }
  }

  /// Takes the line away, so that what follows starts on a clean one.
  func clear() {
    guard isTerminal, !isQuiet else { return }
    try? Output.write(Array("\r\u{1B}[K".utf8), to: STDERR_FILENO)
  }

  /// `trade  12,040 frames  lag 42 ms  2 orders  17 fills`.
  static func line(_ market: RecordingFigures, _ account: AccountFigures?) -> String {
    var parts = ["trade", "\(NumberText.grouped(market.frames)) frames"]
    if let lag = market.lag { parts.append("lag \(lag.nanoseconds / 1_000_000) ms") }
    if market.gaps > 0 { parts.append("\(NumberText.grouped(market.gaps)) gaps") }
    if let account {
      parts.append("\(account.liveOrders) orders")
      parts.append("\(NumberText.grouped(account.fills)) fills")
      if !account.isReady { parts.append("orders held back") }
    } else {
      parts.append("paper")
    }
    if !market.isConnected { parts.append("not connected") }
    return parts.joined(separator: "  ")
  }
}
