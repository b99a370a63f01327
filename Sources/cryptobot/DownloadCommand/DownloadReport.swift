/// What a download brought, as people and programs read it.

import Exchanges
import Research
import TradingCore

/// The progress of a download: a bar, and what is wrong whenever that is new.
struct DownloadStatus {
  private var progress: Progress
  private var trouble: String?
  private let announce: @Sendable (String) -> Void

  init(isQuiet: Bool, announce: @escaping @Sendable (String) -> Void) {
    progress = Progress("download", unit: "candles", isQuiet: isQuiet)
    self.announce = announce
  }

  /// Seconds since it began.
  var elapsed: Double { progress.elapsed }

  mutating func update(_ figures: HistoryFigures) {
    if let news = figures.trouble, news != trouble {
      progress.clear()
      announce(news)
    }
    trouble = figures.trouble
    progress.update(done: figures.candles, share: figures.share)
  }

  mutating func clear() { progress.clear() }
}

/// The closing report.
struct DownloadReport {
  private let plan: HistoryPlan
  private let figures: HistoryFigures
  private let tally: ImportTally
  private let journal: JournalFigures

  init(
    _ plan: HistoryPlan, _ figures: HistoryFigures, _ tally: ImportTally, _ journal: JournalFigures
  ) {
    (self.plan, self.figures, self.tally, self.journal) = (plan, figures, tally, journal)
  }

  /// Keys are stable; `without` counts the intervals of the span that have no candle.
  var json: JSONValue {
    .object(
      journal.members + [
        ("notices", tally.json), ("venue", .string(plan.venue)),
        ("interval", .string(plan.interval)), ("from", .string(figures.from.iso8601)),
        ("to", .string(figures.to.iso8601)), ("requests", .count(figures.requests)),
        ("repeats", .count(figures.repeats)), ("symbols", .array(figures.symbols.map(member))),
      ])
  }

  private func member(_ symbol: HistoryFigures.Symbol) -> JSONValue {
    func moment(_ time: Timestamp) -> JSONValue { time.isNone ? .null : .string(time.iso8601) }
    return .object([
      ("symbol", .string(symbol.name)), ("candles", .count(symbol.candles)),
      ("without", .count(figures.without(symbol))), ("first", moment(symbol.first)),
      ("last", moment(symbol.last)),
    ])
  }

  /// Lines for people.
  func text(_ output: String, seconds: Double) -> String {
    let perSecond =
      seconds > 0 ? ", \(NumberText.rate(Double(figures.candles) / seconds)) candles/s" : ""
    let first =
      "\(output): \(NumberText.grouped(journal.events)) events, \(NumberText.grouped(journal.bytes)) "
      + "bytes, \(decimalText(Int128(seconds * 10), scale: 1)) s\(perSecond)"
    let lines = tally.lines + figures.symbols.map(line)
    return ([first] + lines.map { "  \(printable($0))" }).joined(separator: "\n")
  }

  private func line(_ symbol: HistoryFigures.Symbol) -> String {
    guard symbol.candles > 0 else { return "\(symbol.name): the venue has no candle of this span" }
    let without = figures.without(symbol)
    return
      "\(symbol.name): \(NumberText.grouped(symbol.candles)) candles of \(plan.interval), the first from "
      + "\(symbol.first.iso8601), the last from \(symbol.last.iso8601)"
      + (without > 0 ? "; \(NumberText.grouped(without)) intervals have none" : "")
  }
}

extension HistoryFigures {
  /// Intervals of the span in which a symbol has no candle.
  fileprivate func without(_ symbol: Symbol) -> UInt64 { room - min(room, symbol.candles) }
}
