/// What a reader must know before believing a result.

import TradingCore

extension RunWarning {
  /// The warnings that a finished report earns, most important first. `unclosed` is the last alert that
  /// closing positions was given up, `fault` why a strategy stopped deciding.
  static func all(
    _ report: RunReport, halt: HaltReason?, haltSequence: Sequence64, unvalued: [AssetID],
    unclosed: Alert? = nil, fault: BarError? = nil, warmUpBars: Int, bars: Int
  ) -> [RunWarning] {
    var warnings: [RunWarning] = []
    if report.counts.marketEvents == 0 {
      warnings.append(
        RunWarning(
          code: "noData", text: "No market events: the source or the period holds none."))
    } else if warmUpBars > bars {
      warnings.append(
        RunWarning(
          code: "warmUp",
          text: "The strategy needs \(warmUpBars) bars before it can decide and the data has "
            + "\(bars): use shorter parameters, a shorter bar or more data."))
    }
    if let fault { warnings.append(silenced(fault)) }
    if report.counts.fills == 0 { warnings.append(noFills(report.counts)) }
    if let halt {
      warnings.append(
        RunWarning(
          code: "halted",
          text: "Trading was halted (\(halt)) at sequence \(haltSequence) and never resumed."))
    }
    if let unclosed { warnings.append(givenUp(unclosed)) }
    if !unvalued.isEmpty {
      let codes = unvalued.map(report.market.code).joined(separator: ", ")
      warnings.append(
        RunWarning(
          code: "unvalued",
          text:
            "No price connects \(codes) with \(report.market.reportingCode): what is held of it "
            + "counts as nothing."))
    }
    return warnings + caveats(report)
  }

  /// Warnings for programs.
  static func json(_ warnings: [RunWarning]) -> JSONValue {
    .array(warnings.map { .object([("code", .string($0.code)), ("text", .string($0.text))]) })
  }

  /// A warm-up for which the source begins too late.
  static func ofWarmUp(_ plan: RunPlan) -> [RunWarning] {
    guard let there = plan.shortenedWarmUp else { return [] }
    return [
      RunWarning(
        code: "shortWarmUp",
        text: "The warm-up is \(NumberText.duration(seconds: there.seconds)), not the "
          + "\(plan.scenario.warmUp.shortText) asked for: the source begins at "
          + "\(plan.survey.firstTime.iso8601).")
    ]
  }

  /// What the run itself leaves open, whatever came of it.
  private static func caveats(_ report: RunReport) -> [RunWarning] {
    var warnings: [RunWarning] = []
    let traded = report.market.tradedInstruments
    if traded.count > 1 {
      let charted = ReportText.visible(report.market.symbol(report.market.chartInstrument))
      warnings.append(
        RunWarning(
          code: "severalInstruments",
          text: "\(traded.count) instruments are traded; buy and hold, price and position are "
            + "\(charted)'s alone."))
    }
    if report.assumptions.isOptimistic {
      warnings.append(
        RunWarning(
          code: "optimisticFills",
          text: "Optimistic fills: `\(report.assumptions.fillRule)` trades at the very price that "
            + "made the decision, without latency. No market grants that."))
    }
    let trust = report.assumptions.trust
    if report.counts.gaps > 0 || trust.lossCount > 0 {
      warnings.append(
        RunWarning(
          code: "gaps",
          text:
            "The recording has \(report.counts.gaps) gaps: what happened inside them is unknown. "
            + ReportText.trust(trust, report.market) + "."))
    }
    return warnings
  }

  private static func silenced(_ fault: BarError) -> RunWarning {
    RunWarning(
      code: "withoutBars",
      text:
        "A strategy stopped deciding, because bars that it looks at could not be made: \(fault).")
  }

  private static func givenUp(_ alert: Alert) -> RunWarning {
    RunWarning(
      code: "notFlattened",
      text: "Closing was given up at sequence \(alert.cause), after \(Unwinding.mostAttempts) "
        + "attempts without a fill: instruments that still held something, \(alert.value).")
  }

  private static func noFills(_ counts: RunCounts) -> RunWarning {
    let reason =
      if counts.orders > 0 {
        "\(counts.orders) orders were sent and none was filled."
      } else if let first = counts.refusals.max(by: { $0.count < $1.count }) {
        "every order was refused, most often for `\(first.text)`."
      } else {
        "the strategy placed no order."
      }
    return RunWarning(code: "noFills", text: "No fills: \(reason)")
  }
}
