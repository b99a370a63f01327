/// What somebody knows about an instrument before its data is read: the exchange's own answer, a
/// list of the user's, or nothing but a symbol.

import Dialects
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

  /// A spec that knows the names only.
  public init(symbol: String, base: String, quote: String) {
    self.symbol = symbol.uppercased()
    self.base = base.uppercased()
    self.quote = quote.uppercased()
  }

  /// A spec from a user's list, numbers as decimal text; an absent one is inferred.
  /// - Throws: `ImportError.undefined` naming the entry that is not a positive number.
  public init(
    symbol: String, base: String, quote: String, tick: String?, lot: String?,
    minQuantity: String? = nil, minNotional: String? = nil
  ) throws(ImportError) {
    self.init(symbol: symbol, base: base, quote: quote)
    self.tick = try InstrumentSpec.positive(tick, "tick", of: symbol)
    self.lot = try InstrumentSpec.positive(lot, "lot", of: symbol)
    self.minQuantity = try InstrumentSpec.positive(minQuantity, "minQuantity", of: symbol)
    self.minNotional = try InstrumentSpec.positive(minNotional, "minNotional", of: symbol)
  }

  /// What keeps these names from naming an instrument; `nil` when nothing does.
  var objection: String? {
    for (what, name) in [("symbol", symbol), ("base", base), ("quote", quote)] {
      let isPlain = name.unicodeScalars.allSatisfy {
        !(0...32 ~= $0.value || 127...160 ~= $0.value)
      }
      guard isPlain, 1...InstrumentSpec.longestName ~= name.utf8.count else {
        return "its \(what) must be 1 to \(InstrumentSpec.longestName) bytes without spaces; "
          + "check --symbol, --base and --quote, or --instruments"
      }
    }
    return base == quote ? "its base and quote are both \(base)" : nil
  }

  /// Bytes of the longest symbol or asset code taken.
  static let longestName = 40

  private static func positive(
    _ text: String?, _ name: String, of symbol: String
  ) throws(ImportError) -> Decimal64? {
    guard let text else { return nil }
    let bytes = Array(text.utf8)
    var position = 0
    guard let scanned = try? NumberScanner.decimal(bytes.span, &position),
      position == bytes.count, !scanned.rounded, scanned.value.mantissa > 0
    else {
      throw .undefined(
        instrument: symbol,
        reason: "\(name) \"\(text)\" is not a positive number of at most 8 decimals")
    }
    return scanned.value
  }
}
