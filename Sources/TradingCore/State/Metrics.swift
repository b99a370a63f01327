/// Performance as a stream: constant memory, updated with every change of equity.
public struct Metrics: Equatable, Sendable, CanonicallyEncodable {
  /// Fills so far.
  public private(set) var fillCount: UInt64 = 0
  /// Fees so far, in the reporting asset.
  public private(set) var fees = Money.zero
  /// Value of all fills, in the reporting asset.
  public private(set) var turnover = Money.zero

  public init() {}

  mutating func start(equity: Money, at time: Timestamp, sampleInterval: Interval) {}
  mutating func observe(equity: Money, at time: Timestamp) {}
  mutating func setExposed(_ exposed: Bool, at time: Timestamp) {}
  mutating func close(_ trip: RoundTrip) {}
  mutating func fill(value: Money, fee: Money) {
    fillCount += 1
    turnover += value
    fees += fee
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(fillCount)
    bytes.append(fees)
    bytes.append(turnover)
  }
}
