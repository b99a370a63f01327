/// What `audit whatif` says: three sides in columns, the first decision that differs, orders of one side only,
/// and how much of the market it would have been.

internal import TradingCore

public struct WhatIfReport {
  private let answer: WhatIf
  private let names: Names
  /// Orders that only one side has.
  private let onlyUnchanged: [ForkDecision]
  private let onlyChanged: [ForkDecision]

  /// The share of what the market traded above which `no impact` is hard to believe.
  public static let mostShare = 0.01
  private static let mostShown = 10

  public init(_ answer: WhatIf) {
    self.answer = answer
    names = answer.fork.names
    let (old, new) = (answer.unchanged.decisions, answer.changed.decisions)
    onlyUnchanged = WhatIfReport.orders(of: old, notIn: new)
    onlyChanged = WhatIfReport.orders(of: new, notIn: old)
  }

  /// Orders that the other side did not make at the same moment with the same terms. O(n log n).
  private static func orders(
    of side: [ForkDecision], notIn other: [ForkDecision]
  ) -> [ForkDecision] {
    var left: [Timestamp: [OrderTerms]] = [:]
    for decision in other {
      guard case .order(let order) = decision.event.body else { continue }
      left[decision.event.receiveTime, default: []].append(order.terms)
    }
    return side.filter { decision in
      guard case .order(let order) = decision.event.body else { return false }
      let time = decision.event.receiveTime
      guard let place = left[time]?.firstIndex(of: order.terms) else { return true }
      left[time]?.remove(at: place)
      return false
    }
  }

  /// The first place at which the decisions part: `nil` where they never do; a side that decided no more
  /// has none.
  public static func firstDifference(
    _ one: ForkSide, _ other: ForkSide
  ) -> (one: ForkDecision?, other: ForkDecision?)? {
    let (left, right) = (one.decisions, other.decisions)
    let common = min(left.count, right.count)
    let place = (0..<common).first { !left[$0].isSame(as: right[$0]) } ?? common
    guard place < left.count || place < right.count else { return nil }
    return (
      place < left.count ? left[place] : nil, place < right.count ? right[place] : nil
    )
  }

  private var sides: [(name: String, side: ForkSide)] {
    [
      ("recorded", answer.recorded), ("unchanged", answer.unchanged), ("changed", answer.changed),
    ]
  }

  private var reporting: String {
    names.code(answer.fork.state.settings.reportingAsset) ?? "?"
  }

  // MARK: Text

  public var text: String {
    [head, columns, difference, apart, volumes].filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  private var head: [String] {
    let fork = answer.fork
    var table = TextTable(.left, .left)
    let what = answer.changes.words.joined(separator: ", ")
    table.append("what if", what.isEmpty ? "nothing changed" : ReportText.visible(what))
    table.append(
      "in", "\(ReportText.visible(answer.run.journal)), behind sequence \(fork.sequence)")
    let end = fork.until < .distantFuture ? fork.until : fork.lastTime
    table.append("from", "\(NumberText.time(fork.time)) to \(NumberText.time(end)) UTC")
    table.append("label", WhatIfReport.label)
    for (index, line) in assumptions.enumerated() {
      for (place, part) in TextTable.wrap(line, width: TerminalReport.width - 9).enumerated() {
        table.append(index == 0 && place == 0 ? "assumed" : "", part)
      }
    }
    return table.lines()
  }

  static let label = "same market, no impact"

  private var assumptions: [String] {
    let settings = answer.fork.state.settings
    let rule = settings.fillRule.word
    let past =
      switch answer.fork.past {
      case .repeated: "up to the fork the simulation ran again and said what it had said"
      case .adopted:
        "orders live at the fork stand at the back of their queues; what the venue had not answered is "
          + "asked again; operator commands and transfers behind the fork are left out"
      }
    return [
      past,
      "from there on orders meet the recorded market by `\(rule)`, latency "
        + NumberText.duration(seconds: settings.latency.seconds) + " or as its table says, as the "
        + "run's scenario has it where nothing was changed",
    ]
  }

  private var columns: [String] {
    var table = TextTable(.left, .right, .right, .right, .right)
    table.append("", "recorded", "unchanged", "changed", "by the change")
    append("orders", to: &table) {
      Double($0.counts.orders)
    } text: {
      NumberText.fixed($0, 0)
    }
    append("fills", to: &table) {
      Double($0.counts.fills)
    } text: {
      NumberText.fixed($0, 0)
    }
    append("canceled", to: &table) {
      Double($0.counts.cancels)
    } text: {
      NumberText.fixed($0, 0)
    }
    append("refused", to: &table) {
      Double($0.refused)
    } text: {
      NumberText.fixed($0, 0)
    }
    append("profit \(reporting)", to: &table) {
      $0.profit.approximate
    } text: {
      NumberText.amount($0)
    }
    append("greatest fall", to: &table) {
      $0.fall.approximate
    } text: {
      NumberText.amount($0)
    }
    append("equity \(reporting)", to: &table) {
      $0.state.account.equity.approximate
    } text: {
      NumberText.amount($0)
    }
    for asset in feeAssets {
      append("fees \(names.code(asset) ?? "?")", to: &table) {
        fees($0, in: asset).approximate
      } text: {
        NumberText.amount($0)
      }
    }
    for id in traded {
      guard let definition = names.definition(id) else { continue }
      let lots = sides.map { $0.side.state.position(id) }
      let change = Quantity(lots: lots[2].lots - lots[1].lots)
      table.append(
        row: ["position \(names.symbol(id) ?? "?")"] + (lots + [change]).map(definition.text))
    }
    return table.lines()
  }

  private func append(
    _ label: String, to table: inout TextTable, _ value: (ForkSide) -> Double,
    text: (Double) -> String
  ) {
    let values = sides.map { value($0.side) }
    table.append(row: [label] + (values + [values[2] - values[1]]).map(text))
  }

  private var traded: [InstrumentID] { answer.run.strategies?.instruments ?? [] }

  private var feeAssets: [AssetID] {
    var assets: [AssetID] = []
    for fill in sides.flatMap(\.side.fills) where !assets.contains(fill.fill.feeAsset) {
      assets.append(fill.fill.feeAsset)
    }
    return assets.sorted()
  }

  private func fees(_ side: ForkSide, in asset: AssetID) -> Money {
    let unit = Int128(powerOfTen(Money.scale - names.commissionDecimals(asset)))
    return side.fills.reduce(.zero) { sum, row in
      row.fill.feeAsset == asset ? sum + Money(units: Int128(row.fill.fee) * unit) : sum
    }
  }

  private var difference: [String] {
    var lines: [String] = []
    if let real = WhatIfReport.firstDifference(answer.recorded, answer.unchanged) {
      lines += ["the simulated exchange's own difference, with nothing changed:"]
      lines += pair(real, "recorded", "unchanged")
    } else {
      lines.append("with nothing changed the decisions are those that were recorded, all of them")
    }
    guard let first = WhatIfReport.firstDifference(answer.unchanged, answer.changed) else {
      return lines + ["the change changes no decision"]
    }
    return lines + ["first decision that the change changes:"]
      + pair(first, "unchanged", "changed")
  }

  private func pair(
    _ pair: (one: ForkDecision?, other: ForkDecision?), _ left: String, _ right: String
  ) -> [String] {
    [(left, pair.one), (right, pair.other)].map { name, decision in
      let words = decision.map(line) ?? "decides nothing more"
      return TextTable.cut(
        "  \(name)\(String(repeating: " ", count: 10 - name.count))\(words)",
        to: TerminalReport.width)
    }
  }

  /// `51391 2024-01-01 02:01:00 buy 0.75 BTCUSDT market`.
  private func line(_ decision: ForkDecision) -> String {
    let head = "\(decision.sequence) \(NumberText.time(decision.event.receiveTime)) "
    switch decision.event.body {
    case .order(let order): return head + words(order.terms)
    case .amendRequest(let terms): return head + "amend order \(terms.order.raw)"
    case .cancelRequest(let terms): return head + "cancel order \(terms.order.raw)"
    case .refused(let refusal):
      let symbol = names.symbol(refusal.instrument) ?? "?"
      let lots = names.definition(refusal.instrument)?.text(refusal.quantity) ?? "?"
      return head + "refused for \(refusal.reason): \(refusal.side) \(lots) \(symbol)"
    default: return head + decision.event.kind.name
    }
  }

  private func words(_ terms: OrderTerms) -> String {
    guard let definition = names.definition(terms.instrument) else { return "order" }
    let symbol = names.symbol(terms.instrument) ?? "?"
    let price = terms.type.hasLimit ? " at \(definition.text(terms.price))" : ""
    return "\(terms.side) \(definition.text(terms.quantity)) \(symbol) \(terms.type)\(price)"
  }

  private var apart: [String] {
    [("unchanged", onlyUnchanged), ("changed", onlyChanged)].flatMap { name, orders in
      guard !orders.isEmpty else { return [String]() }
      let more = orders.count - WhatIfReport.mostShown
      return ["orders of the \(name) side only: \(NumberText.grouped(orders.count))"]
        + orders.prefix(WhatIfReport.mostShown).map {
          TextTable.cut("  " + line($0), to: TerminalReport.width)
        } + (more > 0 ? ["  and \(NumberText.grouped(more)) more"] : [])
    }
  }

  private var volumes: [String] {
    traded.compactMap { id -> String? in
      guard let definition = names.definition(id), let share = share(id) else { return nil }
      let (ours, market) = (lots(answer.changed.ours, id), lots(answer.changed.market, id))
      return "traded \(names.symbol(id) ?? "?"): \(definition.text(ours)) of the market's "
        + "\(definition.text(market)), \(NumberText.percent(share))"
        + (share > WhatIfReport.mostShare
          ? " ! more than \(NumberText.percent(WhatIfReport.mostShare)): that nobody reacts is "
            + "hard to believe" : "")
    } + gapLines
  }

  private var gapLines: [String] {
    let count = answer.changed.spans.count
    guard count > 0 else { return [] }
    return ["untrustworthy spans behind the fork: \(count); see `cryptobot audit gaps`"]
  }

  private func lots(_ all: [Int64], _ id: InstrumentID) -> Quantity {
    Quantity(lots: id.index < all.count ? all[id.index] : 0)
  }

  /// Our part of what the market traded; `nil` where it traded nothing.
  private func share(_ id: InstrumentID) -> Double? {
    let market = lots(answer.changed.market, id).lots
    guard market > 0 else { return nil }
    return Double(lots(answer.changed.ours, id).lots) / Double(market)
  }
}

// MARK: - Programs

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
