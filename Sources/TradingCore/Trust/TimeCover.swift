/// How much of the time is covered by spans that may overlap and begin in the past, in little memory.

/// The union of spans that are told in the order of their ends.
struct TimeCover: Equatable, Sendable {
  private struct Span: Equatable, Sendable, BitwiseCopyable {
    var from: Timestamp
    var to: Timestamp
  }

  /// Apart from each other, oldest first.
  private var spans: ContiguousArray<Span> = []
  /// What lies before `floor`, and is not looked at again.
  private var settled = Interval.zero
  private var floor = Timestamp.distantPast

  /// The most spans kept apart.
  static let capacity = 4_096

  var isFull: Bool { spans.count >= TimeCover.capacity }

  /// Covers a span that ends no earlier than those before it. Amortised O(1).
  mutating func add(from: Timestamp, to: Timestamp) {
    var span = Span(from: max(from, floor), to: to)
    guard span.from < span.to else { return }
    while let last = spans.last, last.to >= span.from {
      span.from = min(span.from, last.from)
      spans.removeLast()
    }
    spans.append(span)
  }

  /// Adds up what lies before `time`, where no later span will reach; where that is not enough, the older
  /// half all the same: a span that reaches back over more than 2,048 others then counts from there.
  mutating func settle(before time: Timestamp) {
    var count = spans.firstIndex { $0.to >= time } ?? spans.count
    if spans.count - count >= TimeCover.capacity { count = spans.count / 2 }
    for span in spans[..<count] { settled = settled + (span.to - span.from) }
    if count > 0 { floor = spans[count - 1].to }
    spans.removeSubrange(..<count)
  }

  /// The time covered. O(spans kept).
  var total: Interval { spans.reduce(settled) { $0 + ($1.to - $1.from) } }
}
