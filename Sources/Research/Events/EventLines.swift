/// Events as JSON lines and as CSV rows, exact and without a detour through `Double`.

public import TradingCore

/// The forms of `journal export`.
public enum LineFormat: String, CaseIterable {
  /// One JSON object a line; only the kind's own fields, and those it seldom has only where set.
  case jsonl
  /// One row a line under one header: the fields of all kinds in the journal, empty where a kind
  /// has none (RFC 4180, lines end in LF).
  case csv
}

/// A visitor that gathers lines.
public protocol LineVisitor: FieldVisitor {
  /// The lines so far.
  var bytes: [UInt8] { get set }
  /// Appends the line of an event. Written out by each, since only here does the compiler know both the
  /// walk and the visitor.
  mutating func append(_ event: Event, _ sequence: Sequence64, _ fields: borrowing EventFields)
}

extension LineVisitor {
  /// The lines so far, leaving none.
  public mutating func takeBytes() -> [UInt8] {
    let taken = bytes
    bytes = []
    return taken
  }
}

/// Appends an event as a JSON object.
public struct JSONLineVisitor: LineVisitor {
  public var bytes: [UInt8]
  private var isFirst = true

  public init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

  public mutating func visit(_ name: String, _ value: FieldValue) {
    if case .unused = value { return }
    bytes.append(UInt8(ascii: isFirst ? "{" : ","))
    isFirst = false
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    switch value {
    case .integer(let number): bytes.append(digitsOf: number)
    case .unsigned(let number): bytes.append(digitsOf: number)
    case .decimal(let mantissa, let scale):
      bytes.append(UInt8(ascii: "\""))
      bytes.append(decimal: mantissa, scale: scale)
      bytes.append(UInt8(ascii: "\""))
    case .text(let text): bytes.appendQuoted(text)
    case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let number):
      bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
    case .missing, .unused: bytes.append(contentsOf: "null".utf8)
    }
  }

  public mutating func append(
    _ event: Event, _ sequence: Sequence64, _ fields: borrowing EventFields
  ) {
    fields.visit(event, sequence: sequence, by: &self)
    endLine()
  }

  /// Closes the object and the line.
  private mutating func endLine() {
    bytes.append(contentsOf: "}\n".utf8)
    isFirst = true
  }
}

/// Collects the names of fields in the order in which they first appear.
public struct ColumnVisitor: FieldVisitor {
  public private(set) var columns: [String] = []

  public init() {}

  public mutating func visit(_ name: String, _ value: FieldValue) {
    if !columns.contains(name) { columns.append(name) }
  }
}

/// Appends an event as a row under fixed columns.
public struct CSVRowVisitor: LineVisitor {
  public var bytes: [UInt8]
  private let columns: [String]
  private var cells: [FieldValue]
  private var next = 0

  public init(columns: [String], appendingTo bytes: consuming [UInt8]) {
    self.columns = columns
    self.bytes = bytes
    cells = Array(repeating: .missing, count: columns.count)
  }

  /// The header line.
  public mutating func header() {
    bytes.append(contentsOf: (columns.joined(separator: ",") + "\n").utf8)
  }

  public mutating func visit(_ name: String, _ value: FieldValue) {
    // Fields come in column order but for those that kinds share, so the search is short.
    let index = columns[next...].firstIndex(of: name) ?? columns[..<next].firstIndex(of: name)
    guard let index else { return }
    cells[index] = value
    next = index + 1 < columns.count ? index + 1 : 0
  }

  public mutating func append(
    _ event: Event, _ sequence: Sequence64, _ fields: borrowing EventFields
  ) {
    fields.visit(event, sequence: sequence, by: &self)
    endLine()
  }

  /// Writes the row and forgets it.
  private mutating func endLine() {
    for index in cells.indices {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(cells[index])
      cells[index] = .missing
    }
    bytes.append(UInt8(ascii: "\n"))
    next = 0
  }

  private mutating func append(_ value: FieldValue) {
    switch value {
    case .integer(let number): bytes.append(digitsOf: number)
    case .unsigned(let number): bytes.append(digitsOf: number)
    case .decimal(let mantissa, let scale): bytes.append(decimal: mantissa, scale: scale)
    case .text(let text): appendCell(text)
    case .flag(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let number): bytes.append(contentsOf: "\(number)".utf8)
    case .missing, .unused: break
    }
  }

  /// A text without its control characters but line ends; in quotes where it holds a comma, a quote or
  /// a line end.
  private mutating func appendCell(_ text: String) {
    let isPlain = text.utf8.allSatisfy { 0x20 <= $0 && $0 < 0x7F }
    let text = isPlain ? text : printable(text, longest: .max)
    let needsQuotes = text.utf8.contains {
      [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n")].contains($0)
    }
    guard needsQuotes else { return bytes.append(contentsOf: text.utf8) }
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
