/// The folds of a period, as times: what every fold searches on and what it is judged by.

public import TradingCore

/// One fold. All ranges are half open: an event at the upper bound is outside.
public struct WindowFold: Equatable, Sendable {
  /// From 1 on.
  public var number: Int
  public var inSample: Range<Timestamp>
  public var outOfSample: Range<Timestamp>
  /// Of each part; ends where the part begins.
  public var warmUp: Interval

  /// What indicators see before the in-sample part; empty without a warm-up.
  public var inSampleWarmUp: Range<Timestamp> {
    (inSample.lowerBound - warmUp)..<inSample.lowerBound
  }

  /// What indicators see before the out-of-sample part. It may reach into the in-sample part: nothing
  /// is traded or measured in it.
  public var outOfSampleWarmUp: Range<Timestamp> {
    (outOfSample.lowerBound - warmUp)..<outOfSample.lowerBound
  }
}

/// At least two folds, in order of time. Out-of-sample parts never overlap and begin at least a purge
/// after their in-sample part; everything, warm-up included, lies within the period.
public struct WindowPlan: Equatable, Sendable {
  public let period: Range<Timestamp>
  public let settings: WalkForwardSettings
  public let folds: [WindowFold]

  /// The most folds of a plan.
  public static let mostFolds = 10_000

  /// Cuts a period. O(folds).
  /// - Parameter period: of the data, the end exclusive: one nanosecond after the last event, or the
  ///   end that the scenario sets.
  /// - Throws: `WindowFault`.
  public init(
    _ period: Range<Timestamp>, _ settings: WalkForwardSettings
  ) throws(WindowFault) {
    try settings.check()
    self.period = period
    self.settings = settings
    let first = period.lowerBound + settings.warmUp
    let start = first + settings.inSample + settings.purge
    let (length, step, asked) = try WindowPlan.parts(settings, within: period.upperBound - start)
    guard step >= length + settings.embargo else {
      throw .stepTooShort(step: step, least: length + settings.embargo)
    }
    let room = period.upperBound - (start + length)
    guard room >= step else {
      let least = (start + length + step) - period.lowerBound
      throw .periodTooShort(period: period.upperBound - period.lowerBound, least: least)
    }
    let count = asked ?? Int(room.nanoseconds / step.nanoseconds) + 1
    guard count <= WindowPlan.mostFolds else { throw .tooManyFolds(count) }
    folds = (0..<count).map { number in
      let shift = Interval(nanoseconds: step.nanoseconds * Int64(number))
      let begin = settings.isAnchored ? first : first + shift
      return WindowFold(
        number: number + 1, inSample: begin..<(first + shift + settings.inSample),
        outOfSample: (start + shift)..<(start + shift + length), warmUp: settings.warmUp)
    }
  }

  /// The length of every out-of-sample part, from the start of one to that of the next, and how many
  /// there are; `nil`: as many as fit.
  private static func parts(
    _ settings: WalkForwardSettings, within room: Interval
  ) throws(WindowFault) -> (length: Interval, step: Interval, count: Int?) {
    switch settings.outOfSample {
    case .length(let length, let step): return (length, step ?? length + settings.embargo, nil)
    case .folds(let count):
      let embargoes = Int128(settings.embargo.nanoseconds) * Int128(count - 1)
      let seconds = (Int128(room.nanoseconds) - embargoes) / Int128(count) / 1_000_000_000
      guard seconds >= 1 else { throw .noRoom(folds: count) }
      let length = Interval(nanoseconds: Int64(seconds) * Interval.second.nanoseconds)
      return (length, length + settings.embargo, count)
    }
  }
}

extension WindowPlan {
  /// What out-of-sample parts cover of the time from the first one's start to the last one's end, 0…1:
  /// 1 where they follow each other without an embargo.
  public var coverage: Double {
    guard let first = folds.first, let last = folds.last else { return 0 }
    let covered = folds.reduce(0.0) { $0 + $1.outOfSample.length.seconds }
    return covered / (last.outOfSample.upperBound - first.outOfSample.lowerBound).seconds
  }

  /// What is left of the period after the last fold.
  public var unused: Interval {
    folds.last.map { period.upperBound - $0.outOfSample.upperBound } ?? .zero
  }
}

extension Range where Bound == Timestamp {
  /// The time from the lower to the upper bound.
  public var length: Interval { upperBound - lowerBound }
}
