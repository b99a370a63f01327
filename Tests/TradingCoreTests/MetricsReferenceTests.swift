/// Metrics against backtesting.py's own statistics of a real run: equal where the definition is the
/// same; where it differs, their number is computed again from our parts and the difference named.
import Foundation
import Testing

@testable import TradingCore

@Suite(
  "Metrics against backtesting.py", .enabled(if: SharedData.isAvailable, "\(SharedData.reason)"))
struct MetricsReferenceTests {
  static let folder = "metrics-backtesting-py/eth_btc_5m_sma20_60"

  let theirs: [String: Any]
  let equity: [(time: Timestamp, value: Money)]
  let trips: [RoundTrip]
  let metrics: Metrics

  init() throws {
    let json = try SharedData.text("\(Self.folder)/stats_backtesting_py.json")
    theirs = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
    equity = try SharedData.rows("\(Self.folder)/equity.csv.gz").map {
      (Self.time($0[0]), Money(text: $0[1]))
    }
    trips = try SharedData.rows("\(Self.folder)/trades.csv.gz").map(Self.trip)
    metrics = Self.metrics(equity[...], trips)
  }

  static func time(_ milliseconds: String) -> Timestamp {
    Timestamp(nanoseconds: (Int64(milliseconds) ?? 0) * 1_000_000)
  }

  static func trip(_ row: [String]) -> RoundTrip {
    let numbers = row.map { Double($0) ?? .nan }
    let (quantity, entry, exit) = (numbers[2].magnitude, numbers[3], numbers[4])
    return RoundTrip(
      instrument: InstrumentID(0), side: numbers[2] > 0 ? .buy : .sell, entryTime: time(row[0]),
      exitTime: time(row[1]), quantity: Money(near: quantity),
      entryValue: Money(near: quantity * entry), exitValue: Money(near: quantity * exit),
      fees: Money(text: row[5]), profit: Money(text: row[7]))
  }

  static func metrics(
    _ equity: ArraySlice<(time: Timestamp, value: Money)>, _ trips: [RoundTrip],
    from capital: Money? = nil
  ) -> Metrics {
    var metrics = Metrics()
    if let first = equity.first {
      metrics.start(equity: capital ?? first.value, at: first.time, sampleInterval: .zero)
    }
    for point in equity { metrics.observe(equity: point.value, at: point.time) }
    for trip in trips {
      metrics.fill(value: trip.entryValue, fee: .zero)
      metrics.fill(value: trip.exitValue, fee: trip.fees)
      metrics.close(trip)
    }
    return metrics
  }

  func number(_ key: String) throws -> Double { try #require(theirs[key] as? Double) }

  @Test("return, drawdown, trade counts, fees and times have one definition and are equal")
  func sameDefinition() throws {
    let ours = metrics.summary
    let pairs: [(String, Double?)] = [
      ("Return [%]", ours.totalReturn.value.map { $0 * 100 }),
      ("Max. Drawdown [%]", ours.maxDrawdown.value.map { $0 * -100 }),
      ("# Trades", ours.trades.value),
      ("Win Rate [%]", ours.winRate.value.map { $0 * 100 }),
      ("Commissions [$]", ours.fees.value),
    ]
    for (key, value) in pairs {
      let reference = try number(key)
      let value = try #require(value)
      #expect(value.isNear(reference, within: 1e-11), "\(key): \(value), theirs \(reference)")
    }
    #expect(ours.longestDrawdown.value == 13 * 86_400 + 18.5 * 3_600)
    #expect(metrics.trips.longestHoldingTime.seconds == 16 * 3_600 + 40 * 60)
    // Theirs is rounded up to a whole minute: 4 h 1 min.
    let holding = try #require(ours.meanHoldingTime.value)
    #expect(holding <= 14_460.0 && holding > 14_400.0)
  }

  @Test("their compound growth has years of 365.25 days, ours of 365")
  func compoundGrowth() throws {
    let ours = try #require(metrics.summary.annualGrowth.value)
    let growth = Elementary.pow(1 + ours, 365.25 / 365)
    #expect(try ((growth - 1) * 100).isNear(number("CAGR [%]"), within: 1e-11))
  }

  @Test("best, worst, profit factor and expectancy of theirs are of trade returns, ours of money")
  func tradeReturns() throws {
    let returns = trips.compactMap { $0.profit.approximate / $0.entryValue.approximate }
    let gains = returns.filter { $0 > 0 }.reduce(0, +)
    let losses = returns.filter { $0 < 0 }.reduce(0, +)
    #expect(try (returns.max()! * 100).isNear(number("Best Trade [%]"), within: 1e-10))
    #expect(try (returns.min()! * 100).isNear(number("Worst Trade [%]"), within: 1e-10))
    #expect(try (gains / -losses).isNear(number("Profit Factor"), within: 1e-10))
    let expectancy = returns.reduce(0, +) / Double(returns.count) * 100
    #expect(try expectancy.isNear(number("Expectancy [%]"), within: 1e-10))
    let net = metrics.trips.grossProfit - metrics.trips.grossLoss
    let sum = trips.reduce(Money.zero) { $0 + $1.profit }
    #expect(net == sum)
  }

  // Theirs: day returns without the first day, annualised geometrically over 365 days, and the
  // variance of the compounded year. Ours: every day from the capital on, arithmetic mean, × √365.
  @Test("their geometric ratios follow from our day statistics without the first day")
  func geometricRatios() throws {
    let midnight = equity[0].time.floored(to: .day) + .day
    let second = try #require(equity.firstIndex { $0.time >= midnight })
    let firstClose = equity[second - 1].value
    let rest = Self.metrics(equity[second...], [], from: firstClose)
    let days = rest.daysToDate.returns
    let count = Double(days.count)
    #expect(days.count == metrics.daysToDate.returns.count - 1)
    let growth = rest.equity.approximate / firstClose.approximate
    let yearly = Elementary.pow(growth, 365 / count)
    #expect(try ((yearly - 1) * 100).isNear(number("Return (Ann.) [%]"), within: 1e-10))
    let variance = days.squaredDeviations / (count - 1)
    let daily = Elementary.pow(growth, 1 / count)
    let yearVariance =
      Elementary.pow(variance + daily * daily, 365) - Elementary.pow(daily, 2 * 365)
    let volatility = yearVariance.squareRoot()
    #expect(try (volatility * 100).isNear(number("Volatility (Ann.) [%]"), within: 1e-8))
    #expect(try ((yearly - 1) / volatility).isNear(number("Sharpe Ratio"), within: 1e-8))
    let downside = try #require(days.downsideDeviation) * 365.0.squareRoot()
    #expect(try ((yearly - 1) / downside).isNear(number("Sortino Ratio"), within: 1e-10))
    let depth = try #require(metrics.summary.maxDrawdown.value)
    #expect(try ((yearly - 1) / depth).isNear(number("Calmar Ratio"), within: 1e-10))
  }
}
