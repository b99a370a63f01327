/// Puts a report into files. Each appears whole or not at all.

public import TradingCore

/// The files of `-o DIR` and `--html FILE`.
public enum ReportFiles {
  /// Writes `report.json`, `fills.csv`, `trades.csv`, `books.csv` and `equity.csv` into the existing folder
  /// `directory`. Two runs of one scenario write the same bytes. O(rows), constant memory.
  /// - Throws: `ReportError` when a file exists and `replacing` is false, or cannot be written.
  public static func write(
    _ report: RunReport, directory: String, replacing: Bool
  ) throws(ReportError) {
    let market = report.market
    try write(JSONReport.text(report), to: directory + "/report.json", replacing: replacing)
    try table(
      directory + "/fills.csv", replacing, CSVFiles.fillHeader, report.fills
    ) { CSVFiles.line($0, market) }
    try table(
      directory + "/trades.csv", replacing, CSVFiles.tradeHeader, report.roundTrips
    ) { CSVFiles.line($0, market) }
    try table(
      directory + "/books.csv", replacing, BookTable.header, BookTable.rows(report),
      line: BookTable.line)
    try table(
      directory + "/equity.csv", replacing, CSVFiles.equityHeader, report.equity
    ) { CSVFiles.line($0, market) }
  }

  /// Writes a text to `path`.
  /// - Throws: `ReportError` when the file exists and `replacing` is false, or cannot be written.
  public static func write(
    _ text: String, to path: String, replacing: Bool
  ) throws(ReportError) {
    var file = try AtomicFile(path: path, replacing: replacing)
    try file.write(text)
    try file.close()
  }

  /// Writes bytes to `path`.
  /// - Throws: `ReportError` when the file exists and `replacing` is false, or cannot be written.
  public static func write(
    _ bytes: [UInt8], to path: String, replacing: Bool
  ) throws(ReportError) {
    var file = try AtomicFile(path: path, replacing: replacing)
    try file.write(bytes)
    try file.close()
  }

  private static func table<Row>(
    _ path: String, _ replacing: Bool, _ header: String, _ rows: [Row], line: (Row) -> String
  ) throws(ReportError) {
    var file = try AtomicFile(path: path, replacing: replacing)
    try file.write(header + "\n")
    for row in rows { try file.write(line(row)) }
    try file.close()
  }
}
