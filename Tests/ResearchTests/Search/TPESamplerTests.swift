/// How well the estimator finds what is good: beside Optuna on three functions, and beside chance.

import Foundation
import Testing
import TradingCore

@testable import Research

@Suite("The tree-structured Parzen estimator")
struct TPESamplerTests {
  /// A function of a space's points, higher is better.
  struct Landscape: Sendable, CustomTestStringConvertible {
    let name: String
    let texts: [String]
    let height: @Sendable ([Double]) -> Double
    let optuna: @Sendable (SearchReferences.Studies) -> [Double]
    var testDescription: String { name }
  }

  static let landscapes = [
    Landscape(
      name: "branin", texts: ["x=-5.0..10.0", "y=0.0..15.0"],
      height: { point in
        let (x, y) = (point[0], point[1])
        let curve = y - 5.1 / (4 * Double.pi * Double.pi) * x * x + 5 / Double.pi * x - 6
        return -(curve * curve + 10 * (1 - 1 / (8 * Double.pi)) * cos(x) + 10)
      }, optuna: { $0.branin }),
    Landscape(
      name: "rosenbrock", texts: ["x=-5.0..10.0", "y=-5.0..10.0"],
      height: { point in
        let (x, y) = (point[0], point[1])
        return -(100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x))
      }, optuna: { $0.rosenbrock }),
    Landscape(
      name: "mixed",
      texts: [
        "span=log:1..1000", "part=0.0..1.0:0.05", "rule=book|quote|candle|trade",
        "rate=log:0.00001..1.0",
      ],
      height: { point in
        let words = [0.5, 0, 1, 0.25][Int(point[2])]
        let (span, rate) = (log10(point[0]) - 2, log10(point[3]) + 3)
        return
          -(span * span + 4 * (point[1] - 0.35) * (point[1] - 0.35) + words + 0.5 * rate * rate)
      }, optuna: { $0.mixed }),
  ]

  /// The best score of a search of 100 points.
  static func best(
    _ landscape: Landscape, _ kind: SamplerKind, seed: UInt64, by generation: Int
  ) throws -> Double {
    var dimensions: [Research.Dimension] = []
    for text in landscape.texts { dimensions += try space(text).dimensions }
    var sampler = try SearchSpace(dimensions).sampler(kind, seed: seed)
    var trials: [JudgedPoint] = []
    while trials.count < 100 {
      let asked = sampler.ask(min(generation, 100 - trials.count), after: trials)
      for point in asked {
        trials.append(
          JudgedPoint(number: trials.count, point: point, score: landscape.height(point.values)))
      }
    }
    return trials.compactMap(\.score).max() ?? -.infinity
  }

  /// A quarter, half and three quarters of the way up a list.
  static func quartiles(_ values: [Double]) -> (low: Double, middle: Double, high: Double) {
    let sorted = values.sorted()
    return (sorted[sorted.count / 4], sorted[sorted.count / 2], sorted[sorted.count * 3 / 4])
  }

  /// Point by point, as Optuna's searches were made.
  @Test(
    "the median of 30 seeds is above chance's by nine tenths of what Optuna's is",
    arguments: landscapes)
  func medianBesideOptuna(landscape: Landscape) throws {
    func median(_ kind: SamplerKind) throws -> Double {
      Self.quartiles(try (0..<30).map { try Self.best(landscape, kind, seed: UInt64($0), by: 1) })
        .middle
    }
    let optuna = Self.quartiles(landscape.optuna(try SearchReferences.read().studies))
    let (ours, chance) = (try median(.tpe), try median(.random))
    #expect(ours - chance >= 0.9 * (optuna.middle - chance), "seeds 0..<30")
    #expect(ours >= optuna.low, "nor is it below Optuna's lower quartile, seeds 0..<30")
  }

  @Test(
    "in generations of eight it finds better points than chance", arguments: landscapes,
    [SamplerKind.tpe, .tpeUnivariate])
  func betterThanChance(landscape: Landscape, kind: SamplerKind) throws {
    let ours = try (0..<8).map { try Self.best(landscape, kind, seed: UInt64($0), by: 8) }
    let chance = try (0..<30).map { try Self.best(landscape, .random, seed: UInt64($0), by: 8) }
    #expect(Self.quartiles(ours).middle > Self.quartiles(chance).high, "\(kind), seeds 0..<8")
  }

  @Test(
    "no point breaks a constraint, however narrow", arguments: [SamplerKind.tpe, .tpeUnivariate])
  func constrained(kind: SamplerKind) throws {
    let space = try space(
      "a=1..400", "b=0.0..4.0", "c=x|y|z", where: ["a > 100 * b and a < 100 * b + 20", "c != y"])
    let found = points(try space.sampler(kind, seed: 3), count: 40) { $0.values[0] }
    #expect(found.count == 40 && found.allSatisfy(space.isFeasible), "seed 3")
  }

  @Test("it ends when a finite space is used up, and learns nothing from trials that failed")
  func ends() throws {
    let space = try space("a=1..3", "b=x|y|z|w")
    let all = points(try space.sampler(.tpe, seed: 1), count: 2_000, by: 4)
    #expect(Set(all).count == 12 && all.count < 2_000)
    let endless = try ResearchTests.space("x=0.0..1.0")
    let failed = points(TPESampler(endless, seed: 1), count: 24) { _ in nil }
    #expect(failed == points(RandomSampler(endless, seed: 1), count: 24))
  }

  @Test("a dimension of one value keeps it")
  func fixed() throws {
    let space = try space("a=7", "x=0.5..0.5", "y=0.0..1.0")
    let found = points(TPESampler(space, seed: 1), count: 20)
    #expect(found.count == 20 && found.allSatisfy { $0.values[0] == 0 && $0.values[1] == 0.5 })
  }
}
