/// A latency table: a CSV file beside the scenario, one row for each time and kind of request.
///
///     time,action,feed,entry,response
///     2024-08-09T00:00,any,2.5,4,3.5
///     2024-08-09T00:05,any,2.5,9ms,3.5
///
/// Columns are found by their names. A number without a unit is in milliseconds. `action` (place,
/// amend, cancel or any), `feed` and `spread` may be left out.

internal import Foundation
internal import TradingCore

enum LatencyTable {
  private static let columns = ["time", "action", "feed", "entry", "response", "spread"]
  private static let actions: [String: LatencyAction] = [
    "": .any, "any": .any, "place": .place, "amend": .amend, "cancel": .cancel,
  ]
  /// Largest file: as many rows as there can be, at 256 bytes.
  private static let largestByteCount = LatencyRow.capacity * 256

  /// Reads a file; its path is relative to the scenario's folder.
  static func read(
    _ path: String, folder: String, spread: Interval, _ section: ScenarioSection
  ) throws(ScenarioError) -> [LatencyRow] {
    let resolved = path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    guard let data = FileManager.default.contents(atPath: resolved) else {
      throw section.error(at: nil, "`latency.table`: no file \(resolved), or it cannot be read")
    }
    guard data.count <= largestByteCount, let text = String(data: data, encoding: .utf8) else {
      throw section.error(
        at: nil, "`latency.table`: \(resolved) is not text, or larger than any table can be")
    }
    return try parse(text, file: resolved, spread: spread)
  }

  /// Rows by action and time.
  /// - Throws: `ScenarioError` with the table's own line.
  static func parse(
    _ text: String, file: String, spread: Interval = .zero
  ) throws(ScenarioError) -> [LatencyRow] {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let header = cells(lines.first ?? "")
    try check(header, file)
    var rows: [LatencyRow] = []
    for (offset, line) in lines.enumerated().dropFirst() where !line.allSatisfy(\.isWhitespace) {
      let reader = RowReader(file: file, line: offset + 1, header: header, cells: cells(line))
      rows.append(try reader.row(spread))
    }
    guard rows.count <= LatencyRow.capacity else {
      throw ScenarioError(
        file: file, "\(rows.count) rows; a table has at most \(LatencyRow.capacity)")
    }
    return try sorted(rows, file)
  }

  private static func check(_ header: [String], _ file: String) throws(ScenarioError) {
    for (index, name) in header.enumerated() {
      guard columns.contains(name) else {
        throw ScenarioError(
          file: file, line: 1,
          "no column \"\(name)\"; known: \(columns.joined(separator: ", "))")
      }
      guard !header[..<index].contains(name) else {
        throw ScenarioError(file: file, line: 1, "the column \(name) stands twice")
      }
    }
    for name in ["time", "entry", "response"] where !header.contains(name) {
      throw ScenarioError(file: file, line: 1, "the column \(name) is missing")
    }
  }

  private static func sorted(
    _ rows: [LatencyRow], _ file: String
  ) throws(ScenarioError) -> [LatencyRow] {
    let sorted = rows.sorted { ($0.action.rawValue, $0.time) < ($1.action.rawValue, $1.time) }
    for (row, next) in zip(sorted, sorted.dropFirst())
    where row.action == next.action && row.time == next.time {
      throw ScenarioError(
        file: file, "two rows for \(row.action) at \(row.time.iso8601)")
    }
    let present = LatencyAction.allCases.filter { action in rows.contains { $0.action == action } }
    let missing = LatencyAction.allCases.filter { $0 != .any && !present.contains($0) }
    guard present.contains(.any) || missing.isEmpty else {
      throw ScenarioError(
        file: file,
        "no rows for \(missing.map { "\($0)" }.joined(separator: ", ")): give them, or rows for any"
      )
    }
    return sorted
  }

  private static func cells(_ line: Substring) -> [String] {
    line.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// One line of a table.
  private struct RowReader {
    let file: String
    let line: Int
    let header: [String]
    let cells: [String]

    func row(_ spread: Interval) throws(ScenarioError) -> LatencyRow {
      guard cells.count == header.count else {
        throw error("\(cells.count) cells under \(header.count) columns")
      }
      guard let time = Timestamp(utc: self["time"] ?? "") else {
        throw error("\"\(self["time"] ?? "")\" is not a UTC moment such as 2024-08-09T12:00:05")
      }
      guard let action = actions[self["action"] ?? ""] else {
        throw error("\"\(self["action"] ?? "")\" is not one of place, amend, cancel, any")
      }
      return LatencyRow(
        time: time, feed: try span("feed") ?? .zero, entry: try span("entry") ?? .zero,
        response: try span("response") ?? .zero, spread: try span("spread") ?? spread,
        action: action)
    }

    private subscript(name: String) -> String? {
      header.firstIndex(of: name).map { cells[$0] }
    }

    private func span(_ name: String) throws(ScenarioError) -> Interval? {
      guard let text = self[name] else { return nil }
      guard let span = Interval(text) ?? Interval(text + "ms") else {
        throw error("\(name): \"\(text)\" is not a number of milliseconds or a span such as 250us")
      }
      return span
    }

    private func error(_ message: String) -> ScenarioError {
      ScenarioError(file: file, line: line, message)
    }
  }
}
