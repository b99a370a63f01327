/// What is different behind a fork: keys of the scenario that was recorded, set to other values, as the facts
/// that say so. A plan is made twice, as it was and as it is to be, and what differs is the change.

public import TradingCore

/// Changes that hold from a fork on.
public struct ForkChanges: Sendable {
  /// As they were asked for: `risk.maxPosition=5%`.
  public let words: [String]
  /// The facts.
  public let bodies: [EventBody]
  /// What decides behind the fork; `nil` for what decided before.
  public let strategies: RunStrategies?

  /// Groups of keys that can change while a run is under way.
  public static let groups = ["risk", "size", "fees", "latency", "fills", "execution", "strategy"]

  /// Makes the facts.
  /// - Parameters:
  ///   - changes: `key=value` as for `replay --set`; a key may be written `max_position`.
  ///   - run: the run that forks.
  ///   - names: what its definitions say.
  /// - Throws: `ScenarioError` for keys and values that a scenario does not take, or that cannot change;
  ///   `AuditError.noFork` for a run without a scenario.
  public init(_ changes: [String], of run: RecordedRun, names: Names) throws {
    words = changes.map(ForkChanges.camelCased)
    guard !words.isEmpty else {
      (bodies, strategies) = ([], nil)
      return
    }
    guard let scenario = run.scenario else {
      throw AuditError.noFork(
        journal: run.journal, reason: "it holds no scenario, so there is no key to change")
    }
    let (yaml, earlier) = ForkChanges.split(scenario)
    func plan(_ more: [String]) throws -> RunPlan {
      let parsed = try ScenarioFile.parse(
        yaml, file: run.journal + " (its scenario)", name: "", folder: "", setting: earlier + more)
      return try RunPlan(
        parsed, SourceSurvey(journal: run.journal, named: run.journal), file: run.journal)
    }
    let (before, after) = (try plan([]), try plan(words))
    try ForkChanges.expectAllowed(words)
    bodies = ForkChanges.difference(before, after, names)
    let isSame = before.strategies.text == after.strategies.text
    strategies = isSame ? nil : after.strategies
    guard before.scenario.barInterval == after.scenario.barInterval else {
      throw ScenarioError(
        file: ScenarioTree.command, "`strategy.bar` cannot change at a fork: run the scenario anew")
    }
  }

  /// `risk.max_position` is `risk.maxPosition`; symbols keep their underscores.
  static func camelCased(_ change: String) -> String {
    let parts = change.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let keys = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { key in
      guard key.allSatisfy({ $0 == "_" || $0.isLowercase }) else { return String(key) }
      let words = key.split(separator: "_")
      return words.prefix(1).joined()
        + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
    return ([keys.joined(separator: ".")] + parts.dropFirst().map(String.init))
      .joined(separator: "=")
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

  private static func expectAllowed(_ changes: [String]) throws(ScenarioError) {
    for change in changes {
      let group = String(change.prefix { $0 != "." && $0 != "=" })
      guard groups.contains(group) else {
        throw ScenarioError(
          file: ScenarioTree.command,
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
}
