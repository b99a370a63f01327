/// Indicators against values that other platforms exported for real SPY bars. They print 4 to 7
/// digits of inputs and results alike, so agreement is within ¾ of a unit of the last printed digit
/// (half a unit for the result's rounding, the rest for the inputs'); worst seen: 0.6.
import Testing

@testable import TradingCore

@Suite(
  "Indicators against exported values",
  .enabled(if: SharedData.isAvailable, "\(SharedData.reason)"))
struct IndicatorGoldenTests {
  /// Compares a column with what `value` gives for each row.
  /// - Returns: how many values were compared.
  func compare(
    _ file: String, column: Int, tolerance: Double, skipping skipped: Int = 0,
    _ value: ([Double]) -> Double?
  ) throws -> Int {
    var compared = 0
    for (index, row) in try SharedData.rows("indicator-goldens-lean/\(file)").enumerated() {
      let numbers = row.map { Double($0) ?? .nan }
      let ours = value(numbers)
      guard numbers[column].isFinite, index >= skipped else { continue }
      let result = try #require(ours, "\(file), row \(index): theirs has a value")
      let distance = (result - numbers[column]).magnitude
      #expect(distance <= tolerance, "\(file), row \(index): \(result), theirs \(row[column])")
      compared += 1
    }
    return compared
  }

  @Test("simple and exponential averages of 14 closes")
  func averages() throws {
    var simple = SimpleMovingAverage(length: 14)
    let file = "spy_with_indicators.txt.gz"
    #expect(try compare(file, column: 1, tolerance: 0.0075) { simple.update($0[7]) } > 400)
    var exponential = ExponentialMovingAverage(length: 14)
    #expect(try compare(file, column: 2, tolerance: 0.0075) { exponential.update($0[7]) } > 400)
  }

  @Test("an exponential average printed with all its digits agrees to 13 of them")
  func exponentialAverage() throws {
    var average = ExponentialMovingAverage(length: 14)
    let count = try compare("spy_ema.csv.gz", column: 2, tolerance: 1e-11) { average.update($0[1]) }
    #expect(count > 300)
  }

  @Test("relative strength by Wilder's average of 14 changes")
  func relativeStrength() throws {
    var strength = RelativeStrength(length: 14)
    let count = try compare("spy_with_indicators.txt.gz", column: 5, tolerance: 0.000_006) {
      strength.update($0[7])
    }
    #expect(count > 400)
  }

  @Test("Bollinger bands of 20 closes and 2 population deviations")
  func bollinger() throws {
    let file = "spy_bollinger_bands.txt.gz"
    for (column, side) in [(5, \BollingerBands.Output.middle), (6, \.upper), (7, \.lower)] {
      var bands = BollingerBands(length: 20, width: 2)
      let count = try compare(file, column: column, tolerance: 0.000_075) {
        bands.update($0[4])?[keyPath: side]
      }
      #expect(count > 400)
    }
  }

  @Test("Donchian channel of 50 bars; theirs also answers while warming up")
  func donchian() throws {
    for (column, side) in [(5, \DonchianChannel.Output.upper), (6, \.lower)] {
      var channel = DonchianChannel(length: 50)
      let count = try compare(
        "spy_with_don50.txt.gz", column: column, tolerance: 1e-9, skipping: 49
      ) { channel.update(IndicatorBar(high: $0[2], low: $0[3], close: $0[4]))?[keyPath: side] }
      #expect(count > 400)
    }
  }

  @Test("Wilder's average true range of 14 bars")
  func averageTrueRange() throws {
    var range = AverageTrueRange(length: 14)
    let count = try compare("spy_atr_wilder.txt.gz", column: 5, tolerance: 0.000_006) {
      range.update(IndicatorBar(high: $0[2], low: $0[3], close: $0[4]))
    }
    #expect(count > 400)
  }
}
