/// How slices follow the clock, the day's profile and the traded volume, by hand.
import Testing

@testable import TradingCore

@Suite("Slice schedules")
struct SliceScheduleTests {
  private static let definition = InstrumentDefinition(
    instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
    tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))

  private func schedule(
    _ lots: Int64, over seconds: UInt32, slices: UInt16, start: Int64 = 0,
    _ algorithm: ExecutionAlgorithm = .timeWeighted, share: UInt16 = 0, volume: Int64 = 0
  ) -> SliceSchedule {
    let terms = ParentTerms(
      instrument: InstrumentID(0), side: .buy, quantity: Quantity(lots: lots),
      algorithm: algorithm, durationSeconds: seconds, slices: slices, participation: share)
    var parent = LiveParent(
      OrderID(1), terms, start: moment(start),
      amount: Money(units: Int128(lots) * Self.definition.lotAmount), arrival: 200)
    parent.volume = volume
    return SliceSchedule(parent, Self.definition)
  }

  private func moment(_ seconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: seconds * Interval.second.nanoseconds)
  }

  @Test(
    "equal slices at equal times sum to the parent",
    arguments: [
      // lots, slices, lots that are to be traded when so many slices have begun
      (100, 4, [25, 50, 75, 100]), (10, 3, [3, 6, 10]), (7, 7, [1, 2, 3, 4, 5, 6, 7]),
      (2, 5, [0, 0, 1, 1, 2]), (11, 1, [11]),
    ] as [(Int64, UInt16, [Int64])])
  func timeWeighted(lots: Int64, slices: UInt16, targets: [Int64]) {
    let schedule = schedule(lots, over: 60, slices: slices)
    #expect((1...Int64(slices)).map { schedule.timeWeighted($0) } == targets)
  }

  @Test(
    "a slice begins at its time and not before",
    arguments: [(-1, 0), (0, 1), (14, 1), (15, 2), (29, 2), (30, 3), (59, 4), (60, 4), (999, 4)]
      as [(Int64, Int64)])
  func slots(second: Int64, slot: Int64) {
    #expect(schedule(100, over: 60, slices: 4, start: 0).slot(at: moment(second)) == slot)
  }

  @Test("whatever the parent and its slices, no two slices differ by more than a lot")
  func evenness() {
    for lots in 1...60 as ClosedRange<Int64> {
      for slices in 1...20 as ClosedRange<UInt16> {
        let schedule = schedule(lots, over: 100, slices: slices)
        let targets = [0] + (1...Int64(slices)).map { schedule.timeWeighted($0) }
        let parts = zip(targets.dropFirst(), targets).map { $0 - $1 }
        #expect(
          targets.last == lots && parts.allSatisfy { (0...1).contains($0 - lots / Int64(slices)) })
      }
    }
  }

  /// Quarters of a day that trade 40 %, 10 %, 20 % and 30 %.
  private var profile: VolumeProfile {
    var profile = VolumeProfile()
    for (slot, share) in [400_000, 100_000, 200_000, 300_000].enumerated() {
      let isSet = profile.set(
        Configure(.volumeProfile, value: Int64(share), index: UInt16(slot)))
      #expect(isSet)
    }
    return profile
  }

  @Test(
    "slices by volume follow the profile of the day, over midnight too",
    arguments: [
      // start, hours it takes, targets of four slices of 1,000 lots
      (0, 24, [400, 500, 700, 1_000]), (6, 24, [100, 300, 600, 1_000]),
      (18, 24, [300, 700, 800, 1_000]), (0, 12, [400, 800, 900, 1_000]),
      // 3 h–6 h 20, 6 h–9 h 5, 9 h–12 h 5, 12 h–15 h 10, of 40 in all.
      (3, 12, [500, 625, 750, 1_000]), (0, 48, [250, 500, 750, 1_000]),
    ] as [(Int64, UInt32, [Int64])])
  func volumeWeighted(hour: Int64, hours: UInt32, targets: [Int64]) {
    let schedule = schedule(
      1_000, over: hours * 3_600, slices: 4, start: hour * 3_600, .volumeWeighted)
    let found = (1...4).map { schedule.volumeWeighted(Int64($0), profile) }
    #expect(found == targets)
  }

  @Test("without a profile slices by volume are slices by time")
  func noProfile() {
    let schedule = schedule(1_000, over: 86_400, slices: 4, .volumeWeighted)
    let found = (1...4).map { schedule.volumeWeighted(Int64($0), VolumeProfile()) }
    #expect(found == [250, 500, 750, 1_000])
  }

  @Test("a profile takes shares of slots of the day and nothing else")
  func profileRange() {
    var profile = VolumeProfile()
    for (value, slot, isTaken) in [
      (0, 0, true), (1_000_000, 1_439, true), (-1, 0, false), (1_000_001, 0, false),
      (1, 1_440, false),
    ] as [(Int64, UInt16, Bool)] {
      let change = Configure(.volumeProfile, value: value, index: slot)
      let isSet = profile.set(change)
      #expect(isSet == isTaken, "slot \(slot), share \(value)")
    }
  }

  @Test(
    "a participation may trade its share of what was traded, rounded down",
    arguments: [(0, 0), (19, 0), (20, 1), (39, 1), (399, 19), (400, 20), (999_999, 100)]
      as [(Int64, Int64)])
  func participation(volume: Int64, lots: Int64) {
    let schedule = schedule(
      100, over: 60, slices: 0, .participation, share: 500, volume: volume)
    #expect(schedule.participating == lots)
  }

  @Test("an execution setting says its rule and nothing is lost")
  func rule() {
    for algorithm in ExecutionAlgorithm.allCases {
      for (seconds, slices, share) in [(0, 0, 0), (600, 10, 500), (.max, .max, 10_000)]
        as [(UInt32, UInt16, UInt16)]
      {
        let rule = ExecutionRule(
          algorithm, durationSeconds: seconds, slices: slices, participation: share)
        #expect(ExecutionRule(rule.setting) == rule)
      }
    }
    #expect(ExecutionRule(Configure(.execution, value: -1)) == nil)
    #expect(ExecutionRule(Configure(.execution, value: 0, index: 99)) == nil)
  }
}
