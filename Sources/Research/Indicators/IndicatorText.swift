/// Rows of bars and indicators as text: CSV and JSON lines for programs, exact, and a table for eyes.

public import TradingCore

public enum IndicatorFormat: Sendable {
  case csv, jsonLines, table
}

/// Writes rows one after another; nothing is remembered between them.
public struct IndicatorText: Sendable {
  private let format: IndicatorFormat
  private let columns: [String]

  /// - Parameter columns: those of the table the rows are of.
  public init(_ format: IndicatorFormat, columns: [String]) {
    self.format = format
    self.columns = columns
  }

  /// The bar's own columns in CSV, and its keys in JSON.
  private static let fields = [
    "open_time", "open_time_ns", "close_time", "close_time_ns", "open", "high", "low", "close",
    "volume", "turnover", "trades", "buy_volume",
  ]

  /// The line above the rows with its line end; empty where the format has none.
  public var header: String {
    switch format {
    case .csv: CSVFiles.line(IndicatorText.fields + columns)
    case .jsonLines: ""
    case .table:
      line(["close time", "close"] + columns)
    }
  }

  /// One row with its line end. Prices and sums are exact (sums beyond 10³⁸ units stay there); answers are the shortest text that reads back
  /// equal, except in the table, and empty, `null` or `–` while warming up.
  public func line(_ row: IndicatorRow, of instrument: InstrumentDefinition) -> String {
    switch format {
    case .csv:
      return CSVFiles.line(
        fields(row.bar, instrument).map { $0 ?? "" } + row.values.map { $0?.description ?? "" })
    case .jsonLines:
      return object(row, instrument).text(pretty: false) + "\n"
    case .table:
      let digits = min(12, Int(instrument.tickScale) + 2)
      let values = row.values.map { value in
        value.map { NumberText.fixed($0, $0.magnitude < 1 ? digits : min(digits, 4)) } ?? "–"
      }
      return line([NumberText.time(row.bar.closeTime), instrument.text(row.bar.close)] + values)
    }
  }

  private func fields(_ bar: MarketBar, _ instrument: InstrumentDefinition) -> [String?] {
    func quantity(_ lots: Int128) -> String {
      let units = Money(units: lots).scaled(by: Int128(instrument.lotMantissa), over: 1).units
      return decimalText(units, scale: Int(instrument.lotScale))
    }
    let prices = [bar.open, bar.high, bar.low, bar.close].map { instrument.text($0) }
    return [
      bar.openTime.iso8601, "\(bar.openTime.nanoseconds)", bar.closeTime.iso8601,
      "\(bar.closeTime.nanoseconds)",
    ] + prices + [
      quantity(bar.volume), bar.flow.map { turnover($0, instrument).exactText },
      bar.flow.map { "\($0.tradeCount)" }, bar.flow.map { quantity($0.buyVolume) },
    ]
  }

  private func turnover(_ flow: TradeFlow, _ instrument: InstrumentDefinition) -> Money {
    Money(units: flow.turnover).scaled(by: Int128(instrument.tickValue), over: 1)
  }

  private func object(_ row: IndicatorRow, _ instrument: InstrumentDefinition) -> JSONValue {
    let texts = fields(row.bar, instrument)
    var members = zip(IndicatorText.fields, texts).map { key, text in
      (key, text.map(JSONValue.string) ?? .null)
    }
    for (place, key) in IndicatorText.fields.enumerated() where IndicatorText.whole.contains(key) {
      members[place].1 = texts[place].flatMap { Int128($0) }.map(JSONValue.integer) ?? .null
    }
    return .object(members + zip(columns, row.values).map { ($0, JSONValue.optional($1)) })
  }

  /// The fields that are whole numbers.
  private static let whole = ["open_time_ns", "close_time_ns", "trades"]

  /// Cells under each other, as wide as the heading or a price needs.
  private func line(_ cells: [String]) -> String {
    let widths = [19, 12] + columns.map { max($0.count, 12) }
    let padded = cells.indices.map { TextTable.pad(cells[$0], to: widths[$0], .right) }
    return padded.joined(separator: "  ") + "\n"
  }
}
