/// Names of symbols or assets as small numbers, in order of first appearance, so that a name in a
/// message costs a hash of its bytes and one comparison, and never a string.

/// Names and their indices. A class, so that all files of an import share one; a directory, which is a
/// value, copies it before it grows.
package final class SymbolTable {
  private var names: [[UInt8]] = []
  /// Open addressing: index + 1, 0 for a free place; never more than half full.
  private var places: [Int32] = [Int32](repeating: 0, count: 64)
  private var last = 0
  /// Whether a name that is not known becomes one.
  private let isOpen: Bool

  /// The most symbols a table can hold: each may bring two assets, whose ids have 16 bits.
  package static let capacity = 32_767

  /// - Parameter isOpen: an import learns names from its data; a connection knows them all before.
  package init(isOpen: Bool = true) { self.isOpen = isOpen }

  /// A table of the same names that grows for itself. O(names).
  init(copying other: SymbolTable) {
    (names, places, last, isOpen) = (other.names, other.places, other.last, other.isOpen)
  }

  package var count: Int { names.count }

  /// The name as text, upper case.
  package func name(_ index: Int) -> String { String(decoding: names[index], as: UTF8.self) }

  /// The index of the name whose bytes are `text[range]`, taken as upper case; a new one if the table
  /// is open. O(length).
  package func index(of text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> Int {
    if let known = find(text, range) { return known }
    guard isOpen else {
      let name = text.string(range)
      throw LineFault("\"\(name)\" is not defined", stranger: name)
    }
    return try append(range.map { SymbolTable.upper(text[$0]) })
  }

  /// The index of a symbol given as text.
  package func index(of symbol: String) throws(LineFault) -> Int {
    let bytes = symbol.utf8.map(SymbolTable.upper)
    if let known = find(bytes.span, bytes.indices) { return known }
    return try append(bytes)
  }

  /// The index of a name that is known; `nil` for others. O(length).
  package func find(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
    if last < names.count, matches(last, text, range) { return last }
    var place = SymbolTable.hash(text, range) & (places.count - 1)
    while places[place] != 0 {
      let index = Int(places[place]) - 1
      if matches(index, text, range) {
        last = index
        return index
      }
      place = (place + 1) & (places.count - 1)
    }
    return nil
  }

  private func append(_ bytes: [UInt8]) throws(LineFault) -> Int {
    guard 1...InstrumentSpec.longestName ~= bytes.count else {
      throw LineFault("a symbol of \(bytes.count) bytes")
    }
    guard bytes.allSatisfy({ $0 > 32 && $0 != UInt8(ascii: "\\") }) else {
      let name = String(decoding: bytes, as: UTF8.self)
      throw LineFault("the symbol \"\(name)\" holds a space or an escape")
    }
    guard names.count < SymbolTable.capacity else { throw LineFault("more than 32,767 symbols") }
    names.append(bytes)
    last = names.count - 1
    if names.count * 2 > places.count { rebuild() } else { enter(last) }
    return last
  }

  private func rebuild() {
    places = [Int32](repeating: 0, count: places.count * 2)
    for index in names.indices { enter(index) }
  }

  private func enter(_ index: Int) {
    let bytes = names[index]
    var place = SymbolTable.hash(bytes.span, bytes.indices) & (places.count - 1)
    while places[place] != 0 { place = (place + 1) & (places.count - 1) }
    places[place] = Int32(index + 1)
  }

  private func matches(_ index: Int, _ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
    let name = names[index]
    guard name.count == range.count else { return false }
    for offset in name.indices
    where name[offset] != SymbolTable.upper(text[range.lowerBound + offset]) {
      return false
    }
    return true
  }

  /// FNV-1a of the upper-case bytes. Source: draft-eastlake-fnv.
  private static func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(upper(text[index]))) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }

  private static func upper(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "a") < 26 ? byte - 32 : byte
  }
}
