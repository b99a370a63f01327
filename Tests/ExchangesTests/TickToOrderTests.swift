/// How long orders take: buckets against sorted durations, and waits for the journal against a clock that
/// is counted by hand.

import Testing
import TradingCore

@testable import Exchanges

struct LatencyHistogramTests {
  @Test(arguments: [0.01, 0.25, 0.5, 0.9, 0.99, 1])
  func quantilesAreThoseOfTheSortedDurationsOrUpToASixteenthMore(share: Double) throws {
    var histogram = LatencyHistogram()
    // Every power of two and its neighbours, then a spread that grows like real latencies do.
    var durations = (0..<34).flatMap { [1 << $0 - 1, 1 << $0, 1 << $0 + 1] as [Int64] }
    durations += (1...5_000).map { Int64($0 * $0) }
    for duration in durations { histogram.add(Interval(nanoseconds: duration)) }
    durations.sort()
    let rank = max(1, Int((Double(durations.count) * share).rounded(.up)))
    let exact = durations[rank - 1]
    let found = try #require(histogram.quantile(share)).nanoseconds
    #expect(found >= exact)
    #expect(found <= exact + max(64, exact / 16))
  }

  @Test func twoTogetherAreAsOneThatCountedAll() {
    var (one, two, all) = (LatencyHistogram(), LatencyHistogram(), LatencyHistogram())
    for count in 1...2_000 as ClosedRange<Int64> {
      let duration = Interval(nanoseconds: count * count * 100)
      all.add(duration)
      if count % 3 == 0 { one.add(duration) } else { two.add(duration) }
    }
    one.add(two)
    #expect(one == all)
  }

  @Test func nothingCountedHasNoQuantile() {
    #expect(LatencyHistogram().quantile(0.5) == nil)
  }

  @Test func whatLiesOutsideIsCountedAtTheEdge() throws {
    var histogram = LatencyHistogram()
    histogram.add(Interval(nanoseconds: -5))
    histogram.add(Interval(nanoseconds: .max))
    #expect(histogram.count == 2)
    #expect(histogram.longest.nanoseconds == .max)
    #expect(try #require(histogram.quantile(0.5)).nanoseconds <= 64)
  }
}

struct JournalWaitsTests {
  private func time(_ microseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: microseconds * 1_000)
  }

  @Test func aFactThatCameWhileTheDiskWasAtWorkHasWaitedForItToo() {
    var waits = JournalWaits()
    waits.add(from: time(10), to: time(100), fact: time(0))
    #expect(
      waits.last
        == DecisionTiming(
          fact: time(0), secured: time(100), journal: Interval(nanoseconds: 90_000)))
    // It came 60 µs before the first wait's end, was decided on after 5 µs more, and waited 45 µs itself.
    waits.add(from: time(105), to: time(150), fact: time(40))
    let timing = waits.last
    #expect(timing.journal.nanoseconds == 105_000)
    var found = TickToOrder()
    found.note(timing, written: time(157))
    #expect(found.whole.longest.nanoseconds == 117_000)
    #expect(found.apart.longest.nanoseconds == 12_000)
    #expect(found.toDecision.longest.nanoseconds == 5_000)
    #expect(found.toSocket.longest.nanoseconds == 7_000)
  }

  @Test func waitsThatWereOverBeforeAFactCameAreNotItsOwn() {
    var waits = JournalWaits()
    for round in 0..<Int64(JournalWaits.capacity + 10) {
      waits.add(from: time(round * 100 + 1), to: time(round * 100 + 51), fact: time(round * 100))
      #expect(waits.last.journal.nanoseconds == 50_000)
    }
  }
}
