/// The loop end to end in memory: backtest, audit, and the first decision at which two runs part.

import Testing

@testable import TradingCore

/// Buys one lot on the first trade and sells it on the third.
private struct InAndOut: Strategy {
  static let name = "in-and-out"
  static let summary = "For tests."
  static let parameters: [Parameter] = []
  private let instrument: InstrumentID
  private var seen: Int64 = 0

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.instrument = instrument
  }

  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard case .trade = event.body else { return }
    seen += 1
    if seen == 1 { decisions.target(instrument, weight: 1) }
    if seen == 3 { decisions.target(instrument, weight: 0) }
  }

  func encode(into bytes: inout CanonicalBytes) { bytes.append(seen) }
}

/// Buys one lot and counts trades that close no bar.
private struct BarWatch: Strategy {
  static let name = "bar-watch"
  static let summary = "For tests."
  static let parameters: [Parameter] = []
  private let instrument: InstrumentID
  private var barless: Int64 = 0

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.instrument = instrument
  }

  var warmUpBars: Int { 0 }

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    guard case .trade = event.body else { return }
    if state.closedBar(instrument) == nil { barless += 1 }
    decisions.target(instrument, weight: 1)
  }

  func encode(into bytes: inout CanonicalBytes) { bytes.append(barless) }
}

/// Keeps everything a run tells.
final class Recorder: BatchSink, RunWatcher {
  var events: [Event] = []
  var trips: [RoundTrip] = []
  var samples: [RunSample] = []
  func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    #expect(batch.firstSequence == Sequence64(events.count) + 1)
    events.append(contentsOf: batch.events)
  }
  func sampled(_ sample: RunSample) { samples.append(sample) }
  func closed(_ trip: RoundTrip) { trips.append(trip) }
}

@Suite("The engine")
struct EngineTests {
  private let bitcoin = InstrumentID(0)

  private var definitions: [Event] {
    [
      .asset(AssetDefinition(asset: AssetID(0))), .asset(AssetDefinition(asset: AssetID(1))),
      .instrument(
        InstrumentDefinition(
          instrument: bitcoin, base: AssetID(0), quote: AssetID(1),
          tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))),
    ].map { Event(receiveTime: Timestamp(nanoseconds: 1), $0) }
  }

  private var preamble: [Event] {
    [
      .configure(Configure(.fillRule, value: Int64(FillRule.sameEvent.rawValue))),
      .configure(Configure(.reportingAsset, value: 1)),
      .configure(Configure(.sizing, value: 1, index: UInt16(SizingMode.fixedLots.rawValue))),
      .fee(FeeSchedule(instrument: .none, maker: 0, taker: 100_000)),
      .balance(AssetAmount(asset: AssetID(1), amount: Money(units: 1_000 * Money.one.units))),
    ].map { Event(receiveTime: Timestamp(nanoseconds: 1), $0) }
  }

  private func trades(_ prices: [Int64]) -> [Event] {
    prices.enumerated().map { index, ticks in
      Event(
        receiveTime: Timestamp(nanoseconds: Int64(index + 1) * 1_000_000_000),
        .trade(
          Trade(
            instrument: bitcoin, price: Price(ticks: ticks), quantity: Quantity(lots: 5),
            aggressor: .buy, id: Int64(index))))
    }
  }

  private func backtest(_ prices: [Int64], _ recorder: Recorder) throws -> RunOutcome {
    let setup = RunSetup(
      feed: ArrayFeed(definitions + trades(prices)), preamble: preamble, journal: recorder,
      watcher: recorder)
    return try Run.backtest(
      setup, PerInstrument<InAndOut>(ParameterValues(defaultsOf: []), [bitcoin]))
  }

  @Test("a fill at the same event books exact money")
  func money() throws {
    let recorder = Recorder()
    let outcome = try backtest([10_000, 10_100, 10_250, 10_300], recorder)
    // 0.001 bought at 100.00 and sold at 102.50, each with a fee of 0.1 %.
    let profit = recorder.trips.map { $0.profit.text(decimals: 8) }
    #expect(profit == ["0.00229750"])
    #expect(outcome.state.account.equity.text(decimals: 8) == "1000.00229750")
    #expect(outcome.state.metrics.fillCount == 2)
    #expect(outcome.state.anomalies == Anomalies())
  }

  @Test("a strategy sees the bar of the trade that halts")
  func barOfAHalt() throws {
    let recorder = Recorder()
    let limit = Event(
      receiveTime: Timestamp(nanoseconds: 1), .limit(LimitChange(.maxDrawdown, value: 1)))
    let setup = RunSetup(
      feed: ArrayFeed(definitions + trades([10_000, 10_000, 9_000, 9_100])),
      preamble: preamble + [limit], journal: recorder, watcher: recorder)
    let fresh = try PerInstrument<BarWatch>(ParameterValues(defaultsOf: []), [bitcoin])
    let outcome = try Run.backtest(setup, fresh)
    #expect(recorder.events.contains { $0.kind == .alert })
    #expect(outcome.strategyFingerprint == fresh.fingerprint)
  }

  @Test("an audit of the run's own journal makes every decision again")
  func audit() throws {
    let recorder = Recorder()
    let outcome = try backtest([10_000, 10_100, 10_250, 10_300], recorder)
    let again = Recorder()
    let audited = try Run.audit(
      RunSetup(
        feed: ArrayFeed(recorder.events), preamble: [], journal: again, watcher: again),
      PerInstrument<InAndOut>(ParameterValues(defaultsOf: []), [bitcoin]))
    #expect(audited.state == outcome.state)
    #expect(audited.state.fingerprint == outcome.state.fingerprint)
    #expect(again.events == recorder.events)
  }

  @Test("an audit names the sequence of a decision that was changed")
  func divergence() throws {
    let recorder = Recorder()
    _ = try backtest([10_000, 10_100, 10_250, 10_300], recorder)
    let place = try #require(recorder.events.firstIndex { $0.kind == .order })
    guard case .order(var order) = recorder.events[place].body else { return }
    let made = recorder.events[place]
    order.terms.quantity.lots += 1
    recorder.events[place].body = .order(order)
    let again = Recorder()
    let divergence = Divergence(
      at: Sequence64(place) + 1, recorded: recorder.events[place], made: made)
    #expect(throws: EngineFault.diverged(divergence)) {
      _ = try Run.audit(
        RunSetup(
          feed: ArrayFeed(recorder.events), preamble: [], journal: again, watcher: again),
        PerInstrument<InAndOut>(ParameterValues(defaultsOf: []), [bitcoin]))
    }
  }

  @Test("folding the journal with reduce gives the state of the run")
  func fold() throws {
    let recorder = Recorder()
    let outcome = try backtest([10_000, 10_100, 9_000, 9_300], recorder)
    #expect(recorder.events.reduce(into: State(), reduce) == outcome.state)
  }

  @Test("a weight that is not a number is dropped and counted, never a full position")
  func notANumber() {
    var decisions = Decisions()
    decisions.target(InstrumentID(0), weight: .nan)
    #expect(decisions.count == 0)
    #expect(decisions.droppedCount == 1)
    decisions.target(InstrumentID(0), weight: .infinity)
    #expect(decisions[0].weightMillionths == 1_000_000)
  }
}
