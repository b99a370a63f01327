/// How much instruments move and which together, against the plain formulas over the same returns.
import Testing

@testable import TradingCore

@Suite("Returns and correlations")
struct ReturnTrackerTests {
  /// Feeds a minute's marks of two instruments.
  private func minute(_ state: inout State, _ minute: Int64, _ marks: [Int64]) {
    for (place, mark) in marks.enumerated() {
      reduce(
        &state,
        Event(
          receiveTime: Timestamp(nanoseconds: minute * Interval.minute.nanoseconds + Int64(place)),
          .trade(
            Trade(
              instrument: InstrumentID(UInt16(place)), price: Price(ticks: mark),
              quantity: Quantity(lots: 1), aggressor: .buy, id: 0))))
    }
  }

  /// A ledger whose instruments are followed from these marks on.
  private func followed(_ first: Int64, _ second: Int64) -> Ledger {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(first)
    ledger.trade(second, of: 1)
    ledger.take(.limit(LimitChange(.correlatedExposure, value: 100)))
    return ledger
  }

  /// Random walks of 200 minutes; the second's returns are `share` of the first's and the rest its own.
  private func walk(share: Double, seed: UInt64) -> State {
    var ledger = followed(1_000_000, 2_000_000)
    var random = RandomSource(seed: seed, label: "returns")
    var levels = [1e6, 2e6]
    for time in 10..<210 as Range<Int64> {
      let common = random.normal() / 100
      let own = random.normal() / 100
      levels[0] *= 1 + common
      levels[1] *= 1 + share * common + (1 - share.magnitude) * own
      minute(&ledger.state, time, levels.map { Int64($0) })
    }
    return ledger.state
  }

  @Test(
    "finds what moves together, against each other, and apart",
    arguments: [(1.0, 0.99...1), (-1.0, -1 ... -0.99), (0.0, -0.5...0.5)]
      as [(Double, ClosedRange<Double>)])
  func correlation(share: Double, range: ClosedRange<Double>) throws {
    for seed in 1...5 as ClosedRange<UInt64> {
      let returns = walk(share: share, seed: seed).risk.returns
      let found = try #require(returns.correlation(InstrumentID(0), InstrumentID(1)))
      #expect(range.contains(found), "seed \(seed): \(found)")
      #expect(found == returns.correlation(InstrumentID(1), InstrumentID(0)))
    }
  }

  @Test("a return of one per cent a minute is a volatility of √1440 per cent a day")
  func volatility() throws {
    var ledger = followed(1_000_000, 2_000_000)
    for time in 10..<100 as Range<Int64> {
      minute(&ledger.state, time, [time % 2 == 0 ? 1_000_000 : 1_010_000])
    }
    let found = try #require(ledger.state.risk.returns.dayVolatility(InstrumentID(0)))
    #expect((found / (0.01 * Double(1_440).squareRoot()) - 1).magnitude < 0.01)
  }

  @Test("too few returns, and prices that stand still, are no number")
  func unknown() {
    var ledger = followed(1_000, 2_000)
    for time in 10..<(10 + ReturnTracker.fewest) {
      minute(&ledger.state, time, [1_000 + time % 3, 2_000 + time % 5])
    }
    let pair = (InstrumentID(0), InstrumentID(1))
    #expect(ledger.state.risk.returns.correlation(pair.0, pair.1) == nil)
    minute(&ledger.state, 90, [1_000, 2_000])
    minute(&ledger.state, 91, [1_001, 2_002])
    #expect(ledger.state.risk.returns.correlation(pair.0, pair.1) != nil)
    var still = followed(1_000, 2_000)
    for time in 10..<100 as Range<Int64> { minute(&still.state, time, [1_000, 2_000]) }
    #expect(still.state.risk.returns.correlation(pair.0, pair.1) == nil)
  }

  @Test("nothing is followed that no limit asks for")
  func unasked() {
    var ledger = followed(1_000, 2_000)
    ledger.take(.limit(LimitChange(.correlatedExposure, value: -1)))
    for time in 10..<100 as Range<Int64> { minute(&ledger.state, time, [time, 2 * time]) }
    #expect(ledger.state.risk.returns.dayVolatility(InstrumentID(0)) == nil)
  }

  @Test("what moves together shares its room, what moves apart does not")
  func exposure() {
    for (share, most) in [(1.0, 60), (-1.0, 140), (0.0, 100)] as [(Double, Int64)] {
      var ledger = followed(1_000, 2_000)
      ledger.state = walk(share: share, seed: 3)
      // Marks of 1.00 and 2.00 again: a lot is worth one and two millionths of equity.
      for (instrument, ticks) in [(UInt16(0), Int64(100)), (1, 200)] {
        reduce(
          &ledger.state,
          Event(
            receiveTime: ledger.state.time,
            .trade(
              Trade(
                instrument: InstrumentID(instrument), price: Price(ticks: ticks),
                quantity: Quantity(lots: 1), aggressor: .buy, id: 0))))
      }
      RiskLimitTests.hold(.buy, 20, &ledger)
      let refusal = RiskLimitTests.ask([RiskGateTests.buy(1_000)], ledger.state).refusal
      #expect(refusal?.suggested.lots == most, "share \(share)")
      #expect(refusal?.reason == .correlatedExposure)
    }
  }
}
