/// The `latency` part of a scenario: one span for all, legs by kind of request, or a table in time.

internal import TradingCore

enum LatencyReader {
  static func read(
    _ root: inout ScenarioSection, folder: String
  ) throws(ScenarioError) -> Scenario.Latency {
    guard root.isMap("latency") else {
      return Scenario.Latency(
        constant: try root.value("latency", expected: "a span such as 50ms", Interval.init) ?? .zero
      )
    }
    guard var section = try root.section("latency") else { return Scenario.Latency() }
    let path = try section.text("table")
    let spread = try section.value("spread", expected: span, Interval.init) ?? .zero
    let rows =
      if let path {
        try LatencyTable.read(path, folder: folder, spread: spread, section)
      } else {
        try legs(&section, spread)
      }
    do throws(ScenarioError) { try section.finish() } catch {
      guard path != nil else { throw error }
      throw section.error(
        at: nil, "beside `latency.table` only `spread` may stand: the table has the legs")
    }
    let first = rows.first { $0.action == .any } ?? rows.first
    return Scenario.Latency(constant: first?.entry ?? .zero, rows: rows)
  }

  private static let span = "a span such as 5ms"

  /// A row for all requests and one for each kind that differs; of entry and response one stands for
  /// both.
  private static func legs(
    _ section: inout ScenarioSection, _ spread: Interval
  ) throws(ScenarioError) -> [LatencyRow] {
    let entry = try section.value("entry", expected: span, Interval.init)
    let response = try section.value("response", expected: span, Interval.init)
    let all = LatencyRow(
      feed: try section.value("feed", expected: span, Interval.init) ?? .zero,
      entry: entry ?? response ?? .zero, response: response ?? entry ?? .zero, spread: spread)
    var rows = [all]
    let kinds: [(String, LatencyAction)] = [
      ("place", .place), ("amend", .amend), ("cancel", .cancel),
    ]
    for (key, action) in kinds {
      guard var own = try section.section(key) else { continue }
      rows.append(
        LatencyRow(
          entry: try own.value("entry", expected: span, Interval.init) ?? all.entry,
          response: try own.value("response", expected: span, Interval.init) ?? all.response,
          spread: try own.value("spread", expected: span, Interval.init) ?? all.spread,
          action: action))
      try own.finish()
    }
    return rows
  }
}
