/// How many lots an instrument traded in the last minute, in memory that never grows: a ring of sixty
/// counts, one for each second of the run's clock.
struct TradedVolume: Sendable {
  /// Seconds counted: the running one and those before it.
  static let seconds = 60

  /// Lots by second modulo the ring's length; empty until the first trade.
  private var ring: ContiguousArray<Int64> = []
  /// The latest second counted, from the epoch.
  private var latest: Int64 = 0

  init() {}

  /// Counts a trade. One that is dated before the latest second counts in that one. O(1), and O(60)
  /// after a silence.
  mutating func note(_ quantity: Quantity, at time: Timestamp) {
    let second = TradedVolume.second(time)
    if ring.isEmpty {
      ring = ContiguousArray(repeating: 0, count: TradedVolume.seconds)
      latest = second
    }
    if second > latest { turn(to: second) }
    let slot = TradedVolume.slot(latest)
    ring[slot] = ring[slot].addingClamped(max(0, quantity.lots))
  }

  /// Lots traded in the running second and the 59 before it, clamped to 64 bits. O(60).
  func lots(at time: Timestamp) -> Int64 {
    guard !ring.isEmpty else { return 0 }
    let last = max(latest, TradedVolume.second(time))
    let first = max(
      last - Int64(TradedVolume.seconds) + 1, latest - Int64(TradedVolume.seconds) + 1)
    guard first <= latest else { return 0 }
    return (first...latest).reduce(0) { $0.addingClamped(ring[TradedVolume.slot($1)]) }
  }

  /// Forgets what is older than the ring.
  private mutating func turn(to second: Int64) {
    let steps = min(second - latest, Int64(TradedVolume.seconds))
    for step in 0..<steps { ring[TradedVolume.slot(second - step)] = 0 }
    latest = second
  }

  private static func second(_ time: Timestamp) -> Int64 {
    time.floored(to: .second).nanoseconds / Interval.second.nanoseconds
  }

  private static func slot(_ second: Int64) -> Int {
    let rest = Int(second % Int64(seconds))
    return rest < 0 ? rest + seconds : rest
  }
}
