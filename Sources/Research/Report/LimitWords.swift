/// The limits in force in words: every report states them, so that nobody reads a result without what
/// held the strategy back.

internal import TradingCore

enum LimitWords {
  /// `maxPosition 10 %, maxDrawdown 5 %; BTCUSDT: maxOrder 2 %`: those for everything, then the narrower
  /// ones as they were set, each with its scope; no line where no limit is set. `books` are the names of
  /// the books from 1 on.
  static func lines(
    _ limits: LimitTable, _ market: ReportMarket, _ books: [String]
  ) -> [AssumptionLine] {
    let general = LimitKind.allCases.compactMap { kind in limits[kind].map { words(kind, $0) } }
    let narrow = limits.narrow.map { limit in
      scope(limit, market, books) + ": " + words(limit.kind, limit.value)
    }
    let text = ([general.joined(separator: ", ")] + narrow).filter { !$0.isEmpty }
    guard !text.isEmpty else { return [] }
    return [AssumptionLine(key: "limits", label: "Limits", text: text.joined(separator: "; "))]
  }

  /// `BTCUSDT`, `slow` or `BTCUSDT in slow`.
  private static func scope(
    _ limit: LimitChange, _ market: ReportMarket, _ books: [String]
  ) -> String {
    let symbol = limit.instrument == .none ? nil : market.symbol(limit.instrument)
    let place = limit.book.index - 1
    let name = books.indices.contains(place) ? books[place] : "book \(limit.book.raw)"
    let book = limit.book == .all ? nil : name
    return ReportText.visible([symbol, book].compactMap { $0 }.joined(separator: " in "))
  }

  /// `maxPosition 10 %`, by the scenario's word for the kind.
  private static func words(_ kind: LimitKind, _ value: Int64) -> String {
    "\(kind) \(amount(kind, value))"
  }

  /// `10 %`, `12`, `30 a minute`: a limit of the kind, or what was measured against one.
  static func amount(_ kind: LimitKind, _ value: Int64) -> String {
    guard value < .max else { return "beyond counting" }
    return switch kind {
    case .maxOpenOrders: NumberText.grouped(value)
    case .orderRate: "\(NumberText.grouped(value)) a minute"
    case .flattenOnHalt: value > 0 ? "true" : "false"
    case .maxPosition, .maxOrder, .maxDrawdown, .maxDailyDrawdown, .riskPerTrade, .grossExposure,
      .netExposure, .priceCollar, .correlatedExposure, .correlationThreshold, .volatilityTarget,
      .kellyFraction, .assumedStop:
      "\(Money(units: Int128(value) * Int128(powerOfTen(14))).exactText) %"
    }
  }
}
