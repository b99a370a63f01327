/// The report for programs: stable keys in a fixed order. Amounts are exact decimal text; the long
/// tables (fills, round trips, equity) stand in CSV files beside it.

public import TradingCore

/// `report.json`, and what `--json` prints.
public enum JSONReport {
  /// Version of the keys; it changes when one is renamed or removed.
  public static let version = 1

  /// The report as JSON ending in a newline. `timing` adds `seconds` and `eventsPerSecond`, which
  /// differ from run to run: give it for stdout only, never for a file that is compared.
  public static func text(_ report: RunReport, timing: RunTiming? = nil) -> String {
    value(report, timing: timing).text() + "\n"
  }

  /// The report as a value, to be put into something larger.
  public static func value(_ report: RunReport, timing: RunTiming? = nil) -> JSONValue {
    var members = identity(report.identity)
    if let timing {
      members.append(("seconds", .number(timing.seconds)))
      members.append(("eventsPerSecond", .number(timing.eventsPerSecond.rounded())))
    }
    members += period(report) + counts(report.counts) + metrics(report.metrics)
    members.append(("warnings", RunWarning.json(report.warnings)))
    members.append(("assumptions", assumptions(report)))
    members.append(("instruments", .array(report.market.instruments.map(instrument))))
    members += holdings(report)
    members += history(report)
    return .object([("version", .count(version))] + members)
  }

  private static func identity(_ identity: RunIdentity) -> [(String, JSONValue)] {
    let parameters = identity.parameters.map { parameter in
      JSONValue.object([
        ("name", .string(parameter.name)), ("value", .string(parameter.value)),
        ("unit", .string(parameter.unit)),
      ])
    }
    return [
      ("run", .string(identity.runID)),
      ("fingerprint", .string(identity.fingerprintText)),
      ("chainHead", .string(identity.chainHead)),
      (
        "source",
        .object([
          ("name", .string(identity.source)), ("id", .string(identity.sourceID)),
          ("chainHead", .string(identity.sourceChainHead)),
        ])
      ),
      (
        "scenario",
        .object([
          ("name", .string(identity.scenarioName)), ("text", .string(identity.scenarioText)),
        ])
      ),
      (
        "strategy",
        .object([
          ("name", .string(identity.strategy)), ("parameters", .array(parameters)),
        ])
      ),
      ("build", .string(identity.build)),
      ("logicVersion", .count(identity.logicVersion)),
    ]
  }

  private static func period(_ report: RunReport) -> [(String, JSONValue)] {
    [
      ("firstTime", .string(report.firstTime.iso8601)),
      ("firstTimeNanoseconds", .count(report.firstTime.nanoseconds)),
      ("lastTime", .string(report.lastTime.iso8601)),
      ("lastTimeNanoseconds", .count(report.lastTime.nanoseconds)),
      ("reportingAsset", .string(report.market.reportingCode)),
      ("capital", .string(report.capital.exactText)),
      ("finalEquity", report.equity.last.map { .string($0.equity.exactText) } ?? .null),
    ]
  }

  private static func counts(_ counts: RunCounts) -> [(String, JSONValue)] {
    [
      ("events", .count(counts.events)), ("marketEvents", .count(counts.marketEvents)),
      ("orders", .count(counts.orders)), ("fills", .count(counts.fills)),
      ("cancels", .count(counts.cancels)), ("rejections", .count(counts.rejections)),
      ("gapCount", .count(counts.gaps)),
      ("refusals", .object(counts.refusals.map { ($0.text, .count($0.count)) })),
    ]
  }

  private static func metrics(_ lines: [MetricLine]) -> [(String, JSONValue)] {
    func reasons(_ value: (MetricLine) -> Figure) -> JSONValue {
      .object(lines.filter { value($0).value == nil }.map { ($0.name, .string(value($0).reason)) })
    }
    let definitions = lines.map { line in
      JSONValue.object([
        ("name", .string(line.name)), ("label", .string(line.label)),
        ("unit", .string(line.unit.rawValue)), ("definition", .string(line.definition)),
      ])
    }
    return [
      ("metrics", .object(lines.map { ($0.name, .optional($0.strategy.value)) })),
      ("metricsNotAvailable", reasons(\.strategy)),
      ("buyAndHold", .object(lines.map { ($0.name, .optional($0.benchmark.value)) })),
      ("buyAndHoldNotAvailable", reasons(\.benchmark)),
      ("metricDefinitions", .array(definitions)),
    ]
  }

  private static func assumptions(_ report: RunReport) -> JSONValue {
    let assumptions = report.assumptions
    let gaps = assumptions.gaps.map { record in
      JSONValue.object([
        ("sequence", .count(record.sequence)), ("time", .string(record.time.iso8601)),
        (
          "instrument",
          .string(
            record.gap.instrument == .none
              ? "" : report.market.symbol(record.gap.instrument))
        ),
        ("stream", .string("\(record.gap.stream)")), ("reason", .string("\(record.gap.reason)")),
        ("count", .count(record.gap.count)),
      ])
    }
    let details = assumptions.details.map { ($0.key, JSONValue.string($0.text)) }
    return .object(
      [
        ("fills", .string(assumptions.fillRule)),
        ("optimistic", .bool(assumptions.isOptimistic)),
        ("latencyNanoseconds", .count(assumptions.latency.nanoseconds)),
        ("fees", .string(assumptions.fees)), ("account", .string(assumptions.account)),
      ] + details + [
        ("gaps", .array(gaps)),
        ("untrustedSpans", .count(assumptions.trust.spanCount)),
        (
          "untrustedShares",
          .object(
            report.market.tradedInstruments.map {
              (report.market.symbol($0), .optional(assumptions.trust.share($0)))
            })
        ),
        ("notices", .object(assumptions.notices.map { ($0.text, .count($0.count)) })),
      ])
  }

  private static func instrument(_ instrument: ReportInstrument) -> JSONValue {
    let definition = instrument.definition
    return .object([
      ("symbol", .string(instrument.symbol)),
      ("tick", .string(definition.text(Price(ticks: 1)))),
      ("lot", .string(definition.text(Quantity(lots: 1)))),
      ("origin", .string("\(definition.origin)")),
    ])
  }

  private static func history(_ report: RunReport) -> [(String, JSONValue)] {
    let drawdowns = DrawdownPeriod.deepest(report.equity).map {
      JSONValue.object([
        ("depth", .number($0.depth)), ("from", .string($0.peak.iso8601)),
        ("trough", .string($0.trough.iso8601)),
        ("back", $0.recovery.map { .string($0.iso8601) } ?? .null),
        ("lengthNanoseconds", .count($0.length.nanoseconds)),
      ])
    }
    let comparison = BenchmarkComparison(report.equity, capital: report.capital)
    return [
      ("comparison", comparison.json), ("comparisonNotAvailable", comparison.reasons),
      ("drawdowns", .array(drawdowns)),
    ]
  }

  private static func holdings(_ report: RunReport) -> [(String, JSONValue)] {
    let market = report.market
    let positions = report.positions.map { row in
      JSONValue.object([
        ("instrument", .string(market.symbol(row.instrument))),
        ("amount", .string(row.amount.exactText)),
        ("cost", .string(row.cost.exactText)),
        ("mark", .string(market.text(row.mark, of: row.instrument))),
        ("realised", .string(row.realised.exactText)),
        ("unrealised", row.unrealised.map { .string($0.exactText) } ?? .null),
        ("realisedFIFO", row.realisedByLots.map { .string($0.exactText) } ?? .null),
        ("unrealisedFIFO", row.unrealisedByLots.map { .string($0.exactText) } ?? .null),
      ])
    }
    let months = ReturnTables.monthly(report.equity, capital: report.capital).map { month in
      (String(month.date.text.prefix(7)), JSONValue.number(month.fraction))
    }
    return [
      ("profit", report.account.map(BookTable.json) ?? .null),
      ("books", .array(report.books.map(BookTable.json))),
      ("executions", .array(report.executions.map { ExecutionTable.json($0, market) })),
      ("positions", .array(positions)),
      (
        "balances",
        .object(
          report.balances.map { row in
            (market.code(row.asset), .string(row.amount.exactText))
          })
      ),
      ("monthlyReturns", .object(months)),
    ]
  }
}
