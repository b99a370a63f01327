/// What folds come to together: stitched equity, efficiency, agreement of orders, stability.
import Testing
import TradingCore

@testable import Research

@Suite("Walk-forward results")
struct WalkForwardResultTests {
  static func money(_ units: Int64) -> Money { Money(units: Int128(units) * Money.one.units) }

  /// A fold of 10 days in and 5 out whose equity takes these values at its days.
  static func fold(
    _ number: Int, equity: [Int64], capital: Int64 = 100, inSampleReturn: Double = 0.2,
    scores: (Double?, Double?) = (1, 1), chosen: [Double] = [0], step: Int64 = 5
  ) -> FoldResult {
    let start = Int64(number - 1) * step + 10
    let fold = WindowFold(
      number: number, inSample: WindowPlanTests.range(start - 10, start),
      outOfSample: WindowPlanTests.range(start, start + 5), warmUp: .zero)
    let points = equity.enumerated().map { place, value in
      EquityPoint(time: WindowPlanTests.day(start + Int64(place) + 1), equity: money(value))
    }
    return FoldResult(
      fold: fold, chosen: Point(chosen), inSampleScore: scores.0, outOfSampleScore: scores.1,
      inSampleReturn: inSampleReturn, outOfSample: points, capital: money(capital))
  }

  @Test("equity of folds compounds exactly over the joints")
  func stitched() {
    let folds = [
      Self.fold(1, equity: [110, 120]), Self.fold(2, equity: [50, 75]),
      Self.fold(3, equity: [800, 1_000], capital: 500),
    ]
    let stitched = StitchedEquity(folds, capital: Self.money(1_000))
    #expect(
      stitched.points.map(\.equity)
        == [1_000, 1_100, 1_200, 1_200, 600, 900, 900, 1_440, 1_800].map(Self.money))
    #expect(
      stitched.points.map(\.time)
        == [10, 11, 12, 15, 16, 17, 20, 21, 22].map(WindowPlanTests.day))
    #expect(stitched.totalReturn == 0.8)
    let compound = ReturnTables.compound(folds.map(\.outOfSampleReturn))
    #expect((stitched.totalReturn - compound).magnitude < 1e-15)
    #expect(stitched.points.map(\.drawdown).max() == 0.5)
    #expect(stitched.points.last?.drawdown == 0)
    // Day 10 starts at the capital, day 13 and 14 have no points.
    let daily: [Double] = [0, 0.1, 1.0 / 11, 0, 0, 0, -0.5, 0.5, 0, 0, 0, 0.6, 0.25]
    #expect(agrees(stitched.dailyReturns, daily))
  }

  @Test("a point at a joint stands once, and nothing follows a total loss")
  func joints() {
    var first = Self.fold(1, equity: [110, 120, 130, 140, 150])
    #expect(first.outOfSample.last?.time == first.fold.outOfSample.upperBound)
    let second = Self.fold(2, equity: [0])
    let third = Self.fold(3, equity: [200])
    let stitched = StitchedEquity([first, second, third], capital: Self.money(10))
    #expect(stitched.points.map(\.equity) == [10, 11, 12, 13, 14, 15, 0].map(Self.money))
    #expect(stitched.totalReturn == -1)
    first.outOfSample = []
    let empty = StitchedEquity([first, Self.fold(2, equity: [])], capital: Self.money(10))
    #expect(empty.points.map(\.equity) == [10, 10].map(Self.money))
    #expect(StitchedEquity([], capital: Self.money(10)).totalReturn == 0)
  }

  @Test("thousands of folds compound to the product of their returns")
  func longChain() {
    var random = RandomSource(seed: 61, label: "folds")
    let folds = (1...2_000).map { number in
      Self.fold(number, equity: [random.integer(in: 9_900...10_110)], capital: 10_000)
    }
    let stitched = StitchedEquity(folds, capital: Self.money(1_000))
    let compound = ReturnTables.compound(folds.map(\.outOfSampleReturn))
    #expect(agrees(stitched.totalReturn, compound), "seed 61")
  }

  @Test(
    "efficiency is the rate out of sample over that in sample, and nothing without an in-sample gain"
  )
  func efficiency() {
    // 20 % in 10 days against 6 % in 5 days.
    let even = Self.fold(1, equity: [106])
    #expect(agrees(WalkForwardEfficiency.of(even).value ?? 0, 0.6))
    let loss = Self.fold(2, equity: [95], inSampleReturn: 0.1)
    #expect(agrees(WalkForwardEfficiency.of(loss).value ?? 0, -1))
    // Together 1 % in 10 days against 30 % in 20.
    #expect(agrees(WalkForwardEfficiency.of([even, loss]).value ?? 0, 0.01 / 10 / (0.3 / 20)))
    let flat = Self.fold(1, equity: [110], inSampleReturn: 0)
    #expect(WalkForwardEfficiency.of(flat) == Figure(missing: "nothing was earned in sample"))
    #expect(WalkForwardEfficiency.of([]) == Figure(missing: "no fold"))
    #expect(WalkForwardEfficiency.profitableShare([even, loss]).value == 0.5)
  }

  @Test("the rank correlation of scores is SciPy's, and has nothing to say of few or equal ones")
  func rankCorrelation() throws {
    for pair in try StatisticsReferences.read().ranks {
      #expect(agrees(try rankCorrelationOf(pair.x, pair.y), pair.correlation))
    }
    func of(_ scores: [(Double?, Double?)]) -> Figure {
      WalkForwardEfficiency.rankCorrelation(
        scores.enumerated().map { Self.fold($0 + 1, equity: [100], scores: $1) })
    }
    #expect(of([(1, 5), (2, 6), (3, 9)]).value == 1)
    #expect(of([(1, 9), (2, 6), (nil, 7), (3, 1)]).value == -1)
    #expect(of([(1, 9), (2, nil), (3, 1)]).reason == "fewer than three folds with scores")
    #expect(of([(1, 1), (1, 2), (1, 3)]).reason == "all scores are the same")
    #expect(of([(1, 4), (2, 4), (3, 4)]).reason == "all scores are the same")
  }

  @Test("stability counts the folds that chose close to the middle")
  func stability() throws {
    let dimensions = [
      try dimension("fast", "0..100"), try dimension("slow", "1..3"),
      try dimension("rate", "log:0.001..1", isWhole: false), try dimension("mode", "up|down|both"),
    ]
    let chosen: [[Double]] = [
      [40, 1, 0.01, 2], [50, 2, 0.01, 0], [55, 2, 0.1, 2], [61, 3, 0.1, 1], [90, 2, 1, 2],
    ]
    let results = chosen.enumerated().map { Self.fold($0 + 1, equity: [100], chosen: $1) }
    let all = ParameterStability.all(results, over: try SearchSpace(dimensions))
    #expect(all.map(\.name) == ["fast", "slow", "rate", "mode"])
    #expect(all.map(\.centre) == ["55", "2", "0.1", "both"])
    #expect(all.map(\.nearShare) == [0.6, 1, 0.4, 0.6])
    #expect(all[0].mean == 59.2)
    #expect(agrees(all[0].spread ?? 0, 355.7.squareRoot()))
    #expect(agrees(all[2].mean ?? 0, 0.06309573444801933))
    #expect(all[3].mean == nil && all[3].spread == nil)
    #expect(all[3].texts == ["both", "up", "both", "down", "both"])
    #expect(ParameterStability(dimensions[0], [7]).spread == nil)
  }
}
