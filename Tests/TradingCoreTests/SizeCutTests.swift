/// What cuts a target: the volatility it may have, and the Kelly fraction of the trips so far.
import Testing

@testable import TradingCore

@Suite("Cuts of sizes")
struct SizeCutTests {
  /// The lots that a target of all of equity asks for.
  private func asked(_ state: State, weight: Int32 = 1_000_000) -> Int64 {
    var requests = Requests()
    PositionSizer.size(
      Signal(
        cause: 0, instrument: InstrumentID(0), kind: .target, weightMillionths: weight), state,
      into: &requests)
    guard requests.count > 0, case .place(let terms) = requests[0] else { return 0 }
    return terms.quantity.lots * terms.side.sign
  }

  /// All of 1,000 at a mark near 1,000.00, which moves by one per cent a minute: 38 % a day.
  private func moving(_ limit: Int64, minutes: Int64) -> State {
    var ledger = Ledger(capital: 1_000)
    ledger.take(.configure(Configure(.sizing, value: 1_000_000)))
    ledger.trade(100_000)
    ledger.take(.limit(LimitChange(.volatilityTarget, value: limit)))
    for minute in 10..<(10 + minutes) {
      reduce(
        &ledger.state,
        Event(
          receiveTime: Timestamp(nanoseconds: minute * Interval.minute.nanoseconds),
          .trade(
            Trade(
              instrument: InstrumentID(0), price: Price(ticks: minute % 2 == 0 ? 101_000 : 100_000),
              quantity: Quantity(lots: 1), aggressor: .buy, id: 0))))
    }
    return ledger.state
  }

  @Test("a target is cut to the volatility that a position may have, on either side")
  func volatility() {
    let state = moving(100_000, minutes: 91)
    let whole = 1_000.0
    let expected = whole / 1.01 * 0.1 / (0.01 * Double(1_440).squareRoot())
    #expect((Double(asked(state)) / expected - 1).magnitude < 0.02)
    #expect(asked(state, weight: -1_000_000) == -asked(state))
  }

  @Test("a target below the cut stays, and too little known leaves none")
  func bounds() {
    #expect(asked(moving(10_000_000, minutes: 91)) == 990)
    #expect(asked(moving(10_000_000, minutes: 5)) == 0)
  }

  /// So many winning and losing trips of ten lots, from 1.00 to the price given and back.
  private func traded(_ trips: [(count: Int, exit: Int64)]) -> State {
    var ledger = Ledger(capital: 1_000)
    ledger.take(.configure(Configure(.sizing, value: 1_000_000)))
    ledger.trade(100)
    ledger.take(.limit(LimitChange(.kellyFraction, value: 500_000)))
    for trip in trips {
      for _ in 0..<trip.count {
        ledger.fill("buy 10 @100 fee 0 of 1")
        ledger.fill("sell 10 @\(trip.exit) fee 0 of 1")
      }
    }
    return ledger.state
  }

  @Test(
    "half of Kelly: wins ÷ trips · (1 − losses ÷ gains)",
    arguments: [
      ([(24, 120), (16, 90)], 0.6 * (1 - 160.0 / 480) / 2),
      ([(16, 120), (24, 90)], 0.4 * (1 - 240.0 / 320) / 2),
      ([(40, 120)], 0.5), ([(10, 120), (30, 90)], 0), ([(40, 90)], 0), ([(29, 90)], 1),
    ] as [([(Int, Int64)], Double)])
  func kelly(trips: [(Int, Int64)], share: Double) {
    let state = traded(trips.map { (count: $0.0, exit: $0.1) })
    let whole = state.account.equity.approximate * 1_000
    #expect((Double(asked(state)) - whole * share).magnitude <= 1)
  }
}
