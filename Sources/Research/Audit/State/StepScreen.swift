/// What stepping shows: the event, what it changed, and how things stand after it; lines of text of a
/// given width and height.

internal import TradingCore

extension StepMachine {
  /// The screen's lines: `height` of them, none longer than `width` characters.
  public func screen(width: Int, height: Int) -> [String] {
    let room = max(0, height - 2)
    var lines = heading(width)
    let standing = standing
    let most = max(3, room - lines.count - standing.count - 2)
    lines += changed(most) + [""] + standing
    lines = lines.prefix(room).map { TextTable.cut(ReportText.visible($0), to: max(1, width)) }
    lines += Array(repeating: "", count: room - lines.count)
    let bottom = prompt ?? (remark.isEmpty ? StepMachine.help : remark)
    return (lines + ["", TextTable.cut(bottom, to: max(1, width))]).suffix(max(0, height))
  }

  static let help =
    "←→ step  PgUp PgDn 1,000  n p order  f F fill  / search  . , again  g go  q quit"

  /// The current event in one line: kind and fields.
  public var eventLine: String {
    guard let current else { return "no event" }
    return StateChange.line(current, names)
  }

  private func heading(_ width: Int) -> [String] {
    let time = current?.event.receiveTime.iso8601 ?? ""
    return [
      "\(journal)  event \(NumberText.grouped(sequence)) of \(NumberText.grouped(lastSequence))  \(time)",
      "",
    ] + TextTable.wrap(eventLine, width: max(20, width)).prefix(4)
  }

  /// What the event changed, but for its own place and time.
  private func changed(_ most: Int) -> [String] {
    let changes = changes.filter {
      !["sequence", "time"].contains($0.field) && !$0.field.hasSuffix("fingerprint")
    }
    guard !changes.isEmpty else { return ["", "changed nothing else"] }
    var table = TextTable(.left, .right, .left, .left)
    for change in changes.prefix(most) {
      table.append(
        change.field, StateField.text(change.first), "→ " + StateField.text(change.second),
        change.unit)
    }
    let more = changes.count - min(changes.count, most)
    return ["", "changed"] + table.lines().map { "  " + $0 }
      + (more > 0 ? ["  and \(more) more"] : [])
  }

  /// Equity, halt, markets and positions.
  private var standing: [String] {
    let reporting = names.code(state.settings.reporting.asset) ?? "?"
    var lines = [
      "equity \(state.account.equity.text(decimals: 8)) \(reporting)   live orders "
        + "\(state.orders.live.count)   \(state.risk.halt.map { "halted: \($0)" } ?? "not halted")"
    ]
    var table = TextTable(.left, .right, .right, .right, .right)
    table.append("instrument", "bid", "ask", "mark", "position")
    for index in state.instruments.indices {
      guard let grid = state.instruments[index] else { continue }
      let (id, market) = (InstrumentID(UInt16(index)), state.markets[index])
      table.append(
        names.symbol(id) ?? "?", market.hasTop ? grid.text(market.top.bidPrice) : "n/a",
        market.hasTop ? grid.text(market.top.askPrice) : "n/a",
        market.mark.map { grid.text($0) } ?? "n/a", grid.text(state.position(id)))
    }
    lines += table.lines()
    return lines
  }
}
