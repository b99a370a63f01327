/// The strategy that never speaks: for recording, and for measuring what the engine itself costs.
struct Observer: Strategy {
  static let name = "observer"
  static let asksForWeights = false
  static let summary = "Watches and never trades."
  static let parameters: [Parameter] = []

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {}

  var warmUpBars: Int { 0 }

  @inline(__always)
  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {}

  mutating func account(
    of event: Event, _ state: borrowing State, for book: BookID
  ) -> [StrategyAccount] {
    [StrategyAccount(Self.name, event.body.instrument, book).concluding(.watches)]
  }

  func encode(into bytes: inout CanonicalBytes) {}
}
