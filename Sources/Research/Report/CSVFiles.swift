/// The long tables as CSV (RFC 4180, lines end in \n): exact decimals, times both as ISO 8601 UTC
/// and as nanoseconds, one header line. Made for pandas and spreadsheets.

import TradingCore

/// Rows of the report's tables as CSV lines.
enum CSVFiles {
  /// The header of `fills.csv`: every fill in order of sequence.
  static let fillHeader =
    "sequence,time,time_ns,instrument,side,price,quantity,fee,fee_asset,order_id,liquidity,"
    + "trade_id,position_after"
  /// The header of `trades.csv`: every round trip in order of its exit.
  static let tradeHeader =
    "instrument,side,entry_time,entry_time_ns,exit_time,exit_time_ns,quantity,entry_price,"
    + "exit_price,entry_value,exit_value,fees,profit,return"
  /// The header of `equity.csv`: every sample of equity.
  static let equityHeader = "time,time_ns,equity,buy_and_hold,drawdown,price,position"

  static func line(_ row: FillRecord, _ market: ReportMarket) -> String {
    let fill = row.fill
    return line([
      String(row.sequence), row.time.iso8601, String(row.time.nanoseconds),
      market.symbol(fill.instrument), "\(fill.side)",
      market.text(fill.price, of: fill.instrument),
      market.text(fill.quantity, of: fill.instrument), market.feeText(fill),
      market.code(fill.feeAsset), String(fill.order.raw), "\(fill.liquidity)",
      String(fill.tradeID), market.text(row.positionAfter, of: fill.instrument),
    ])
  }

  static func line(_ row: RoundTrip, _ market: ReportMarket) -> String {
    line([
      market.symbol(row.instrument), row.side == .buy ? "long" : "short", row.entryTime.iso8601,
      String(row.entryTime.nanoseconds), row.exitTime.iso8601, String(row.exitTime.nanoseconds),
      row.quantity.exactText,
      market.averagePrice(row.entryValue, row.quantity, of: row.instrument),
      market.averagePrice(row.exitValue, row.quantity, of: row.instrument),
      row.entryValue.exactText, row.exitValue.exactText, row.fees.exactText,
      row.profit.exactText, row.returnFraction?.description ?? "",
    ])
  }

  static func line(_ point: EquityPoint, _ market: ReportMarket) -> String {
    let chart = market.chartInstrument
    return line([
      point.time.iso8601, String(point.time.nanoseconds), point.equity.exactText,
      point.benchmark?.exactText ?? "", point.drawdown.isFinite ? point.drawdown.description : "",
      point.price.map { market.text($0, of: chart) } ?? "",
      market.text(point.position, of: chart),
    ])
  }

  /// Fields joined by commas; quoted where they hold a comma, a quote or a line break.
  static func line(_ fields: [String]) -> String {
    var line = ""
    line.reserveCapacity(256)
    for (place, field) in fields.enumerated() {
      if place > 0 { line += "," }
      line += needsQuotes(field) ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }
    return line + "\n"
  }

  private static func needsQuotes(_ field: String) -> Bool {
    for byte in field.utf8 where byte == 0x22 || byte == 0x2C || byte == 0x0A || byte == 0x0D {
      return true
    }
    return false
  }
}
