/// What somebody knows about an instrument before its data is read: the exchange's own answer, a
/// list of the user's, or nothing but a symbol.

public import TradingCore

/// A known instrument. What is `nil` is inferred from the data.
public struct InstrumentSpec: Equatable, Sendable {
  /// The exchange's symbol, upper case, without a separator: `BTCUSDT`.
  public var symbol: String
  /// The asset traded.
  public var base: String
  /// The asset prices are in.
  public var quote: String
  /// The price grid.
  public var tick: Decimal64?
  /// The quantity grid.
  public var lot: Decimal64?
  /// The smallest order.
  public var minQuantity: Decimal64?
  /// The smallest order value, in the quote asset.
  public var minNotional: Decimal64?
  /// The exchange's filters, one of a kind.
  public var filters: [FilterSpec] = []
  /// Decimals a commission in the base asset is rounded to, 0…18.
  public var baseCommissionDecimals: UInt8 = 8
  /// Decimals a commission in the quote asset is rounded to, 0…18.
  public var quoteCommissionDecimals: UInt8 = 8
  /// What kind of contract it is.
  public var kind = InstrumentKind.spot
  /// What its market is open for, where the venue says.
  public var status: MarketStatus?

  /// A spec that knows the names only.
  public init(symbol: String, base: String, quote: String) {
    self.symbol = symbol.uppercased()
    self.base = base.uppercased()
    self.quote = quote.uppercased()
  }

  /// What keeps these names from naming an instrument; `nil` when nothing does.
  package var objection: String? {
    for (what, name) in [("symbol", symbol), ("base", base), ("quote", quote)] {
      let isPlain = name.unicodeScalars.allSatisfy {
        !(0...32 ~= $0.value || 127...160 ~= $0.value)
      }
      guard isPlain, 1...InstrumentSpec.longestName ~= name.utf8.count else {
        return "its \(what) must be 1 to \(InstrumentSpec.longestName) bytes without spaces"
      }
    }
    return base == quote ? "its base and quote are both \(base)" : nil
  }

  /// What keeps these steps from being a grid; `nil` when nothing does, but that they may be too fine.
  package var gridObjection: String? {
    let missing = [("tick", tick), ("lot", lot)].first { _, step in step?.mantissa ?? 0 <= 0 }
    return missing.map { what, _ in "the venue does not say its \(what), or says 0" }
  }

  /// Bytes of the longest symbol or asset code taken.
  package static let longestName = 40
}

extension InstrumentSpec {
  /// The definition that these words are, under ids of the caller's; `nil` where tick or lot are not
  /// known or too fine to be exact. The smallest order is rounded up to whole lots.
  ///
  /// - Parameter lotDecimals: a finer grid of quantities than the exchange takes orders on. A book keeps
  ///   orders from before its lot was made coarser (25.426189 BTC at a lot of 0.00001 in a recording of
  ///   2024), so what records books wants 8; the filter still holds what orders must be multiples of.
  public func definition(
    _ instrument: InstrumentID, base: AssetID, quote: AssetID, lotDecimals: Int? = nil,
    origin: DefinitionOrigin = .given
  ) -> InstrumentDefinition? {
    guard let tick = tick?.normalised, var lot = lot?.normalised else { return nil }
    if let lotDecimals, lotDecimals > lot.scale { lot = Decimal64(mantissa: 1, scale: lotDecimals) }
    var definition = InstrumentDefinition(
      instrument: instrument, base: base, quote: quote, tick: tick, lot: lot, kind: kind,
      origin: origin)
    guard definition.isExact else { return nil }
    let fewest = minQuantity.map { FilterSpec.count($0, of: lot, up: true) } ?? 0
    definition.minQuantity = Quantity(lots: fewest)
    definition.minNotional = minNotional?.rescaled(to: 8)?.mantissa ?? 0
    return definition
  }
}
