/// Scenarios matched with their source and run: what cannot be run is refused before the first event,
/// and the journal of a run audits itself.

import Foundation
import Journal
import Research
import Testing
import TradingCore

/// A folder of a test's own that goes with it.
private final class Folder {
  let path = NSTemporaryDirectory() + "run-test-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

private let trading = """
  source:
    generator: {seed: 5, duration: 30m, eventsPerSecond: 10, volatility: 20%}
  strategy: {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 8}}
  capital: {USDT: 100000}
  latency: 20ms
  """

private func backtest(_ text: String, setting changes: [String] = []) throws -> Backtest {
  try Backtest(scenario(text, setting: changes), file: "s.yaml")
}

@Suite("Scenarios against their source")
struct ScenarioRunTests {
  @Test(
    "what the source cannot serve is refused, and what it has is named",
    arguments: [
      ("instruments=[ETHUSDT]", "`instruments`: ETHUSDT is not in the source; it has BTCUSDT"),
      (
        "fills=candle-next-open",
        "`fills: candle` cannot work here: the source has no candles"
      ),
      (
        "reportIn=EUR",
        "`reportIn`: EUR is neither in the source nor in `capital`; known: BTC, USDT"
      ),
      ("fees.in=BNB", "`fees.in`: BNB is neither in the source nor in `capital`"),
      (
        "capital={A_CODE_LONGER_THAN_16: 1}",
        "`reportIn`: \"A_CODE_LONGER_THAN_16\" is not an asset's code"
      ),
      ("size={quantity: 0.000001}", "`size.quantity` is not a whole number of lots of 0.00001"),
      ("size={quantity: 9223372036854775807}", "is not a whole number of lots"),
      ("period={from: 2024-02-01}", "`period.from` 2024-02-01T00:00:00Z lies after all data"),
      ("period={to: 2023-01-01}", "`period.to` 2023-01-01T00:00:00Z lies before all data"),
    ])
  func refusals(change: String, expected: String) {
    do {
      _ = try backtest(trading, setting: [change])
      Issue.record("\(change) was taken")
    } catch {
      #expect("\(error)".hasPrefix("s.yaml: ") && "\(error)".contains(expected), "\(error)")
    }
  }

  @Test("a run's journal on disk makes every decision again, to the same fingerprint")
  func audit() throws {
    let folder = try Folder()
    let run = try backtest(trading)
    let path = folder.path + "/journal"
    let result = try run.run(journal: path, build: "test")
    #expect(result.report.counts.fills > 0)
    let again = Gathering()
    let audited = try run.plan.strategies.audit(
      RunSetup(
        feed: JournalFeed(opening: path), preamble: [], journal: again, watcher: NullWatcher()))
    #expect(audited.state == result.outcome.state)
    #expect(audited.state.fingerprint == result.report.identity.fingerprint)
    #expect(audited.strategyFingerprint == result.outcome.strategyFingerprint)
    #expect(again.events == (try events(of: JournalFeed(opening: path))))
  }

  @Test("the audit names the one decision that was changed", arguments: [EventKind.signal, .order])
  func divergence(kind: EventKind) throws {
    let folder = try Folder()
    let run = try backtest(trading)
    let path = folder.path + "/journal"
    _ = try run.run(journal: path, build: "test")
    var recorded = try events(of: JournalFeed(opening: path))
    let place = try #require(recorded.lastIndex { $0.kind == kind })
    let made = recorded[place]
    switch recorded[place].body {
    case .signal(var signal):
      signal.cause += 1
      recorded[place].body = .signal(signal)
    case .order(var order):
      order.terms.quantity.lots += 1
      recorded[place].body = .order(order)
    default: break
    }
    let divergence = Divergence(at: Sequence64(place) + 1, recorded: recorded[place], made: made)
    #expect(throws: EngineFault.diverged(divergence)) {
      _ = try run.plan.strategies.audit(
        RunSetup(
          feed: ArrayFeed(recorded), preamble: [], journal: NullSink(), watcher: NullWatcher()))
    }
  }

  @Test("a period holds its own market events alone, after the book it began with")
  func period() throws {
    let whole = try backtest(
      trading, setting: ["strategy.name=observer", "strategy.parameters={}"])
    let (from, to) = ("2024-01-01T00:10", "2024-01-01T00:20")
    let part = try backtest(
      trading,
      setting: [
        "strategy.name=observer", "strategy.parameters={}", "period={from: \(from), to: \(to)}",
      ])
    let all = try journalled(whole).filter(\.kind.isMarket)
    let inside = try journalled(part).filter(\.kind.isMarket)
    let start = try #require(Timestamp(utc: from))
    let end = try #require(Timestamp(utc: to))
    let expected = all.filter { $0.receiveTime >= start && $0.receiveTime < end }
    let entered = inside.prefix { $0.kind == .bookSnapshot && $0.receiveTime == start }
    #expect(!expected.isEmpty && !entered.isEmpty)
    #expect(Array(inside.dropFirst(entered.count)) == expected)
    // The book at the end is the one the whole recording has there.
    var states = (State(), State())
    for event in try journalled(whole) where event.receiveTime < end { reduce(&states.0, event) }
    for event in try journalled(part) { reduce(&states.1, event) }
    #expect(levels(states.1) == levels(states.0))
  }

  @Test("the folder of a run is made with those above it, and is there only when finished")
  func runFolder() throws {
    let folder = try Folder()
    let path = folder.path + "/runs/today/mine"
    do {
      let unfinished = try RunFolder(path + "/", replacing: false)
      #expect(FileManager.default.fileExists(atPath: unfinished.path))
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/runs/today").isEmpty)
    let finished = try RunFolder(path, replacing: false)
    try finished.finish()
    #expect(FileManager.default.fileExists(atPath: path))
    // Nothing of a run is in it, so it may be somebody's; asking harder would not help.
    for replacing in [false, true] {
      #expect(
        throws: ReportError.cannotCreate(
          path: path, reason: "what stands there is no run's folder; choose another name")
      ) { try RunFolder(path, replacing: replacing) }
    }
  }

  private func levels(_ state: State) -> [String] {
    state.markets[0].book.allLevels.map { "\($0.side) \($0.price.ticks) \($0.quantity.lots)" }
  }

  /// The events of a run's journal.
  private func journalled(_ backtest: Backtest) throws -> [Event] {
    let folder = try Folder()
    _ = try backtest.run(journal: folder.path + "/journal", build: "test")
    return try events(of: JournalFeed(opening: folder.path + "/journal"))
  }
}

/// All events of a feed.
private func events(of feed: any Feed) throws -> [Event] {
  var events: [Event] = []
  var batch = EventBatch()
  while try feed.next(into: &batch) { events += batch.events }
  return events
}

/// A sink that keeps what it is given.
private final class Gathering: BatchSink {
  private(set) var events: [Event] = []

  func append(_ batch: borrowing EventBatch) throws(EngineFault) { events += batch.events }
}
