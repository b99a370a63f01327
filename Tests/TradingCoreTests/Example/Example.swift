/// Rides a rise that is not yet overdone: an example to start from. Say here what the idea is, and why it
/// should earn anything.

@testable import TradingCore

/// Long while the close is above its average and strength is below a ceiling, else flat.
struct Example: Strategy {
  static let name = "example"
  static let summary =
    "Long above the average of closes while strength is below a ceiling, else flat."
  static let parameters = [
    Parameter(
      "length", .whole, default: 50, in: 1...10_000, unit: "bars", help: "Length of the average."),
    Parameter(
      "strength", .whole, default: 14, in: 2...10_000, unit: "bars",
      help: "Length of the relative strength."),
    Parameter(
      "ceiling", .number, default: 75, in: 0...100, help: "Strength from which a rise is overdone."),
  ]

  private let instrument: InstrumentID
  private let ceiling: Double
  private var average: SimpleMovingAverage
  private var strength: RelativeStrength
  private var stance = Stance()

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.instrument = instrument
    ceiling = values["ceiling"]
    average = SimpleMovingAverage(length: values.whole("length"))
    strength = RelativeStrength(length: values.whole("strength"))
  }

  var warmUpBars: Int { max(average.warmUp, strength.warmUp) }

  @inline(__always)
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard let close = state.closedClose(instrument) else { return }
    // Every indicator sees every close, also while another is still warming up.
    let values = (average.update(close), strength.update(close))
    guard case (let average?, let strength?) = values else { return }
    stance.take(close > average && strength < ceiling ? 1 : 0, in: instrument, &decisions)
  }

  /// Why it decides what it decides, for `cryptobot audit explain`: the same numbers, said aloud.
  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    guard let close = state.closedClose(instrument) else { return [account.concluding(.noBar)] }
    account.read("close", close, .price)
    let values = (average.update(close), strength.update(close))
    guard case (let average?, let strength?) = values else {
      return [account.concluding(.unsaid)]
    }
    let rises = account.test("close", close, .above, "average", average, .price)
    let isEarly = account.test("strength", strength, .below, "ceiling", ceiling, .weight)
    return [account.concluding(rises && isEarly ? 1 : 0, after: stance)]
  }

  func encode(into bytes: inout CanonicalBytes) {
    average.encode(into: &bytes)
    strength.encode(into: &bytes)
    stance.encode(into: &bytes)
  }
}
