/// Folds of a period: worked examples, what holds of every plan, and every refusal.
import Testing
import TradingCore

@testable import Research

@Suite("Walk-forward windows")
struct WindowPlanTests {
  static func days(_ count: Int64) -> Interval {
    Interval(nanoseconds: count * Interval.day.nanoseconds)
  }

  static func day(_ number: Int64) -> Timestamp {
    Timestamp(nanoseconds: number * Interval.day.nanoseconds)
  }

  /// A range of days.
  static func range(_ from: Int64, _ to: Int64) -> Range<Timestamp> { day(from)..<day(to) }

  @Test("a year of 90 days in and 30 out rolls nine times, and the out parts follow each other")
  func rolling() throws {
    let settings = WalkForwardSettings(
      inSample: Self.days(90), outOfSample: .length(Self.days(30), step: nil))
    let plan = try WindowPlan(Self.range(0, 365), settings)
    #expect(plan.folds.count == 9)
    #expect(plan.folds[0].inSample == Self.range(0, 90))
    #expect(plan.folds[0].outOfSample == Self.range(90, 120))
    #expect(plan.folds[8].inSample == Self.range(240, 330))
    #expect(plan.folds[8].outOfSample == Self.range(330, 360))
    #expect(plan.unused == Self.days(5))
    #expect(plan.coverage == 1)
    #expect(plan.folds.allSatisfy { $0.inSampleWarmUp.isEmpty && $0.outOfSampleWarmUp.isEmpty })
  }

  @Test("anchored parts begin with the first; purge, embargo and warm-up keep their distance")
  func anchored() throws {
    let settings = WalkForwardSettings(
      inSample: Self.days(50), outOfSample: .length(Self.days(20), step: nil), isAnchored: true,
      purge: Self.days(2), embargo: Self.days(3), warmUp: Self.days(10))
    let plan = try WindowPlan(Self.range(100, 210), settings)
    #expect(plan.folds.map(\.inSample) == [Self.range(110, 160), Self.range(110, 183)])
    #expect(plan.folds.map(\.outOfSample) == [Self.range(162, 182), Self.range(185, 205)])
    #expect(plan.folds[0].inSampleWarmUp == Self.range(100, 110))
    #expect(plan.folds[1].outOfSampleWarmUp == Self.range(175, 185))
    #expect((plan.coverage - 40.0 / 43).magnitude < 1e-15)
    #expect(plan.lines.count == 3)
    #expect(
      plan.lines[1]
        == "   1  1970-04-21 00:00:00  1970-06-10 00:00:00  1970-06-12 00:00:00  1970-07-02 00:00:00"
    )
    #expect(
      plan.json.text(pretty: false).hasPrefix(#"[{"fold":1,"inSample":{"from":"1970-04-21T0"#))
  }

  @Test("a number of folds shares the rest of the period in whole seconds")
  func numberOfFolds() throws {
    let settings = WalkForwardSettings(
      inSample: Self.days(30), outOfSample: .folds(7), purge: Self.days(1))
    let plan = try WindowPlan(Self.range(0, 100), settings)
    #expect(plan.folds.count == 7)
    let length = plan.folds[0].outOfSample.length
    #expect(length.nanoseconds % Interval.second.nanoseconds == 0)
    #expect(plan.unused < Interval(nanoseconds: 7 * Interval.second.nanoseconds))
    #expect(plan.coverage == 1)
  }

  @Test("a number of folds is that number, where the seconds left over would hold more of them")
  func exactlySoMany() throws {
    let settings = WalkForwardSettings(
      inSample: Interval(nanoseconds: 40 * Interval.second.nanoseconds), outOfSample: .folds(20))
    for seconds in 60...240 as ClosedRange<Int64> {
      let end = Timestamp(nanoseconds: seconds * Interval.second.nanoseconds)
      let plan = try WindowPlan(Timestamp(nanoseconds: 0)..<end, settings)
      #expect(plan.folds.count == 20, "\(seconds) seconds")
      #expect(plan.unused < Interval(nanoseconds: 20 * Interval.second.nanoseconds))
    }
  }

  /// Settings of every kind with small lengths, in hours.
  static func settings(_ random: inout RandomSource) -> WalkForwardSettings {
    func hours(_ range: ClosedRange<Int64>) -> Interval {
      Interval(nanoseconds: random.integer(in: range) * Interval.hour.nanoseconds)
    }
    let length = hours(1...30)
    let parts: WalkForwardSettings.Parts =
      switch random.below(3) {
      case 0: .length(length, step: nil)
      case 1: .length(length, step: hours(1...60))
      default: .folds(Int(random.integer(in: 1...12)))
      }
    return WalkForwardSettings(
      inSample: hours(1...60), outOfSample: parts, isAnchored: random.chance(0.5),
      purge: hours(0...5), embargo: hours(0...5), warmUp: hours(0...10))
  }

  @Test("of every plan that is made, all that is claimed of its folds holds")
  func properties() throws {
    var random = RandomSource(seed: 51, label: "plans")
    var made = 0
    for round in 0..<5_000 {
      let settings = Self.settings(&random)
      let from = Timestamp(nanoseconds: random.integer(in: 0...1_000_000_000))
      let period =
        from..<(from + Interval(nanoseconds: random.integer(in: 1...1_000_000_000_000_000)))
      guard let plan = try? WindowPlan(period, settings) else { continue }
      made += 1
      #expect(Self.holds(plan), "seed 51, round \(round)")
    }
    #expect(made > 2_000, "\(made)")
  }

  /// Whether a plan keeps its promises.
  static func holds(_ plan: WindowPlan) -> Bool {
    let settings = plan.settings
    let alone = plan.folds.enumerated().allSatisfy { place, fold in
      fold.number == place + 1
        && fold.outOfSample.lowerBound - fold.inSample.upperBound == settings.purge
        && fold.inSample.length >= settings.inSample
        && (settings.isAnchored || fold.inSample.length == settings.inSample)
        && (!settings.isAnchored || fold.inSample.lowerBound == plan.folds[0].inSample.lowerBound)
        && fold.outOfSample.length == plan.folds[0].outOfSample.length
        && fold.inSampleWarmUp.lowerBound >= plan.period.lowerBound
        && fold.outOfSampleWarmUp.lowerBound >= plan.period.lowerBound
        && fold.inSampleWarmUp.length == settings.warmUp
        && fold.outOfSample.upperBound <= plan.period.upperBound
    }
    let together = zip(plan.folds, plan.folds.dropFirst()).allSatisfy { one, next in
      next.outOfSample.lowerBound - one.outOfSample.upperBound >= settings.embargo
    }
    let step = plan.folds[1].outOfSample.lowerBound - plan.folds[0].outOfSample.lowerBound
    // As many as were asked for, each a second too long for the period; or not one more would fit.
    let count =
      switch settings.outOfSample {
      case .folds(let asked):
        plan.folds.count == asked && plan.unused.seconds < Double(asked)
      case .length: plan.folds.count >= 2 && plan.unused < step
      }
    return alone && together && count && plan.coverage <= 1
  }

  @Test("what cannot be cut is refused by name")
  func refusals() {
    func fault(
      _ period: Range<Timestamp>, _ parts: WalkForwardSettings.Parts, _ days: Int64 = 10,
      embargo: Int64 = 0, warmUp: Int64 = 0
    ) -> WindowFault? {
      let settings = WalkForwardSettings(
        inSample: Self.days(days), outOfSample: parts, embargo: Self.days(embargo),
        warmUp: Self.days(warmUp))
      do { _ = try WindowPlan(period, settings) } catch { return error }
      return nil
    }
    let five = WalkForwardSettings.Parts.length(Self.days(5), step: nil)
    #expect(fault(Self.range(0, 20), five) == nil)
    #expect(
      fault(Self.range(0, 19), five)
        == .periodTooShort(period: Self.days(19), least: Self.days(20)))
    #expect(
      fault(Self.range(0, 20), five, warmUp: 1)
        == .periodTooShort(period: Self.days(20), least: Self.days(21)))
    #expect(
      fault(Self.range(0, 90), .length(Self.days(5), step: Self.days(4)))
        == .stepTooShort(step: Self.days(4), least: Self.days(5)))
    #expect(
      fault(Self.range(0, 90), .length(Self.days(5), step: Self.days(5)), embargo: 1)
        == .stepTooShort(step: Self.days(5), least: Self.days(6)))
    #expect(fault(Self.range(0, 90), five, 0) == .length(key: "in"))
    #expect(fault(Self.range(0, 90), five, warmUp: -1) == .length(key: "warmUp"))
    #expect(fault(Self.range(0, 90), .length(.zero, step: nil)) == .length(key: "out"))
    #expect(fault(Self.range(0, 90), .length(Self.days(5), step: .zero)) == .length(key: "step"))
    #expect(fault(Self.range(0, 90), .folds(1)) == .tooFewFolds(1))
    #expect(fault(Self.range(0, 90), .folds(10_001)) == .tooManyFolds(10_001))
    #expect(fault(Self.range(0, 9), .folds(2)) == .noRoom(folds: 2))
    #expect(
      fault(Self.range(0, 90), .length(.second, step: nil)) == .tooManyFolds(80 * 86_400))
    let century = Interval.longestText
    #expect(
      fault(.distantPast..<Self.day(0), .length(century, step: century), 36_525, warmUp: 36_525)
        == .periodTooShort(
          period: Self.day(0) - .distantPast, least: Interval(nanoseconds: .max)))
  }
}
