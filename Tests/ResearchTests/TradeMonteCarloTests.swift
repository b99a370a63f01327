/// Round trips in another order: against every order and every draw of few, enumerated.
import Testing
import TradingCore

@testable import Research

@Suite("Monte Carlo of trades")
struct TradeMonteCarloTests {
  static let returns = [0.3, -0.4, 0.1, -0.25]

  /// The end, the deepest fall and the lowest equity of round trips in this order.
  static func walk(_ returns: [Double]) -> (end: Double, fall: Double, lowest: Double) {
    var (equity, peak, fall, lowest) = (1.0, 1.0, 0.0, 1.0)
    for value in returns {
      equity *= 1 + value
      peak = max(peak, equity)
      fall = max(fall, 1 - equity / peak)
      lowest = min(lowest, equity)
    }
    return (equity, fall, lowest)
  }

  /// All 4⁴ draws with replacement, or the 24 of them that take each once.
  static func all(_ draw: TradeMonteCarlo.Draw) -> [[Double]] {
    let places = (0..<256).map { [$0 & 3, $0 >> 2 & 3, $0 >> 4 & 3, $0 >> 6] }
    return places.filter { draw == .resample || $0.sorted() == [0, 1, 2, 3] }
      .map { $0.map { returns[$0] } }
  }

  @Test(
    "bands and ruin of many paths are those of all paths", arguments: TradeMonteCarlo.Draw.allCases)
  func enumerated(draw: TradeMonteCarlo.Draw) throws {
    let count = 20_000
    let drawn = try TradeMonteCarlo(
      Self.returns, draw: draw, paths: count, ruinLevel: 0.6, seed: 5)
    let all = Self.all(draw).map(Self.walk)
    #expect(all.count == (draw == .shuffle ? 24 : 256))
    func expect(_ share: Double, _ holds: ((end: Double, fall: Double, lowest: Double)) -> Bool) {
      let truth = Double(all.count(where: holds)) / Double(all.count)
      let error = (truth * (1 - truth) / Double(count)).squareRoot()
      #expect((share - truth).magnitude <= 5 * error, "seed 5: \(share), \(truth)")
    }
    expect(drawn.ruin) { $0.lowest <= 0.6 }
    for level in [0.3, 0.45, 0.55] {
      expect(drawn.drawdown.share { $0 <= level }) { $0.fall <= level }
    }
    for level in [0.5, 0.7, 1, 1.4] {
      expect(drawn.finalEquity.share { $0 <= level }) { $0.end <= level }
    }
    let whole = Self.walk(Self.returns)
    #expect(drawn.finalEquity.estimate == whole.end)
    #expect(drawn.drawdown.estimate == whole.fall)
  }

  @Test("a shuffle never changes the end, and a total loss stays one")
  func ends() throws {
    let shuffled = try TradeMonteCarlo(Self.returns, draw: .shuffle, paths: 200, seed: 6)
    for end in shuffled.finalEquity.values {
      #expect((end - shuffled.finalEquity.estimate).magnitude < 1e-15)
    }
    let lost = try TradeMonteCarlo([0.5, -1.2, 0.5], draw: .shuffle, paths: 20, ruinLevel: 0)
    #expect(lost.finalEquity.values.allSatisfy { $0 == 0 })
    #expect(lost.ruin == 1)
    #expect(lost.drawdown.values.allSatisfy { $0 == 1 })
  }

  @Test("one seed gives one result, and another seed another")
  func seeds() throws {
    let one = try TradeMonteCarlo(Self.returns, draw: .resample, paths: 50, seed: 1)
    #expect(one == (try TradeMonteCarlo(Self.returns, draw: .resample, paths: 50, seed: 1)))
    #expect(one != (try TradeMonteCarlo(Self.returns, draw: .resample, paths: 50, seed: 2)))
  }

  @Test("profits become returns on the equity before them, until there is none")
  func profits() throws {
    let returns = try TradeMonteCarlo.returns(profits: [10, -55, 11], capital: 100)
    #expect(returns == [0.1, -0.5, 0.2])
    #expect(throws: StatisticFault.ruined) {
      try TradeMonteCarlo.returns(profits: [-100, 5], capital: 100)
    }
    #expect(throws: StatisticFault.tooFewTrades(have: 1, need: 2)) {
      try TradeMonteCarlo([0.1], draw: .shuffle)
    }
    #expect(throws: StatisticFault.notFinite) {
      try TradeMonteCarlo([0.1, .infinity], draw: .shuffle)
    }
  }
}
