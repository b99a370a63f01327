/// A composed strategy fed fact by fact: what tests of recipes ask.

@testable import TradingCore

/// A composed strategy that sees each fact after it was reduced; every trade is a bar.
struct RecipeBench {
  var state: State
  var strategy: any Decider
  var seconds: Int64 = 0

  init(_ composition: Composition) throws {
    let entry = try StrategyEntry(composition)
    state = try StrategyBench<Observer>([:]).state
    strategy = try entry.decider(
      ParameterValues(defaultsOf: entry.parameters), [InstrumentID(0)])
  }

  mutating func feed(_ body: EventBody) -> [String] {
    seconds += 1
    let event = Event(receiveTime: Timestamp(nanoseconds: seconds * 1_000_000_000), body)
    reduce(&state, event)
    var decisions = Decisions()
    strategy.decide(event, state, &decisions)
    return (0..<decisions.count).map { StrategyBench<Observer>.words(decisions[$0]) }
  }

  private func body(_ ticks: Int64) -> EventBody {
    .trade(
      Trade(
        instrument: InstrumentID(0), price: Price(ticks: ticks), quantity: Quantity(lots: 1),
        aggressor: .buy, id: seconds))
  }

  mutating func trade(_ ticks: Int64) -> [String] { feed(body(ticks)) }

  func conclusion(ofTrade ticks: Int64) -> StrategyConclusion? {
    account(ofTrade: ticks)?.conclusion
  }

  /// What it would say of a trade, which is then forgotten.
  func account(ofTrade ticks: Int64) -> StrategyAccount? {
    var (state, strategy) = (state, strategy)
    let time = Timestamp(nanoseconds: (seconds + 1) * 1_000_000_000)
    let event = Event(receiveTime: time, body(ticks))
    reduce(&state, event)
    return strategy.account(of: event, state, for: BookID(0)).first
  }
}
