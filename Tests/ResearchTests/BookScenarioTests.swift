/// Several strategies in a scenario: what may be said, what is run, and the table that comes of it.

import Foundation
import Testing
import TradingCore

@testable import Research

private func text(_ strategies: String) -> String {
  """
  source:
    generator: {seed: 5, duration: 30m, eventsPerSecond: 10, volatility: 20%}
  strategies: \(strategies)
  capital: {USDT: 100000}
  account: margin
  latency: 20ms
  """
}

private let pair = """

    - {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 8}, share: 60%}
    - {name: ema-cross, parameters: {fast: 2, slow: 20}, share: 25%, book: slow trend}
    - {name: mean-reversion, share: 15%}
  """

private final class Gathering: BatchSink {
  private(set) var events: [Event] = []
  func append(_ batch: borrowing EventBatch) throws(EngineFault) { events += batch.events }
}

@Suite("Scenarios of several strategies")
struct BookScenarioTests {
  @Test("each has a name, a share and its own parameters; the bars are everybody's")
  func reading() throws {
    let read = try scenario(text(pair))
    #expect(read.hasBooks && read.barInterval == Interval(nanoseconds: 10_000_000_000))
    #expect(read.strategies.map(\.book) == ["ema-cross", "slow trend", "mean-reversion"])
    #expect(read.strategies.map(\.share) == [600_000, 250_000, 150_000])
    #expect((0..<3).map { read.book($0).raw } == [1, 2, 3])
    let equal = try scenario(text("[{name: observer}, {name: observer}, {name: observer}]"))
    #expect(equal.strategies.map(\.book) == ["observer", "observer 2", "observer 3"])
    #expect(equal.strategies.map(\.share) == [333_333, 333_333, 333_333])
  }

  @Test(
    "what cannot be is refused with its place",
    arguments: [
      ("[]", "`strategies` needs 1 to 15 of them"), ("ema-cross", "must be a list of maps"),
      ("[ema-cross]", "`strategies[1]` must be a map"),
      ("[{name: observer}, {share: 5%}]", "`strategy.name` is missing"),
      ("[{name: observer, share: 0%}]", "`strategies[1].share`: \"0%\" is not a share above zero"),
      ("[{name: observer, share: 60%}, {name: breakout, share: 50%}]", "add up to 110 %"),
      ("[{name: observer, shar: 5%}]", "did you mean `strategies[1].share`?"),
      (
        "[{name: ema-cross, parameters: {fast: x}}]",
        "`strategies[1].parameters.fast`: \"x\" is not a number"
      ),
      ("[{name: observer, bar: 1m}, {name: observer, bar: 2m}]", "see the same bars"),
      (
        "[{name: observer, book: a}, {name: breakout, book: a}]", "two books called a"
      ),
      ("[{name: observer}]\nstrategy: {name: observer}", "either `strategy` or `strategies`"),
    ])
  func refusals(strategies: String, expected: String) {
    do {
      _ = try scenario(text(strategies))
      Issue.record("\(strategies) was taken")
    } catch {
      #expect("\(error)".contains(expected), "\(error)")
    }
  }

  @Test("the books of a run sum to its account, in the table, in JSON and in CSV")
  func run() throws {
    let run = try Backtest(scenario(text(pair)), file: "s.yaml")
    let report = try run.run(journal: nil, build: "test").report
    #expect(report.books.map(\.name) == ["ema-cross", "slow trend", "mean-reversion"])
    #expect(report.books.allSatisfy { $0.fillCount > 0 })
    let account = try #require(report.account)
    let sums: [KeyPath<BookRecord, Money?>] = [\.profit, \.fees]
    for path in sums {
      let sum = report.books.reduce(Money.zero) { $0 + ($1[keyPath: path] ?? .zero) }
      #expect(sum == account[keyPath: path])
    }
    let last = try #require(report.equity.last)
    #expect(account.profit == last.equity - report.capital)
    #expect(report.books.reduce(0) { $0 + $1.fillCount } == account.fillCount)
    let lines = BookTable.lines(BookTable.rows(report), in: "USDT")
    #expect(lines.count == 5 && lines[0].hasPrefix("Book, USDT") && lines[4].hasPrefix("account"))
    let ends = Set(lines.map(\.count))
    #expect(ends.count == 1, "the last column is right-aligned: \(lines)")
    let rows = BookTable.rows(report).map(BookTable.line)
    let columns = BookTable.header.split(separator: ",").count
    let fields = rows.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
    #expect(fields == Array(repeating: columns, count: 4))
    #expect(JSONReport.text(report).contains("\"realisedFIFO\""))
  }

  @Test("a run of several audits clean from its plan")
  func audit() throws {
    let run = try Backtest(scenario(text(pair)), file: "s.yaml")
    let gathered = Gathering()
    let watcher = NullWatcher()
    let feed = try MarketGenerator(generator(run))
    let outcome = try run.plan.strategies.backtest(
      RunSetup(feed: feed, preamble: run.plan.preamble, journal: gathered, watcher: watcher))
    let again = Gathering()
    let audited = try run.plan.strategies.audit(
      RunSetup(feed: ArrayFeed(gathered.events), preamble: [], journal: again, watcher: watcher))
    #expect(audited.state == outcome.state && again.events == gathered.events)
  }

  private func generator(_ run: Backtest) throws -> GeneratorSettings {
    guard case .generator(let settings) = run.plan.scenario.source else {
      throw ScenarioError(file: "s.yaml", "no generator")
    }
    return settings
  }
}
