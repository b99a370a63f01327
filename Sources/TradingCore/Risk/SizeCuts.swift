/// What makes a target smaller before the gate sees it: the volatility a position may have, and the
/// Kelly fraction of what the strategy has shown so far. Judgement, in `Double`; a number that cannot be
/// told cuts to nothing or not at all, as each says, and never becomes a size.
public struct SizeCuts: Equatable, Sendable, BitwiseCopyable {
  /// The most lots that each limit allows, infinite where it cuts nothing; `nil` where it is not set.
  public private(set) var volatility: Double?
  public private(set) var kelly: Double?

  init() {}

  /// The cuts in force for a book's targets in an instrument.
  init(_ instrument: InstrumentID, _ book: BookID, _ state: borrowing State) {
    if let limit = state.risk.limits.limit(.volatilityTarget, instrument, book) {
      volatility = volatilityLots(limit.value, instrument, state)
    }
    if let limit = state.risk.limits.limit(.kellyFraction, instrument, book) {
      kelly = kellyLots(limit.value, instrument, state)
    }
  }

  /// Round trips from which on the Kelly fraction is believed; before it cuts nothing, or no trip
  /// would ever be made.
  static let fewestTrips: Int64 = 30

  /// A target in lots, cut to the limits in force; its sign stays.
  func cut(_ target: Int64) -> Int64 {
    let most = min(volatility ?? .infinity, kelly ?? .infinity)
    // Turned round, so that a number that is none cuts to nothing.
    guard !(most >= Double(target.magnitude)) else { return target }
    let lots = most > 0 ? Int64(most) : 0
    return target < 0 ? -lots : lots
  }

  /// Lots whose value moves by `limit` millionths of equity in a day, one standard deviation; none
  /// while too little is known of how the instrument moves.
  private func volatilityLots(
    _ limit: Int64, _ instrument: InstrumentID, _ state: borrowing State
  ) -> Double {
    guard let volatility = state.risk.returns.dayVolatility(instrument),
      let whole = equityLots(instrument, state)
    else { return 0 }
    guard volatility > 0 else { return .infinity }
    return whole * Double(limit) / 1_000_000 / volatility
  }

  /// Lots of `limit` millionths of the Kelly fraction of equity: wins ÷ trips · (1 − losses ÷ gains),
  /// all trips' losses and gains as sums of money; with p the share of trips that won and b what a
  /// win brings for what a loss costs it is p − (1 − p) ÷ b. Not positive: no edge, no position.
  ///
  /// Source: J. L. Kelly, "A new interpretation of information rate" (1956).
  private func kellyLots(
    _ limit: Int64, _ instrument: InstrumentID, _ state: borrowing State
  ) -> Double {
    let trips = state.metrics.trips
    guard trips.count >= SizeCuts.fewestTrips else { return .infinity }
    guard trips.grossProfit > .zero, let whole = equityLots(instrument, state) else { return 0 }
    let edge = 1 - trips.grossLoss.approximate / trips.grossProfit.approximate
    let fraction = Double(trips.wins) / Double(trips.count) * edge
    return whole * fraction * Double(limit) / 1_000_000
  }

  /// Lots that all of equity is at the mark; `nil` where that cannot be told.
  private func equityLots(_ instrument: InstrumentID, _ state: borrowing State) -> Double? {
    guard instrument.index < state.instruments.count,
      let definition = state.instruments[instrument.index],
      let mark = state.markets[instrument.index].mark, mark.ticks > 0,
      let lot = state.value(
        of: definition.notional(mark, Quantity(lots: 1)), in: definition.quote), lot > .zero
    else { return nil }
    return max(0, state.account.equity.approximate) / lot.approximate
  }
}
