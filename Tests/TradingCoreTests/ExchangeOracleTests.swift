/// The simulated exchange against the naive one, over random markets and random orders of every kind.
import Testing

@testable import TradingCore

@Suite struct ExchangeOracleTests {
  @Test("Random streams reach every rule of the exchange")
  func coverage() {
    var comparison = ExchangeComparison(seed: 1)
    for session: UInt64 in 0..<150 {
      _ = comparison.run(session: session, against: NaiveUnderTest.self)
    }
    for (use, count) in comparison.uses.sorted(by: { $0.key < $1.key }) { print(count, use) }
    print(comparison.orders, comparison.reports)
  }
}
