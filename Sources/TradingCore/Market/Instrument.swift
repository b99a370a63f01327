/// What is traded, on which grid, and what one tick of one lot is worth.

/// Where an instrument's grid and limits came from; reports repeat it.
public enum DefinitionOrigin: UInt8, Sendable, BitwiseCopyable {
  /// Given by the exchange's own information or by a file of the user.
  case given = 0
  /// Inferred from the data: the finest digits seen.
  case inferred = 1
  /// Made by the market generator.
  case generated = 2
}

/// What kind of contract an instrument is.
public enum InstrumentKind: UInt8, Sendable, BitwiseCopyable {
  case spot = 0
  case perpetual = 1
}

/// An instrument's definition: 42 bytes, an event's payload. Tick and lot are mantissa × 10^−scale.
public struct InstrumentDefinition: Equatable, Sendable, BitwiseCopyable {
  /// The price grid: tick = `tickMantissa` × 10^−`tickScale` of the quote asset.
  public var tickMantissa: Int64
  /// The quantity grid: lot = `lotMantissa` × 10^−`lotScale` of the base asset.
  public var lotMantissa: Int64
  /// The smallest order in lots; 0 when there is no limit.
  public var minQuantity: Quantity
  /// The smallest order value in 10⁻⁸ of the quote asset; 0 when there is no limit.
  public var minNotional: Int64
  public var instrument: InstrumentID
  public var base: AssetID
  public var quote: AssetID
  public var tickScale: UInt8
  public var lotScale: UInt8
  public var kind: InstrumentKind
  public var origin: DefinitionOrigin

  public init(
    instrument: InstrumentID, base: AssetID, quote: AssetID, tick: Decimal64, lot: Decimal64,
    minQuantity: Quantity = .zero, minNotional: Int64 = 0, kind: InstrumentKind = .spot,
    origin: DefinitionOrigin = .given
  ) {
    self.tickMantissa = tick.mantissa
    self.lotMantissa = lot.mantissa
    self.minQuantity = minQuantity
    self.minNotional = minNotional
    self.instrument = instrument
    self.base = base
    self.quote = quote
    self.tickScale = UInt8(tick.scale)
    self.lotScale = UInt8(lot.scale)
    self.kind = kind
    self.origin = origin
  }

  /// Whether tick × lot is a whole number of money units (a finer grid is refused at the border):
  /// both mantissas positive, scales at most 18 together, and the product within 64 bits.
  public var isExact: Bool {
    guard tickMantissa > 0, lotMantissa > 0 else { return false }
    let scales = Int(tickScale) + Int(lotScale)
    guard scales <= Money.scale else { return false }
    let (product, overflow) = tickMantissa.multipliedReportingOverflow(by: lotMantissa)
    return !overflow
      && !product.multipliedReportingOverflow(
        by: powerOfTen(Money.scale - scales)
      ).overflow
  }

  /// Money units of the quote asset in one tick × one lot. Only for definitions that are exact.
  public var tickValue: Int64 {
    tickMantissa * lotMantissa * powerOfTen(Money.scale - Int(tickScale) - Int(lotScale))
  }

  /// Money units of the base asset in one lot.
  public var lotAmount: Int128 {
    Int128(lotMantissa) * Int128(powerOfTen(Money.scale - Int(lotScale)))
  }

  /// Price × quantity in the quote asset, exact. The product of ticks and lots must stay below
  /// 1.7 × 10³⁸ ÷ `tickValue`; the risk gate and the importers keep it there.
  public func notional(_ price: Price, _ quantity: Quantity) -> Money {
    Money(units: Int128(price.ticks) * Int128(quantity.lots) * Int128(tickValue))
  }

  /// The price as decimal text at the tick's scale.
  public func text(_ price: Price) -> String {
    decimalText(Int128(price.ticks) * Int128(tickMantissa), scale: Int(tickScale))
  }

  /// The quantity as decimal text at the lot's scale.
  public func text(_ quantity: Quantity) -> String {
    decimalText(Int128(quantity.lots) * Int128(lotMantissa), scale: Int(lotScale))
  }

  /// The price in quote units as the nearest `Double`: for indicators and display, never for books.
  @inline(__always)
  public func approximate(_ price: Price) -> Double {
    Double(price.ticks) * Double(tickMantissa) / Double(powerOfTen(Int(tickScale)))
  }
}

extension InstrumentDefinition {
  /// The largest value of an order or a holding that is booked, in money units (about 10¹⁹ coins):
  /// sums of many of these still fit in 128 bits.
  public static let largestValue = Int128(1) << 123

  /// Whether the quantity, and price × quantity, stay within `largestValue`.
  public func canValue(_ price: Price, _ quantity: Quantity) -> Bool {
    let (value, overflow) = (Int128(price.ticks) * Int128(quantity.lots))
      .multipliedReportingOverflow(by: Int128(tickValue))
    let (amount, amountOverflow) = lotAmount.multipliedReportingOverflow(by: Int128(quantity.lots))
    return !overflow && !amountOverflow && value.magnitude <= Self.largestValue.magnitude
      && amount.magnitude <= Self.largestValue.magnitude
  }

  /// Whether ticks and lots mean the same in both definitions.
  func hasGrid(of other: InstrumentDefinition) -> Bool {
    tickMantissa == other.tickMantissa && tickScale == other.tickScale
      && lotMantissa == other.lotMantissa && lotScale == other.lotScale
  }

  /// What an amount of the base asset is worth at a price, in the quote asset: exact for whole lots,
  /// otherwise rounded half to even to 10⁻¹⁸. `nil` when it is beyond `largestValue`.
  public func value(of amount: Money, at price: Price) -> Money? {
    let (lots, dust) = amount.units.quotientAndRemainder(dividingBy: lotAmount)
    guard let lots = Int64(exactly: lots), canValue(price, Quantity(lots: lots)) else { return nil }
    let whole = notional(price, Quantity(lots: lots))
    guard dust != 0 else { return whole }
    guard canValue(price, Quantity(lots: 1)) else { return nil }
    let part = Money(units: dust).scaled(
      by: Int128(price.ticks) * Int128(tickMantissa), over: Int128(powerOfTen(Int(tickScale))))
    return whole + part
  }
}
