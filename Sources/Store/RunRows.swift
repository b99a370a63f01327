/// A report as rows of the tables.

import GRDB
import TradingCore

struct RunRows {
  private let report: RunReport
  private let market: ReportMarket
  private let run: String

  init(_ report: RunReport) {
    self.report = report
    market = report.market
    run = report.identity.runID
  }

  /// Inserts every row; the run must not be there.
  func insert(into database: Database) throws {
    try database.insert("run", of: run, [runRow])
    try database.insert("parameters", of: run, report.identity.parameters.map(row))
    try database.insert(
      "refusals", of: run, report.counts.refusals.map { [$0.text, Int64(clamping: $0.count)] })
    try database.insert(
      "warnings", of: run,
      report.warnings.enumerated().map { [$0.offset + 1, $0.element.code, $0.element.text] })
    try database.insert("orders", of: run, report.orders.lazy.map(row))
    try database.insert("fills", of: run, report.fills.lazy.map(row))
    try database.insert(
      "round_trips", of: run,
      report.roundTrips.lazy.enumerated().map { row($0.element, number: $0.offset + 1) })
    try database.insert("positions", of: run, report.positions.map(row))
    try database.insert(
      "balances", of: run, report.balances.map { [market.code($0.asset)] + exact($0.amount) })
    try database.insert(
      "equity", of: run,
      report.equity.lazy.enumerated().map { row($0.element, number: $0.offset + 1) })
    try database.insert("metrics", of: run, report.metrics.map(row))
  }

  private var runRow: [Cell] {
    let identity = report.identity
    let counts = report.counts
    let assumptions = report.assumptions
    let equity = report.equity.last?.equity
    let who: [Cell] = [
      identity.scenarioName, identity.scenarioText, identity.strategy, identity.fingerprintText,
      identity.chainHead, identity.source, identity.sourceID, identity.sourceChainHead,
      identity.build, Int64(identity.logicVersion),
    ]
    let what: [Cell] = [
      Int64(clamping: counts.events), Int64(clamping: counts.marketEvents),
      Int64(clamping: counts.orders), Int64(clamping: counts.fills),
      Int64(clamping: counts.cancels), Int64(clamping: counts.rejections),
      Int64(clamping: counts.refused), Int64(clamping: counts.gaps), assumptions.fillRule,
      assumptions.isOptimistic, assumptions.latency.nanoseconds, assumptions.fees,
      assumptions.account,
    ]
    return who + times(report.firstTime) + times(report.lastTime) + [market.reportingCode]
      + exact(report.capital) + exact(equity) + what
  }

  private func row(_ parameter: ReportParameter) -> [Cell] {
    [parameter.name, parameter.value, parameter.unit]
  }

  private func row(_ record: OrderRecord) -> [Cell] {
    let terms = record.order.terms
    let isOpen = record.closedTime.isNone
    let price: [Cell] = terms.type == .limit ? exact(terms.price, terms.instrument) : [nil, nil]
    let kind: [Cell] = [
      market.symbol(terms.instrument), "\(terms.side)", "\(terms.type)", "\(terms.timeInForce)",
      terms.reduceOnly,
    ]
    return [Int64(clamping: record.id.raw)] + times(record.time) + kind + price
      + exact(terms.quantity, terms.instrument) + exact(record.filled, terms.instrument)
      + [record.outcome.rawValue] + (isOpen ? [nil, nil] : times(record.closedTime))
      + [Int64(clamping: record.order.cause)]
  }

  private func row(_ record: FillRecord) -> [Cell] {
    let fill = record.fill
    let fee = market.fee(fill)
    let what: [Cell] = [market.symbol(fill.instrument), "\(fill.side)"]
    let how: [Cell] = [
      market.code(fill.feeAsset), Int64(clamping: fill.order.raw), "\(fill.liquidity)",
      fill.tradeID,
    ]
    return [Int64(clamping: record.sequence)] + times(record.time) + what
      + exact(fill.price, fill.instrument) + exact(fill.quantity, fill.instrument)
      + [market.feeText(fill), fee.approximate] + how
      + exact(record.positionAfter, fill.instrument)
  }

  private func row(_ trip: RoundTrip, number: Int) -> [Cell] {
    let what: [Cell] = [
      number, market.symbol(trip.instrument), trip.side == .buy ? "long" : "short",
    ]
    let prices: [Cell] = [
      market.averagePrice(trip.entryValue, trip.quantity, of: trip.instrument),
      market.averagePrice(trip.exitValue, trip.quantity, of: trip.instrument),
    ]
    return what + times(trip.entryTime) + times(trip.exitTime) + exact(trip.quantity) + prices
      + exact(trip.entryValue) + exact(trip.exitValue) + exact(trip.fees) + exact(trip.profit)
      + [trip.returnFraction]
  }

  private func row(_ position: PositionRecord) -> [Cell] {
    [market.symbol(position.instrument)] + exact(position.amount) + exact(position.cost)
      + exact(position.mark, position.instrument) + exact(position.realised)
      + exact(position.unrealised)
  }

  private func row(_ point: EquityPoint, number: Int) -> [Cell] {
    let chart = market.chartInstrument
    let price: [Cell] = point.price.map { exact($0, chart) } ?? [nil, nil]
    return [number] + times(point.time) + exact(point.equity) + exact(point.benchmark)
      + [point.drawdown] + price + exact(point.position, chart)
  }

  private func row(_ line: MetricLine) -> [Cell] {
    [
      line.name, line.label, line.unit.rawValue, line.strategy.value, line.strategy.reason,
      line.benchmark.value, line.benchmark.reason, line.definition,
    ]
  }

  private func times(_ time: Timestamp) -> [Cell] { [time.iso8601, time.nanoseconds] }

  private func exact(_ money: Money?) -> [Cell] { [money?.exactText, money?.approximate] }

  private func exact(_ price: Price, _ instrument: InstrumentID) -> [Cell] {
    [market.text(price, of: instrument), market[instrument]?.definition.approximate(price)]
  }

  private func exact(_ quantity: Quantity, _ instrument: InstrumentID) -> [Cell] {
    [market.text(quantity, of: instrument), market[instrument]?.definition.approximate(quantity)]
  }
}
