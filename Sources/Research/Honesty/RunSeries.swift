/// What the honesty statistics take of a run: its daily returns and its round trips.

internal import Foundation
public import TradingCore

public struct RunSeries: Equatable, Sendable {
  /// One return per UTC day, 0.01 for 1 %.
  public var daily: [Double]
  /// Profits of closed round trips after fees, in order of their exit; `nil` where none were told.
  public var profits: [Double]?
  /// Equity at the start.
  public var capital: Double

  /// The largest table or report that is read: some two million rows, as they fit in memory.
  public static let largestByteCount = 256 << 20

  public init(daily: [Double], profits: [Double]?, capital: Double) {
    self.daily = daily
    self.profits = profits
    self.capital = capital
  }

  /// The series of a finished run. O(samples + round trips).
  public init(_ report: RunReport) {
    self.init(
      daily: ReturnTables.daily(report.equity, capital: report.capital).map(\.fraction),
      profits: report.roundTrips.map(\.profit.approximate), capital: report.capital.approximate)
  }
}

extension RunSeries {
  /// Reads `equity.csv`, or any table with the columns `time_ns` (or `time`) and `equity`, and
  /// `trades.csv` beside it where there is one. O(bytes).
  /// - Parameters:
  ///   - equity: the table's text, in order of time.
  ///   - trades: that of `trades.csv`; `nil` where there is none.
  ///   - capital: equity at the start; `nil` takes the first row's, which then is no return: days count
  ///     from the second row's on.
  ///   - files: what errors call the tables.
  /// - Throws: `TableFault` naming file and line.
  public init(
    equity: String, trades: String?, capital: Money?, files: (equity: String, trades: String)
  ) throws(TableFault) {
    let table = try CSVColumns(equity, file: files.equity)
    let points = try RunSeries.points(table)
    guard let first = points.first else {
      throw TableFault(file: files.equity, message: "no rows below the header")
    }
    let start = capital ?? first.equity
    guard start > .zero else {
      throw TableFault(
        file: files.equity, line: table.rows.first?.line, message: RunSeries.noEquity)
    }
    var profits: [Double]?
    if let trades { profits = try RunSeries.profits(CSVColumns(trades, file: files.trades)) }
    var daily = ReturnTables.daily(points, capital: start).map(\.fraction)
    if capital == nil, points.dropFirst().first?.time.utcDay != first.time.utcDay {
      daily.removeFirst()
    }
    self.init(daily: daily, profits: profits, capital: start.approximate)
  }

  /// The equity that a run's `report.json` began with.
  /// - Throws: `TableFault` naming the file.
  public static func capital(ofReport text: String, file: String) throws(TableFault) -> Money {
    let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
    guard
      let capital = ((object as? [String: Any])?["capital"] as? String).flatMap(Money.init(exact:))
    else { throw TableFault(file: file, message: "no report of a run: it has no `capital`") }
    guard capital > .zero else { throw TableFault(file: file, message: noEquity) }
    return capital
  }

  private static let noEquity = "the run begins without equity"

  private static func points(_ table: CSVColumns) throws(TableFault) -> [EquityPoint] {
    let time = try table.place(ofOneOf: ["time_ns", "time"])
    let equity = try table.place(ofOneOf: ["equity"])
    var points: [EquityPoint] = []
    for (line, cells) in table.rows {
      func fault(_ message: String) -> TableFault {
        TableFault(file: table.file, line: line, message: message)
      }
      guard let moment = Timestamp(utc: cells[time]) else {
        throw fault("\"\(cells[time])\" is not a UTC moment, or nanoseconds since 1970")
      }
      if let last = points.last, moment < last.time { throw fault("earlier than the row before") }
      guard let amount = Money(exact: cells[equity]) else {
        throw fault("\"\(cells[equity])\" is not an amount")
      }
      points.append(EquityPoint(time: moment, equity: amount))
    }
    return points
  }

  private static func profits(_ table: CSVColumns) throws(TableFault) -> [Double] {
    let place = try table.place(ofOneOf: ["profit"])
    var profits: [Double] = []
    for (line, cells) in table.rows {
      guard let profit = Money(exact: cells[place]) else {
        throw TableFault(
          file: table.file, line: line, message: "\"\(cells[place])\" is not an amount")
      }
      profits.append(profit.approximate)
    }
    return profits
  }
}

extension Money {
  /// The amount that `exactText` writes: digits, at most 18 behind a point; `nil` for other text and
  /// for what 128 bits cannot hold.
  public init?(exact text: String) {
    let magnitude = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = magnitude.split(separator: ".", omittingEmptySubsequences: false)
    let digits = parts.joined()
    let decimals = parts.count == 2 ? parts[1].utf8.count : 0
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), decimals <= Money.scale,
      digits.utf8.allSatisfy({ (48...57).contains($0) }), let whole = Int128(digits)
    else { return nil }
    let (units, overflow) = whole.multipliedReportingOverflow(
      by: Int128(powerOfTen(Money.scale - decimals)))
    guard !overflow else { return nil }
    self.init(units: text.hasPrefix("-") ? -units : units)
  }
}
