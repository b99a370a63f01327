/// What one seed simulates: a market, an account, a strategy with its limits, and a disk.

import Dialects
import Exchanges
import Research
import TradingCore

struct SimulationSettings {
  var market = GeneratorSettings()
  let balances: [AssetAmount]
  let scenario: Scenario
  let streams: RecordingPlan
  /// Bytes that the disk writes, loses or tears as one.
  let pageBytes: Int
  /// How long things go wrong.
  let span: Interval
  /// How often an operator does something, on average.
  let operatorPause: Interval

  static let symbol = "BTCUSDT"
  /// Asset codes by id.
  static let codes = ["BTC", "USDT"]
  static let hosts = (
    rest: "http://venue/api", streams: "ws://venue", account: "ws://venue/ws-api/v3"
  )
  /// How long the end may take once nothing goes wrong any more.
  static let patience = Interval.minute

  init(_ order: RunOrder) throws {
    var random = RandomSource(seed: order.seed, label: "settings")
    market.seed = random.next()
    market.start = Stage.start - .second
    market.duration = .hour
    market.eventsPerSecond = 3 + 12 * random.uniform()
    if order.calm.contains(.market) { market.eventsPerSecond = 0.5 }
    market.volatility = 0.05 + 1.2 * random.uniform()
    market.levelValue = 2_000 + 20_000 * random.uniform()
    balances = [
      Self.amount(0, Int64(random.below(5))), Self.amount(1, 1_000 + Int64(random.below(300_000))),
    ]
    pageBytes = random.chance(0.5) ? 512 : 4_096
    // Drawn whether it is asked for or not: a run that ends earlier is the same one up to there.
    let usual = Interval(nanoseconds: random.integer(in: 10_000_000_000...40_000_000_000))
    span = order.span ?? usual
    operatorPause = Interval(
      nanoseconds: random.integer(in: 300_000_000...6_000_000_000))
    let text = Self.text(&random, isCalm: order.calm.contains(.strategy))
    scenario = try ScenarioFile.parse(text, file: "simulation", name: "simulation", folder: "")
    guard let choice = scenario.source.onlyVenue, let hosts = choice.hosts else {
      preconditionFailure("SimulationSettings: its source is a venue")
    }
    streams = try RecordingPlan(
      venue: choice.name, symbols: scenario.instruments, streams: choice.streams,
      hosts: .init(rest: hosts.rest, market: hosts.streams, account: hosts.account))
  }

  private static func amount(_ asset: UInt16, _ units: Int64) -> AssetAmount {
    AssetAmount(asset: AssetID(asset), amount: Money(units: Int128(units) * Money.one.units))
  }

  private static let strategies = [
    "{name: market-making, parameters: {spread: 1, size: 10, limit: 60, requote: 0.2}}",
    "{name: market-making, parameters: {spread: 1, size: 10, limit: 60, requote: 0.2}}",
    "{name: market-making, parameters: {spread: 20, size: 5, limit: 50, requote: 2}}",
    "{name: ema-cross, bar: 1s, parameters: {fast: 2, slow: 5, short: 0}}",
    "{name: mean-reversion, bar: 1s}", "{name: observer}",
  ]

  private static func text(_ random: inout RandomSource, isCalm: Bool) -> String {
    let choice = strategies[Int(random.below(UInt64(strategies.count)))]
    let strategy = isCalm ? "{name: observer}" : choice
    let size = 2 + random.below(30)
    var limits = ["maxOpenOrders: \(2 + random.below(20))"]
    if random.chance(0.5) { limits.append("maxPosition: \(20 + random.below(70))%") }
    if random.chance(0.2) { limits.append("maxDrawdown: \(1 + random.below(5))%") }
    return """
      source:
        venue: {name: binance, rest: "\(hosts.rest)", stream: "\(hosts.streams)", \
      account: "\(hosts.account)", window: 1s, cancelOnExit: \(random.chance(0.7))}
      instruments: [\(symbol)]
      strategy: \(strategy)
      account: spot
      size: {equity: \(size)%}
      reportIn: USDT
      fees: {maker: 0.1%, taker: 0.1%, in: received}
      risk: {\(limits.joined(separator: ", "))}
      """
  }

  /// Whether open orders are canceled when a run ends.
  var cancelsOnExit: Bool {
    scenario.source.onlyVenue?.cancelsOnExit ?? false
  }

  /// How long after its time a request is still good.
  var window: Interval {
    scenario.source.onlyVenue?.window ?? .second
  }
}
