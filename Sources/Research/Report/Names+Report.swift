/// The names of a run's market as its report keeps them.

internal import TradingCore

extension Names {
  /// Symbols, grids and asset codes by id, `?` where the definitions give none.
  func market(
    reportingAsset: AssetID, chartInstrument: InstrumentID, tradedInstruments: [InstrumentID]
  ) -> ReportMarket {
    let instruments = instruments.enumerated().map { index, definition in
      let id = InstrumentID(UInt16(index))
      return ReportInstrument(
        symbol: symbol(id) ?? "?", definition: definition ?? Names.undefined(id))
    }
    let assets = (0..<UInt16(assetCount)).map { id in
      ReportAsset(
        code: code(AssetID(id)) ?? "?", commissionDecimals: commissionDecimals(AssetID(id)))
    }
    return ReportMarket(
      instruments: instruments, assets: assets, reportingAsset: reportingAsset,
      chartInstrument: chartInstrument, tradedInstruments: tradedInstruments)
  }

  /// The fees in words: `maker 0.02 %, taker 0.05 % in quote; from 1000000: maker 0 %, taker 0.04 %`.
  var fees: String {
    guard !schedules.isEmpty else { return "none" }
    return schedules.enumerated().map { index, tier in
      let isFurther = index > 0 && schedules[index - 1].instrument == tier.instrument
      let name = isFurther ? "" : symbol(tier.instrument).map { $0 + " " } ?? ""
      let from = tier.fromVolume > 0 ? "from \(Names.amount(tier.fromVolume)): " : ""
      let rates = "maker \(Names.rate(tier.maker, tier)), taker \(Names.rate(tier.taker, tier))"
      return name + from + rates + (isFurther ? "" : currencyWords(tier))
    }.joined(separator: "; ")
  }

  /// ` in quote`, ` in BNB less 25 %`.
  private func currencyWords(_ tier: FeeSchedule) -> String {
    guard tier.currency == .asset else { return " in \(tier.currency)" }
    let discount = tier.discount > 0 ? " less \(Names.percent(tier.discount))" : ""
    return " in \(code(tier.asset) ?? "?")" + discount
  }

  private static func rate(_ rate: Int64, _ tier: FeeSchedule) -> String {
    switch tier.basis {
    case .value: percent(rate)
    case .quantity: amount(rate) + " a unit"
    case .fill: amount(rate) + " a fill"
    }
  }

  private static func percent(_ rate: Int64) -> String {
    Money(units: Int128(rate) * Int128(powerOfTen(12))).exactText + " %"
  }

  private static func amount(_ hundredMillionths: Int64) -> String {
    Money(units: Int128(hundredMillionths) * Int128(powerOfTen(10))).exactText
  }

  /// Stands in for an id that was skipped, so that ids stay indices.
  private static func undefined(_ id: InstrumentID) -> InstrumentDefinition {
    InstrumentDefinition(
      instrument: id, base: .none, quote: .none, tick: Decimal64(mantissa: 1, scale: 0),
      lot: Decimal64(mantissa: 1, scale: 0))
  }
}
