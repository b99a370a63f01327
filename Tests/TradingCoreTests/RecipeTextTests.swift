/// What a journal holds of a recipe reads back as the recipe that ran, whatever its numbers are.
import Testing

@testable import TradingCore

@Suite("Recipes as text")
struct RecipeTextTests {
  /// Compositions with numbers of every size that are accepted.
  private struct Writer {
    var random: RandomSource

    /// A number of 1 to 17 digits between the smallest and the largest there are.
    mutating func number() -> Double {
      let digits = random.integer(in: 1...17)
      let mantissa = Double(
        random.integer(in: 1...99_999_999_999_999_999 / Int64(tenTo(17 - digits))))
      let text = "\(plainText(mantissa))e\(random.integer(in: -300...290))"
      return (random.chance(0.5) ? 1 : -1) * (Double(text) ?? 0)
    }

    private func tenTo(_ count: Int64) -> Int {
      (0..<count).reduce(1) { product, _ in product * 10 }
    }

    mutating func weight() -> Double {
      // All magnitudes from 10⁻⁶ to 1.
      let text = "\(random.uniform())e-\(random.integer(in: 0...5))"
      return max(Double(text) ?? 1, 0.000_001)
    }

    mutating func composition() -> Composition {
      let length = random.integer(in: 1...10_000)
      let width = 0.01 + random.uniform() * (random.chance(0.5) ? 99 : 0.001)
      let parameters: [Composition.Number] = [
        .init("level", number()), .init("n", Double(length)), .init("share", weight()),
      ]
      return Composition(
        parameters: parameters,
        indicators: [
          .init("band", "bollinger:width=\(width),length=n"), .init("rsi", "rsi"),
          .init("mean", "sma:length=\(length) on 1h"),
        ],
        long: "close > level and rsi < \(number().magnitude) and close > band.upper and mean > n",
        short: "close < share", weight: random.chance(0.2) ? "share" : "\(weight())")
    }
  }

  @Test("what is accepted is written, read and written again the same", arguments: 1...20)
  func roundTrip(seed: UInt64) throws {
    var writer = Writer(random: RandomSource(seed: seed, label: "recipes"))
    for _ in 0..<25 {
      let written = writer.composition()
      let entry = try StrategyEntry(written)
      let text = try #require(entry.recipe).text
      let read = try StrategyEntry(recipe: text)
      #expect(read == entry && read.parameters == entry.parameters, "seed \(seed): \(written)")
      #expect(read.recipe?.text == text, "seed \(seed)")
      let values = ParameterValues(defaultsOf: entry.parameters)
      let ours = try entry.decider(values, [InstrumentID(0)]).fingerprint
      #expect(try read.decider(values, [InstrumentID(0)]).fingerprint == ours, "seed \(seed)")
    }
  }

  @Test(
    "a number has one reading",
    arguments: [
      ("5e-05", 0.000_05), ("0.00005", 0.000_05), ("1e+300", 1e300), ("-2", -2), ("+.5", 0.5),
      ("-0", 0), ("0x10", nil), ("1e999", nil), ("nan", nil), ("inf", nil), ("", nil), (" 1", nil),
    ])
  func numbers(text: String, value: Double?) {
    #expect(plainNumber(text) == value)
    #expect(plainNumber(text)?.sign != .minus || text == "-2")
  }

  @Test("an indicator stands there with all its settings, in the registry's order")
  func settings() throws {
    let entry = try StrategyEntry(
      Composition(
        parameters: [.init("n", 9)],
        indicators: [.init("m", "macd:signal=n,slow=3e1"), .init("r", "rsi on 1h")],
        long: "m.line > 0 and r > 50"))
    #expect(
      entry.recipe?.text.split(separator: "\n").filter { $0.hasPrefix("indicator") } == [
        "indicator m = macd:fast=12,slow=30,signal=n", "indicator r = rsi:length=14 on 1h",
      ])
  }
}
