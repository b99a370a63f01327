/// When the journal thread writes and when it waits for the disk, as a function of what is pending and
/// the time: no clock in here.
///
/// Nobody is made to wait for company: while one sync runs, events gather, and the next sync takes
/// them all. What nobody waits for is written within 100 ms and durable within a second; and when
/// nothing comes for a second, a heartbeat vouches for the last sync.
internal import TradingCore

package struct CommitSchedule: Sendable {
  /// Nanoseconds that an event may wait in the open block.
  static let longestOpen: Int64 = 100_000_000
  /// Nanoseconds until what was written is synced.
  static let longestUnsynced: Int64 = 1_000_000_000
  /// Nanoseconds without an event after which a heartbeat vouches for the last sync.
  static let idle: Int64 = 1_000_000_000

  /// What is due.
  package enum Action: Equatable, Sendable {
    case nothing
    case flush
    case sync
    /// A heartbeat and its sync.
    case heartbeat
  }

  /// When the oldest event in the open block came; nil when it is empty.
  private var openSince: Int64?
  /// When the oldest unsynced event came; nil when all is durable.
  private var unsyncedSince: Int64?
  /// When the last sync ended that no later block vouches for yet.
  private var unvouchedSince: Int64?

  package init() {}

  /// Events were taken.
  package mutating func took(at now: Int64) {
    if openSince == nil { openSince = now }
    if unsyncedSince == nil { unsyncedSince = now }
    // Their own sync vouches for the last one.
    unvouchedSince = nil
  }

  /// What is due now.
  /// - Parameters:
  ///   - wantsWritten: whether somebody waits for something in the open block to be written.
  ///   - wantsDurable: whether somebody waits for something to be durable.
  package func action(at now: Int64, wantsWritten: Bool, wantsDurable: Bool) -> Action {
    if wantsDurable || isOver(unsyncedSince, Self.longestUnsynced, now) { return .sync }
    if wantsWritten || isOver(openSince, Self.longestOpen, now) { return .flush }
    if isOver(unvouchedSince, Self.idle, now) { return .heartbeat }
    return .nothing
  }

  /// An action was carried out.
  package mutating func did(_ action: Action, at now: Int64) {
    switch action {
    case .nothing: break
    case .flush: openSince = nil
    case .sync:
      if unsyncedSince != nil { unvouchedSince = now }
      (openSince, unsyncedSince) = (nil, nil)
    case .heartbeat: (openSince, unsyncedSince, unvouchedSince) = (nil, nil, nil)
    }
  }

  /// When something will be due if nothing happens; nil when nothing will.
  package var deadline: Int64? {
    [
      openSince.map { $0 + Self.longestOpen }, unsyncedSince.map { $0 + Self.longestUnsynced },
      unvouchedSince.map { $0 + Self.idle },
    ].compactMap { $0 }.min()
  }

  private func isOver(_ since: Int64?, _ limit: Int64, _ now: Int64) -> Bool {
    since.map { now - $0 >= limit } ?? false
  }
}

extension LiveWriter {
  /// Does what is due.
  package mutating func carryOut(_ action: CommitSchedule.Action) throws(JournalError) {
    switch action {
    case .nothing: break
    case .flush: try flush()
    case .sync: try sync()
    case .heartbeat:
      try heartbeat()
      try sync()
    }
  }
}
