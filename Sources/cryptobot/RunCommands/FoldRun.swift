/// `replay JOURNAL`: folds a journal's events with the reducer and prints what has become of it.

import Journal
import Research
import TradingCore

struct FoldRun {
  let journal: String
  let until: String?
  let common: CommonFlags

  func run() throws {
    let limit = try until.map(FoldLimit.init) ?? .none
    var reader = try JournalReader(opening: journal)
    let total = reader.facts.events
    var progress = Progress("replay", unit: "events", isQuiet: common.quiet || common.json)
    var state = State()
    var names = Names()
    var batch = EventBatch()
    reading: while try reader.next(into: &batch) {
      try Interrupt.check()
      for event in batch.events {
        if limit.isPast(event, state.sequence + 1) { break reading }
        if event.kind.isDefinition { names.learn(event) }
        reduce(&state, event)
      }
      progress.update(done: state.sequence, share: Double(state.sequence) / Double(max(1, total)))
    }
    progress.clear()
    let view = StateView(state: state, names: names, seconds: progress.elapsed)
    try Output.result(common.json ? view.json.text() : view.text)
  }
}

/// Where a fold stops: after a sequence, or before the first event later than a moment.
enum FoldLimit {
  case none
  case sequence(Sequence64)
  case time(Timestamp)

  /// Reads `--until`: a whole number is a sequence, anything else a UTC time.
  init(_ text: String) throws(CommandFailure) {
    if let sequence = UInt64(text) {
      self = .sequence(sequence)
    } else if let time = Timestamp(utc: text) {
      self = .time(time)
    } else {
      throw CommandFailure(
        .usage, "--until \(text) is neither a sequence nor a UTC time such as 2024-08-08T23:55")
    }
  }

  func isPast(_ event: Event, _ sequence: Sequence64) -> Bool {
    switch self {
    case .none: false
    case .sequence(let last): sequence > last
    case .time(let last): event.receiveTime > last
    }
  }
}
