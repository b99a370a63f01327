/// What `audit whatif` says in a terminal.

internal import TradingCore

extension WhatIfReport {
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

  private var columns: [String] { table.lines() }

  /// The three sides and what the change did, a row for each figure.
  var table: TextTable {
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
    return table
  }

  private func append(
    _ label: String, to table: inout TextTable, _ value: (ForkSide) -> Double,
    text: (Double) -> String
  ) {
    let values = sides.map { value($0.side) }
    table.append(row: [label] + (values + [values[2] - values[1]]).map(text))
  }

  var traded: [InstrumentID] { answer.run.strategies?.instruments ?? [] }

  var feeAssets: [AssetID] {
    var assets: [AssetID] = []
    for fill in sides.flatMap(\.side.fills) where !assets.contains(fill.fill.feeAsset) {
      assets.append(fill.fill.feeAsset)
    }
    return assets.sorted()
  }

  func fees(_ side: ForkSide, in asset: AssetID) -> Money {
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
  func line(_ decision: ForkDecision) -> String {
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

  var volumes: [String] {
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

  func lots(_ all: [Int64], _ id: InstrumentID) -> Quantity {
    Quantity(lots: id.index < all.count ? all[id.index] : 0)
  }

  /// Our part of what the market traded; `nil` where it traded nothing.
  func share(_ id: InstrumentID) -> Double? {
    let market = lots(answer.changed.market, id).lots
    guard market > 0 else { return nil }
    return Double(lots(answer.changed.ours, id).lots) / Double(market)
  }
}
