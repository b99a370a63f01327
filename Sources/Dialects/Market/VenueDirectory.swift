/// The instruments and assets that a connection speaks of: a venue's names to ids and grids, and back.

public import TradingCore

/// What a venue calls the instruments and assets of a journal. The live engine fills it from the same
/// definitions that it journals, so that a name it does not know is found before an event is lost.
public struct VenueDirectory {
  private struct Traded {
    let definition: InstrumentDefinition
    let grid: Grid
    let symbol: String
  }

  private let symbols = SymbolTable(isOpen: false)
  private let codes = SymbolTable(isOpen: false)
  private var traded: [Traded] = []
  private var assets: [AssetDefinition] = []

  /// A directory of nothing.
  public init() {}

  /// Adds an instrument under the venue's own symbol.
  /// - Throws: `DialectError.undefined` for an inexact definition, an unusable or a repeated name.
  public mutating func add(
    _ definition: InstrumentDefinition, symbol: String
  ) throws(DialectError) {
    guard definition.isExact, !symbol.isEmpty, index(of: symbol, in: symbols) == nil else {
      throw .undefined(name: symbol)
    }
    try enter(symbol, in: symbols)
    traded.append(
      Traded(
        definition: definition, grid: Grid(definition, remedy: "its definition is out of date"),
        symbol: symbol.uppercased()))
  }

  /// Adds an asset under the venue's own code.
  /// - Throws: `DialectError.undefined` for an unusable or a repeated name.
  public mutating func add(_ asset: AssetDefinition, code: String) throws(DialectError) {
    guard asset.commissionDecimals <= 18, !code.isEmpty, index(of: code, in: codes) == nil else {
      throw .undefined(name: code)
    }
    try enter(code, in: codes)
    assets.append(asset)
  }

  private func enter(_ name: String, in table: SymbolTable) throws(DialectError) {
    guard (try? table.index(of: name)) != nil else { throw .undefined(name: name) }
  }

  private func index(of name: String, in table: SymbolTable) -> Int? {
    let bytes = Array(name.utf8)
    return table.find(bytes.span, bytes.indices)
  }

  /// The instrument with a symbol, in either case; `nil` for a stranger. O(length).
  public func instrument(_ symbol: String) -> InstrumentDefinition? {
    index(of: symbol, in: symbols).map { traded[$0].definition }
  }

  /// The symbols in order of addition.
  public var allSymbols: [String] { traded.map(\.symbol) }

  /// An instrument's symbol and definition. O(instruments).
  func named(
    _ instrument: InstrumentID
  ) throws(DialectError) -> (symbol: String, definition: InstrumentDefinition) {
    guard let found = traded.first(where: { $0.definition.instrument == instrument }) else {
      throw .undefined(name: "instrument \(instrument.raw)")
    }
    return (found.symbol, found.definition)
  }

  /// The table that decoders look symbols up in.
  var symbolTable: SymbolTable { symbols }

  /// An instrument's index of `symbolTable`. O(instruments).
  func index(of instrument: InstrumentID) -> Int? {
    traded.firstIndex { $0.definition.instrument == instrument }
  }

  /// What stands behind an index of `symbolTable`.
  func definition(at index: Int) -> InstrumentDefinition { traded[index].definition }
  func grid(at index: Int) -> Grid { traded[index].grid }

  /// The asset whose code stands at `range`; a fault that names a stranger.
  func asset(_ text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> AssetDefinition {
    guard let index = codes.find(text, range) else {
      let name = text.string(range)
      throw LineFault("\"\(name)\" is not defined", stranger: name)
    }
    return assets[index]
  }
}
