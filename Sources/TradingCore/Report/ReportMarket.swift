/// Names and grids of what a run traded, so that rows keep integers and every renderer writes the
/// same decimal text from them.

/// The instruments and assets of a run, by their ids.
public struct ReportMarket: Equatable, Sendable {
  /// One per instrument id.
  public var instruments: [ReportInstrument]
  /// One per asset id.
  public var assets: [ReportAsset]
  /// The asset equity and metrics are counted in.
  public var reportingAsset: AssetID
  /// The instrument whose price and position the equity series carries, and that buy-and-hold buys.
  public var chartInstrument: InstrumentID
  /// The instruments the strategy was given, in its order.
  public var tradedInstruments: [InstrumentID]

  public init(
    instruments: [ReportInstrument], assets: [ReportAsset], reportingAsset: AssetID,
    chartInstrument: InstrumentID, tradedInstruments: [InstrumentID] = []
  ) {
    self.instruments = instruments
    self.assets = assets
    self.reportingAsset = reportingAsset
    self.chartInstrument = chartInstrument
    self.tradedInstruments = tradedInstruments.isEmpty ? [chartInstrument] : tradedInstruments
  }

  /// The asset's code; `?` for an id that was never defined.
  public func code(_ asset: AssetID) -> String {
    assets.indices.contains(asset.index) ? assets[asset.index].code : "?"
  }

  /// The code of the reporting asset.
  public var reportingCode: String { code(reportingAsset) }

  /// The instrument's symbol; `?` for an id that was never defined.
  public func symbol(_ instrument: InstrumentID) -> String { self[instrument]?.symbol ?? "?" }

  /// The instrument, where its id was defined.
  public subscript(instrument: InstrumentID) -> ReportInstrument? {
    instruments.indices.contains(instrument.index) ? instruments[instrument.index] : nil
  }

  /// The price as decimal text at its instrument's scale.
  public func text(_ price: Price, of instrument: InstrumentID) -> String {
    self[instrument]?.definition.text(price) ?? "\(price.ticks) ticks"
  }

  /// The quantity as decimal text at its instrument's scale.
  public func text(_ quantity: Quantity, of instrument: InstrumentID) -> String {
    self[instrument]?.definition.text(quantity) ?? "\(quantity.lots) lots"
  }

  /// `value` ÷ `amount` as decimal text: the average price of several fills, rounded half to even to
  /// four digits beyond the tick's scale (18 at most), without trailing zeros. Empty when the amount
  /// is zero or the instrument unknown.
  public func averagePrice(
    _ value: Money, _ amount: Money, of instrument: InstrumentID
  ) -> String {
    guard let definition = self[instrument]?.definition, amount != .zero else { return "" }
    let price = value.scaled(by: Money.one.units, over: amount.units)
    return price.rounded(toDecimals: min(Money.scale, Int(definition.tickScale) + 4)).exactText
  }

  /// A fill's fee as decimal text at the commission precision of its asset, without the code.
  public func feeText(_ fill: Fill) -> String {
    decimalText(Int128(fill.fee), scale: commissionDecimals(fill.feeAsset))
  }

  /// A fill's fee in its own asset.
  public func fee(_ fill: Fill) -> Money {
    let unit = powerOfTen(Money.scale - commissionDecimals(fill.feeAsset))
    return Money(units: Int128(fill.fee) * Int128(unit))
  }

  private func commissionDecimals(_ asset: AssetID) -> Int {
    assets.indices.contains(asset.index) ? assets[asset.index].commissionDecimals : 8
  }
}

/// An instrument with the name people know it by.
public struct ReportInstrument: Equatable, Sendable {
  public var symbol: String
  public var definition: InstrumentDefinition

  public init(symbol: String, definition: InstrumentDefinition) {
    self.symbol = symbol
    self.definition = definition
  }
}

/// An asset with its code and the precision its fees are charged in.
public struct ReportAsset: Equatable, Sendable {
  public var code: String
  /// 0…18.
  public var commissionDecimals: Int

  public init(code: String, commissionDecimals: Int = 8) {
    self.code = code
    self.commissionDecimals = commissionDecimals
  }
}

extension InstrumentDefinition {
  /// A quantity in base units as the nearest `Double`: for display and judgement, never for books.
  public func approximate(_ quantity: Quantity) -> Double {
    Double(quantity.lots) * Double(lotMantissa) / Double(powerOfTen(Int(lotScale)))
  }
}

extension Money {
  /// The exact amount as decimal text without trailing zeros: `100000`, `-0.000000000000000001`.
  public var exactText: String {
    var mantissa = units
    var scale = Money.scale
    for zeros in [16, 8, 4, 2, 1] where scale >= zeros {
      let (quotient, rest) = mantissa.quotientAndRemainder(dividingBy: Int128(powerOfTen(zeros)))
      guard rest == 0 else { continue }
      mantissa = quotient
      scale -= zeros
    }
    return decimalText(mantissa, scale: scale)
  }
}
