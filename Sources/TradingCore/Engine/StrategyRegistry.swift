/// The one list of strategies, and the only place that instantiates the generic engine: here the
/// compiler knows both types and makes one fast loop for each pair.

/// Bars that a strategy looks at beside its own, and what looks at them.
public struct StrategyTimeframe: Equatable, Sendable {
  /// Where its recipe says it: `indicators.trend`, of an ensemble's member `of[3].indicators.trend`.
  public let key: String
  public let bars: BarSpec
}

/// A strategy by name, with its parameters and its two ways to run.
public struct StrategyEntry: Sendable {
  public let name: String
  public let summary: String
  public let parameters: [Parameter]
  /// What it is composed of; `nil` for a strategy in Swift.
  public let recipe: Recipe?
  /// Bars it looks at beside its own.
  public let timeframes: [StrategyTimeframe]
  /// Whether all it asks for are target weights, so that an ensemble can count it.
  public let asksForWeights: Bool
  /// Bars of a width it must see before it decides, for checked values.
  public let warmUpBars: @Sendable (ParameterValues, Interval) throws(ParameterError) -> Int

  /// The strategy on some instruments, for a run of several.
  let decider: @Sendable (ParameterValues, [InstrumentID]) throws(ParameterError) -> any Decider

  private let runBacktest:
    @Sendable (RunSetup, ParameterValues, [InstrumentID]) throws -> RunOutcome
  private let runAudit: @Sendable (RunSetup, ParameterValues, [InstrumentID]) throws -> RunOutcome
  private let runLive: @Sendable (LiveSetup, ParameterValues, [InstrumentID]) throws -> RunOutcome

  init<Member: Strategy>(_ type: Member.Type) {
    name = Member.name
    summary = Member.summary
    parameters = Member.parameters
    recipe = nil
    timeframes = []
    asksForWeights = Member.asksForWeights
    warmUpBars = { values, _ throws(ParameterError) in
      try Member(values, InstrumentID(0)).warmUpBars
    }
    decider = { values, instruments throws(ParameterError) in
      try PerInstrument<Member>(values, instruments)
    }
    runBacktest = { setup, values, instruments in
      try Run.backtest(setup, PerInstrument<Member>(values, instruments))
    }
    runAudit = { setup, values, instruments in
      try Run.audit(setup, PerInstrument<Member>(values, instruments))
    }
    runLive = { setup, values, instruments in
      try Run.live(setup, PerInstrument<Member>(values, instruments))
    }
  }

  /// A strategy that a recipe makes, anew for each instrument.
  init<Member: Decider>(
    _ recipe: Recipe, _ summary: String, _ parameters: [Parameter],
    timeframes: [StrategyTimeframe],
    warmUpBars: @escaping @Sendable (ParameterValues, Interval) throws(ParameterError) -> Int,
    _ make: @escaping @Sendable (ParameterValues, InstrumentID) throws(ParameterError) -> Member
  ) {
    (name, self.summary, self.parameters) = (recipe.strategy, summary, parameters)
    (self.recipe, self.timeframes, self.warmUpBars) = (recipe, timeframes, warmUpBars)
    asksForWeights = true
    let member = {
      @Sendable (values: ParameterValues, instruments: [InstrumentID]) throws(ParameterError) in
      try PerInstrument(instruments) { instrument throws(ParameterError) in
        try make(values, instrument)
      }
    }
    decider = { values, instruments throws(ParameterError) in try member(values, instruments) }
    runBacktest = { try Run.backtest($0, member($1, $2)) }
    runAudit = { try Run.audit($0, member($1, $2)) }
    runLive = { try Run.live($0, member($1, $2)) }
  }

  /// Runs the strategy over a feed behind a simulated exchange.
  /// - Throws: `ParameterError` before the first event, `EngineFault` when the run ends early.
  public func backtest(
    _ setup: RunSetup, values: ParameterValues, instruments: [InstrumentID]
  ) throws -> RunOutcome {
    try runBacktest(setup, values, instruments)
  }

  /// Runs the strategy over a recorded run's facts and compares every decision with the recorded one.
  /// - Throws: `EngineFault.diverged` at the first difference.
  public func audit(
    _ setup: RunSetup, values: ParameterValues, instruments: [InstrumentID]
  ) throws -> RunOutcome {
    try runAudit(setup, values, instruments)
  }

  /// Runs the strategy at a venue, until its inbox ends.
  /// - Throws: `ParameterError` before the first event, `EngineFault` when the run ends early.
  public func live(
    _ setup: LiveSetup, values: ParameterValues, instruments: [InstrumentID]
  ) throws -> RunOutcome {
    try runLive(setup, values, instruments)
  }
}

/// Several strategies in one run: the first trades for book 1, and so on.
public struct StrategyMember: Equatable, Sendable {
  public var entry: StrategyEntry
  public var values: ParameterValues

  public init(_ entry: StrategyEntry, _ values: ParameterValues) {
    self.entry = entry
    self.values = values
  }
}

public enum StrategyRegistry {
  /// The name of strategies that a scenario composes.
  public static let composedName = ComposedStrategy.name

  /// The most strategies of one run: book 0 is the operator's.
  public static let mostMembers = StrategyBooks.capacity

  /// Runs several strategies over a feed behind a simulated exchange, each for its own book.
  /// - Throws: as `StrategyEntry.backtest`.
  public static func backtest(
    _ setup: RunSetup, _ members: [StrategyMember], instruments: [InstrumentID]
  ) throws -> RunOutcome {
    try Run.backtest(setup, books(members, instruments))
  }

  /// Runs several strategies over a recorded run's facts and compares every decision.
  /// - Throws: as `StrategyEntry.audit`.
  public static func audit(
    _ setup: RunSetup, _ members: [StrategyMember], instruments: [InstrumentID]
  ) throws -> RunOutcome {
    try Run.audit(setup, books(members, instruments))
  }

  /// Runs several strategies at a venue, each for its own book.
  /// - Throws: as `StrategyEntry.live`.
  public static func live(
    _ setup: LiveSetup, _ members: [StrategyMember], instruments: [InstrumentID]
  ) throws -> RunOutcome {
    try Run.live(setup, books(members, instruments))
  }

  static func books(
    _ members: [StrategyMember], _ instruments: [InstrumentID]
  ) throws(ParameterError) -> StrategyBooks {
    var deciders: [any Decider] = []
    for member in members { deciders.append(try member.entry.decider(member.values, instruments)) }
    return StrategyBooks(deciders)
  }

  /// Every strategy. Their order is their number in journals: append only.
  public static let all: [StrategyEntry] = [
    StrategyEntry(Observer.self), StrategyEntry(EMACross.self), StrategyEntry(MeanReversion.self),
    StrategyEntry(Breakout.self), StrategyEntry(MarketMaking.self), StrategyEntry(BuyAndHold.self),
    StrategyEntry.composedExample, StrategyEntry.ensembleExample,
  ]

  public static func entry(named name: String) -> StrategyEntry? { all.first { $0.name == name } }

  /// A strategy's number in journals.
  public static func number(of name: String) -> UInt16? {
    all.firstIndex { $0.name == name }.flatMap { UInt16(exactly: $0) }
  }
}
