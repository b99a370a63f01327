/// What `audit whatif` says to programs.

internal import TradingCore

extension WhatIfReport {
  /// The same with stable keys.
  public var json: JSONValue {
    let fork = answer.fork
    return .object([
      ("journal", .string(answer.run.journal)), ("label", .string(WhatIfReport.label)),
      ("forkSequence", .count(fork.sequence)),
      ("forkTimeNanoseconds", .count(fork.time.nanoseconds)),
      (
        "untilNanoseconds", .count(min(fork.until, fork.lastTime).nanoseconds)
      ),
      ("past", .string("\(fork.past)")),
      ("changes", .array(answer.changes.words.map(JSONValue.string))),
      ("assumed", .array(assumptions.map(JSONValue.string))),
      ("reportingAsset", .string(reporting)),
      ("recorded", value(answer.recorded)), ("unchanged", value(answer.unchanged)),
      ("changed", value(answer.changed)),
      (
        "simulatorDiffers",
        value(
          WhatIfReport.firstDifference(answer.recorded, answer.unchanged), "recorded", "unchanged")
      ),
      (
        "changeDiffers",
        value(
          WhatIfReport.firstDifference(answer.unchanged, answer.changed), "unchanged", "changed")
      ),
      ("ordersOnlyUnchanged", .count(onlyUnchanged.count)),
      ("ordersOnlyChanged", .count(onlyChanged.count)),
      (
        "volume",
        .object(traded.map { (names.symbol($0) ?? "?", volume($0)) })
      ),
      ("shareWarnedAbove", .number(WhatIfReport.mostShare)),
      ("untrustedSpans", .count(answer.changed.spans.count)),
    ])
  }

  private func value(_ side: ForkSide) -> JSONValue {
    .object([
      ("orders", .count(side.counts.orders)), ("fills", .count(side.counts.fills)),
      ("canceled", .count(side.counts.cancels)), ("rejected", .count(side.counts.rejections)),
      ("refused", .count(side.refused)), ("profit", .string(side.profit.exactText)),
      ("greatestFall", .string(side.fall.exactText)),
      ("equity", .string(side.state.account.equity.exactText)),
      (
        "fees",
        .object(
          feeAssets.map { (names.code($0) ?? "?", .string(fees(side, in: $0).exactText)) })
      ),
      (
        "positions",
        .object(
          traded.map { id in
            let text = names.definition(id)?.text(side.state.position(id)) ?? "0"
            return (names.symbol(id) ?? "?", .string(text))
          })
      ),
      ("fingerprint", .string(hexadecimal(side.state.fingerprint))),
    ])
  }

  private func value(
    _ pair: (one: ForkDecision?, other: ForkDecision?)?, _ left: String, _ right: String
  ) -> JSONValue {
    guard let pair else { return .null }
    func one(_ decision: ForkDecision?) -> JSONValue {
      guard let decision else { return .null }
      return .object([
        ("sequence", .count(decision.sequence)),
        ("timeNanoseconds", .count(decision.event.receiveTime.nanoseconds)),
        ("kind", .string(decision.event.kind.name)), ("text", .string(line(decision))),
      ])
    }
    return .object([(left, one(pair.one)), (right, one(pair.other))])
  }

  private func volume(_ id: InstrumentID) -> JSONValue {
    let definition = names.definition(id)
    func text(_ all: [Int64]) -> JSONValue {
      .string(definition?.text(lots(all, id)) ?? "0")
    }
    return .object([
      ("ours", text(answer.changed.ours)), ("market", text(answer.changed.market)),
      ("share", .optional(share(id))),
    ])
  }
}
