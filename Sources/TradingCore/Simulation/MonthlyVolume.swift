/// What an account traded in the thirty whole UTC days before a moment, in memory that never grows.
struct MonthlyVolume: Sendable {
  /// Whole days that count.
  static let days = 30

  /// Value by day modulo the ring's length: the days that count and the running one; empty until the
  /// first fill.
  private var ring: ContiguousArray<Money> = []
  /// The latest day counted, from the epoch.
  private var latest: Int64 = 0
  /// The sum of the days before `latest`.
  private var sum = Money.zero

  init() {}

  /// Counts a value traded. One that is dated before the latest day counts in that one. O(1), and
  /// O(days) for the first of a day.
  mutating func note(_ value: Money, at time: Timestamp) {
    let day = MonthlyVolume.day(time)
    if ring.isEmpty {
      ring = ContiguousArray(repeating: .zero, count: MonthlyVolume.days + 1)
      latest = day
    }
    if day > latest { turn(to: day) }
    ring[MonthlyVolume.slot(latest)] += value.magnitude
  }

  /// The value traded in the thirty days before the day of `time`; times before the latest day counted
  /// are taken for that day. O(1) on the day counted last, O(days) after it.
  func before(_ time: Timestamp) -> Money {
    guard !ring.isEmpty else { return .zero }
    let day = MonthlyVolume.day(time)
    return day > latest ? total(before: day) : sum
  }

  private func total(before day: Int64) -> Money {
    let first = day - Int64(MonthlyVolume.days)
    guard first <= latest else { return .zero }
    let oldest = max(first, latest - Int64(MonthlyVolume.days))
    return (oldest...min(latest, day - 1)).reduce(.zero) { $0 + ring[MonthlyVolume.slot($1)] }
  }

  private mutating func turn(to day: Int64) {
    sum = total(before: day)
    let steps = min(day - latest, Int64(MonthlyVolume.days) + 1)
    for step in 0..<steps { ring[MonthlyVolume.slot(day - step)] = .zero }
    latest = day
  }

  private static func day(_ time: Timestamp) -> Int64 {
    time.floored(to: .day).nanoseconds / Interval.day.nanoseconds
  }

  private static func slot(_ day: Int64) -> Int {
    let length = Int64(days) + 1
    let rest = Int(day % length)
    return rest < 0 ? rest + Int(length) : rest
  }
}
