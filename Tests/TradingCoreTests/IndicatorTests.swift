/// Indicators against their definitions over whole arrays, and the promises every one of them makes.
import Testing

@testable import TradingCore

@Suite("Indicators")
struct IndicatorTests {
  /// Prices around 30,000 that jump by up to 1 %, from a seed.
  static func prices(_ count: Int, seed: UInt64) -> [Double] {
    var random = RandomSource(seed: seed, label: "prices")
    var price = 30_000.0
    return (0..<count).map { _ in
      price *= 1 + 0.01 * (2 * random.uniform() - 1)
      return (price * 100).rounded() / 100
    }
  }

  static func bars(_ count: Int, seed: UInt64) -> [IndicatorBar] {
    let prices = prices(count * 3, seed: seed)
    return (0..<count).map { index in
      let three = prices[(3 * index)..<(3 * index + 3)]
      return IndicatorBar(
        high: three.max() ?? 0, low: three.min() ?? 0, close: prices[3 * index + 2])
    }
  }

  @Test("the simple average is the mean of the window", arguments: [1, 2, 5, 14, 100])
  func simpleAverage(length: Int) {
    let prices = Self.prices(1_000, seed: 1)
    var average = SimpleMovingAverage(length: length)
    for (index, price) in prices.enumerated() {
      let ours = average.update(price)
      guard index >= length - 1 else {
        #expect(ours == nil)
        continue
      }
      let mean = prices[(index - length + 1)...index].reduce(0, +) / Double(length)
      #expect(ours!.isNear(mean, within: 1e-14), "seed 1, index \(index)")
    }
  }

  @Test("rolling sums do not drift, and forget a giant within two windows")
  func drift() {
    var average = SimpleMovingAverage(length: 10)
    var spread = RollingDeviation(length: 10)
    for _ in 0..<10 {
      _ = average.update(1e18)
      _ = spread.update(1e18)
    }
    let prices = Self.prices(500_005, seed: 2)
    var last = (average: 0.0, spread: RollingDeviation.Output(mean: 0, deviation: 0))
    for price in prices {
      last.average = average.update(price) ?? .nan
      if let output = spread.update(price) { last.spread = output }
    }
    let window = prices.suffix(10)
    let mean = window.reduce(0, +) / 10
    let variance = window.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 10
    #expect(last.average.isNear(mean, within: 1e-14))
    #expect(last.spread.mean.isNear(mean, within: 1e-14))
    #expect(last.spread.deviation.isNear(variance.squareRoot(), within: 1e-12))
  }

  @Test("deviation, bands and z-score follow the window's definition", arguments: [2, 3, 20, 50])
  func spread(length: Int) {
    let prices = Self.prices(600, seed: 3)
    var bands = BollingerBands(length: length, width: 2)
    var score = ZScore(length: length)
    for (index, price) in prices.enumerated() {
      let (band, z) = (bands.update(price), score.update(price))
      guard index >= length - 1 else {
        #expect(band == nil && z == nil)
        continue
      }
      let window = prices[(index - length + 1)...index]
      let mean = window.reduce(0, +) / Double(length)
      let squares = window.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      let deviation = (squares / Double(length)).squareRoot()
      #expect(band!.upper.isNear(mean + 2 * deviation, within: 1e-12), "seed 3, index \(index)")
      #expect(band!.lower.isNear(mean - 2 * deviation, within: 1e-12), "seed 3, index \(index)")
      #expect((z! - (price - mean) / deviation).magnitude < 1e-9, "seed 3, index \(index)")
    }
  }

  @Test("values that stop varying have deviation and z-score zero, not rounding noise")
  func constant() {
    var score = ZScore(length: 20)
    var last: Double?
    for price in Self.prices(333, seed: 4) { last = score.update(price) }
    for _ in 0..<20 { last = score.update(30_123.45) }
    #expect(last == 0)
  }

  @Test("the channel is the extremes of the window for every short series of three values")
  func channelExhaustively() {
    for length in 1...4 {
      for code in 0..<6_561 {
        let values = (0..<8).map { Double(code / [1, 3, 9, 27, 81, 243, 729, 2_187][$0] % 3) }
        var highest = RollingExtreme.highest(length: length)
        var lowest = RollingExtreme.lowest(length: length)
        for (index, value) in values.enumerated() {
          let (high, low) = (highest.update(value), lowest.update(value))
          let window = values[max(0, index - length + 1)...index]
          let isWarm = index >= length - 1
          #expect(high == (isWarm ? window.max() : nil), "\(values), length \(length)")
          #expect(low == (isWarm ? window.min() : nil), "\(values), length \(length)")
        }
      }
    }
  }

  @Test("relative strength is 100 when only rising, 0 when only falling, 50 when nothing moves")
  func relativeStrength() {
    func last(_ step: Double) -> Double? {
      var strength = RelativeStrength(length: 14)
      var result: Double?
      for index in 0..<40 { result = strength.update(100 + Double(index) * step) }
      return result
    }
    #expect(last(1) == 100 && last(-1) == 0 && last(0) == 50)
  }

  @Test("every indicator is silent until its warm-up is over and never again")
  func warmUp() {
    let prices = Self.prices(200, seed: 5)
    let bars = Self.bars(200, seed: 5)
    for length in [1, 2, 14, 50] {
      expectWarmUp(SimpleMovingAverage(length: length), prices)
      expectWarmUp(ExponentialMovingAverage(length: length), prices)
      expectWarmUp(ExponentialMovingAverage.wilder(length: length), prices)
      expectWarmUp(RollingDeviation(length: length), prices)
      expectWarmUp(BollingerBands(length: length, width: 2), prices)
      expectWarmUp(ZScore(length: length), prices)
      expectWarmUp(RelativeStrength(length: length), prices)
      expectWarmUp(RollingExtreme.highest(length: length), prices)
      expectWarmUp(DonchianChannel(length: length), bars)
      expectWarmUp(AverageTrueRange(length: length), bars)
    }
  }

  /// Also: equal inputs give equal canonical bytes, and every input changes them.
  func expectWarmUp<Measure: Indicator>(_ measure: Measure, _ inputs: [Measure.Input]) {
    var first = measure
    var second = measure
    var fingerprint = measure.fingerprint
    for (index, input) in inputs.enumerated() {
      let isSilent = first.update(input) == nil
      _ = second.update(input)
      #expect(isSilent == (index < measure.warmUp - 1), "\(Measure.self), input \(index)")
      #expect(first.fingerprint == second.fingerprint)
      #expect(first.fingerprint != fingerprint, "\(Measure.self), input \(index)")
      fingerprint = first.fingerprint
    }
  }
}
