/// Buys once and never sells: what every other strategy is measured against.
struct BuyAndHold: Strategy {
  static let name = "buy-and-hold"
  static let summary = "Takes a position at the first bar and keeps it."
  static let parameters = [
    Parameter(
      "weight", .number, default: 1, in: -1...1,
      help: "Share of the account's size to hold; negative is short.")
  ]

  private let instrument: InstrumentID
  private let weight: Double
  private var stance = Stance()

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.instrument = instrument
    weight = values["weight"]
  }

  var warmUpBars: Int { 0 }

  @inline(__always)
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard stance.weight == nil, state.closedBar(instrument) != nil else { return }
    stance.take(weight, in: instrument, &decisions)
  }

  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    var account = StrategyAccount(Self.name, instrument, book)
    if let held = stance.weight { return [account.concluding(.stays(weight: held))] }
    guard let bar = state.closedBar(instrument) else { return [account.concluding(.noBar)] }
    account.read("close", Double(bar.close.ticks), .ticks)
    return [account.concluding(weight, after: stance)]
  }

  func encode(into bytes: inout CanonicalBytes) { stance.encode(into: &bytes) }
}
