/// The benchmark: the whole capital put into one instrument at its first mark and held, without
/// fees. It answers "was the trouble worth it?", so it stands beside every result.

public import TradingCore

/// A fold over marks that says what buy-and-hold is worth. The quantity is not rounded to lots.
public struct BuyAndHold: Equatable, Sendable {
  /// What it starts with, in the reporting asset.
  public let capital: Money
  /// The mark it bought at; `nil` before there was one.
  public private(set) var entry: Price?

  public init(capital: Money) { self.capital = capital }

  /// The worth at a mark, rounded half to even to 10⁻¹⁸. The first positive mark is the entry;
  /// before it the capital is worth itself.
  public mutating func worth(at mark: Price) -> Money {
    if entry == nil, mark.ticks > 0 { entry = mark }
    guard let entry else { return capital }
    return capital.scaled(by: Int128(mark.ticks), over: Int128(entry.ticks))
  }
}
