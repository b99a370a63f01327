/// How much each parameter mattered: against functions whose shares are known on paper.

import Testing
import TradingCore

@testable import Research

@Suite("Sensitivity of a search")
struct SensitivityTests {
  static func grid(
    _ space: SearchSpace, _ score: (Point) -> Double?
  ) throws -> [JudgedPoint] {
    judged(points(try GridSampler(space), count: 10_000), score)
  }

  @Test("of a sum on a grid each part has the share of its variance")
  func sum() throws {
    let space = try space("a=1..5", "b=1..5", "c=x|y")
    let trials = try Self.grid(space) { $0.values[0] + 2 * $0.values[1] }
    let shares = Sensitivity.all(space, in: trials).map(\.share)
    #expect(agrees(shares.compactMap { $0 }, [1.0 / 5, 4.0 / 5, 0]))
    let both = Sensitivity(space, of: [0, 1], in: trials)
    #expect(agrees(both.share ?? .nan, 1) && both.levels.count == 25)
    #expect(both.levels[7].text == "2, 3" && both.levels[7].mean == 8 && both.levels[7].count == 2)
  }

  @Test("what acts only together has no share alone")
  func product() throws {
    let space = try space("a=-1..1", "b=-1..1")
    let trials = try Self.grid(space) { $0.values[0] * $0.values[1] }
    #expect(Sensitivity.all(space, in: trials).map(\.share) == [0, 0])
    #expect(Sensitivity(space, of: [0, 1], in: trials).share == 1)
  }

  @Test("levels have the count, the mean and the best of their trials; failed ones count nowhere")
  func levels() throws {
    let space = try space("a=1..3", "b=1..4")
    let trials = try Self.grid(space) { point in
      point.values == [2, 3] ? nil : 10 * point.values[0] + point.values[1]
    }
    let levels = Sensitivity(space, of: [0], in: trials).levels
    #expect(levels.map(\.text) == ["1", "2", "3"] && levels.map(\.count) == [4, 3, 4])
    #expect(agrees(levels[1].mean ?? .nan, (21.0 + 22 + 24) / 3) && levels[1].best == 24)
  }

  @Test(
    "a range of many values is cut into parts of one width", arguments: ["0.0..40.0", "0..400"])
  func parts(text: String) throws {
    let space = try space("x=\(text)")
    let trials = judged(points(RandomSampler(space, seed: 1), count: 300)) { $0.values[0] }
    let effect = Sensitivity(space, of: [0], in: trials)
    #expect(effect.levels.count == Sensitivity.mostLevels)
    #expect(effect.levels.reduce(0) { $0 + $1.count } == 300)
    let means = effect.levels.compactMap(\.mean)
    #expect(means == means.sorted() && (effect.share ?? 0) > 0.99, "seed 1")
  }

  @Test("parts of a logarithmic range are even over the logarithm")
  func logarithmic() throws {
    let space = try space("x=log:1..1000000")
    let trials = judged([Point([1]), Point([1000]), Point([1_000_000])]) { $0.values[0] }
    let counts = Sensitivity(space, of: [0], in: trials).levels.map(\.count)
    #expect(counts[0] == 1 && counts[10] + counts[9] == 1 && counts[19] == 1)
  }

  @Test("scores that do not differ, or none, have no share")
  func nothing() throws {
    let space = try space("a=1..3")
    #expect(Sensitivity(space, of: [0], in: try Self.grid(space) { _ in 4 }).share == nil)
    #expect(Sensitivity(space, of: [0], in: []).share == nil)
  }
}
