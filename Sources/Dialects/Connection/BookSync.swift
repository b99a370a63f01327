/// One book's way into step with its venue: when to ask for a snapshot, which updates it already holds,
/// and when something was lost. Source: Binance spot, web-socket-streams.md, "How to manage a local order
/// book correctly".
///
/// It keeps ids, not levels: every update goes to the journal as it comes, in the order of arrival, and
/// the levels wait in the `OrderBook` of the state, which follows the same rule. So a recording is never
/// rearranged, a machine costs 64 bytes for each symbol, and a replay sees the same jumps.

public import TradingCore

/// Where a book stands towards its venue. One value for each symbol; a loss in one touches no other.
public struct BookSync: Equatable, Sendable {
  /// How far it has come.
  public enum Phase: Equatable, Sendable {
    /// Not subscribed.
    case idle
    /// Updates arrive and wait for a snapshot.
    case waiting
    /// In step: every update follows the one before.
    case inStep
  }

  /// What an update means. All but `stale` belong in the journal; a `jump` and an `overflow` after a
  /// `gap` event, and both ask for a snapshot.
  public enum UpdateVerdict: Equatable, Sendable {
    /// It continues the book.
    case applies
    /// It waits for the snapshot.
    case waits
    /// The book holds it already.
    case stale
    /// The ids jumped: so many are missing, and the book means nothing until the next snapshot.
    case jump(missing: UInt64)
    /// More levels came than may wait for a snapshot; those before it are lost.
    case overflow
    /// It belongs to no subscription.
    case unexpected
  }

  /// What a snapshot means. Only `loads` belongs in the journal.
  public enum SnapshotVerdict: Equatable, Sendable {
    /// The book is in step with it and with the updates that waited.
    case loads
    /// It is older than the first update that waits, or than the book: ask again.
    case tooOld
    /// Nobody asked for it.
    case unexpected
  }

  public private(set) var phase = Phase.idle
  /// Snapshots asked for since the book was last in step: what a back-off counts.
  public private(set) var attempts = 0
  /// The last id seen, of an update or a snapshot.
  public private(set) var lastID: Int64 = 0
  /// The first id of the first update that waits; `nil` while none does.
  private var firstID: Int64?
  /// Levels that wait, as the state's book counts them.
  private var levelsWaiting = 0
  private let capacity: Int

  /// - Parameter capacity: levels that may wait; what the state's book has room for.
  public init(capacity: Int = OrderBook.waitingCapacity) { self.capacity = capacity }

  /// Whether the book may be used.
  public var isInStep: Bool { phase == .inStep }

  /// The subscription stands: updates will come. A snapshot is needed.
  public mutating func open() {
    self = BookSync(capacity: capacity)
    phase = .waiting
    attempts = 1
  }

  /// The connection was lost or the subscription ended.
  public mutating func close() { self = BookSync(capacity: capacity) }

  /// A snapshot was asked for and did not come; it will be asked for again.
  public mutating func snapshotFailed() { attempts += 1 }
}

extension BookSync {
  /// Takes an update of ids `first`…`last` with so many levels; one without levels counts as one.
  public mutating func update(first: Int64, last: Int64, levels: Int) -> UpdateVerdict {
    switch phase {
    case .idle: return .unexpected
    case .waiting: return wait(first: first, last: last, levels: max(levels, 1))
    case .inStep: break
    }
    if last <= lastID { return .stale }
    let missing = first - lastID - 1
    lastID = last
    guard missing > 0 else { return .applies }
    restart(at: first, levels: max(levels, 1))
    return .jump(missing: UInt64(missing))
  }

  /// Takes a snapshot of the book at an id.
  public mutating func snapshot(id: Int64) -> SnapshotVerdict {
    switch phase {
    case .idle: return .unexpected
    case .inStep:
      guard id >= lastID else { return .tooOld }
    case .waiting:
      guard firstID.map({ id >= $0 }) ?? (id >= lastID) else {
        attempts += 1
        return .tooOld
      }
    }
    phase = .inStep
    lastID = max(lastID, id)
    (firstID, levelsWaiting, attempts) = (nil, 0, 0)
    return .loads
  }

  private mutating func wait(first: Int64, last: Int64, levels: Int) -> UpdateVerdict {
    if firstID != nil, last <= lastID { return .stale }
    let missing = firstID == nil ? 0 : first - lastID - 1
    if missing > 0 || firstID == nil { firstID = first }
    lastID = last
    levelsWaiting += levels
    guard levelsWaiting <= capacity else {
      // The state's book has dropped what waited and kept the rest of this update. A rest without its
      // beginning is of no use, so the next update is the first again.
      let hasBeginning = levelsWaiting - levels == capacity && levels <= capacity
      levelsWaiting = (levelsWaiting - 1) % capacity + 1
      firstID = hasBeginning ? first : nil
      return .overflow
    }
    return missing > 0 ? .jump(missing: UInt64(missing)) : .waits
  }

  private mutating func restart(at first: Int64, levels: Int) {
    phase = .waiting
    firstID = first
    levelsWaiting = levels
    attempts = 1
  }
}
