/// A calibration as a table, as JSON, and as a scenario that `scenario check` accepts.

internal import TradingCore

extension Calibration {
  /// Tables for a terminal.
  public var text: String {
    var latency = TextTable(.left, .right, .right, .right, .right, .right, .right)
    latency.append("latency", "samples", "5 %", "median", "95 %", "deviation", "error")
    for leg in legs {
      let spans = [
        leg.fit.percentiles[0], leg.fit.median, leg.fit.percentiles[4], leg.fit.deviation,
        leg.fit.error,
      ].map(Calibration.milliseconds)
      let count = NumberText.grouped(leg.fit.count)
      latency.append(
        "\(leg.name) of \(leg.action == .any ? "news and fills" : "\(leg.action)")",
        leg.all == leg.fit.count ? count : "\(count) of \(NumberText.grouped(leg.all))",
        spans[0], spans[1], spans[2], spans[3], spans[4])
    }
    var rates = TextTable(.left, .left, .right, .right, .right, .left)
    rates.append("fees", "", "fills", "rate", "to the digit", "error")
    for fit in fees {
      let code = names.code(fit.asset) ?? "?"
      rates.append(
        names.symbol(fit.instrument) ?? "?", "\(fit.liquidity)", NumberText.grouped(fit.count),
        Calibration.percent(fit.rate), NumberText.grouped(fit.exact), "\(fit.error) \(code)")
    }
    let missing = unfitted.map { "not fitted: \($0)" }
    let doubt =
      trust.spanCount > 0
      ? ["\(NumberText.grouped(trust.spanCount)) untrustworthy spans: see `cryptobot audit gaps`"]
      : []
    return (latency.lines() + [""] + rates.lines() + [""] + queueLines + missing + doubt).joined(
      separator: "\n")
  }

  private var queueLines: [String] {
    guard let queue else { return [] }
    let model = queue.rule == .bookProbabilistic ? " \(queue.queue.words)" : ""
    let range = queue.exponents.map { range in
      range.lowerBound < range.upperBound
        ? "; exponents from \(range.lowerBound) to \(range.upperBound) do as well" : ""
    }
    return [
      "queue  \(queue.rule.word)\(model)\(range ?? "")",
      "       explains \(NumberText.grouped(queue.explained)) of "
        + "\(NumberText.grouped(queue.orders)) orders to \(Calibration.milliseconds(QueueFit.tolerance)); "
        + "mean error \(Calibration.milliseconds(queue.error))", "",
    ]
  }

  /// The same with stable keys.
  public var json: JSONValue {
    let legs = legs.map { leg -> JSONValue in
      let percentiles = zip(LegFit.percents, leg.fit.percentiles).map {
        ("p\($0)", JSONValue.count($1.nanoseconds))
      }
      return .object(
        [
          ("leg", .string(leg.name)), ("action", .string("\(leg.action)")),
          ("samples", .count(leg.fit.count)),
          ("allSamples", .count(leg.all)),
        ] + percentiles + [
          ("deviation", .count(leg.fit.deviation.nanoseconds)),
          ("error", .count(leg.fit.error.nanoseconds)),
        ])
    }
    let rates = fees.map { fit -> JSONValue in
      .object([
        ("instrument", .string(names.symbol(fit.instrument) ?? "")),
        ("liquidity", .string("\(fit.liquidity)")),
        ("asset", .string(names.code(fit.asset) ?? "")),
        ("rate", .string(Calibration.percent(fit.rate).replacing(" ", with: ""))),
        ("samples", .count(fit.count)), ("exact", .count(fit.exact)),
        ("error", .number(fit.error)),
      ])
    }
    return .object([
      ("journal", .string(journal)), ("latencyNanoseconds", .array(legs)), ("fees", .array(rates)),
      ("queue", queueJSON),
      ("notFitted", .array(unfitted.map { .string($0) })),
      ("untrustedSpans", .count(trust.spanCount)),
    ])
  }

  private var queueJSON: JSONValue {
    guard let queue else { return .null }
    return .object([
      ("model", .string(queue.rule.word)),
      ("queue", queue.rule == .bookProbabilistic ? .string(queue.queue.words) : .null),
      ("exponentLow", .optional(queue.exponents?.lowerBound)),
      ("exponentHigh", .optional(queue.exponents?.upperBound)),
      ("samples", .count(queue.orders)), ("explained", .count(queue.explained)),
      ("errorNanoseconds", .count(queue.error.nanoseconds)),
    ])
  }

  /// A scenario over the journal with what was fitted.
  /// - Parameters:
  ///   - source: how the scenario names the journal.
  ///   - table: how it names the file of latency over time; `nil` for one figure a leg.
  public func scenario(source: String, table: String? = nil) -> String {
    let strategy = names.text(.strategy, 0).flatMap { StrategyRegistry.entry(named: $0)?.name }
    let comments = unfitted.map { "# not fitted: \($0)\n" }.joined()
    return """
      # Calibrated from \(source). Errors and sample counts: cryptobot calibrate.
      \(comments)source: {journal: \(Calibration.quoted(source))}
      strategy: {name: \(strategy ?? "observer")}
      \(simulation)capital: {\(capital)}
      \(latencyLines(table))\(feesLine)
      """
  }

  /// Account, fill rule and cap, where the journal is a run's and says them.
  private var simulation: String {
    let account = head.settings[.account].flatMap { UInt8(exactly: $0.value) }
      .flatMap(AccountKind.init).map { "account: \($0)\n" }
    let recorded = head.settings[.fillRule].flatMap { UInt8(exactly: $0.value) }
      .flatMap(FillRule.init)
    guard let rule = queue?.rule ?? recorded else { return account ?? "" }
    var parts = ["model: \(rule.word)"]
    if let queue, rule == .bookProbabilistic { parts.append("queue: \(queue.queue.words)") }
    if let cap = head.settings[.volumeCap]?.value, cap > 0 {
      parts.append("volumeCap: \(Calibration.percent(cap * 100).replacing(" ", with: ""))")
    }
    let fills = parts.count == 1 ? rule.word : "{\(parts.joined(separator: ", "))}"
    return (account ?? "") + "fills: \(fills)\n"
  }

  private var capital: String {
    let held = head.capital.filter { $0.amount > .zero }
    guard !held.isEmpty else {
      let quote = names.instruments.compactMap { $0?.quote }.first.flatMap { names.code($0) }
      return "\(quote ?? "USDT"): 100000"
    }
    return held.map { "\(names.code($0.asset) ?? "?"): \($0.amount.exactText)" }
      .joined(separator: ", ")
  }

  private func latencyLines(_ table: String?) -> String {
    if let table { return "latency: {table: \(Calibration.quoted(table))}\n" }
    guard let entry = leg("entry", .place), let response = leg("response", .place) else {
      return ""
    }
    let passive = leg("response", .any) ?? response
    let spread = max(entry.deviation, response.deviation)
    var lines = [
      "latency:", "  entry: \(Calibration.span(entry.median))",
      "  response: \(Calibration.span(passive.median))", "  spread: \(Calibration.span(spread))",
    ]
    if let feed = leg("feed", .any), feed.median > .zero {
      lines.insert("  feed: \(Calibration.span(feed.median))", at: 1)
    }
    for action in [LatencyAction.place, .amend, .cancel] {
      guard let entry = leg("entry", action), let response = leg("response", action) else {
        continue
      }
      lines.append(
        "  \(action): {entry: \(Calibration.span(entry.median)), "
          + "response: \(Calibration.span(response.median)), "
          + "spread: \(Calibration.span(max(entry.deviation, response.deviation)))}")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The rates of the instrument with most fills; a scenario has one schedule for all.
  private var feesLine: String {
    func busiest(_ liquidity: Liquidity) -> FeeFit? {
      fees.filter { $0.liquidity == liquidity }.max { $0.count < $1.count }
    }
    let (maker, taker) = (busiest(.maker), busiest(.taker))
    guard let first = taker ?? maker else { return "" }
    let rates = [("maker", maker), ("taker", taker)].map {
      "\($0): \(Calibration.percent(($1 ?? first).rate).replacing(" ", with: ""))"
    }
    return "fees: {\(rates.joined(separator: ", ")), in: \(payer(first))}\n"
  }

  private func payer(_ fit: FeeFit) -> String {
    guard let definition = names.definition(fit.instrument) else { return "quote" }
    if fees.contains(where: { $0.asset == definition.base }) { return "received" }
    return fit.asset == definition.quote ? "quote" : names.code(fit.asset) ?? "quote"
  }

  private static func span(_ interval: Interval) -> String { "\(max(0, interval.nanoseconds))ns" }

  private static func milliseconds(_ interval: Interval) -> String {
    NumberText.fixed(Double(interval.nanoseconds) / 1e6, 3) + " ms"
  }

  private static func percent(_ rate: Int64) -> String {
    Money(units: Int128(rate) * Int128(powerOfTen(12))).exactText + " %"
  }

  /// A path as a YAML string.
  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "''") + "'"
  }
}
