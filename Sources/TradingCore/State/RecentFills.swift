/// A short memory of the fills booked last, so that one reported twice moves money once.
///
/// A venue repeats itself: a stream resumes with what it had sent, a reconciliation asks again. What
/// tells a repetition from a second fill is the venue's trade id, not whether the order is still alive:
/// the fill that overtook a cancel on its way is late, but real, and is booked.
public struct RecentFills: Equatable, Sendable {
  /// How many fills are remembered.
  static let memory = 256

  private struct Key: Equatable {
    var order: OrderID
    var tradeID: Int64
    var instrument: InstrumentID
  }

  private var keys: ContiguousArray<Key> = []
  private var next = 0
  /// The highest trade id so far: venues count up, so most fills need no look at the others.
  private var highest = Int64.min

  init() {}

  /// Remembers a fill. A trade id of zero is none, and never a repetition. O(1), O(memory) where ids
  /// do not rise.
  /// - Returns: false when this very fill is remembered already.
  mutating func insert(_ fill: Fill) -> Bool {
    guard fill.tradeID != 0 else { return true }
    let key = Key(order: fill.order, tradeID: fill.tradeID, instrument: fill.instrument)
    if fill.tradeID <= highest, keys.contains(key) { return false }
    highest = max(highest, fill.tradeID)
    if keys.count < RecentFills.memory {
      keys.append(key)
    } else {
      keys[next] = key
      next = (next + 1) % RecentFills.memory
    }
    return true
  }
}

extension RecentFills: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(keys.count)
    for key in keys {
      bytes.append(key.order.raw)
      bytes.append(key.tradeID)
      bytes.append(key.instrument.raw)
    }
    bytes.append(next)
    bytes.append(highest)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    for _ in 0..<(try reader.takeCount(atMost: RecentFills.memory)) {
      keys.append(
        Key(order: try reader.take(), tradeID: try reader.take(), instrument: try reader.take()))
    }
    next = try reader.takeTally()
    try reader.expect(next == 0 || next < keys.count, "a place beyond the fills remembered")
    highest = try reader.take()
  }
}
