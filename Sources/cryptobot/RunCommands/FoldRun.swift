/// `replay JOURNAL`: folds a journal's events with the reducer and prints what has become of it.

import Journal
import Research
import TradingCore

struct FoldRun {
  let journal: String
  let until: String?
  let fromSnapshot: Bool
  let common: CommonFlags

  func run() throws {
    let limit = try until.map { try FoldLimit($0, option: "--until") } ?? .none
    var fold = try begin(upTo: limit)
    let start = fold.state.sequence
    let total = fold.facts.events
    var progress = Progress("replay", unit: "events", isQuiet: common.quiet || common.json)
    while try fold.advance(to: limit) {
      try Interrupt.check()
      let done = fold.state.sequence
      progress.update(done: done, share: Double(done) / Double(max(1, total)))
    }
    progress.clear()
    let view = StateView(
      state: fold.state, names: fold.names, folded: fold.state.sequence - start,
      seconds: progress.elapsed)
    try Output.result(common.json ? json(view, start) : text(view, start))
  }

  private func begin(upTo limit: FoldLimit) throws -> JournalFold {
    guard fromSnapshot else { return try JournalFold(opening: journal) }
    return try JournalFold.resuming(journal, upTo: limit) { Output.warn("\($0)") }
  }

  /// The result as it is from the start, and one line more that says where the fold began.
  private func text(_ view: StateView, _ start: Sequence64) -> String {
    guard fromSnapshot else { return view.text }
    return view.text + "\nfolded from  "
      + (start > 0 ? SnapshotStore.name(start) : "the start: no snapshot to use")
  }

  private func json(_ view: StateView, _ start: Sequence64) -> String {
    guard fromSnapshot else { return view.json.text() }
    let name = start > 0 ? JSONValue.string(SnapshotStore.name(start)) : .null
    return JSONValue.object([("fromSnapshot", name)] + view.json.members).text()
  }
}

extension FoldLimit {
  /// Reads an option: a whole number is a sequence, anything else a UTC time.
  init(_ text: String, option: String) throws(CommandFailure) {
    if let sequence = UInt64(text) {
      self = .sequence(sequence)
    } else if let time = Timestamp(utc: text) {
      self = .time(time)
    } else {
      throw CommandFailure(
        .usage, "\(option) \(text) is neither a sequence nor a UTC time such as 2024-08-08T23:55")
    }
  }

  /// Reads `--from` and `--to`.
  /// - Throws: `.usage` for what is neither a sequence nor a time, or out of order.
  static func span(
    from: String?, to: String?
  ) throws(CommandFailure) -> (from: FoldLimit, to: FoldLimit) {
    let first: FoldLimit = if let from { try FoldLimit(from, option: "--from") } else { .none }
    let last: FoldLimit = if let to { try FoldLimit(to, option: "--to") } else { .none }
    switch (first, last) {
    case (.sequence(let first), .sequence(let last)) where last < first: break
    case (.time(let first), .time(let last)) where last < first: break
    default: return (first, last)
    }
    throw CommandFailure(.usage, "--to \(to ?? "") lies before --from \(from ?? "")")
  }
}
