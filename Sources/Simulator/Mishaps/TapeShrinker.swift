/// Makes a failing run smaller: less goes wrong, less is done, it ends sooner, and it fails in the same way.
/// Source: A. Zeller and R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002), ddmin.

import TradingCore

/// A failing run on its way to the least that fails alike.
public struct TapeShrinker {
  private let first: Violation
  /// The smallest failing run so far; its order says what is left.
  public private(set) var best: SimulationResult
  /// Runs that were made.
  public private(set) var runs = 0

  /// - Parameter failing: a run that failed.
  public init?(_ failing: SimulationResult) {
    guard let violation = failing.violation else { return nil }
    (first, best) = (violation, failing)
  }

  /// Shrinks until nothing can be left out, or until told to stop.
  /// - Returns: the smallest failing run, with its story.
  public mutating func shrink(while goesOn: () -> Bool) throws -> SimulationResult {
    var size = -1
    while size != best.size, goesOn() {
      size = best.size
      for calm in Calm.allCases where goesOn() { try leaveOut(calm) }
      try leaveOut(\.strikes, while: goesOn) { $0.allowed = Set($1) }
      try leaveOut(\.turns, while: goesOn) { $0.turns = Set($1) }
    }
    try endEarly(while: goesOn)
    var last = best.order
    (last.isTold, last.keep) = (true, keep)
    return try SimulationResult.of(last)
  }

  /// Where the journal of the smallest run is left; `nil` for nowhere.
  public var keep: String?

  /// A calmer run is taken only if it is shorter.
  private mutating func leaveOut(_ calm: Calm) throws {
    guard !best.order.calm.contains(calm) else { return }
    let events = best.events
    _ = try fails({ $0.calm.insert(calm) }, unless: { $0.events > events })
  }

  /// Leaves items out: all, halves, quarters, down to single ones.
  private mutating func leaveOut<Item>(
    _ items: (SimulationResult) -> [Item], while goesOn: () -> Bool,
    _ set: (inout RunOrder, [Item]) -> Void
  ) throws {
    var size = items(best).count
    while size > 0, goesOn() {
      var start = 0
      while start < items(best).count, goesOn() {
        var kept = items(best)
        kept.removeSubrange(start..<min(start + size, kept.count))
        if try !fails({ set(&$0, kept) }) { start += size }
      }
      size /= 2
    }
  }

  /// Lets things go wrong for no longer than they have to, to the millisecond.
  private mutating func endEarly(while goesOn: () -> Bool) throws {
    var (least, most) = (Int64(0), (best.violation?.time.nanoseconds ?? 0) / 1_000_000 + 1)
    while most - least > 1, goesOn() {
      let middle = (least + most) / 2
      if try fails({ $0.span = .milliseconds(middle) }) { most = middle } else { least = middle }
    }
  }

  /// Runs the smallest order with a change, and takes it when it fails as the first run did, no later, and the
  /// operator does no more in it.
  private mutating func fails(
    _ change: (inout RunOrder) -> Void, unless isWorse: (SimulationResult) -> Bool = { _ in false }
  ) throws -> Bool {
    runs += 1
    var order = best.order
    order.keep = nil
    change(&order)
    let result = try SimulationResult.of(order)
    guard let violation = result.violation, violation.isLike(first), !isWorse(result),
      violation.time <= first.time + .second, result.turns.count <= best.turns.count
    else { return false }
    best = result
    return true
  }
}

extension SimulationResult {
  /// What could still be left out.
  fileprivate var size: Int { strikes.count + turns.count - order.calm.count }
}
