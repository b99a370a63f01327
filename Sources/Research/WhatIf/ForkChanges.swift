/// What is different behind a fork: keys of the scenario that was recorded, set to other values, as the facts
/// that say so. A plan is made twice, as it was and as it is to be, and what differs is the change.

public import TradingCore

/// Changes that hold from a fork on.
public struct ForkChanges: Sendable {
  /// As they were asked for: `risk.maxPosition=5%`, `--latency 50ms`.
  public let words: [String]
  /// The facts.
  public let bodies: [EventBody]
  /// What decides behind the fork; `nil` for what decided before.
  public let strategies: RunStrategies?

  /// Groups of keys that can change while a run is under way.
  public static let groups = ["risk", "size", "fees", "latency", "fills", "execution", "strategy"]

  /// Makes the facts.
  /// - Parameters:
  ///   - run: the run that forks.
  ///   - names: what its definitions say.
  /// - Throws: `ScenarioError`, naming the option, for what a scenario does not take or cannot change;
  ///   `AuditError.noFork` for a run without a scenario.
  public init(_ changes: [ForkChange], of run: RecordedRun, names: Names) throws {
    words = changes.map(\.text)
    guard !words.isEmpty else {
      (bodies, strategies) = ([], nil)
      return
    }
    guard let scenario = run.scenario else {
      throw AuditError.noFork(
        journal: run.journal, reason: "it holds no scenario, so there is no key to change")
    }
    let (yaml, earlier) = ForkChanges.split(scenario)
    func plan(_ more: some Sequence<ForkChange>) throws -> RunPlan {
      let parsed = try ScenarioFile.parse(
        yaml, file: run.journal + " (its scenario)", name: "", folder: "",
        setting: earlier + more.map(\.setting))
      return try RunPlan(
        parsed, SourceSurvey(journal: run.journal, named: run.journal), file: run.journal)
    }
    let before = try plan([])
    let after: RunPlan
    do { after = try plan(changes) } catch var error as ScenarioError {
      // What a scenario says of `--set` is said of the option that the user wrote.
      let culprit = changes.indices.first { (try? plan(changes[...$0])) == nil }
      if error.file == ScenarioTree.command, let culprit { error.file = changes[culprit].option }
      throw error
    }
    try ForkChanges.expectAllowed(changes)
    bodies = ForkChanges.difference(before, after, names)
    let isSame = before.strategies.members == after.strategies.members
    strategies = isSame ? nil : after.strategies
    guard before.scenario.barInterval == after.scenario.barInterval else {
      throw ScenarioError(
        file: changes.last { $0.setting.hasPrefix("strategy") }?.option ?? ScenarioTree.command,
        "`strategy.bar` cannot change at a fork: run the scenario anew")
    }
  }

  /// A scenario's text as it was written, and what `--set` changed when it was run.
  static func split(_ scenario: String) -> (yaml: String, changes: [String]) {
    var lines = scenario.split(separator: "\n", omittingEmptySubsequences: false)
    var changes: [String] = []
    let mark = "# --set "
    while let last = lines.last, last.hasPrefix(mark) {
      changes.insert(String(last.dropFirst(mark.count)), at: 0)
      lines.removeLast()
    }
    return (lines.joined(separator: "\n"), changes)
  }

  private static func expectAllowed(_ changes: [ForkChange]) throws(ScenarioError) {
    for change in changes {
      let group = String(change.setting.prefix { $0 != "." && $0 != "=" })
      guard groups.contains(group) else {
        throw ScenarioError(
          file: change.option,
          "`\(group)` cannot change at a fork, where the run is under way; what can: "
            + groups.joined(separator: ", "))
      }
    }
  }

  /// The settings, limits, fees and latencies of `after` that `before` does not have. Of fees and of
  /// latencies one that differs brings all.
  private static func difference(
    _ before: RunPlan, _ after: RunPlan, _ names: Names
  ) -> [EventBody] {
    let (old, new) = (before.preamble.map(\.body), after.preamble.map(\.body))
    var changes = new.filter { $0.kind == .configure && !old.contains($0) }
    let recipes = new.filter(\.isRecipe)
    if recipes != old.filter(\.isRecipe) { changes += recipes }
    let rows = new.filter { $0.kind == .latency }
    if rows != old.filter({ $0.kind == .latency }) {
      if !changes.contains(where: \.isLatencySetting) {
        changes += new.filter(\.isLatencySetting)
      }
      changes += rows
    }
    changes += limits(old, new)
    let fees = new.filter { $0.kind == .fee }
    if fees != old.filter({ $0.kind == .fee }) { changes += everywhere(fees, names) }
    return changes
  }

  /// Limits that are new or other, and the end of those that are gone.
  private static func limits(_ old: [EventBody], _ new: [EventBody]) -> [EventBody] {
    let ended = old.compactMap { body -> EventBody? in
      guard case .limit(var change) = body else { return nil }
      let stays = new.contains { other in
        guard case .limit(let kept) = other else { return false }
        return (kept.kind, kept.instrument, kept.book)
          == (change.kind, change.instrument, change.book)
      }
      change.value = -1
      return stays ? nil : .limit(change)
    }
    return ended + new.filter { $0.kind == .limit && !old.contains($0) }
  }

  /// The fees for everything and, where instruments have their own, for each of those.
  private static func everywhere(_ fees: [EventBody], _ names: Names) -> [EventBody] {
    var own: [InstrumentID] = []
    for schedule in names.schedules where schedule.instrument != .none {
      if !own.contains(schedule.instrument) { own.append(schedule.instrument) }
    }
    return fees
      + own.flatMap { instrument in
        fees.map { body -> EventBody in
          guard case .fee(var schedule) = body else { return body }
          schedule.instrument = instrument
          return .fee(schedule)
        }
      }
  }
}

extension EventBody {
  fileprivate var isLatencySetting: Bool {
    if case .configure(let change) = self { change.setting == .latency } else { false }
  }

  /// Whether it says what a strategy is made of.
  var isRecipe: Bool {
    if case .text(let text) = self { text.subject == .recipe } else { false }
  }
}
