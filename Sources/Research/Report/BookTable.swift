/// What each strategy's book and the account earned, as one table: by average cost, by lots, and what
/// both agree on.

import TradingCore

enum BookTable {
  /// The books, then the account; the account alone where there are none.
  static func rows(_ report: RunReport) -> [BookRecord] {
    report.books + [report.account].compactMap { $0 }
  }

  /// The books of a state and what they are called from 1 on, in order of their ids.
  static func books(_ state: borrowing State, _ names: (Int) -> String?) -> [BookRecord] {
    var rows: [BookRecord] = []
    for (index, book) in state.books.all.enumerated() {
      // Nobody asks after an operator who did nothing.
      if index == 0, book.fillCount == 0 { continue }
      let name = index == 0 ? "operator" : names(index) ?? "book \(index)"
      rows.append(BookRecord(BookID(UInt8(index)), book, name: name, in: state))
    }
    return rows
  }

  /// The columns behind the name.
  static let titles = [
    "fills", "trips", "realised", "FIFO", "unrealised", "fees", "profit", "exposure",
  ]

  /// What stands in them.
  static func cells(_ row: BookRecord) -> [String] {
    [
      NumberText.grouped(row.fillCount), NumberText.grouped(row.tripCount),
      ReportText.gain(row.realised), ReportText.gain(row.realisedByLots),
      ReportText.gain(row.unrealised), amount(row.fees), ReportText.gain(row.profit),
      amount(row.exposure),
    ]
  }

  /// The table for a terminal, amounts in an asset; empty where nothing was traded.
  static func lines(_ rows: [BookRecord], in asset: String) -> [String] {
    guard rows.contains(where: { $0.fillCount > 0 }) else { return [] }
    var table = TextTable(.left, .right, .right, .right, .right, .right, .right, .right, .right)
    table.append(row: ["Book, \(ReportText.visible(asset))"] + titles)
    for row in rows { table.append(row: [ReportText.visible(row.name)] + cells(row)) }
    return table.lines()
  }

  private static func amount(_ amount: Money?) -> String {
    amount.map { NumberText.amount($0.approximate) } ?? "n/a"
  }

  /// The header of `books.csv`.
  static let header =
    "book,name,fills,round_trips,realised,realised_fifo,unrealised,unrealised_fifo,fees,profit,"
    + "exposure"

  /// The row of `books.csv`; the account's book is `all`.
  static func line(_ row: BookRecord) -> String {
    let money = [
      row.realised, row.realisedByLots, row.unrealised, row.unrealisedByLots, row.fees, row.profit,
      row.exposure,
    ]
    return CSVFiles.line(
      [
        row.book == .all ? "all" : String(row.book.raw), row.name, String(row.fillCount),
        String(row.tripCount),
      ] + money.map { $0?.exactText ?? "" })
  }

  /// The row with stable keys.
  static func json(_ row: BookRecord) -> JSONValue {
    func text(_ amount: Money?) -> JSONValue { amount.map { .string($0.exactText) } ?? .null }
    let book: [(String, JSONValue)] =
      row.book == .all ? [] : [("book", .count(row.book.raw)), ("name", .string(row.name))]
    return .object(
      book + [
        ("fills", .count(row.fillCount)), ("roundTrips", .count(row.tripCount)),
        ("realised", text(row.realised)), ("realisedFIFO", text(row.realisedByLots)),
        ("unrealised", text(row.unrealised)), ("unrealisedFIFO", text(row.unrealisedByLots)),
        ("fees", text(row.fees)), ("profit", text(row.profit)), ("exposure", text(row.exposure)),
      ])
  }
}
