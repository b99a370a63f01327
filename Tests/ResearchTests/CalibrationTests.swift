/// A calibration against runs whose latency and fees are known.

import Foundation
import Testing
import TradingCore

@testable import Research

@Suite("Calibration")
struct CalibrationTests {
  /// Runs a scenario, calibrates its journal and hands both over before the files go.
  private func calibrate(
    _ extra: String, pace: String = "eventsPerSecond: 10, volatility: 20%",
    strategy: String = "{name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 8}}",
    _ body: (Calibration, BacktestResult, String) throws -> Void
  ) throws {
    let folder = NSTemporaryDirectory() + "calibration-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = """
      source:
        generator: {seed: 5, duration: 30m, \(pace)}
      strategy: \(strategy)
      capital: {USDT: 1000000}
      \(extra)
      """
    let run = try Backtest(scenario(text), file: "s.yaml")
    let journal = folder + "/journal"
    let result = try run.run(journal: journal, build: "test")
    try body(try Calibration(journal: journal), result, journal)
  }

  @Test("a run's own latency and fees come back exactly, and its scenario can be run")
  func roundTrip() throws {
    try calibrate("latency: 20ms\nfees: {maker: 0.02%, taker: 0.053%}") {
      calibration, result, path in
      let taken = result.report.counts.fills
      #expect(taken > 20)
      for name in ["entry", "response"] {
        let fit = try #require(calibration.leg(name, .place))
        #expect(fit.count == Int(result.report.counts.orders))
        #expect(fit.percentiles.allSatisfy { $0 == Interval(nanoseconds: 20_000_000) }, "\(fit)")
        #expect(fit.error == .zero && fit.deviation == .zero)
      }
      let fees = try #require(calibration.fees.first)
      #expect(calibration.fees.count == 1 && fees.liquidity == .taker)
      #expect(fees.rate == 53_000 && fees.exact == fees.count && fees.error == 0)
      #expect(fees.count == Int(taken))
      let again = try ScenarioFile.parse(
        calibration.scenario(source: path), file: "c.yaml", name: "c", folder: "")
      #expect(again.latency.rows.map(\.entry).allSatisfy { $0.nanoseconds == 20_000_000 })
      #expect(again.fees.tiers == [Scenario.FeeTier(maker: 53_000, taker: 53_000)])
      #expect(again.account == .spot && again.fills.rule == .bookConservative)
      #expect(again.capital.map(\.amount) == [Money(units: 1_000_000 * Money.one.units)])
      #expect(try Backtest(again, file: "c.yaml").plan.strategies.instruments.count == 1)
    }
  }

  @Test(
    "legs, rates and queue of a market maker's run come back within their errors",
    arguments: [
      (FillRule.bookProbabilistic, "power 2"), (.bookProbabilistic, "log"), (.bookConservative, ""),
    ])
  func marketMaker(rule: FillRule, words: String) throws {
    let fills = words.isEmpty ? rule.word : "{model: \(rule.word), queue: \(words)}"
    let extra = """
      account: margin
      latency: {feed: 1ms, entry: 7ms, response: 3ms, spread: 0.2ms, cancel: {entry: 4ms}}
      seed: 3
      fees: {maker: -0.5bp, taker: 4bp}
      fills: \(fills)
      """
    let maker = "{name: market-making, parameters: {spread: 2}}"
    let pace = "eventsPerSecond: 20, volatility: 5%, tick: 50"
    try calibrate(extra, pace: pace, strategy: maker) { calibration, _, path in
      let place = try #require(calibration.leg("entry", .place))
      #expect(abs(place.median.nanoseconds - 7_000_000) < 60_000, "\(place)")
      #expect(abs(place.deviation.nanoseconds - 200_000) < 40_000, "\(place)")
      let cancel = try #require(calibration.leg("entry", .cancel))
      #expect(abs(cancel.median.nanoseconds - 4_000_000) < 40_000, "\(cancel)")
      let response = try #require(calibration.leg("response", .place))
      #expect(abs(response.median.nanoseconds - 3_000_000) < 40_000, "\(response)")
      #expect(calibration.fees.allSatisfy { $0.exact == $0.count })
      let maker = calibration.fees.first { $0.liquidity == .maker }
      #expect(maker?.rate == -5_000)
      let queue = try #require(calibration.queue)
      #expect(queue.orders > 500 && queue.explained * 100 >= queue.orders * 99, "\(queue)")
      #expect(queue.rule == rule, "\(queue)")
      if words == "log" { #expect(queue.queue.shape == .logarithm, "\(queue)") }
      if words == "power 2" { #expect(queue.exponents?.contains(2) == true, "\(queue)") }
      let again = try ScenarioFile.parse(
        calibration.scenario(source: path), file: "c.yaml", name: "c", folder: "")
      #expect(again.fills.rule == rule)
    }
  }

  @Test("where orders meet no queue, none is fitted")
  func noQueue() throws {
    let extra = "account: margin\nfills: {model: book-probabilistic, queue: power 2}"
    try calibrate(extra, strategy: "{name: market-making}") { calibration, _, _ in
      #expect(calibration.queue == nil)
      #expect(calibration.text.contains("not fitted: queue: every model explains the fills"))
    }
  }

  @Test("a cap that the queue was fitted under, and a liquidity without fills, are in the scenario")
  func cap() throws {
    try calibrate("fills: {model: book-conservative, volumeCap: 12.5%}") { calibration, _, path in
      let text = calibration.scenario(source: path)
      let again = try ScenarioFile.parse(text, file: "c.yaml", name: "c", folder: "")
      #expect(again.fills == Scenario.Fills(rule: .bookConservative, volumeCap: 125_000))
      #expect(calibration.fees.allSatisfy { $0.liquidity == .taker })
      #expect(text.contains("# not fitted: fees of makers: "), "\(text)")
    }
  }

  @Test("fees charged in what was received come back as such")
  func received() throws {
    try calibrate("fees: {maker: 0, taker: 10bp, in: received}") { calibration, _, path in
      #expect(calibration.fees.map(\.rate) == [100_000, 100_000])
      #expect(calibration.fees.allSatisfy { $0.exact == $0.count })
      let text = calibration.scenario(source: path)
      #expect(text.contains("fees: {maker: 0.1%, taker: 0.1%, in: received}"))
    }
  }

  @Test("what the journal does not hold is named")
  func unfitted() throws {
    try calibrate("latency: 1ms\nrisk: {maxOrder: 0}") { calibration, result, path in
      #expect(result.report.counts.fills == 0)
      let text = calibration.text
      for reason in ["fees: the journal has no fills", "latency of place: no such request"] {
        #expect(text.contains("not fitted: \(reason)"), "\(text)")
      }
      let scenario = calibration.scenario(source: path)
      #expect(!scenario.contains("\nlatency:") && !scenario.contains("\nfees:"))
      _ = try ScenarioFile.parse(scenario, file: "c.yaml", name: "c", folder: "")
      #expect(calibration.json.text().contains("\"notFitted\""))
    }
  }

  @Test("a normal leg gives its median and deviation back, outliers or not")
  func normal() throws {
    var random = RandomSource(seed: 31, label: "legs")
    var samples = LegSamples()
    for index in 0..<50_000 {
      let outlier: Int64 = index % 100 == 0 ? 1_000_000_000 : 0
      let span = Int64(5_000_000 + random.normal() * 400_000) + outlier
      samples.take(Interval(nanoseconds: span))
    }
    let fit = try #require(samples.fit)
    #expect(fit.count == 50_000)
    #expect(abs(fit.median.nanoseconds - 5_000_000) < 20_000, "seed 31")
    #expect(abs(fit.deviation.nanoseconds - 400_000) < 20_000, "seed 31")
    #expect(fit.error.nanoseconds > 50_000_000, "the error does not hide the outliers")
  }

  @Test("more samples than are kept leave the percentiles where they were")
  func thinned() throws {
    var samples = LegSamples()
    for index in 0..<(3 * Int64(LegSamples.capacity)) {
      samples.take(Interval(nanoseconds: index % 1_000))
    }
    #expect(samples.spans.count < LegSamples.capacity)
    let fit = try #require(samples.fit)
    #expect(fit.count == 3 * LegSamples.capacity)
    #expect(
      abs(fit.median.nanoseconds - 500) <= 5 && abs(fit.percentiles[4].nanoseconds - 950) <= 5)
  }
}
