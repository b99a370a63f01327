/// The symbols of one import as small numbers, in order of first appearance, so that a line's
/// symbol costs a comparison of bytes and not a string.

/// Symbols and their indices; shared by all files of an import.
package final class SymbolTable {
  private var symbols: [[UInt8]] = []
  private var last = 0

  /// The most symbols an import can hold: each may bring two assets, whose ids have 16 bits.
  package static let capacity = 32_767

  package init() {}

  package var count: Int { symbols.count }

  /// The symbol as text, upper case.
  package func name(_ index: Int) -> String { String(decoding: symbols[index], as: UTF8.self) }

  /// The index of the symbol whose bytes are `text[range]`, taken as upper case. O(1) for the
  /// symbol asked for last, O(symbols) otherwise.
  package func index(of text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> Int {
    if last < symbols.count, matches(last, text, range) { return last }
    for index in symbols.indices where matches(index, text, range) {
      last = index
      return index
    }
    guard !range.isEmpty, range.count <= 40 else {
      throw LineFault("a symbol of \(range.count) bytes")
    }
    let bytes = range.map { SymbolTable.upper(text[$0]) }
    guard bytes.allSatisfy({ $0 > 32 && $0 != UInt8(ascii: "\\") }) else {
      throw LineFault("the symbol \"\(text.string(range))\" holds a space or an escape")
    }
    return try append(bytes)
  }

  /// The index of a symbol given as text.
  package func index(of symbol: String) throws(LineFault) -> Int {
    let bytes = symbol.utf8.map(SymbolTable.upper)
    if let known = symbols.firstIndex(of: bytes) { return known }
    return try append(bytes)
  }

  private func append(_ bytes: [UInt8]) throws(LineFault) -> Int {
    guard symbols.count < SymbolTable.capacity else { throw LineFault("more than 32,767 symbols") }
    symbols.append(bytes)
    last = symbols.count - 1
    return last
  }

  private func matches(_ index: Int, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let symbol = symbols[index]
    guard symbol.count == range.count else { return false }
    for offset in symbol.indices
    where symbol[offset] != SymbolTable.upper(text[range.lowerBound + offset]) {
      return false
    }
    return true
  }

  private static func upper(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "a") < 26 ? byte - 32 : byte
  }
}
