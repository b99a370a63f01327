/// Who is who in a run: symbols, grids, asset codes and fees, gathered from the definition events.

import TradingCore

struct MarketNames {
  private var names = Names()
  /// The schedules in force, one per instrument named.
  private var schedules: [FeeSchedule] = []

  /// Takes a definition event; other events change nothing.
  mutating func observe(_ event: Event) {
    names.learn(event)
    guard case .fee(let schedule) = event.body else { return }
    schedules.removeAll { $0.instrument == schedule.instrument }
    schedules.append(schedule)
  }

  /// The names as a report keeps them.
  func market(reportingAsset: AssetID, chartInstrument: InstrumentID) -> ReportMarket {
    let instruments = names.instruments.enumerated().map { index, definition in
      let id = InstrumentID(UInt16(index))
      return ReportInstrument(
        symbol: names.symbol(id) ?? "?", definition: definition ?? MarketNames.undefined(id))
    }
    let assets = (0..<UInt16(names.assetCount)).map { id in
      ReportAsset(
        code: names.code(AssetID(id)) ?? "?",
        commissionDecimals: names.commissionDecimals(AssetID(id)))
    }
    return ReportMarket(
      instruments: instruments, assets: assets, reportingAsset: reportingAsset,
      chartInstrument: chartInstrument)
  }

  /// The fees in words: `maker 0.02 %, taker 0.05 % in quote`.
  var fees: String {
    guard !schedules.isEmpty else { return "none" }
    return schedules.map { schedule in
      let name = names.symbol(schedule.instrument).map { $0 + " " } ?? ""
      let asset = schedule.currency == .asset ? names.code(schedule.asset) : nil
      return "\(name)maker \(Self.percent(schedule.maker)), taker \(Self.percent(schedule.taker)) "
        + "in \(asset ?? "\(schedule.currency)")"
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
