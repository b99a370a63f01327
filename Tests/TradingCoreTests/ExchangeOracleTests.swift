/// The simulated exchange against the naive one, over random markets and random orders of every kind.
///
/// `CRYPTOBOT_ORDERS` is how many orders are tried, `CRYPTOBOT_SEED` what they begin with; unset, 30,000
/// orders of seed 1. `tools/torture orders` tries a million in a release build.
import Foundation
import Testing

@testable import TradingCore

@Suite struct ExchangeOracleTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seed = environment["CRYPTOBOT_SEED"].flatMap { UInt64($0) } ?? 1
  private static let orders =
    environment["CRYPTOBOT_ORDERS"].flatMap { Int($0) } ?? 30_000
  /// Differences that are shown before the search ends.
  private static let shown = 5

  @Test("Random streams reach every rule of the exchange")
  func coverage() {
    var comparison = ExchangeComparison<EngineUnderTest>(seed: Self.seed)
    for session: UInt64 in 0..<200 { comparison.runNaive(session: session) }
    let missing = StreamCoverage.all.filter { comparison.uses[$0, default: 0] == 0 }
    #expect(missing == [], "seed \(Self.seed)")
  }

  @Test("The engine's exchange reports what the naive one does")
  func agreement() {
    var comparison = ExchangeComparison<EngineUnderTest>(seed: Self.seed)
    var session: UInt64 = 0
    var differences = 0
    while comparison.orders < Self.orders, differences < Self.shown {
      if let difference = comparison.run(session: session) {
        Issue.record("\(difference)")
        differences += 1
      }
      session += 1
    }
    print("\(comparison.orders) orders, \(comparison.reports) reports in \(session) sessions")
  }
}
