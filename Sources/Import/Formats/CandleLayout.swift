/// Which column of a candle file holds what, from its header, from `--columns`, or from the common
/// order of six.

import Dialects

/// What a column can mean. The raw value indexes the row's numbers.
enum CandleColumn: Int, CaseIterable {
  case time, open, high, low, close, volume
  case bidClose, bidSize, askClose, askSize

  /// The meaning of a column's name; case, spaces, `_` and `-` do not matter.
  init?(named name: String) {
    let plain = String(name.lowercased().filter { !" _-\"".contains($0) })
    switch plain {
    case "time", "timestamp", "date", "datetime", "opentime", "opentimems", "unix", "ts", "start",
      "starttime":
      self = .time
    case "open", "o": self = .open
    case "high", "h": self = .high
    case "low", "l": self = .low
    case "close", "c": self = .close
    case "volume", "v", "vol": self = .volume
    case "bidclose": self = .bidClose
    case "bidsize", "lastbidsize": self = .bidSize
    case "askclose": self = .askClose
    case "asksize", "lastasksize": self = .askSize
    default: return nil
    }
  }
}

/// The columns of one file in order; `nil` for those that mean nothing here.
struct CandleLayout: Equatable {
  let columns: [CandleColumn?]
  /// Whether rows are quote bars rather than trade bars.
  let isQuote: Bool

  /// - Throws: a fatal fault when neither a trade bar nor a quote bar is complete.
  init(names: [String]) throws(LineFault) {
    var columns: [CandleColumn?] = []
    for name in names {
      let column = CandleColumn(named: name)
      columns.append(columns.contains(column) ? nil : column)
    }
    let quote: [CandleColumn] = [.time, .bidClose, .bidSize, .askClose, .askSize]
    let trade: [CandleColumn] = [.time, .open, .high, .low, .close]
    let isQuote = quote.allSatisfy(columns.contains)
    if !isQuote, let missing = trade.first(where: { !columns.contains($0) }) {
      throw LineFault(
        "no column is named \(missing) in \"\(names.joined(separator: ","))\"; name the columns"
          + " with --columns", isFatal: true)
    }
    self.columns = columns
    self.isQuote = isQuote
  }

  /// The layout of a file whose first row holds `count` numbers and no names.
  init(unnamedColumns count: Int) throws(LineFault) {
    guard count == 6 else {
      throw LineFault(
        "the file has no header and \(count) columns, not six; name them with --columns",
        isFatal: true)
    }
    try self.init(names: ["time", "open", "high", "low", "close", "volume"])
  }
}
