/// Where a journal names another strategy than its head does: what `audit whatif -o` keeps of another strategy.
/// What is decided behind it is not repeated, and a difference there is no fault of the recording.

internal import Journal
internal import TradingCore

/// Looks at facts for the first that sets what decides anew.
struct StrategyChange {
  private let run: RecordedRun
  private var found: (sequence: Sequence64, kind: EventKind)?

  init(in run: RecordedRun) { self.run = run }

  /// Looks at the event of a sequence. O(1).
  @inline(__always)
  mutating func look(at event: Event, _ sequence: Sequence64) {
    switch event.body {
    case .configure(let change) where change.isOfStrategy: note(event, change, at: sequence)
    case .text(let text) where text.subject == .recipe: note(event, nil, at: sequence)
    default: break
    }
  }

  /// A recipe is only written behind the head where it is another.
  private mutating func note(_ event: Event, _ change: Configure?, at place: Sequence64) {
    guard found == nil, place > Sequence64(run.head.count) else { return }
    if let change, run.strategies?.are(as: change) == true { return }
    found = (place, event.kind)
  }

  /// What a difference is put down to; `nil` where nothing was set anew before it.
  func refusal(of difference: Sequence64) -> AuditError? {
    guard let found, found.sequence < difference else { return nil }
    return .setAnew(
      journal: run.journal, kind: found.kind.name, sequence: found.sequence,
      source: run.facts.identity.source.map { "\($0.id)" },
      otherwise: "ask about what was decided before it")
  }
}

extension Configure {
  /// Whether it sets what decides.
  var isOfStrategy: Bool { setting == .strategy || setting == .strategyParameter }
}

extension RunStrategies {
  /// Whether a setting of a strategy says what they are already.
  fileprivate func are(as change: Configure) -> Bool {
    let index = Int(change.book.raw) - (hasBooks ? 1 : 0)
    guard members.indices.contains(index) else { return false }
    let member = members[index]
    guard change.setting == .strategyParameter else {
      return StrategyRegistry.number(of: member.entry.name).map(Int64.init) == change.value
    }
    let (values, place) = (member.values.values, Int(change.place))
    let value = Double(bitPattern: UInt64(bitPattern: change.value))
    return values.indices.contains(place) && values[place] == value
  }
}
