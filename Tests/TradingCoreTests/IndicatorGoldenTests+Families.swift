/// The other exported values: oscillators, trend, volume and statistics on real SPY and DWAC bars.
/// Tolerances are about a unit of the last digit printed. thinkorswim computes in single precision (a
/// difference of 2.79 comes as 2.790009): prices of 200 are off by 1.5 × 10⁻⁵, and a tolerance above a
/// unit is what that does to a quotient.
import Testing

@testable import TradingCore

extension IndicatorGoldenTests {
  private func bar(_ row: [Double]) -> IndicatorBar {
    IndicatorBar(high: row[2], low: row[3], close: row[4])
  }

  private func full(_ row: [Double]) -> FullBar {
    FullBar(open: row[1], high: row[2], low: row[3], close: row[4], volume: row[5])
  }

  @Test("weighted average of 6 closes; theirs prints 0 while warming up, and cuts digits off")
  func weightedAverage() throws {
    var average = WeightedMovingAverage(length: 6)
    let count = try compare("spx_lwma.csv.gz", column: 2, tolerance: 0.001, skipping: 5) {
      average.update($0[1])
    }
    #expect(count > 10)
  }

  @Test("convergence and divergence of 12, 26 and 9 closes")
  func convergence() throws {
    for (column, side) in [
      (5, \ConvergenceDivergence.Output.line), (6, \.signal), (7, \.histogram),
    ] {
      var measure = ConvergenceDivergence(fast: 12, slow: 26, signal: 9)
      let count = try compare("spy_with_macd.txt.gz", column: column, tolerance: 0.000_01) {
        measure.update($0[4])?[keyPath: side]
      }
      #expect(count > 100)
    }
  }

  @Test("momentum and rate of change over 50 closes")
  func momentum() throws {
    var momentum = Momentum(length: 50)
    let moved = try compare("spy_with_roc50.txt.gz", column: 5, tolerance: 0.000_03) {
      momentum.update($0[4])
    }
    var rate = RateOfChange(length: 50)
    let grown = try compare("spy_with_rocp50.txt.gz", column: 5, tolerance: 0.000_02) {
      rate.update($0[4])
    }
    #expect(moved > 400 && grown > 400)
  }

  @Test("stochastic of 12 bars slowed by 3, signal 5; theirs answers k four bars earlier")
  func stochastic() throws {
    for (column, side) in [(5, \Stochastic.Output.k), (6, \.d)] {
      var measure = Stochastic(length: 12, slowing: 3, signal: 5)
      let count = try compare(
        "spy_with_stoch12k3.txt.gz", column: column, tolerance: 0.0005, skipping: 17
      ) { measure.update(bar($0))?[keyPath: side] }
      #expect(count > 400)
    }
  }

  @Test("stochastic strength of 14, 14, 3 and 3 with all digits; theirs answers k two bars earlier")
  func stochasticStrength() throws {
    for (column, side) in [(2, \Stochastic.Output.k), (3, \.d)] {
      var measure = StochasticStrength(strength: 14, length: 14, slowing: 3, signal: 3)
      let count = try compare(
        "spy_with_StochRSI.csv.gz", column: column, tolerance: 1e-9, skipping: 31
      ) { measure.update($0[1])?[keyPath: side] }
      #expect(count > 400)
    }
  }

  @Test("Williams's range of 14 bars")
  func williams() throws {
    var measure = WilliamsRange(length: 14)
    let count = try compare("spy_with_williamsR14.txt.gz", column: 5, tolerance: 0.0005) {
      measure.update(bar($0))
    }
    #expect(count > 400)
  }

  @Test("commodity channel of 14 bars")
  func commodityChannel() throws {
    var measure = CommodityChannel(length: 14)
    let count = try compare("spy_with_cci.txt.gz", column: 5, tolerance: 0.003) {
      measure.update(bar($0))
    }
    #expect(count > 400)
  }

  @Test("directional movement of 14 bars from the first printed value on")
  func directionalMovement() throws {
    let columns: [(Int, KeyPath<DirectionalMovement.Output, Double>)] = [
      (11, \.plus), (12, \.minus), (16, \.average),
    ]
    for (column, side) in columns {
      var measure = DirectionalMovement(length: 14)
      // Inputs of 4 digits behind the point move quotients of sums of about 10 by up to 10⁻³.
      let count = try compare(
        "spy_with_adx.txt.gz", column: column, tolerance: 0.001, skipping: 27
      ) { measure.update(bar($0))?[keyPath: side] }
      #expect(count > 400)
    }
  }

  @Test("Ichimoku's lines of 9, 26, 52 and 26 bars")
  func ichimoku() throws {
    let columns: [(Int, KeyPath<Ichimoku.Output, Double>)] = [
      (8, \.conversion), (11, \.base), (14, \.leading), (19, \.trailing),
    ]
    for (column, side) in columns {
      var measure = Ichimoku(conversion: 9, base: 26, span: 52, displacement: 26)
      let count = try compare(
        "spy_with_ichimoku.csv.gz", column: column, tolerance: 1e-9, skipping: 77
      ) { measure.update(bar($0))?[keyPath: side] }
      #expect(count > 400)
    }
  }

  @Test("parabolic stop of 0.02 and 0.2 over 23 years")
  func parabolicStop() throws {
    var measure = ParabolicStop(acceleration: 0.02, maximum: 0.2)
    let count = try compare("spy_sarext.txt.gz", column: 5, tolerance: 0.000_075) {
      measure.update(IndicatorBar(high: $0[1], low: $0[2], close: $0[3]))
    }
    #expect(count > 5_000)
  }

  @Test("Supertrend of 10 bars and 3 ranges; theirs prints 0 while warming up")
  func supertrend() throws {
    var measure = Supertrend(length: 10, width: 3)
    let count = try compare("dwac_supertrend.txt.gz", column: 5, tolerance: 7.5e-8, skipping: 9) {
      measure.update(bar($0))?.line
    }
    #expect(count > 60)
  }

  @Test("true range, its simple average of 14, and Keltner's channel of simple averages")
  func trueRange() throws {
    var range = TrueRange()
    let ranges = try compare("spy_tr.txt.gz", column: 6, tolerance: 1e-11) {
      range.update(bar($0))
    }
    #expect(ranges > 400)
    for (column, side) in [(5, \KeltnerChannel.Output.upper), (6, \.lower), (7, \.middle)] {
      var channel = SimpleKeltnerChannel(length: 20, width: 1.5)
      let count = try compare("spy_with_keltner.csv.gz", column: column, tolerance: 0.0001) {
        channel.update(bar($0))?[keyPath: side]
      }
      #expect(count > 400)
    }
  }

  @Test("on-balance volume, from the second bar on; theirs leaves out the first bar's volume")
  func onBalanceVolume() throws {
    var measure = OnBalanceVolume()
    // Seven digits of 3 × 10⁹ and of every volume summed.
    let count = try compare("spy_with_obv.txt.gz", column: 6, tolerance: 1_500) {
      measure.update(full($0))
    }
    #expect(count > 400)
  }

  @Test("money flow of 20 bars")
  func moneyFlow() throws {
    var measure = MoneyFlow(length: 20)
    let count = try compare("spy_mfi.txt.gz", column: 6, tolerance: 0.000_02) {
      measure.update(full($0))
    }
    #expect(count > 400)
  }

  @Test("volume-weighted price of 50 bars")
  func volumeWeightedPrice() throws {
    var measure = VolumeWeightedPrice(length: 50)
    let count = try compare("spy_with_vwap.txt.gz", column: 6, tolerance: 0.000_075) {
      measure.update(full($0))
    }
    #expect(count > 400)
  }

  @Test("variance of 10 closes, printed with the noise of a sum of squares")
  func variance() throws {
    var measure = RollingDeviation(length: 10)
    let count = try compare("spy_var.txt.gz", column: 6, tolerance: 1e-9) { row in
      measure.update(row[4]).map { $0.deviation * $0.deviation }
    }
    #expect(count > 400)
  }
}
