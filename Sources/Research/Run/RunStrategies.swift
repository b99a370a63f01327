/// The strategies of a run with the instruments they trade: one that trades for the account, or several
/// with a book each. Scenarios and recorded journals both end in this, and it runs in every mode.

public import TradingCore

public struct RunStrategies: Sendable {
  /// One strategy, or several of which each has a book.
  public let members: [StrategyMember]
  /// What all of them trade, in the order of their members.
  public let instruments: [InstrumentID]
  /// Whether each trades for a book of its own: several do, and one may.
  public let hasBooks: Bool
  /// Width of the bars that all of them see; zero: every trade or candle.
  private let bars: Interval

  public init(
    _ members: [StrategyMember], on instruments: [InstrumentID], bars: Interval, hasBooks: Bool
  ) {
    self.members = members
    self.instruments = instruments
    self.bars = bars
    self.hasBooks = hasBooks
  }

  /// Runs them over the setup's feed behind a simulated exchange.
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
    for member in members { most = max(most, try member.entry.warmUpBars(member.values, bars)) }
    return most
  }

  /// Strategies and their parameters in words: `ema-cross fast=12 slow=26`.
  public var text: String {
    members.map { member in
      let values = zip(member.entry.parameters, member.values.values).map { parameter, value in
        "\(parameter.name)=\(plainText(value))"
      }
      return ([member.entry.name] + values).joined(separator: " ")
    }.joined(separator: " + ")
  }

  /// The strategy that trades for the account itself.
  private var only: StrategyMember? { hasBooks ? nil : members.first }
}
