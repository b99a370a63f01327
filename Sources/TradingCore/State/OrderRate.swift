/// How many orders were placed or amended in the last minute of the run's clock, in fixed memory.

/// A ring of 61 one-second counters: the second in progress and the 60 before it, so that no minute,
/// wherever it begins, holds more orders than are counted.
public struct OrderRate: Equatable, Sendable, BitwiseCopyable, CanonicallyDecodable {
  static let seconds: Int64 = 61

  private var counts = InlineArray<61, UInt32>(repeating: 0)
  /// The second that was counted last.
  private var last: Int64 = .min

  public init() {}

  public static func == (left: Self, right: Self) -> Bool {
    left.last == right.last
      && left.counts.indices.allSatisfy {
        left.counts[$0] == right.counts[$0]
      }
  }

  /// Orders counted in the minute that ends at `time`. O(seconds).
  public func count(at time: Timestamp) -> Int64 {
    let now = max(last, OrderRate.second(of: time))
    var sum: Int64 = 0
    let age = now.subtractingClamped(last)
    guard age < OrderRate.seconds else { return 0 }
    for back in 0..<(OrderRate.seconds - age) { sum += Int64(counts[slot(last &- back)]) }
    return sum
  }

  /// Counts an order at `time`; a time before the last one counts as the last one.
  mutating func note(at time: Timestamp) {
    let now = max(last, OrderRate.second(of: time))
    let passed = now.subtractingClamped(last)
    if passed >= OrderRate.seconds {
      counts = InlineArray(repeating: 0)
    } else {
      for back in 0..<passed { counts[slot(now &- back)] = 0 }
    }
    last = now
    let index = slot(now)
    counts[index] = counts[index] == .max ? .max : counts[index] + 1
  }

  private static func second(of time: Timestamp) -> Int64 {
    time.floored(to: .second).nanoseconds / Interval.second.nanoseconds
  }

  private func slot(_ second: Int64) -> Int {
    let remainder = second % OrderRate.seconds
    return Int(remainder < 0 ? remainder + OrderRate.seconds : remainder)
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(last)
    for index in counts.indices { bytes.append(counts[index]) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    last = try reader.take()
    for index in counts.indices { counts[index] = try reader.take() }
  }
}
