/// The strategy on streams short enough to work out by hand.

import Testing

@testable import TradingCore

@Suite("example")
struct ExampleTests {
  /// What it says on each trade of a series of prices, nothing where it is silent.
  private func said(_ parameters: [String: Double], _ prices: [Int64]) throws -> [[String]] {
    var bench = try StrategyBench<Example>(parameters)
    return prices.map { bench.trade($0) }
  }

  @Test("it buys a rise that is not overdone, and sells when the close falls below its average")
  func risesAndFalls() throws {
    let values = ["length": 3.0, "strength": 2, "ceiling": 100]
    #expect(
      try said(values, [100, 99, 101, 103, 104, 90, 80]) == [[], [], ["1.0"], [], [], ["0.0"], []])
  }

  @Test("it does not buy while strength is at or above the ceiling")
  func overdone() throws {
    let values = ["length": 3.0, "strength": 2, "ceiling": 60]
    #expect(try said(values, [100, 101, 102, 103]).allSatisfy { $0.isEmpty })
  }

  @Test("it says nothing before both indicators are warm")
  func warmUp() throws {
    let values = ["length": 2.0, "strength": 5, "ceiling": 100]
    let words = try said(values, [100, 101, 100, 101, 100, 101])
    #expect(words.dropLast().allSatisfy { $0.isEmpty })
    #expect(words.last == ["1.0"])
  }

  @Test("everything it remembers is in its canonical bytes")
  func bytes() throws {
    var bench = try StrategyBench<Example>(["length": 3, "strength": 2])
    var seen: Set<UInt64> = [bench.strategy.fingerprint]
    for price: Int64 in [100, 103, 101, 107] {
      _ = bench.trade(price)
      #expect(seen.insert(bench.strategy.fingerprint).inserted)
    }
  }
}
