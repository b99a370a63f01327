/// One strategy that trades for the account, or several with a book each: the same for whoever runs a
/// plan.

public import TradingCore

extension RunPlan {
  /// Runs the strategies over the setup's feed behind a simulated exchange.
  /// - Throws: as `StrategyEntry.backtest`.
  public func backtest(_ setup: RunSetup) throws -> RunOutcome {
    guard let only else {
      return try StrategyRegistry.backtest(setup, members, instruments: instruments)
    }
    return try only.entry.backtest(setup, values: only.values, instruments: instruments)
  }

  /// Runs them over a recorded run's facts and compares every decision with the recorded one.
  /// - Throws: as `StrategyEntry.audit`.
  public func audit(_ setup: RunSetup) throws -> RunOutcome {
    guard let only else {
      return try StrategyRegistry.audit(setup, members, instruments: instruments)
    }
    return try only.entry.audit(setup, values: only.values, instruments: instruments)
  }

  /// Runs them at a venue.
  /// - Throws: as `StrategyEntry.live`.
  public func live(_ setup: LiveSetup) throws -> RunOutcome {
    guard let only else {
      return try StrategyRegistry.live(setup, members, instruments: instruments)
    }
    return try only.entry.live(setup, values: only.values, instruments: instruments)
  }

  /// Bars that must be seen before all of them can decide.
  /// - Throws: `ParameterError` for values that do not go together.
  public func warmUpBars() throws(ParameterError) -> Int {
    var most = 0
    for member in members { most = max(most, try member.entry.warmUpBars(member.values)) }
    return most
  }

  /// The strategy that trades for the account itself.
  private var only: StrategyMember? { scenario.hasBooks ? nil : members.first }
}
