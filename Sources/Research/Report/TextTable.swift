/// A table of aligned columns for a terminal.

/// Rows of cells; the first column is left-aligned, the others as told.
public struct TextTable {
  /// Where a cell stands in its column.
  public enum Alignment: Sendable { case left, right }

  /// Characters of a line where nobody says.
  public static let width = TerminalReport.width

  private let alignments: [Alignment]
  private(set) var rows: [[String]] = []

  /// A table without rows, one alignment for each column.
  public init(_ alignments: Alignment...) { self.alignments = alignments }

  init(_ alignments: [Alignment]) { self.alignments = alignments }

  /// Adds a row with one cell per column.
  public mutating func append(_ cells: String...) { append(row: cells) }

  /// Adds a row with one cell per column.
  public mutating func append(row cells: [String]) {
    precondition(cells.count == alignments.count, "TextTable: \(cells.count) cells")
    rows.append(cells)
  }

  var isEmpty: Bool { rows.isEmpty }

  /// The lines, columns two spaces apart, without trailing spaces, each at most `width` characters.
  public func lines(width: Int = TextTable.width) -> [String] {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { TextTable.pad(row[$0], to: widths[$0], alignments[$0]) }
      return TextTable.cut(TextTable.trimmed(cells.joined(separator: "  ")), to: width)
    }
  }

  /// `text` filled with spaces up to `width`.
  static func pad(_ text: String, to width: Int, _ alignment: Alignment) -> String {
    let spaces = String(repeating: " ", count: max(0, width - text.count))
    return alignment == .left ? text + spaces : spaces + text
  }

  /// `text` without trailing spaces, its end replaced by `…` where it is too long.
  static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? trimmed(text) : trimmed(String(text.prefix(width - 1))) + "…"
  }

  private static func trimmed(_ text: String) -> String {
    var line = text[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }

  /// Words of `text` in lines of at most `width`; a longer word is cut.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { cut($0, to: width) }
  }
}
