/// What one run of a seed came to.

public import TradingCore

public struct SimulationResult: Equatable, Sendable {
  /// What was run.
  public var order: RunOrder
  public var seed: UInt64 { order.seed }
  /// The first invariant that did not hold; `nil` when all did.
  public var violation: Violation?
  /// A hash over all that was sent, received and journalled: equal runs, equal numbers.
  public var trace: UInt64
  public var paths: PathLedger
  /// What went wrong on purpose, in order.
  public var strikes: [Strike]
  /// The turns at which the operator did something, in order.
  public var turns: [Int]
  /// The kinds of mishaps that this seed has.
  public var kinds: [Mishap]
  /// The last lines of the story, where it was told.
  public var story: [String]
  /// The journal where its fault can be seen in it, of a run that failed and was told.
  public var journal: DisagreeingJournal?
  /// Virtual time that went by.
  public var virtual: Interval
  public var events: UInt64
  /// Processes that began.
  public var lives: Int
  /// Orders and trades at the exchange.
  public var orders: Int
  public var fills: Int
}

extension SimulationResult {
  /// Runs an order from beginning to end. Equal orders give equal results, in any process.
  /// - Throws: what makes a simulation impossible before it begins.
  public static func of(_ order: RunOrder) throws -> SimulationResult {
    try SimulationRun(order).go()
  }
}
