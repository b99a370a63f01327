/// What indicators remember: windows forget all that left them, however long the stream was; recursive
/// ones forget where they began at the pace they state.
import Testing

@testable import TradingCore

@Suite("What indicators remember")
struct IndicatorMemoryTests {
  /// How many inputs after its warm-up an indicator may still know where it began; the window's own
  /// length is in the warm-up, so 0 for all that are not here.
  ///
  /// An exponential average of n keeps (1 − 2 ÷ (n + 1))^k, Wilder's (1 − 1 ÷ n)^k of its begin: 10⁻¹⁰
  /// after 12 n and 23 n; layers of them a little later. Kaufman's moves slowly in noise, and stops
  /// agree from the first turn of both, which these samples bring within the number given.
  static let settling: [String: Int] = [
    "ema": 12 * 20, "wilder": 23 * 14, "dema": 15 * 20, "tema": 18 * 20, "kama": 3_000,
    "macd": 15 * 26, "tsi": 15 * 25, "rsi": 23 * 14, "stochrsi": 30 * 14, "adx": 27 * 14,
    "atr": 23 * 14, "keltner": 23 * 10 + 12 * 20, "psar": 500, "supertrend": 1_500,
  ]

  /// Running sums differ by a constant for ever, as their documentation says.
  static let unending = ["obv", "ad"]

  @Test(
    "two that began at different bars agree once settled",
    arguments: IndicatorRegistryTests.names.filter { !unending.contains($0) })
  func settles(name: String) throws {
    let entry = try IndicatorRegistry.entry(named: name)
    let samples = IndicatorRegistryTests.samples(5_000, seed: 11)
    let values = ParameterValues(defaultsOf: entry.parameters)
    for start in [1, 137, 1_000] {
      var early = try entry.make(values)
      var late = early
      // The first true range has no close before it, so a window over ranges needs one bar more.
      let settled = start + late.warmUp + (Self.settling[name] ?? 1)
      for (index, sample) in samples.enumerated() {
        let first = early.update(sample)
        guard index >= start else { continue }
        let second = late.update(sample)
        guard index >= settled else { continue }
        for (one, other) in zip(first, second) {
          let (one, other) = (try #require(one), try #require(other))
          #expect(
            IndicatorRegistryTests.isClose(one, other, floor: 1e-9),
            "\(name) from \(start), input \(index): \(one) and \(other)")
        }
      }
    }
  }

  @Test("running sums that began at different bars differ by a constant", arguments: unending)
  func constantDifference(name: String) throws {
    let entry = try IndicatorRegistry.entry(named: name)
    var early = try entry.make(ParameterValues(defaultsOf: entry.parameters))
    var late = early
    var difference: Double?
    for (index, sample) in IndicatorRegistryTests.samples(3_000, seed: 12).enumerated() {
      let first = try #require(early.update(sample)[0])
      guard index >= 100 else { continue }
      let second = try #require(late.update(sample)[0])
      guard index > 100 else { continue }
      let between = difference ?? (first - second)
      difference = between
      #expect((first - second - between).magnitude < 1e-9, "\(name), input \(index)")
    }
  }

  /// Runs an indicator over a million inputs, 10¹² among them once, and one over the last few only.
  /// - Returns: both answers to the last input.
  func afterMillion<Member: Indicator>(
    _ indicator: Member, _ input: (FullBar) -> Member.Input
  ) throws -> (Member.Output, Member.Output) {
    var long = indicator
    var fresh = indicator
    var random = RandomSource(seed: 13, label: "million")
    let count = 1_000_003
    var last: (Member.Output?, Member.Output?) = (nil, nil)
    for index in 0..<count {
      let price = index == 500_000 ? 1e12 : 30_000 + 1_000 * random.uniform()
      let volume = index == 500_000 ? 1e12 : random.uniform()
      let bar = FullBar(
        open: price - 5, high: price + 10, low: price - 10, close: price, volume: volume)
      last.0 = long.update(input(bar))
      if index >= count - indicator.warmUp { last.1 = fresh.update(input(bar)) }
    }
    return (try #require(last.0), try #require(last.1))
  }

  @Test("sums of prices do not drift over a million inputs")
  func prices() throws {
    let average = try afterMillion(WeightedMovingAverage(length: 100)) { $0.close }
    #expect(average.0.isNear(average.1, within: 1e-13))
    let line = try afterMillion(LinearRegression(length: 100)) { $0.close }
    #expect(line.0.slope.isNear(line.1.slope, within: 1e-10))
    #expect(line.0.determination.isNear(line.1.determination, within: 1e-10))
    let channel = try afterMillion(CommodityChannel(length: 20)) { $0.prices }
    #expect(channel.0.isNear(channel.1, within: 1e-10))
  }

  @Test("sums of volume and of returns do not drift over a million inputs")
  func volumesAndReturns() throws {
    let flow = try afterMillion(MoneyFlow(length: 14)) { $0 }
    #expect(flow.0.isNear(flow.1, within: 1e-13))
    let price = try afterMillion(VolumeWeightedPrice(length: 50)) { $0 }
    #expect(price.0.isNear(price.1, within: 1e-13))
    let spread = try afterMillion(YangZhangVolatility(length: 20)) { $0 }
    #expect(spread.0.isNear(spread.1, within: 1e-12))
    let pair = try afterMillion(Correlation(length: 50)) {
      SeriesPair(value: $0.close, benchmark: $0.volume)
    }
    #expect(pair.0.isNear(pair.1, within: 1e-10))
  }

  @Test("a running sum keeps what a plain sum rounds off")
  func runningSum() {
    var balance = OnBalanceVolume()
    var last: Double?
    for index in 0..<100_000 {
      let isBig = index == 0
      last = balance.update(
        FullBar(open: 1, high: 1, low: 1, close: Double(index), volume: isBig ? 1e15 : 0.01))
    }
    #expect(last == 1e15 + 999.99)
  }

  @Test("the registry's names are unlike each other, and its defaults are in range")
  func registry() throws {
    let names = IndicatorRegistryTests.names
    #expect(names.count == Set(names).count)
    #expect(Set(names) == Set(IndicatorDefinitions.all.keys))
    for entry in IndicatorRegistry.all {
      var values = ParameterValues(defaultsOf: entry.parameters)
      for parameter in entry.parameters {
        try values.set(parameter.name, to: parameter.defaultValue)
      }
      #expect(!entry.summary.isEmpty && entry.definition.hasSuffix(".") && !entry.outputs.isEmpty)
      _ = try entry.make(values)
    }
  }

  @Test("the registry names the nearest indicator, and refuses values that do not go together")
  func refusals() throws {
    #expect(throws: ParameterError.noIndicator("bolinger", nearest: "bollinger")) {
      try IndicatorRegistry.entry(named: "bolinger")
    }
    let entry = try IndicatorRegistry.entry(named: "macd")
    var values = ParameterValues(defaultsOf: entry.parameters)
    try values.set("fast", to: 27)
    #expect(throws: ParameterError.conflict("`fast` must not exceed `slow`")) {
      try entry.make(values)
    }
  }
}
