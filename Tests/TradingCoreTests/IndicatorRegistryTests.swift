/// Every indicator of the registry against its definition, and the promises all of them make.
import Testing

@testable import TradingCore

@Suite("Indicators of the registry")
struct IndicatorRegistryTests {
  static let names = IndicatorRegistry.all.map(\.name)

  /// Bars of a wandering price with jumps between them, and a benchmark that goes part of the way.
  static func samples(_ count: Int, seed: UInt64, price: Double = 30_000) -> [IndicatorSample] {
    var random = RandomSource(seed: seed, label: "samples")
    var (price, benchmark) = (price, 500.0)
    return (0..<count).map { _ in
      let steps = (0..<6).map { _ in 0.01 * (2 * random.uniform() - 1) }
      var path: [Double] = []
      for step in steps {
        price *= 1 + step
        path.append(price)
      }
      benchmark *= 1 + 0.5 * steps[2] + 0.01 * (random.uniform() - 0.5)
      let bar = FullBar(
        open: path[0], high: path.max() ?? 0, low: path.min() ?? 0, close: price,
        volume: 100 * random.uniform())
      return IndicatorSample(bar: bar, benchmark: benchmark)
    }
  }

  /// The defaults, and the smallest windows that are not trivial.
  static func settings(_ entry: IndicatorEntry) throws -> [ParameterValues] {
    let usual = ParameterValues(defaultsOf: entry.parameters)
    var small = usual
    for (index, parameter) in entry.parameters.enumerated() where parameter.unit == "bars" {
      try small.set(parameter.name, to: max(parameter.minimum, 2 + Double(index)))
    }
    return [usual, small]
  }

  static func isClose(_ ours: Double, _ theirs: Double, floor: Double) -> Bool {
    ours.isNear(theirs, within: 1e-9) || (ours - theirs).magnitude <= floor
  }

  @Test(
    "answers equal the definition over whole arrays, and begin with the warm-up", arguments: names)
  func definition(name: String) throws {
    let entry = try IndicatorRegistry.entry(named: name)
    for (seed, values) in try Self.settings(entry).enumerated() {
      try expectDefinition(entry, values, Self.samples(400, seed: UInt64(seed) + 1))
    }
  }

  @Test(
    "answers equal the definition on two years of SPY bars",
    .enabled(if: SharedData.isAvailable, "\(SharedData.reason)"), arguments: names)
  func definitionOnRealBars(name: String) throws {
    let rows = try SharedData.rows("indicator-goldens-lean/spy_with_vwap.txt.gz")
    let bars = rows.map { row in row.compactMap { Double($0) } }
    let samples = bars.indices.map { index in
      let bar = bars[index]
      return IndicatorSample(
        bar: FullBar(open: bar[0], high: bar[1], low: bar[2], close: bar[3], volume: bar[4]),
        benchmark: bars[(index * 7) % bars.count][3])
    }
    #expect(samples.count > 400)
    let entry = try IndicatorRegistry.entry(named: name)
    try expectDefinition(entry, ParameterValues(defaultsOf: entry.parameters), samples)
  }

  func expectDefinition(
    _ entry: IndicatorEntry, _ values: ParameterValues, _ samples: [IndicatorSample]
  ) throws {
    let name = entry.name
    let definition = try #require(IndicatorDefinitions.all[name], "\(name) has no definition")
    let columns = definition(IndicatorDefinitions.Series(samples: samples), values)
    var indicator = try entry.make(values)
    #expect(columns.count == entry.outputs.count)
    for (index, sample) in samples.enumerated() {
      let answer = indicator.update(sample)
      #expect(answer.count == entry.outputs.count)
      for (output, ours) in answer.enumerated() {
        #expect((ours == nil) == (index < indicator.warmUp - 1), "\(name), input \(index)")
        guard let ours else { continue }
        let theirs = try #require(columns[output][index], "\(name), input \(index)")
        // A difference of prices of 30,000 cannot be known better than to 10⁻¹¹.
        #expect(
          Self.isClose(ours, theirs, floor: 1e-10),
          "\(name) \(entry.outputs[output]), input \(index): \(ours), by definition \(theirs)")
      }
    }
  }

  @Test("a copy made anywhere goes on alike, and every input shows in the bytes", arguments: names)
  func copies(name: String) throws {
    let entry = try IndicatorRegistry.entry(named: name)
    let samples = Self.samples(200, seed: 7)
    for values in try Self.settings(entry) {
      var whole = try entry.make(values)
      var copy = whole
      for (index, sample) in samples.enumerated() {
        let before = whole.fingerprint
        if index % 37 == 0 { copy = whole }
        #expect(whole.update(sample) == copy.update(sample))
        #expect(whole.fingerprint == copy.fingerprint, "\(name), input \(index)")
        #expect(whole.fingerprint != before, "\(name), input \(index)")
      }
    }
  }

  /// Bars that bring every division to its edge.
  static let edges: [(String, @Sendable (Int) -> FullBar)] = [
    ("nothing moves", { _ in FullBar(open: 7, high: 7, low: 7, close: 7, volume: 3) }),
    (
      "nothing trades",
      { i in
        FullBar(open: 7, high: 9, low: 6, close: 7 + Double(i % 2), volume: 0)
      }
    ),
    (
      "huge",
      { i in
        FullBar(
          open: 1e15, high: 2e15, low: 5e14, close: 1e15 * (1 + 0.1 * Double(i % 3)), volume: 1e15)
      }
    ),
    (
      "tiny",
      { i in
        FullBar(
          open: 1e-12, high: 2e-12, low: 5e-13, close: 1e-12 * (1 + 0.1 * Double(i % 3)),
          volume: 1e-12)
      }
    ),
    (
      "huge, then tiny",
      { i in
        let price = i % 100 < 50 ? 1e15 : 1e-12
        return FullBar(open: price, high: price, low: price, close: price, volume: price)
      }
    ),
    (
      "zero and below",
      { i in
        FullBar(open: 0, high: 0, low: -1, close: i % 2 == 0 ? 0 : -1, volume: 1)
      }
    ),
  ]

  @Test("answers are finite whatever the bars", arguments: names)
  func finite(name: String) throws {
    let entry = try IndicatorRegistry.entry(named: name)
    for (what, bar) in Self.edges {
      for values in try Self.settings(entry) {
        var indicator = try entry.make(values)
        for index in 0..<400 {
          let sample = IndicatorSample(bar: bar(index), benchmark: bar(index + 1).close)
          let isFinite = indicator.update(sample).allSatisfy { $0?.isFinite ?? true }
          #expect(isFinite, "\(name), \(what), input \(index)")
        }
      }
    }
  }
}
