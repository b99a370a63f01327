/// A recording or a generator played at a pace: each fact is stamped with the moment of this exchange
/// at which it happens, which is not the moment it was recorded at.

public import TradingCore

/// How fast recorded time goes by.
public enum Pace: Equatable, Sendable {
  /// So many recorded seconds in one.
  case times(Int64)
  /// As fast as whoever listens can read.
  case unlimited
}

/// A feed with a clock.
public struct MarketReplay {
  private let feed: any Feed
  private let pace: Pace
  /// The recorded moment that is `start` here.
  private let origin: Timestamp
  private var start: Timestamp
  private var batch = EventBatch()
  private var position = 0
  /// Whether the feed has ended.
  private var isOver = false
  /// Whether all history has been told.
  private(set) var isPastHistory = false

  /// - Parameters:
  ///   - origin: facts up to this recorded moment are history: they come at once, stamped as long
  ///     before `start` as they are before it.
  ///   - start: the exchange's time when it opens.
  public init(_ feed: any Feed, pace: Pace, origin: Timestamp, start: Timestamp) {
    self.feed = feed
    self.pace = pace
    self.origin = origin
    self.start = start
  }

  /// Lets what comes after the history begin now rather than when the exchange opened.
  mutating func begin(at now: Timestamp) { start = max(start, now) }

  /// The next fact that has happened by now.
  /// - Parameter isHeld: whether there is only history so far.
  /// - Throws: `EngineFault.source` when the recording cannot be read.
  mutating func next(
    by now: Timestamp, isHeld: Bool = false
  ) throws(EngineFault) -> Event? {
    guard try hasCurrent() else {
      isPastHistory = true
      return nil
    }
    var event = batch.events[position]
    isPastHistory = isPastHistory || event.receiveTime > origin
    if isHeld, event.receiveTime > origin { return nil }
    let stamp = stamp(event.receiveTime, now)
    guard stamp <= now else { return nil }
    position += 1
    if !event.venueTime.isNone { event.venueTime = stamp - (event.receiveTime - event.venueTime) }
    event.receiveTime = stamp
    return event
  }

  private func stamp(_ recorded: Timestamp, _ now: Timestamp) -> Timestamp {
    let offset = recorded - origin
    guard offset > .zero else { return start + offset }
    switch pace {
    case .times(let factor): return start + Interval(nanoseconds: offset.nanoseconds / factor)
    case .unlimited: return now
    }
  }

  private mutating func hasCurrent() throws(EngineFault) -> Bool {
    if position < batch.events.count { return true }
    guard !isOver else { return false }
    position = 0
    isOver = try !feed.next(into: &batch)
    if isOver { batch.removeAll() }
    return !batch.isEmpty
  }
}
