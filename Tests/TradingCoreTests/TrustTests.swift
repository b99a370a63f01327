/// Trust in recordings: covered time against counting each moment, lags against sorting them, and the rules
/// by which a stream is believed again, as a table. Whole journals are compared by an outside reader in the
/// end-to-end tests.

import Testing

@testable import TradingCore

struct TimeCoverTests {
  /// Spans in the order of their ends, some of which reach back over others.
  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func timeCoveredIsTheMomentsCovered(seed: UInt64) {
    var random = RandomSource(seed: seed, label: "cover")
    var cover = TimeCover()
    var covered = [Bool](repeating: false, count: 2_000)
    var end = 0
    while end < 1_900 {
      end += Int(random.below(12))
      let start = max(0, end - Int(random.below(random.chance(0.1) ? 200 : 6)))
      cover.add(from: moment(start), to: moment(end))
      for index in start..<end { covered[index] = true }
      #expect(cover.total.nanoseconds == Int64(covered.count { $0 }), "seed \(seed)")
    }
  }

  @Test func whatIsSettledStaysCountedAndTheListShort() {
    var cover = TimeCover()
    for index in 0..<20_000 {
      cover.add(from: moment(4 * index), to: moment(4 * index + 1))
      if cover.isFull { cover.settle(before: moment(4 * index - 400)) }
      #expect(!cover.isFull)
    }
    #expect(cover.total.nanoseconds == 20_000)
    // It reaches back over the last hundred, and no farther: those before were settled with their gaps.
    cover.add(from: moment(4 * 19_900), to: moment(80_000))
    #expect(cover.total.nanoseconds == 19_900 + 400)
  }

  @Test func aStreamThatNeverSpeaksDoesNotKeepTheListGrowing() {
    var cover = TimeCover()
    for index in 0..<20_000 {
      cover.add(from: moment(4 * index), to: moment(4 * index + 1))
      if cover.isFull { cover.settle(before: moment(0)) }
      #expect(!cover.isFull)
    }
    #expect(cover.total.nanoseconds == 20_000)
  }

  private func moment(_ nanoseconds: Int) -> Timestamp {
    Timestamp(nanoseconds: Int64(nanoseconds))
  }
}

struct LagHistogramTests {
  @Test(arguments: [0.01, 0.1, 0.5, 0.9, 0.99, 1])
  func quantilesAreThoseOfTheSortedLagsOrASixteenthOff(share: Double) throws {
    var random = RandomSource(seed: 7, label: "lag")
    var histogram = LagHistogram()
    var lags = (0..<5_000).map { _ in random.integer(in: -3_000_000...20_000_000) }
    lags += [0, -1, 1, 1_023, -1_024]
    for lag in lags { histogram.add(Interval(nanoseconds: lag)) }
    lags.sort()
    let exact = lags[max(1, Int((Double(lags.count) * share).rounded(.up))) - 1]
    let found = try #require(histogram.quantile(share)).nanoseconds
    #expect(abs(found - exact) <= max(64, abs(exact) / 16))
    #expect(histogram.least.nanoseconds == lags.first)
    #expect(histogram.most.nanoseconds == lags.last)
  }

  @Test func lagsBeyondAllMeasureAreKeptAtTheEnds() {
    var histogram = LagHistogram()
    histogram.add(Interval(nanoseconds: .min))
    histogram.add(Interval(nanoseconds: .max))
    #expect(histogram.quantile(0)?.nanoseconds ?? 0 < -(1 << 43))
    #expect(histogram.quantile(1)?.nanoseconds ?? 0 > 1 << 43)
    #expect(histogram.most.nanoseconds == .max)
    #expect(LagHistogram().quantile(0.5) == nil)
  }
}

struct TrustTallyTests {
  private let market = InstrumentID(0)

  private func tally(_ bodies: [EventBody]) -> [UntrustedSpan] {
    var tally = TrustTally()
    var batch = EventBatch()
    batch.events = ContiguousArray(
      bodies.enumerated().map {
        Event(receiveTime: Timestamp(nanoseconds: Int64($0.offset + 1) * 10), $0.element)
      })
    tally.take(batch)
    tally.finish()
    return tally.takeSpans()
  }

  private func trade(_ id: Int64) -> EventBody {
    .trade(
      Trade(
        instrument: market, price: Price(ticks: 1), quantity: Quantity(lots: 1), aggressor: .buy,
        id: id))
  }

  private func quote(_ id: Int64) -> EventBody {
    let one = (Price(ticks: 1), Quantity(lots: 1))
    return .quote(
      Quote(
        instrument: market, bidPrice: one.0, bidQuantity: one.1, askPrice: one.0,
        askQuantity: one.1, updateID: id))
  }

  private func gap(_ stream: StreamKind, of instrument: InstrumentID, _ count: UInt64) -> EventBody
  {
    .gap(Gap(instrument: instrument, stream: stream, count: count, reason: .sequence))
  }

  @Test func aGapLastsFromTheEventBeforeItToTheNextOfItsStream() {
    let spans = tally([trade(1), quote(1), gap(.trade, of: market, 3), quote(2), trade(5)])
    #expect(spans.count == 1)
    #expect(spans.first?.from == EventPlace(sequence: 1, time: Timestamp(nanoseconds: 10)))
    #expect(spans.first?.noticed.sequence == 3)
    #expect(spans.first?.to == EventPlace(sequence: 5, time: Timestamp(nanoseconds: 50)))
    #expect(spans.first?.lost == 3)
  }

  @Test func aGapOfAnythingIsOneOfEveryStreamThatCame() {
    let spans = tally([trade(1), quote(1), gap(.any, of: .none, 0), trade(2)])
    #expect(spans.map(\.stream) == [.trade, .quote])
    #expect(spans.map(\.isOpen) == [false, true])
    #expect(spans.map(\.uncounted) == [1, 1])
    #expect(spans.last?.duration.nanoseconds == 20)
  }

  @Test func gapsInOneStretchAreOneSpanWithAllTheirReasons() {
    let lost = ConnectionReport(venue: 0, stream: .any)
    let spans = tally([
      trade(1), .disconnected(lost), gap(.trade, of: market, 2), .connected(lost), trade(4),
    ])
    #expect(spans.count == 1)
    #expect(spans.first?.reasons == [.sequence, .disconnected])
    #expect(spans.first?.reasons.names == ["sequence", "disconnected"])
    #expect(spans.first?.gaps == 1)
  }

  @Test func oneVenueOfSeveralTakesOnlyTheStreamsAlongThatItsGapsName() {
    let lost = ConnectionReport(venue: 2, stream: .any)
    let spans = tally([trade(1), quote(1), .disconnected(lost), gap(.quote, of: market, 0)])
    #expect(spans.map(\.stream) == [.quote])
  }

  @Test func anAccountIsWholeAgainWhenThoseOfAllVenuesAre() {
    let (one, two) = (
      ConnectionReport(venue: 1, stream: .account), ConnectionReport(venue: 2, stream: .account)
    )
    let spans = tally([
      trade(1), .disconnected(one), .disconnected(two), .connected(two), trade(2), .connected(one),
      trade(3),
    ])
    #expect(spans.map(\.stream) == [.account])
    #expect(spans.first?.to.sequence == 6)
  }

  @Test func nothingIsMissingBeforeAnythingCame() {
    #expect(tally([gap(.any, of: .none, 1), trade(1), trade(2)]).isEmpty)
  }

  @Test func aStreamThatWasLostBeforeItBeganIsUntrustworthyFromTheMarketsBeginning() {
    let spans = tally([trade(1), gap(.quote, of: market, 0), trade(2), quote(1)])
    #expect(spans.first?.from.sequence == 1)
    #expect(spans.first?.to.sequence == 4)
  }
}
