/// Rows of features as CSV.

import TradingCore

/// Writes rows one after another; nothing is remembered between them.
public enum FeatureText {
  /// The line above the rows with its line end: when and of which market a row is, then all names.
  public static func header(_ request: FeatureRequest) -> String {
    CSVFiles.line(["time", "time_ns", "sequence", "symbol"] + request.names)
  }

  /// One row with its line end; the shortest digits that read back to the same double, and nothing for
  /// a number that is not known.
  public static func line(_ row: FeatureRow) -> String {
    CSVFiles.line(
      [row.time.iso8601, "\(row.time.nanoseconds)", "\(row.sequence)", row.symbol]
        + row.numbers.map { $0.map(plainText) ?? "" })
  }
}
