/// The instruments and assets that a connection speaks of: a venue's names to ids and grids, and back.

public import TradingCore

/// What a venue calls the instruments and assets of a journal. The live engine fills it from the same
/// definitions that it journals, so that a name it does not know is found before an event is lost. A
/// value: what is added to a copy is not in the original.
public struct VenueDirectory {
  private struct Traded {
    let definition: InstrumentDefinition
    let grid: TickAndLot
    let symbol: String
  }

  private var symbols = SymbolTable(isOpen: false)
  private var codes = SymbolTable(isOpen: false)
  private var traded: [Traded] = []
  private var assets: [AssetDefinition] = []

  /// A directory of nothing.
  public init() {}

  /// Adds an instrument under the venue's own symbol. O(instruments).
  /// - Throws: `DialectError.repeated` for a symbol or an instrument that is there, `.unusable` for an
  ///   inexact definition or a name that no symbol has.
  public mutating func add(
    _ definition: InstrumentDefinition, symbol: String
  ) throws(DialectError) {
    guard definition.isExact else {
      throw .unusable(name: symbol, reason: "its tick × lot is finer than 10^-18 or too large")
    }
    guard index(of: definition.instrument) == nil else {
      throw .repeated(name: "instrument \(definition.instrument.raw)")
    }
    try Self.enter(symbol, in: &symbols)
    traded.append(
      Traded(
        definition: definition,
        grid: TickAndLot(definition, remedy: "its definition is out of date"),
        symbol: symbol.uppercased()))
  }

  /// Adds an asset under the venue's own code. O(1).
  /// - Throws: `DialectError.repeated` for a code that is there, `.unusable` for one that no asset has
  ///   or a commission finer than 18 decimals.
  public mutating func add(_ asset: AssetDefinition, code: String) throws(DialectError) {
    guard asset.commissionDecimals <= 18 else {
      throw .unusable(name: code, reason: "its commissions have more than 18 decimals")
    }
    try Self.enter(code, in: &codes)
    assets.append(asset)
  }

  /// The table is a class, which a copy of the directory shares until one of them grows.
  private static func enter(
    _ name: String, in table: inout SymbolTable
  ) throws(DialectError) {
    let bytes = Array(name.utf8)
    guard table.find(bytes.span, bytes.indices) == nil else { throw .repeated(name: name) }
    if !isKnownUniquelyReferenced(&table) { table = SymbolTable(copying: table) }
    do {
      _ = try table.index(of: name)
    } catch {
      throw .unusable(name: name, reason: error.rule)
    }
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
  func grid(at index: Int) -> TickAndLot { traded[index].grid }

  /// An asset of the directory. O(assets).
  func asset(_ id: AssetID) throws(LineFault) -> AssetDefinition {
    guard let found = assets.first(where: { $0.asset == id }) else {
      throw LineFault("asset \(id.raw) is not defined")
    }
    return found
  }

  /// The asset whose code stands at `range`; a fault that names a stranger.
  func asset(_ text: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> AssetDefinition {
    guard let index = codes.find(text, range) else {
      let name = text.string(range)
      throw LineFault("\"\(name)\" is not defined", stranger: name)
    }
    return assets[index]
  }
}
