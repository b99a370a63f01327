/// Grid and random sampling: which points come, in which order, and that a search goes on after a stop.

import Testing
import TradingCore

@testable import Research

@Suite("Search samplers")
struct SamplerTests {
  @Test("a grid moves its last dimension fastest and leaves out what is not allowed")
  func gridOrder() throws {
    let space = try space("a=1..2", "b=x|y", "c=0.5..1:0.5", where: ["a == 1 or b == y"])
    let grid = points(try GridSampler(space), count: 100, by: 3)
    #expect(
      grid.map(\.values) == [
        [1, 0, 0.5], [1, 0, 1], [1, 1, 0.5], [1, 1, 1], [2, 1, 0.5], [2, 1, 1],
      ])
    #expect(space.gridCount == 8)
    var sampler = try GridSampler(space)
    _ = sampler.ask(100, after: [])
    #expect(sampler.shortfall == nil, "it looked at every point")
  }

  @Test("settings are what --set takes")
  func settings() throws {
    let space = try space("fast=1..3", "rule=book|quote", "size=10%..30%:10%", "x=0.1..0.3:0.1")
    let settings = space.settings(of: Point([2, 1, 30, 0.3])).map { "\($0.key)=\($0.text)" }
    let prefix = "strategy.parameters."
    #expect(settings == ["fast=2", "rule=quote", "size=30%", "x=0.3"].map { prefix + $0 })
  }

  @Test("a grid over a dimension without steps is refused")
  func endlessGrid() throws {
    let space = try space("a=1..2", "x=0.5..2")
    let said = searchRefusal { () throws(SearchError) in _ = try space.sampler(.grid, seed: 1) }
    #expect(said.contains("a grid needs a step for `x`"))
  }

  @Test("more points than an Int counts are no trap")
  func hugeGrid() throws {
    let wide = "0..9000000000000000"
    let space = try space("a=\(wide)", "b=\(wide)")
    #expect(space.gridCount == .max)
    #expect(points(try GridSampler(space), count: 2).map(\.values) == [[0, 0], [0, 1]])
    #expect(Set(points(RandomSampler(space, seed: 1), count: 50)).count == 50)
  }

  @Test(
    "every sampler goes on from stored points as if it had never stopped",
    arguments: SamplerKind.allCases)
  func resume(kind: SamplerKind) throws {
    let space = try space("a=1..40", "b=0.5..4:0.5", "c=x|y|z", where: ["a > 2 * b"])
    let sampler = try space.sampler(kind, seed: 7)
    let whole = points(sampler, count: 40)
    #expect(whole.count == 40)
    for stop in [8, 24, 32] {
      var later = try space.sampler(kind, seed: 7)
      let trials = judged(Array(whole[..<stop])) { $0.values.reduce(0, +) }
      #expect(later.ask(8, after: trials) == Array(whole[stop..<(stop + 8)]))
      #expect(later.ask(8, after: trials) == Array(whole[stop..<(stop + 8)]), "asked twice")
    }
  }

  @Test("random points of a finite space come once each, until all that are allowed have come")
  func exhausted() throws {
    let space = try space("a=1..12", "b=log:1..9", where: ["a != b"])
    for seed in 1...5 as ClosedRange<UInt64> {
      let all = points(RandomSampler(space, seed: seed), count: 1_000)
      #expect(all.count == 12 * 9 - 9, "seed \(seed)")
      #expect(Set(all).count == all.count && all.allSatisfy(space.isFeasible), "seed \(seed)")
    }
  }

  @Test("a grid ends where a million points in a row break a condition, and stays at its end")
  func desert() throws {
    let wide = "1..20000000"
    let none = try space("a=\(wide)", "b=30000000..50000000", where: ["a > b"])
    #expect(points(try GridSampler(none), count: 8).isEmpty)
    var sampler = try GridSampler(try space("a=\(wide)", where: ["a < 4 or a == 1000003"]))
    let found = sampler.ask(8, after: [])
    #expect(found.map(\.values) == [[1], [2], [3], [1_000_003]])
    #expect(sampler.ask(8, after: judged(found) { _ in 1 }).isEmpty)
    let said = try #require(sampler.shortfall)
    #expect(said.contains("after 2,000,003 of its 20,000,000 points"), "\(said)")
  }

  @Test("a grid is counted without the points that break a condition, and refused with its size")
  func gridTooLarge() throws {
    func trials(_ where: String...) throws -> Int {
      try SearchPlan(
        space("a=1..600", "b=1..600", where: `where`), sampler: .grid,
        objective: Objective("return")
      ).trials
    }
    #expect(try trials("a < 100 and b < 100") == 99 * 99)
    let all = #expect(throws: SearchError.self) { try trials() }
    #expect(all?.message.hasPrefix("the grid has 360,000 points, and a search tries") == true)
    let half = #expect(throws: SearchError.self) { try trials("a < b") }
    #expect(half?.message.hasPrefix("the grid has 179,700 points that meet all conditions") == true)
  }

  @Test(
    "a plan whose conditions no point meets is refused with them", arguments: SamplerKind.allCases)
  func hopeless(kind: SamplerKind) throws {
    let space = try space("a=1..9", "b=1..9", where: ["a < 5", "a > b + 8"])
    let said = searchRefusal { () throws(SearchError) in
      _ = try SearchPlan(space, sampler: kind, objective: try Objective("sharpe"))
    }
    #expect(
      said
        == "no point was found that meets `a < 5` and `a > b + 8`: change a condition, or a range")
  }

  @Test(
    "a condition that no point meets ends a search before it begins", arguments: ["1..9", "0.5..1"])
  func impossible(text: String) throws {
    let space = try space("a=\(text)", where: ["a < 0"])
    #expect(points(RandomSampler(space, seed: 1), count: 8).isEmpty)
  }

  @Test("another seed gives another search")
  func seeds() throws {
    let space = try space("x=0.5..2")
    let one = points(RandomSampler(space, seed: 1), count: 8)
    #expect(one != points(RandomSampler(space, seed: 2), count: 8))
    #expect(
      one == points(RandomSampler(space, seed: 1), count: 8, by: 3), "generations do not matter")
  }

  @Test("draws are even over a range, its steps, or its logarithm")
  func distributions() throws {
    let space = try space(
      "even=0.0..1.5", "log=log:0.001..10.0", "step=1..3:0.5", "whole=log:1..100")
    var source = RandomSource(seed: 5, label: "distributions")
    var (even, below, steps, small) = (0, 0, [0, 0, 0, 0, 0], 0)
    let count = 20_000
    for _ in 0..<count {
      let values = space.random(&source).values
      if values[0] < 0.5 { even += 1 }
      if values[1] < 0.1 { below += 1 }
      steps[Int((values[2] - 1) * 2)] += 1
      if values[3] < 10 { small += 1 }
    }
    // Five standard deviations of a binomial count.
    func isNear(_ seen: Int, _ share: Double) -> Bool {
      let deviation = (Double(count) * share * (1 - share)).squareRoot()
      return (Double(seen) - Double(count) * share).magnitude < 5 * deviation
    }
    #expect(isNear(even, 1.0 / 3) && isNear(below, 0.5), "seed 5")
    #expect(steps.allSatisfy { isNear($0, 0.2) }, "seed 5: \(steps)")
    let share =
      (Elementary.log(9.5) - Elementary.log(0.5)) / (Elementary.log(100.5) - Elementary.log(0.5))
    #expect(isNear(small, share), "seed 5")
  }

  @Test("a dimension that stands twice, or none at all, is refused")
  func badSpaces() {
    #expect(
      searchRefusal { () throws(SearchError) in _ = try space("a=1..2", "a=1..3") }
        == "`a` stands twice")
    #expect(
      searchRefusal { () throws(SearchError) in _ = try SearchSpace([]) }
        == "there is nothing to vary")
  }

  @Test("every small space is used up, and nothing else is asked for")
  func smallSpaces() throws {
    let texts = [
      ["1..1", "x", "0.5..1:0.5"], ["1..2", "x|y", "log:1..3"], ["1..3", "0.1..0.3:0.1", "5|7"],
    ]
    let conditions = [[], ["a < 3"], ["a != b or c == c"], ["a * 2 > 2"]]
    for sizes in 0..<27 {
      let picked = [sizes % 3, sizes / 3 % 3, sizes / 9]
      let space = try ResearchTests.space(
        "a=\(texts[picked[0]][0])",
        "b=\(texts[picked[1]][1].replacing("x", with: "1").replacing("y", with: "2"))",
        "c=\(texts[picked[2]][2])", where: conditions[sizes % 4])
      let all = (0..<(space.gridCount ?? 0)).compactMap(space.gridPoint).filter(space.isFeasible)
      #expect(points(try GridSampler(space), count: 100) == all)
      let drawn = points(RandomSampler(space, seed: 1), count: 100, by: 4)
      #expect(drawn.count == all.count && Set(drawn) == Set(all), "seed 1")
    }
  }

  @Test("the points of a search are the same bits on every machine")
  func pinned() throws {
    let space = try space(
      "a=2..60", "x=0.0..3.0", "rate=log:0.001..1.0", "span=log:1..500", "rule=book|quote",
      "part=0.0..1.0:0.1",
      where: ["a > 10 * x"])
    var digests: [String] = []
    for kind in SamplerKind.allCases where kind != .grid {
      let found = points(try space.sampler(kind, seed: 42), count: 64) { point in
        point.values[1] - point.values[2] * point.values[0] / 100 + point.values[5]
          * point.values[4]
      }
      let bits = found.flatMap { $0.values.map(\.bitPattern) }
      let bytes = bits.flatMap { bits in (0..<8).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
      }
      digests.append(hexadecimal(XXH64.hash(bytes, seed: 0)))
    }
    #expect(digests == ["9036b489e5938ddb", "d24e7d466fee15ec", "e23f461552a0e2bf"])
  }
}
