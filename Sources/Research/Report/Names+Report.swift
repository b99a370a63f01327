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

  /// The fees in words: `maker 0.02 %, taker 0.05 % in quote`.
  var fees: String {
    guard !schedules.isEmpty else { return "none" }
    return schedules.map { schedule in
      let name = symbol(schedule.instrument).map { $0 + " " } ?? ""
      let asset = schedule.currency == .asset ? code(schedule.asset) : nil
      return "\(name)maker \(Names.percent(schedule.maker)), "
        + "taker \(Names.percent(schedule.taker)) in \(asset ?? "\(schedule.currency)")"
    }.joined(separator: "; ")
  }

  private static func percent(_ rate: Int64) -> String {
    Money(units: Int128(rate) * Int128(powerOfTen(12))).exactText + " %"
  }

  /// Stands in for an id that was skipped, so that ids stay indices.
  private static func undefined(_ id: InstrumentID) -> InstrumentDefinition {
    InstrumentDefinition(
      instrument: id, base: .none, quote: .none, tick: Decimal64(mantissa: 1, scale: 0),
      lot: Decimal64(mantissa: 1, scale: 0))
  }
}
