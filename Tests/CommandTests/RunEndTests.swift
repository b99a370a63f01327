/// When a run with `--for` and `--until` ends.

#if Live
  import Testing
  import TradingCore

  @testable import cryptobot

  @Suite("The end of a run")
  struct RunEndTests {
    private static func second(_ count: Int64) -> Timestamp {
      Timestamp(nanoseconds: count * 1_000_000_000)
    }

    private static let minute = Interval(nanoseconds: 60_000_000_000)

    @Test func `A span counts anew from a later beginning, a moment stays what it is`() {
      var end = RunEnd(Self.minute, nil, from: Self.second(1_000))
      #expect(end.moment == Self.second(1_060))
      end.count(from: Self.second(1_003))
      #expect(end.moment == Self.second(1_063))
      var fixed = RunEnd(nil, Self.second(1_500), from: Self.second(1_000))
      fixed.count(from: Self.second(1_003))
      #expect(fixed.moment == Self.second(1_500))
    }

    @Test func `The earlier of both is the end, and without either there is none`() {
      var both = RunEnd(Self.minute, Self.second(1_062), from: Self.second(1_000))
      #expect(both.moment == Self.second(1_060))
      both.count(from: Self.second(1_003))
      #expect(both.moment == Self.second(1_062))
      #expect(RunEnd(nil, nil, from: Self.second(1_000)).moment == .distantFuture)
    }
  }
#endif
