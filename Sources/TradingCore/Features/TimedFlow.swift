/// What came and went in the last seconds, in whole numbers: adding and taking away again is exact, so
/// nothing drifts.

/// Signed amounts of the last `span`, gains and losses apart; one that is exactly `span` old is out.
struct TimedFlow: Sendable, CanonicallyEncodable {
  private struct Entry: BitwiseCopyable, Sendable {
    var time: Timestamp
    var amount: Int64
  }

  /// The most amounts kept unless told otherwise: 2 MiB.
  static let capacity = 1 << 17

  let span: Interval
  /// The most amounts kept. Where a span holds more, the oldest is forgotten, and the flow is not
  /// whole until it would have left anyway.
  private let capacity: Int
  private var entries = Queue<Entry>()
  /// The moment from which a whole span has been seen; `nil` before anything was.
  private var wholeFrom: Timestamp?
  private(set) var gained: Int128 = 0
  private(set) var lost: Int128 = 0
  private(set) var gainCount = 0
  private(set) var lossCount = 0

  /// `capacity` must be positive.
  init(span: Interval, capacity: Int = TimedFlow.capacity) {
    precondition(capacity > 0, "TimedFlow: room for \(capacity) amounts")
    self.span = span
    self.capacity = capacity
  }

  var net: Int128 { gained - lost }

  /// Begins to count, unless it has.
  mutating func begin(at now: Timestamp) {
    if wholeFrom == nil { wholeFrom = now + span }
  }

  /// Adds an amount; begins to count, unless it has.
  mutating func add(_ amount: Int64, at now: Timestamp) {
    begin(at: now)
    forget(until: now)
    guard amount != 0 else { return }
    if entries.count == capacity, let oldest = entries.popFirst() {
      count(oldest.amount, times: -1)
      wholeFrom = max(wholeFrom ?? now, oldest.time + span)
    }
    entries.append(Entry(time: now, amount: amount))
    count(amount, times: 1)
  }

  /// Whether a whole span up to `now` is in; what is older is forgotten.
  mutating func isWhole(at now: Timestamp) -> Bool {
    forget(until: now)
    return wholeFrom.map { $0 <= now } ?? false
  }

  mutating func restart() { self = TimedFlow(span: span, capacity: capacity) }

  private mutating func forget(until now: Timestamp) {
    while let oldest = entries.first, oldest.time + span <= now {
      count(oldest.amount, times: -1)
      _ = entries.popFirst()
    }
  }

  private mutating func count(_ amount: Int64, times: Int) {
    if amount > 0 {
      gained += Int128(amount) * Int128(times)
      gainCount += times
    } else {
      lost -= Int128(amount) * Int128(times)
      lossCount += times
    }
  }

  func encode(into bytes: inout CanonicalBytes) {
    bytes.append(span)
    bytes.append(wholeFrom ?? .none)
    bytes.append(entries.count)
    entries.visit { entry in
      bytes.append(entry.time)
      bytes.append(entry.amount)
    }
  }
}
