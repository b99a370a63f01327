/// Columns of a run's own tables, read back: RFC 4180 with one header line, as `CSVFiles` writes them.

/// Why a table cannot be used: where, what is wrong, what to do.
public struct TableFault: Error, Equatable, Sendable, CustomStringConvertible {
  public var file: String
  /// 1-based; `nil` where no single line is to blame.
  public var line: Int?
  public var message: String

  public var description: String {
    line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
  }
}

/// A table by the names of its columns.
struct CSVColumns {
  let file: String
  private let header: [String]
  /// Each with the number of its first line.
  let rows: [(line: Int, cells: [String])]

  /// Reads a table. O(bytes).
  /// - Throws: `TableFault` for a table without a header and a row whose cells are not as many.
  init(_ text: String, file: String) throws(TableFault) {
    self.file = file
    var rows = CSVColumns.split(text)
    guard !rows.isEmpty else { throw TableFault(file: file, message: "the table is empty") }
    header = rows.removeFirst().cells
    self.rows = rows
    for row in rows where row.cells.count != header.count {
      throw TableFault(
        file: file, line: row.line,
        message: "\(row.cells.count) cells under \(header.count) columns")
    }
  }

  /// The place of the first of these columns that there is.
  /// - Throws: `TableFault` that names those there are.
  func place(ofOneOf names: [String]) throws(TableFault) -> Int {
    for name in names { if let place = header.firstIndex(of: name) { return place } }
    let wanted = names.map { "`\($0)`" }.joined(separator: " or ")
    let known = header.joined(separator: ", ")
    throw TableFault(file: file, line: 1, message: "no column \(wanted); there are \(known)")
  }

  private static func split(_ text: String) -> [(line: Int, cells: [String])] {
    var rows: [(line: Int, cells: [String])] = []
    var cells: [[UInt8]] = [[]]
    var (line, start, isQuoted) = (1, 1, false)
    func end() {
      let texts = cells.map { String(decoding: $0, as: UTF8.self) }
      if texts != [""] { rows.append((start, texts)) }
      cells = [[]]
    }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\n") { line += 1 }
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted: cells.append([])
      case UInt8(ascii: "\r") where !isQuoted: break
      case UInt8(ascii: "\n") where !isQuoted:
        end()
        start = line
      default: cells[cells.count - 1].append(byte)
      }
    }
    end()
    return rows
  }
}
