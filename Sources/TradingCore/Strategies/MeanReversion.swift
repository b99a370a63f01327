/// Trades back to the mean: against a close that strays, until it has returned.
struct MeanReversion: Strategy {
  static let name = "mean-reversion"
  static let summary =
    "Buys closes far below their rolling mean, sells those far above, until they return."
  static let parameters = [
    Parameter(
      "window", .whole, default: 20, in: 2...10_000, unit: "bars",
      help: "Closes that mean and deviation are taken over."),
    Parameter(
      "entry", .number, default: 2, in: 0.1...10, unit: "deviations",
      help: "Distance from the mean at which a position is opened."),
    Parameter(
      "exit", .number, default: 0.5, in: 0...10, unit: "deviations",
      help: "Distance from the mean at which it is closed."),
    Parameter(
      "short", .flag, default: 1, in: 0...1, help: "Whether to sell short above the mean."),
  ]

  private let instrument: InstrumentID
  private let entry: Double
  private let exit: Double
  private let maySellShort: Bool
  private var score: ZScore
  private var stance = Stance()

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    guard values["exit"] < values["entry"] else {
      throw .conflict("exit must be less than entry")
    }
    self.instrument = instrument
    entry = values["entry"]
    exit = values["exit"]
    maySellShort = values.flag("short")
    score = ZScore(length: values.whole("window"))
  }

  var warmUpBars: Int { score.warmUp }

  @inline(__always)
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard let close = state.closedClose(instrument), let z = score.update(close) else { return }
    stance.take(weight(at: z, from: stance.weight ?? 0), in: instrument, &decisions)
  }

  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    guard let close = state.closedClose(instrument) else { return [account.concluding(.noBar)] }
    account.read("close", close, .price)
    var spread = score.spread
    guard let moments = spread.update(close), let z = score.update(close) else {
      return [account.concluding(.warmingUp(seen: spread.seen, of: warmUpBars))]
    }
    account.read("mean", moments.mean, .price)
    account.read("deviation", moments.deviation, .price)
    let held = stance.weight ?? 0
    if !account.test("z-score", z, .atMost, "−entry", -entry, .deviations),
      !account.test("z-score", z, .atLeast, "entry", entry, .deviations)
    {
      if held > 0 { account.test("z-score", z, .below, "−exit", -exit, .deviations) }
      if held < 0 { account.test("z-score", z, .above, "exit", exit, .deviations) }
    }
    return [account.concluding(weight(at: z, from: held), after: stance)]
  }

  private func weight(at z: Double, from held: Double) -> Double {
    if z <= -entry { return 1 }
    if z >= entry { return maySellShort ? -1 : 0 }
    if held > 0 { return z < -exit ? held : 0 }
    if held < 0 { return z > exit ? held : 0 }
    return 0
  }

  func encode(into bytes: inout CanonicalBytes) {
    score.encode(into: &bytes)
    stance.encode(into: &bytes)
  }
}
