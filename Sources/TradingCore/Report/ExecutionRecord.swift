/// What the parent orders of one algorithm came to.
public struct ExecutionRecord: Equatable, Sendable {
  public var algorithm: ExecutionAlgorithm
  /// The asset that the amounts are in.
  public var quote: AssetID
  /// Parents begun, and the orders they sent.
  public var count: UInt64 = 0
  public var children: UInt64 = 0
  /// Parents that ended, by `ParentOutcome` raw value.
  public var outcomes: [UInt64]
  /// What the fills cost more than at the prices on arrival, fees included.
  public var shortfall = Money.zero
  /// What was filled, at the prices on arrival.
  public var arrivalValue = Money.zero

  public init(algorithm: ExecutionAlgorithm, quote: AssetID) {
    self.algorithm = algorithm
    self.quote = quote
    outcomes = Array(repeating: 0, count: ParentOutcome.allCases.count)
  }

  /// Parents that ended so.
  public func ended(_ outcome: ParentOutcome) -> UInt64 { outcomes[Int(outcome.rawValue)] }

  /// Parents still worked at the end of the run.
  public var open: UInt64 { count - outcomes.reduce(0, +) }

  /// The shortfall in 10⁻⁴ of the value, over all that was filled; `nil` where nothing was.
  public var basisPoints: Double? {
    guard arrivalValue.units != 0 else { return nil }
    return shortfall.approximate / arrivalValue.magnitude.approximate * 10_000
  }
}
