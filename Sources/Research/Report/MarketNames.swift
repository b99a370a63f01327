/// Who is who in a run: symbols, grids, asset codes and fees, gathered from the definition events.

import TradingCore

struct MarketNames {
  private var definitions: [InstrumentDefinition?] = []
  private var symbols: [String] = []
  private var assets: [ReportAsset] = []
  private var schedules: [FeeSchedule] = []
  private var pending: [UInt8] = []

  /// Takes a definition event; other events change nothing.
  mutating func observe(_ body: EventBody) {
    switch body {
    case .instrument(let definition):
      while definitions.count <= definition.instrument.index { definitions.append(nil) }
      definitions[definition.instrument.index] = definition
    case .asset(let definition):
      reserveAsset(Int(definition.asset.raw))
      assets[definition.asset.index].commissionDecimals = Int(definition.commissionDecimals)
    case .fee(let schedule):
      schedules.removeAll { $0.instrument == schedule.instrument }
      schedules.append(schedule)
    case .text(let text): append(text)
    default: break
    }
  }

  private mutating func append(_ text: Text) {
    if text.flags.contains(.first) { pending.removeAll() }
    pending += text.utf8
    guard text.flags.contains(.last) else { return }
    let name = String(decoding: pending, as: UTF8.self)
    switch text.subject {
    case .instrument:
      while symbols.count <= Int(text.id) { symbols.append("?") }
      symbols[Int(text.id)] = name
    case .asset:
      reserveAsset(Int(text.id))
      assets[Int(text.id)].code = name
    case .venue, .strategy, .scenario, .source, .build, .note: break
    }
  }

  private mutating func reserveAsset(_ id: Int) {
    while assets.count <= id { assets.append(ReportAsset(code: "?")) }
  }

  /// The names as a report keeps them.
  func market(reportingAsset: AssetID, chartInstrument: InstrumentID) -> ReportMarket {
    let instruments = definitions.enumerated().map { index, definition in
      let symbol = index < symbols.count ? symbols[index] : "?"
      return ReportInstrument(
        symbol: symbol, definition: definition ?? MarketNames.undefined(InstrumentID(UInt16(index)))
      )
    }
    return ReportMarket(
      instruments: instruments, assets: assets, reportingAsset: reportingAsset,
      chartInstrument: chartInstrument)
  }

  /// The fees in words: `maker 0.02 %, taker 0.05 % in quote`.
  var fees: String {
    guard !schedules.isEmpty else { return "none" }
    return schedules.map { schedule in
      let index = schedule.instrument.index
      let name = schedule.instrument == .none || index >= symbols.count ? "" : symbols[index] + " "
      let currency =
        schedule.currency == .asset && schedule.asset.index < assets.count
        ? assets[schedule.asset.index].code : "\(schedule.currency)"
      return "\(name)maker \(Self.percent(schedule.maker)), taker \(Self.percent(schedule.taker)) "
        + "in \(currency)"
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
