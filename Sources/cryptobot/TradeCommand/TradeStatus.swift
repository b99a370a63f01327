/// What a run at venues says of itself while it goes on.

import Exchanges
import Research
import TradingCore

/// The status line of `trade`.
final class TradeStatus {
  private var status: StatusLine
  private let venues: [String]

  init(_ venues: [String], isQuiet: Bool, announce: @escaping (String) -> Void) {
    self.venues = venues
    status = StatusLine(isQuiet: isQuiet, announce: announce)
  }

  /// Shows how it goes, and what is wrong whenever that is new.
  /// - Parameter accounts: of each venue; none on paper.
  func update(_ market: RecordingFigures, _ accounts: [AccountFigures]) {
    status.warn(market.trouble)
    status.show { _ in line(market, accounts) }
  }

  func clear() { status.clear() }

  /// `trade  12,040 frames  lag 42 ms  2 orders  17 fills`.
  private func line(_ market: RecordingFigures, _ accounts: [AccountFigures]) -> String {
    var parts = ["trade", "\(NumberText.grouped(market.frames)) frames"]
    if let lag = market.lag { parts.append("lag \(lag.nanoseconds / 1_000_000) ms") }
    if market.gaps > 0 { parts.append("\(NumberText.grouped(market.gaps)) gaps") }
    parts += accounts.isEmpty ? ["paper"] : words(accounts)
    if !market.isConnected { parts.append("not connected") }
    return parts.joined(separator: "  ")
  }

  private func words(_ accounts: [AccountFigures]) -> [String] {
    let all = AccountFigures.together(accounts)
    var parts = ["\(all.liveOrders) orders", "\(NumberText.grouped(all.fills)) fills"]
    let held = zip(venues, accounts).filter { !$1.isReady }.map(\.0)
    if !held.isEmpty {
      let places = venues.count > 1 ? " at \(held.joined(separator: ", "))" : ""
      parts.append("orders held back\(places)")
    }
    return parts
  }
}
