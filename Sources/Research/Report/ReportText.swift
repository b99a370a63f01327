/// Phrases that the terminal and the HTML report share.

import TradingCore

enum ReportText {
  /// A gap in words: `2024-08-09 12:30:05 BTCUSDT depth: 17 missing (sequence) at 4711`.
  static func gap(_ record: GapRecord, _ market: ReportMarket) -> String {
    let gap = record.gap
    let name = gap.instrument == .none ? "all" : visible(market.symbol(gap.instrument))
    let count = gap.count == 0 ? "unknown count" : NumberText.grouped(gap.count)
    return "\(NumberText.time(record.time)) \(name) \(gap.stream): \(count) missing "
      + "(\(gap.reason)), sequence \(record.sequence)"
  }

  /// `2 untrustworthy spans, 0.40 % of the time of BTCUSDT; see cryptobot audit gaps`.
  static func trust(_ trust: TrustRecord, _ market: ReportMarket) -> String {
    let shares = market.tradedInstruments.prefix(3).compactMap { id in
      trust.share(id).map {
        "\(NumberText.percent($0)) of the time of \(visible(market.symbol(id)))"
      }
    }
    let spans =
      trust.spanCount == 1
      ? "1 untrustworthy span" : "\(NumberText.grouped(trust.spanCount)) untrustworthy spans"
    return ([spans] + shares).joined(separator: ", ") + "; see `cryptobot audit gaps`"
  }

  /// An instrument's grid: `BTCUSDT tick 0.01, lot 0.00001`.
  static func grid(_ instrument: ReportInstrument) -> String {
    let definition = instrument.definition
    let tick = definition.text(Price(ticks: 1))
    let lot = definition.text(Quantity(lots: 1))
    return "\(visible(instrument.symbol)) tick \(tick), lot \(lot)"
  }

  /// The traded instruments: `BTCUSDT`, `BTCUSDT and ETHUSDT`, `BTCUSDT, ETHUSDT and 4 more`.
  static func traded(_ market: ReportMarket) -> String {
    let ids = market.tradedInstruments
    var names = ids.prefix(3).map { visible(market.symbol($0)) }
    if ids.count > 3 { names[2] = "\(ids.count - 2) more" }
    guard names.count > 1, let last = names.popLast() else { return names.first ?? "nothing" }
    return names.joined(separator: ", ") + " and " + last
  }

  /// A profit or loss with its sign, `n/a` where there is none.
  static func gain(_ amount: Money?) -> String {
    amount.map { NumberText.amount($0.approximate, signed: true) } ?? "n/a"
  }

  /// `1,234 events, 12 orders, 11 fills, 1 canceled, 0 refused, 0 rejected`.
  static func counts(_ counts: RunCounts) -> String {
    let parts: [(UInt64, String)] = [
      (counts.events, "events"), (counts.orders, "orders"), (counts.fills, "fills"),
      (counts.cancels, "canceled"), (counts.refused, "refused"), (counts.rejections, "rejected"),
    ]
    return parts.map { "\(NumberText.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
  }

  /// `text` on one line with control and direction-changing characters replaced by `�`, so that a
  /// name from a file can neither drive a terminal nor reorder what stands beside it.
  static func visible(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isHidden =
        scalar.properties.generalCategory == .control
        || scalar.properties.generalCategory == .format
        || scalar.properties.generalCategory == .lineSeparator
        || scalar.properties.generalCategory == .paragraphSeparator
      result.append(isHidden ? "\u{FFFD}" : scalar)
    }
    return String(result)
  }
}
