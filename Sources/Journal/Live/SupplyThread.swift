/// The thread beside the journal's: makes the next segment's file whenever the last one was used, looks
/// at the disk's room now and then, and announces what it finds.
internal import TradingCore

struct SupplyThread: Sendable {
  private let supply: SegmentSupply
  private let monitor: Monitor<LiveQueue>
  private let announce: @Sendable (JournalNotice) -> Void

  /// Nanoseconds between two looks at the room, and between two tries to make a file.
  private static let pause: Int64 = 5_000_000_000

  init(
    _ supply: SegmentSupply, _ monitor: Monitor<LiveQueue>,
    _ announce: @escaping @Sendable (JournalNotice) -> Void
  ) {
    self.supply = supply
    self.monitor = monitor
    self.announce = announce
  }

  /// What there is to do.
  private enum Wish {
    case segment
    case look
    case stop
  }

  /// Runs until the journal stops. What fails here is announced and tried again: the writer makes the
  /// file itself when it needs one, and meets the failure there.
  func run() {
    defer { monitor.update { $0.hasSupplyEnded = true } }
    var condition = JournalCondition.ample
    var failure: JournalError?
    var number = 0
    while true {
      let wish = next(hasFailed: failure != nil || condition == .full)
      if wish == .stop { return }
      do throws(JournalError) {
        if number == 0 { try supply.layBallast() }
        number += 1
        let found = try wish == .look ? look(condition) : make(number)
        if found != condition { announce(.condition(found)) }
        (condition, failure) = (found, nil)
      } catch {
        if error != failure { announce(.unprepared(error)) }
        failure = error
      }
    }
  }

  /// Makes a file, hands it over, and says how much room is left.
  private func make(_ number: Int) throws(JournalError) -> JournalCondition {
    let (segment, condition) = try supply.next(number)
    monitor.update { queue in
      queue.segment = segment
      queue.wantsSegment = false
      queue.progress.condition = condition
    }
    return condition
  }

  /// How much room there is now. A disk that is still nearly full is not better for having been full.
  private func look(_ before: JournalCondition) throws(JournalError) -> JournalCondition {
    let now = try supply.condition()
    let condition = now == .noNewRisk ? max(now, before) : now
    monitor.update { $0.progress.condition = condition }
    return condition
  }

  /// Waits until a file is wanted, or it is time to look; after a failure it is always time that is
  /// waited for.
  private func next(hasFailed: Bool) -> Wish {
    let deadline = monotonicNow() + Self.pause
    let early = monitor.wait(until: deadline) { queue -> Wish? in
      if queue.isStopping { return .stop }
      return isWanted(queue) && !hasFailed ? .segment : nil
    }
    if let early { return early }
    return monitor.read { isWanted($0) } ? .segment : .look
  }

  private func isWanted(_ queue: borrowing LiveQueue) -> Bool {
    queue.wantsSegment && queue.segment == nil
  }
}
