/// Links of the chain that need more than a line: how an order ended, how a weight became lots, which
/// events came before.

internal import TradingCore

extension StoryWords {
  /// `ema-cross on BTCUSDT`, with the book where there are several.
  func name(_ account: StrategyAccount) -> String {
    let book = account.book.raw == 0 ? "" : ", book \(account.book.raw)"
    return account.instrument == .none
      ? account.strategy : "\(account.strategy) on \(symbol(account.instrument))\(book)"
  }

  /// `filled: 0.012 BTC at 61,800.31 on average, fee 0.37 USDT`.
  func ending(_ fate: OrderFate, _ terms: OrderTerms) -> String {
    let words: String =
      switch fate.ending {
      case .open:
        fate.filled > 0 ? "partly filled when the journal ends" : "live when the journal ends"
      case .filled: "filled"
      case .canceled: "canceled"
      case .expired: "expired"
      case .rejected: "rejected by the venue"
      case .notSent: "never left: sending failed"
      }
    guard fate.fillCount > 0 else { return words }
    let fees = fate.fees.map { fee in
      decimalText(fee.units, scale: names.commissionDecimals(fee.asset)) + " "
        + ReportText.visible(names.code(fee.asset) ?? "?")
    }
    return "\(words): \(quantity(fate.filled, terms.instrument)) in "
      + "\(NumberText.counted(fate.fillCount, "fill")) at \(average(fate, terms.instrument)) on average, fee "
      + fees.joined(separator: " + ")
  }

  /// Σ price × lots ÷ Σ lots, with two digits more than the grid.
  private func average(_ fate: OrderFate, _ id: InstrumentID) -> String {
    guard let grid = grid(id), fate.filled > 0 else { return "n/a" }
    let ticks = Double(fate.tickLots) / Double(fate.filled)
    let tick = Double(grid.tickMantissa) / Double(powerOfTen(Int(grid.tickScale)))
    return NumberText.fixed(ticks * tick, Int(grid.tickScale) + 2)
  }

  /// Number, time, time passed, and the event without all three and without what all rows share.
  func row(_ one: NumberedEvent, since start: Timestamp) -> [String] {
    row(one, from: start, to: one.event.receiveTime)
  }

  /// The same with how long before a moment it came.
  func row(_ one: NumberedEvent, until end: Timestamp) -> [String] {
    row(one, from: one.event.receiveTime, to: end)
  }

  private func row(
    _ one: NumberedEvent, from start: Timestamp, to end: Timestamp
  ) -> [String] {
    let passed = Double(end.nanoseconds.subtractingClamped(start.nanoseconds)) / 1e6
    return [
      StoryWords.number(one.sequence), StoryWords.hour(one.event.receiveTime),
      NumberText.fixed(passed, 3) + " ms", line(one, without: ["instrument", "order"]),
    ]
  }

  /// `12:30:05.120000000`: the moment within its UTC day.
  static func hour(_ time: Timestamp) -> String {
    String(time.iso8601.drop { $0 != "T" }.dropFirst().prefix { $0 != "Z" })
  }

  /// `fill side=buy price=61800.30 …`: kind and fields.
  func line(_ one: NumberedEvent, without shared: [String] = []) -> String {
    var fields = EventFields()
    fields.names = names
    var visitor = FieldWords(shared: shared)
    fields.visit(one.event, sequence: one.sequence, by: &visitor)
    return ReportText.visible(visitor.text)
  }

  /// That an order is a slice of a larger one.
  func slice(of verdict: DecisionStory.VerdictRecord) -> String? {
    guard verdict.asker == .parent else { return nil }
    return "a slice of parent order \(StoryWords.number(verdict.cause))"
  }

  /// Whose request it is, in a clause; `nil` for a wish of a strategy.
  func asker(of verdict: DecisionStory.VerdictRecord) -> String? {
    switch verdict.asker {
    case .wish: nil
    case .parent: slice(of: verdict).map { "as \($0); ask why of \(verdict.cause)" }
    case .command: "by an operator's command, \(story.fact.event.kind.shortName)"
    case .unwinding: "as orders and positions are being unwound" + (halt.map { ": " + $0 } ?? "")
    }
  }

  /// `order`, `amendment` or `cancel` with the sequence it was approved as.
  static func name(_ verdict: DecisionStory.VerdictRecord) -> String {
    let kind =
      switch verdict.request {
      case .place: "order"
      case .amend: "amendment"
      case .cancel: "cancel"
      }
    return "\(kind) \(number(verdict.sequence))"
  }

  /// How far the parent of a slice was, in a clause; nothing where it has just begun.
  func progress(of verdict: DecisionStory.VerdictRecord) -> String {
    guard let parent = story.state.parents[OrderID(verdict.cause)],
      let grid = grid(parent.terms.instrument)
    else { return "" }
    let id = parent.terms.instrument
    return ", \(parent.terms.algorithm), \(quantity(parent.filledLots(grid), id)) of "
      + "\(quantity(parent.terms.quantity.lots, id)) filled, from \(StoryWords.hour(parent.start)) to "
      + StoryWords.hour(parent.end)
  }

  /// The way from a weight to lots, one step a row.
  func section(_ sizing: TargetSizing, _ signal: Signal) -> StorySection {
    let id = signal.instrument
    var rows: [[String]] = [["weight", StoryWords.millionths(sizing.weight)]]
    switch sizing.sizing.mode {
    case .fixedLots: rows.append(["size of weight 1", quantity(sizing.sizing.value, id)])
    case .equityShare:
      rows.append(["equity", sizing.equity.exactText + " " + reporting])
      rows.append([
        "share of it",
        Money(
          units: Int128(sizing.sizing.value) * Int128(powerOfTen(14))
        ).exactText + " %",
      ])
      rows.append(["mark", sizing.mark.map { price($0, id) } ?? "n/a"])
      if quoteCode(id) != reporting, let value = sizing.quoteValue {
        rows.append(["one \(quoteCode(id))", value.exactText + " " + reporting])
      }
    }
    rows.append(["wanted", quantity(sizing.wanted, id)])
    rows += [("volatility allows", sizing.cuts.volatility), ("Kelly allows", sizing.cuts.kelly)]
      .compactMap { name, lots in lots.map { [name, most($0, id)] } }
    rows.append(["target", quantity(sizing.target, id)])
    if story.state.settings.execution != nil {
      let headline = "\(quantity(sizing.target, id)) to be held"
      let lines = state(of: sizing, id)
      return StorySection(
        title: "sizing", headline: headline, lines: lines, table: [["step", "number"]] + rows)
    }
    rows.append(["− held", quantity(sizing.held, id)])
    rows.append(["− being bought", quantity(sizing.buying, id)])
    rows.append(["+ being sold", quantity(sizing.selling, id)])
    rows.append(["difference", quantity(Int64(clamping: sizing.difference), id)])
    return StorySection(
      title: "sizing",
      headline: sizing.difference == 0
        ? "nothing to trade" : "\(quantity(Int64(clamping: sizing.difference), id)) to trade",
      lines: state(of: sizing, id), table: [["step", "number"]] + rows)
  }

  /// What rounding or a spot account changes.
  private func state(of sizing: TargetSizing, _ id: InstrumentID) -> [String] {
    var lines: [String] = []
    if sizing.weight != sizing.asked {
      lines.append(
        "weight \(StoryWords.millionths(sizing.asked)) was asked for; a spot account cannot be short"
      )
    }
    let step = story.state.markets[id.index].orderStep
    if step > 1 { lines.append("orders are whole steps of \(quantity(step, id)), rounded down") }
    if story.state.settings.execution != nil {
      lines.append("a parent order works toward the target in slices")
    }
    return lines
  }

  private func most(_ lots: Double, _ id: InstrumentID) -> String {
    lots.isFinite && lots.magnitude < 9e18 ? quantity(Int64(lots), id) : "any"
  }
}

/// Kind and fields of an event on one line, without its place and clocks.
struct FieldWords: FieldVisitor {
  /// Fields that are left out.
  let shared: [String]
  private(set) var text = ""

  mutating func visit(_ name: String, _ value: FieldValue) {
    if shared.contains(name) { return }
    switch (name, value) {
    case ("sequence", _), ("receiveTime", _), ("venueTime", _): return
    case (_, .missing), (_, .unused), (_, .flag(false)), ("reason", .text("other")): return
    case ("kind", .text(let kind)): text += kind
    case (_, .flag(true)): text += " \(name)"
    case (_, .integer(let number)): text += " \(name)=\(number)"
    case (_, .unsigned(let number)): text += " \(name)=\(number)"
    case (_, .decimal(let number, let scale)):
      text += " \(name)=\(decimalText(number, scale: scale))"
    case (_, .text(let word)): text += " \(name)=\(word)"
    case (_, .number(let number)): text += " \(name)=\(number)"
    }
  }
}
