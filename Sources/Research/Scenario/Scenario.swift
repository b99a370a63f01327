/// A reproducible run, as its YAML says it: where facts come from, which strategy, which account,
/// fees, latency, fill rule, limits and period. A scenario and a build give one run, byte for byte.

public import TradingCore

/// What a scenario file holds, checked but not yet matched with its source's instruments.
public struct Scenario: Equatable, Sendable {
  public var name: String
  /// The YAML as it was run, with what `--set` changed at its end.
  public var text: String
  public var source: ScenarioSource
  /// Symbols to trade; empty means all of the source.
  public var instruments: [String]
  /// One, or several with a book each.
  public var strategies: [StrategyChoice]
  /// Whether it said `strategies`: each of them then has a book and a share.
  public var hasBooks: Bool
  /// Width of the bars strategies see; zero: every trade or candle.
  public var barInterval: Interval
  public var account: AccountKind
  /// Starting balances in 10⁻¹⁸, by asset code.
  public var capital: [Capital]
  public var reportIn: String
  public var sizing: Sizing
  public var fees: Fees
  public var latency: Latency
  public var fills: Fills
  /// Seeds the simulation's random numbers, of which the spread of latencies is made.
  public var seed: UInt64
  public var limits: [ScenarioLimit]
  public var from: Timestamp?
  public var to: Timestamp?
  /// Before the period: strategies see it, nothing is traded or measured. Without `from` the period
  /// begins so much later than the source. A target or quote of that time is wanted when it is over;
  /// orders of a strategy's own terms are let go.
  public var warmUp = Interval.zero
  /// `nil`: chosen from the length of the run.
  public var sampleInterval: Interval?
  /// `nil`: a target is one order at once.
  public var execution: Execution?
  /// What a search over this scenario varies; a single run makes no use of it.
  public var search: SearchPlan?
  /// How `walkforward` cuts the period; a single run makes no use of it.
  public var walkForward: WalkForwardSettings?

  public struct Capital: Equatable, Sendable {
    public var asset: String
    public var amount: Money
  }

  /// The book of a strategy by its place: 0 for the only one, else from 1 on.
  public func book(_ place: Int) -> BookID { BookID(UInt8(hasBooks ? place + 1 : 0)) }

  /// How targets become parent orders.
  public struct Execution: Equatable, Sendable {
    public var rule: ExecutionRule
    /// Shares of a day's volume in 10⁻⁶, for as many equal slots of the day.
    public var profile: [Int64]

    /// The settings that say it.
    var settings: [Configure] {
      [rule.setting]
        + profile.enumerated().map {
          Configure(.volumeProfile, value: $0.element, index: UInt16($0.offset))
        }
    }
  }

  /// How a weight of 1 becomes lots.
  public enum Sizing: Equatable, Sendable {
    /// Millionths of equity.
    case equityShare(Int64)
    /// A quantity of the base asset, to be a whole number of lots.
    case quantity(Decimal64)
  }
}

/// A strategy with its parameters.
public struct StrategyChoice: Equatable, Sendable {
  public var entry: StrategyEntry
  public var values: ParameterValues
  /// What its book is called in reports.
  public var book: String
  /// Millionths of the size that are its own.
  public var share: Int64

  public var name: String { entry.name }
}

/// Where facts come from.
public enum ScenarioSource: Equatable, Sendable {
  /// A journal folder, resolved against the scenario's own folder.
  case journal(path: String, asWritten: String)
  case generator(GeneratorSettings)
  /// Venues, for `trade`: what happens there is not known beforehand. One at least, each once.
  case venues([VenueChoice])
}

/// A venue as a scenario names it.
public struct VenueChoice: Equatable, Sendable {
  /// The name users know it by.
  public var name: String
  /// Whether it is the venue's test network; `nil` where the scenario does not say.
  public var isTestnet: Bool?
  /// Addresses in place of the venue's own, all three or none.
  public var hosts: Hosts?
  /// Streams of every instrument, by the names `record` knows.
  public var streams: [String]
  /// Whether open orders are canceled when the run ends.
  public var cancelsOnExit: Bool
  /// How long after its time a request is still good.
  public var window: Interval
  /// What becomes of open orders when a run falls silent.
  public var deadMansSwitch: SwitchChoice

  /// Whether a venue's dead man's switch is armed.
  public enum SwitchChoice: Equatable, Sendable {
    /// Where the venue has one, after its usual time.
    case usual
    case off
    /// After whole seconds without a sign of life.
    case after(Interval)
  }

  public struct Hosts: Equatable, Sendable {
    public var rest: String
    public var streams: String
    public var account: String
  }
}
