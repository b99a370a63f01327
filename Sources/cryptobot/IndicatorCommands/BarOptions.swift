/// Which bars of which symbol of a journal: shared by every verb that works on bars.

public import ArgumentParser
import Journal
public import Research
import TradingCore

extension BarOrigin: ExpressibleByArgument {}

struct BarOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Which bars: \(BarSpec.forms). Default: candles as they are, trades by the minute.",
      valueName: "spec"))
  var bars: String?

  @Option(
    name: .customLong("of"),
    help: ArgumentHelp(
      "Make bars of trades or of candles; default: trades where the journal has any.",
      valueName: "kind"))
  var origin: BarOrigin?

  @Option(help: "The symbol; may be left out where the journal has one only.")
  var symbol: String?

  @Option(
    help: ArgumentHelp(
      "The first event that a bar may be shown by, or the UTC time at or after which it ends.",
      valueName: "seq|time"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "The last event that a bar may be shown by, or the time at or before which it ends.",
      valueName: "seq|time"))
  var to: String?

  /// - Throws: `.usage` for a text that names no bars.
  func spec() throws(CommandFailure) -> BarSpec? {
    guard let bars else { return nil }
    do { return try BarSpec(bars) } catch { throw CommandFailure(.usage, "--bars: \(error)") }
  }

  /// - Throws: `.usage` for what is neither a sequence nor a time, or out of order.
  func span() throws(CommandFailure) -> BarSpan {
    let span = try FoldLimit.span(from: from, to: to)
    return BarSpan(from: span.from, to: span.to)
  }
}

/// Which bars are shown: by when they end, or by the event that shows that they have ended.
struct BarSpan {
  let from: FoldLimit
  let to: FoldLimit

  func isBefore(_ bar: MarketBar, shownBy sequence: Sequence64) -> Bool {
    switch from {
    case .none: false
    case .sequence(let first): sequence < first
    case .time(let first): bar.closeTime < first
    }
  }

  func isPast(_ bar: MarketBar, shownBy sequence: Sequence64) -> Bool {
    switch to {
    case .none: false
    case .sequence(let last): sequence > last
    case .time(let last): bar.closeTime > last
    }
  }

  /// Where events end that may show a bar; times of bars are not those of events.
  var lastEvent: FoldLimit {
    if case .sequence = to { to } else { .none }
  }
}

/// What a journal has that bars can be made of.
struct BarSource {
  private let journal: String
  private let names: Names
  /// Events by kind.
  private let counts: [(kind: EventKind, count: UInt64)]
  /// The journal's last event.
  let lastSequence: Sequence64

  /// - Throws: `JournalError` when it cannot be read.
  init(_ journal: String) throws {
    self.journal = journal
    let reader = try JournalReader(opening: journal, acceptingOpen: true)
    var names = Names()
    lastSequence = reader.facts.lastSequence
    if lastSequence > 0 {
      for event in try reader.definitions(before: lastSequence) { names.learn(event) }
    }
    self.names = names
    counts = try JournalTotals(of: journal).kinds
  }

  func count(_ kind: EventKind) -> UInt64 { counts.first { $0.kind == kind }?.count ?? 0 }

  /// What bars are made of: what the user says, or trades where there are any.
  /// - Throws: `.badInput` where the journal has none of it.
  func origin(_ asked: BarOrigin?) throws(CommandFailure) -> BarOrigin {
    let origin = asked ?? (count(.trade) > 0 ? .trades : .candles)
    guard count(origin.kind) > 0 else {
      let what = asked.map { "no \($0)" } ?? "neither trades nor candles"
      throw CommandFailure(.badInput, "\(journal) has \(what), so no such bars can be made of it")
    }
    return origin
  }

  private var known: [(symbol: String, id: InstrumentID)] {
    names.instruments.indices.compactMap { index in
      let id = InstrumentID(UInt16(index))
      guard names.instruments[index] != nil, let symbol = names.symbol(id) else { return nil }
      return (symbol, id)
    }
  }

  /// The instrument of that symbol, or the only one.
  /// - Throws: `.usage` with the nearest symbol, or with all of them where one has to be chosen.
  func instrument(_ symbol: String?) throws(CommandFailure) -> InstrumentID {
    let all = known.map(\.symbol)
    guard let symbol else {
      if let only = known.first, known.count == 1 { return only.id }
      throw CommandFailure(
        .usage, "\(journal) has \(all.joined(separator: ", ")); choose one with --symbol")
    }
    if let found = known.first(where: { $0.symbol == symbol }) { return found.id }
    let hint = nearestName(to: symbol, among: all).map { ", did you mean `\($0)`?" } ?? ""
    throw CommandFailure(
      .usage, "\(journal) has no `\(symbol)`\(hint)\n  it has \(all.joined(separator: ", "))")
  }

  /// The one other instrument where there are two.
  func other(than instrument: InstrumentID) -> InstrumentID? {
    let others = known.filter { $0.id != instrument }
    return others.count == 1 ? others[0].id : nil
  }
}
