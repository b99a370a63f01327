/// What a run at a venue says of itself while it goes on.

import Exchanges
import Research
import TradingCore

/// The status line of `trade`.
final class TradeStatus {
  private var status: StatusLine

  init(isQuiet: Bool, announce: @escaping (String) -> Void) {
    status = StatusLine(isQuiet: isQuiet, announce: announce)
  }

  /// Shows how it goes, and what is wrong whenever that is new.
  func update(_ market: RecordingFigures, _ account: AccountFigures?) {
    status.warn(market.trouble)
    status.show { _ in Self.line(market, account) }
  }

  func clear() { status.clear() }

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
