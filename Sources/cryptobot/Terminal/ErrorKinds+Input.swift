/// The kind of errors about what a user wrote: scenarios, parameters, tables, requests.

import Research
import Simulator
import TradingCore

extension ErrorKind {
  /// The kind of an error about input; `nil` for any other.
  init?(ofInput error: any Error) {
    switch error {
    case let error as ScenarioError: self.init(error)
    case let error as ParameterError: self.init(error)
    case let error as BarError: self.init(error)
    case let error as FeatureError: self.init(error)
    case let error as IndicatorTableError: self.init(error)
    case let error as ShrinkError: self.init(error)
    case is SearchError:
      self.init(.input, "see `cryptobot optimize --help` for the section `search`", isSaid: false)
    case is WindowFault:
      self.init(.input, "see `cryptobot walkforward --help` for its lengths", isSaid: false)
    case is RegressionError: self.init(.input, "remove the file")
    case is TableFault:
      self.init(.input, "make the table anew with the verb that wrote it", isSaid: false)
    default: return nil
    }
  }

  private init(_ error: ScenarioError) {
    let isCommand = error.isOfCommand
    self.init(
      isCommand ? .usage : .input,
      error.isMissing ? "check the path" : "see `cryptobot scenario new` for every key, explained",
      isSaid: !error.isMissing)
  }

  private init(_ error: ParameterError) {
    switch error {
    case .unknown, .outOfRange, .notWhole, .conflict:
      self.init(.input, "see `cryptobot strategies show` for what it takes", isSaid: false)
    case .noIndicator: self.init(.input, "see `cryptobot indicators list`", isSaid: false)
    }
  }

  private init(_ error: BarError) {
    switch error {
    case .unknown, .malformed: self.init(.input, "write bars such as 15m or ticks:500")
    case .needsTrades: self.init(.input, "take bars of time, such as 15m", isSaid: false)
    case .unevenCandles: self.init(.input, "choose a multiple of the candles' width")
    case .inexactGrid: self.init(.input, "take bars of time, such as 15m", isSaid: false)
    }
  }

  private init(_ error: FeatureError) {
    switch error {
    case .spelling: self.init(.usage, "see `cryptobot features list`", isSaid: false)
    case .twice: self.init(.usage, "ask for it once", isSaid: false)
    case .noSuchMarket: self.init(.input, "name one of the markets that it has")
    case .noMarket: self.init(.input, "take a journal with trades, quotes or a book")
    case .tooManyWait: self.init(.input, "ask for a shorter horizon or fewer rows")
    case .undefined: self.init(.input, "choose other markets, or import again with definitions")
    case .newGrid: self.init(.input, "end before it, or take rows by time")
    }
  }

  private init(_ error: IndicatorTableError) {
    switch error {
    case .repeated: self.init(.usage, "ask for it once", isSaid: false)
    case .needsBenchmark: self.init(.usage, "name the other symbol with --against")
    case .mixedCandles: self.init(.input, "import one width alone, or take --of trades")
    case .newGrid: self.init(.input, "end before it with --to", isSaid: false)
    case .undefined: self.init(.input, "import it again with definitions")
    }
  }

  private init(_ error: ShrinkError) {
    switch error {
    case .holds:
      self.init(.input, "name a property that `cryptobot check` says fails", isSaid: false)
    case .passing: self.init(.input, "make the property depend on its seed alone", isSaid: false)
    case .fingerprint: self.init(.input, "ask `cryptobot audit diff`")
    }
  }
}
