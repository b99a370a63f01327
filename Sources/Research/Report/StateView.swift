/// A state as people and programs read it: account, positions, risk, performance, anomalies.

public import TradingCore

public struct StateView {
  private let state: State
  private let names: Names
  private let folded: UInt64
  private let seconds: Double

  /// - Parameters:
  ///   - folded: events that were folded: all, or those behind a snapshot.
  ///   - seconds: how long that took.
  public init(state: State, names: Names, folded: UInt64, seconds: Double) {
    self.state = state
    self.names = names
    self.folded = folded
    self.seconds = seconds
  }

  private var reporting: String { names.code(state.settings.reporting.asset) ?? "?" }

  private func hold(_ id: InstrumentID) -> (symbol: String, definition: InstrumentDefinition)? {
    guard let definition = state.instruments[id.index] else { return nil }
    return (names.symbol(id) ?? "?", definition)
  }

  private var markets: [InstrumentID] {
    state.instruments.indices.map { InstrumentID(UInt16($0)) }
  }

  private var figures: [(metric: MetricDefinition, figure: Figure)] {
    let summary = state.metrics.summary
    return MetricDefinition.all.map { ($0, $0.figure(summary)) }
  }

  /// Aligned tables for a terminal.
  public var text: String {
    var lines = [
      "sequence     \(state.sequence)", "time         \(state.time.iso8601)",
      "fingerprint  \(hexadecimal(state.fingerprint))",
      "equity       \(state.account.equity.text(decimals: 8)) \(reporting)",
      "halted       \(state.risk.halt.map { "\($0) at \(state.risk.haltSequence)" } ?? "no")",
      "live orders  \(state.orders.live.count)", "",
    ]
    var table = TextTable(.left, .right, .right, .right, .right, .right, .right)
    table.append("instrument", "mark", "position", "realised", "FIFO", "unrealised", "fees")
    for id in markets {
      guard let (symbol, definition) = hold(id) else { continue }
      append(id, symbol, definition, to: &table)
    }
    lines += table.lines() + [""]
    let books = BookTable.lines(profits, in: reporting)
    if !books.isEmpty { lines += books + [""] }
    for index in state.account.balances.indices {
      let asset = AssetID(UInt16(index))
      lines.append("\(names.code(asset) ?? "?")  \(state.account.balance(asset).exactText)")
    }
    lines.append("")
    lines += metricLines
    let anomalies = state.anomalies.named.filter { $0.count > 0 }
    lines += anomalies.map { "anomaly  \($0.name): \($0.count)" }
    let gaps = state.markets.map(\.gapCount).max() ?? 0
    if gaps > 0 { lines.append("gaps     \(gaps) in a market: see `cryptobot audit gaps`") }
    return lines.joined(separator: "\n")
  }

  private var metricLines: [String] {
    var table = TextTable(.left, .right, .left)
    for (metric, figure) in figures {
      let value = figure.value.map { NumberText.metric($0, metric.unit) }
      table.append(
        metric.label, value ?? "n/a",
        value == nil ? figure.reason : metric.unit == .money ? reporting : "")
    }
    return table.lines()
  }

  private func append(
    _ id: InstrumentID, _ symbol: String, _ definition: InstrumentDefinition,
    to table: inout TextTable
  ) {
    let mark = state.markets[id.index].mark
    let position = state.account.positions[id.index]
    table.append(
      symbol, mark.map { definition.text($0) } ?? "n/a", definition.text(position.lots),
      position.realised.exactText, state.account.lots[id.index].realised.exactText,
      mark.flatMap { position.unrealised(at: $0, definition)?.exactText } ?? "n/a",
      position.fees.exactText)
  }

  /// The same with stable keys.
  public var json: JSONValue {
    .object([
      ("events", .count(state.sequence)),
      ("fingerprint", .string(hexadecimal(state.fingerprint))),
      ("timeNanoseconds", .count(state.time.nanoseconds)),
      ("reportingAsset", .string(reporting)),
      ("equity", .string(state.account.equity.exactText)),
      ("halted", state.risk.halt.map { .string("\($0)") } ?? .null),
      ("liveOrders", .count(state.orders.live.count)),
      ("eventsPerSecond", .number(seconds > 0 ? (Double(folded) / seconds).rounded() : 0)),
      ("instruments", .array(markets.compactMap(instrument))),
      ("balances", .array(state.account.balances.indices.map(balance))),
      ("profits", .array(profits.map(BookTable.json))),
      ("metrics", metrics), ("anomalies", anomalies),
    ])
  }

  /// What each book earned, then the account.
  private var profits: [BookRecord] {
    BookTable.books(state) { names.text(.strategy, UInt16($0)) } + [BookRecord(accountOf: state)]
  }

  private var metrics: JSONValue {
    .object(figures.map { ($0.metric.name, JSONValue.optional($0.figure.value)) })
  }

  private var anomalies: JSONValue {
    .object(state.anomalies.named.map { anomaly in (anomaly.name, .count(anomaly.count)) })
  }

  private func instrument(_ id: InstrumentID) -> JSONValue? {
    guard let (symbol, definition) = hold(id) else { return nil }
    let market = state.markets[id.index]
    let position = state.account.positions[id.index]
    return .object([
      ("symbol", .string(symbol)),
      ("mark", market.mark.map { .string(definition.text($0)) } ?? .null),
      ("gaps", .count(market.gapCount)),
      ("bookValid", .bool(market.book.isValid)),
      ("bookUpdateID", .count(market.book.updateID)),
      ("position", .string(definition.text(position.lots))),
      ("realised", .string(position.realised.exactText)),
      ("realisedFIFO", .string(state.account.lots[id.index].realised.exactText)),
      ("fees", .string(position.fees.exactText)),
    ])
  }

  private func balance(_ index: Int) -> JSONValue {
    let asset = AssetID(UInt16(index))
    return .object([
      ("asset", .string(names.code(asset) ?? "?")),
      ("amount", .string(state.account.balance(asset).exactText)),
    ])
  }
}
