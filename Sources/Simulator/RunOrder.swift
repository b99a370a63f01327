/// One run of a simulation, before it begins.

public import TradingCore

/// Which run, and how it is looked at.
public struct RunOrder: Equatable, Sendable {
  public var seed: UInt64
  /// How long things go wrong; `nil` leaves it to the seed.
  public var span: Interval?
  /// What may go wrong at all; `nil` for all that the seed brings.
  public var allowed: Set<Strike>?
  public var plant: Plant?
  /// Whether a story is kept.
  public var isTold = false
  /// Where the journal is left as it is at the end; `nil` for nowhere.
  public var keep: String?

  public init(seed: UInt64) { self.seed = seed }
}
