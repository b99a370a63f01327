/// Follows the trend: long while a fast exponential average of closes is above a slow one.
struct EMACross: Strategy {
  static let name = "ema-cross"
  static let summary =
    "Long while the fast average of closes is above the slow one, else short or flat."
  static let parameters = [
    Parameter(
      "fast", .whole, default: 12, in: 1...10_000, unit: "bars", help: "Length of the fast average."
    ),
    Parameter(
      "slow", .whole, default: 26, in: 2...10_000, unit: "bars", help: "Length of the slow average."
    ),
    Parameter(
      "short", .flag, default: 1, in: 0...1,
      help: "Whether to go short (1) or flat (0) while the fast average is below."),
  ]

  private let instrument: InstrumentID
  private let shortWeight: Double
  private var fast: ExponentialMovingAverage
  private var slow: ExponentialMovingAverage
  private var stance: Stance

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    guard values["fast"] < values["slow"] else {
      throw .conflict("fast must be less than slow")
    }
    self.instrument = instrument
    shortWeight = values.flag("short") ? -1 : 0
    fast = ExponentialMovingAverage(length: values.whole("fast"))
    slow = ExponentialMovingAverage(length: values.whole("slow"))
    stance = Stance()
  }

  var warmUpBars: Int { slow.warmUp }

  @inline(__always)
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard let close = state.closedClose(instrument) else { return }
    let averages = (fast.update(close), slow.update(close))
    guard case (let fast?, let slow?) = averages, fast != slow else { return }
    stance.take(fast > slow ? 1 : shortWeight, in: instrument, &decisions)
  }

  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    guard let close = state.closedClose(instrument) else { return [account.concluding(.noBar)] }
    account.read("close", close, .price)
    let averages = (fast.update(close), slow.update(close))
    guard case (let fast?, let slow?) = averages else {
      return [account.concluding(.warmingUp(seen: slow.seen, of: warmUpBars))]
    }
    if account.test("fast", fast, .above, "slow", slow, .price) {
      return [account.concluding(1, after: stance)]
    }
    guard account.test("fast", fast, .below, "slow", slow, .price) else {
      return [account.concluding(.undecided)]
    }
    return [account.concluding(shortWeight, after: stance)]
  }

  func encode(into bytes: inout CanonicalBytes) {
    fast.encode(into: &bytes)
    slow.encode(into: &bytes)
    stance.encode(into: &bytes)
  }
}
