/// Fields of settings, limits and halts, of performance, and of what went wrong.

internal import TradingCore

extension StateFields {
  static let settings = FieldFamily(
    "settings",
    [
      FieldDefinition("barInterval", .named("ns"), "Width of the bars strategies see.") {
        state, _, _ in .count(state.settings.barInterval.nanoseconds)
      },
      FieldDefinition("sampleInterval", .named("ns"), "Time between samples of equity.") {
        state, _, _ in .count(state.settings.sampleInterval.nanoseconds)
      },
      FieldDefinition("account", .none, "What the account may do.") { state, _, _ in
        .string("\(state.settings.accountKind)")
      },
      FieldDefinition("reportIn", .none, "The asset equity is counted in.") { state, _, names in
        names.code(state.settings.reporting.asset).map(JSONValue.string) ?? .null
      },
      FieldDefinition("reportingTwins", .none, "Assets worth as much: the same money elsewhere.") {
        state, _, names in
        .array(state.settings.reporting.others.map { .string(names.code($0) ?? "?") })
      },
      FieldDefinition("sizing", .none, "How a target weight becomes lots.") { state, _, _ in
        .string("\(state.settings.sizingMode) \(state.settings.sizingValue)")
      },
      FieldDefinition("latency", .named("ns"), "To the simulated exchange.") { state, _, _ in
        .count(state.settings.latency.nanoseconds)
      },
      FieldDefinition("fills", .none, "How orders meet the recorded market.") { state, _, _ in
        .string("\(state.settings.fillRule)")
      },
      FieldDefinition("strategy", .none, "The strategy's name, or its number if unknown here.") {
        state, _, _ in
        let number = Int(state.settings.strategy)
        let known = StrategyRegistry.all
        return number < known.count ? .string(known[number].name) : .count(number)
      },
      FieldDefinition("seed", .none, "Where chance begins.") { state, _, _ in
        .count(state.settings.seed)
      },
      FieldDefinition("warmUpEnd", .none, "When trading and performance begin.") { state, _, _ in
        state.settings.warmUpEnd.isNone ? .null : .string(state.settings.warmUpEnd.iso8601)
      },
      .fingerprint("fingerprint") { state, _ in state.settings },
    ])

  static let risk = FieldFamily(
    "risk",
    [
      FieldDefinition("halt", .none, "Why trading is halted; none while it is not.") {
        state, _, _ in
        state.risk.halt.map { .string("\($0)") } ?? .null
      },
      FieldDefinition("haltSequence", .none, "The event that halted it last.") { state, _, _ in
        .count(state.risk.haltSequence)
      },
      FieldDefinition("phase", .none, "Where a halt stands.") { state, _, _ in
        .string("\(state.haltPhase)")
      },
      FieldDefinition("peak", .reporting, "The highest equity since the start or a resume.") {
        state, _, _ in amount(state.risk.peak)
      },
      FieldDefinition("dayStart", .reporting, "Equity at the start of the UTC day.") {
        state, _, _ in
        amount(state.risk.dayStart)
      },
      FieldDefinition("drawdown", .named("10⁻⁶"), "Fall from the peak.") { state, _, _ in
        .count(state.risk.fallFromPeak(state.account.equity))
      },
      FieldDefinition("dailyDrawdown", .named("10⁻⁶"), "Fall since the start of the day.") {
        state, _, _ in .count(state.risk.fallOfDay(state.account.equity))
      },
      FieldDefinition("orderRate", .named("a minute"), "Orders of the last minute.") {
        state, _, _ in
        .count(state.risk.rate.count(at: state.time))
      },
      FieldDefinition("unwinding.attempts", .none, "Tries to close what is held.") { state, _, _ in
        .count(state.risk.unwinding.attempts)
      },
      FieldDefinition("unwinding.left", .none, "Instruments that could not be closed.") {
        state, _, _ in .count(state.risk.unwinding.leftCount)
      },
      .fingerprint("rate.fingerprint") { state, _ in state.risk.rate },
      .fingerprint("returns.fingerprint") { state, _ in state.risk.returns },
      .fingerprint("unwinding.fingerprint") { state, _ in state.risk.unwinding },
      .fingerprint("fees.fingerprint") { state, _ in state.risk.fees },
      .fingerprint("commanded.fingerprint") { state, _ in state.risk.commanded },
      .fingerprint("limits.fingerprint") { state, _ in state.risk.limits },
      .fingerprint("fingerprint") { state, _ in state.risk },
    ])

  static let limits = FieldFamily(
    "risk.limits",
    LimitKind.allCases.map { kind in
      FieldDefinition("\(kind)", .none, "The limit for everything, in the unit of its kind.") {
        state, _, _ in state.risk.limits[kind].map { .count($0) } ?? .null
      }
    } + [
      FieldDefinition("narrow", .none, "Limits for an instrument or a book.") { state, _, names in
        .array(
          state.risk.limits.narrow.map { limit in
            let symbol = names.symbol(limit.instrument) ?? "all"
            let book = limit.book == .all ? "all" : "\(limit.book.raw)"
            return .string("\(limit.kind) \(limit.value) instrument \(symbol) book \(book)")
          })
      }
    ])

  static let metrics = FieldFamily(
    "metrics",
    MetricDefinition.all.map { metric in
      FieldDefinition(metric.name, unit(of: metric), metric.text) { state, _, _ in
        .optional(metric.figure(state.metrics.summary).value)
      }
    } + [.fingerprint("fingerprint") { state, _ in state.metrics }])

  private static func unit(of metric: MetricDefinition) -> FieldUnit {
    switch metric.unit {
    case .money: .reporting
    case .seconds: .named("s")
    case .fraction, .ratio, .count: .none
    }
  }

  static let anomalies = FieldFamily(
    "anomalies",
    Anomalies().named.indices.map { index in
      FieldDefinition(Anomalies().named[index].name, .none, "Events that were out of order.") {
        state, _, _ in .count(state.anomalies.named[index].count)
      }
    } + [.fingerprint("fingerprint") { state, _ in state.anomalies }])
}
