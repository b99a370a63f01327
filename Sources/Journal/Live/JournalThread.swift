/// The one thread that writes a live journal: takes what waits, writes or syncs when that is due, and
/// says how far it has come.
internal import Synchronization
internal import TradingCore

/// The thread's body; owns the writer from start to end.
final class JournalThread: Sendable {
  /// Until the thread has begun.
  private let writer: Mutex<LiveWriter?>
  private let monitor: Monitor<LiveQueue>
  private let announce: @Sendable (JournalNotice) -> Void

  init(
    _ writer: consuming sending LiveWriter, _ monitor: Monitor<LiveQueue>,
    _ announce: @escaping @Sendable (JournalNotice) -> Void
  ) {
    self.writer = Mutex(consume writer)
    self.monitor = monitor
    self.announce = announce
  }

  /// Runs until the queue is told to stop or the journal fails.
  func run() {
    guard var writer = writer.withLock({ $0.take() }) else { return }
    do throws(JournalError) { try work(&writer) } catch {
      end(with: error)
      waitForSupply()
      return writer.abandon()
    }
    waitForSupply()
    let last = writer.nextSequence - 1
    do throws(JournalError) {
      try writer.close()
      end(with: .writerEnded, last)
    } catch { end(with: error) }
  }

  /// The supply works in the folder that the writer has locked, so the writer goes after it.
  private func waitForSupply() { monitor.wait { $0.hasSupplyEnded ? () : nil } }

  /// - Parameter last: the last event that is durable now, if the journal was closed in order.
  private func end(with failure: JournalError, _ last: Sequence64? = nil) {
    monitor.update { queue in
      queue.failure = failure
      queue.isStopping = true
      if failure.isDiskFull { queue.progress.condition = .full }
      if let last { (queue.progress.written, queue.progress.durable) = (last, last) }
    }
  }

  private func work(_ writer: inout LiveWriter) throws(JournalError) {
    var schedule = CommitSchedule()
    var checkpointFailure: JournalError?
    var batch = EventBatch()
    batch.events.reserveCapacity(LiveJournal.queueCapacity)
    while true {
      let wishes = next(&batch, by: schedule.deadline)
      if let segment = wishes.segment?.take() { writer.provide(segment) }
      if !batch.isEmpty {
        schedule.took(at: monotonicNow())
        try writer.append(batch)
      }
      let action = schedule.action(
        at: monotonicNow(), wantsWritten: wishes.wantsWritten, wantsDurable: wishes.wantsDurable)
      try writer.carryOut(action)
      schedule.did(action, at: monotonicNow())
      if writer.checkpointFailure != checkpointFailure {
        checkpointFailure = writer.checkpointFailure
        announce(checkpointFailure.map { .unsigned($0) } ?? .signed)
      }
      report(writer)
      if wishes.isStopping { return }
    }
  }

  /// What the thread found when it looked.
  private struct Wishes {
    var wantsWritten = false
    var wantsDurable = false
    var isStopping = false
    var segment: PreparedSegmentBox?
  }

  /// Waits for work or the deadline and takes all that is there.
  private func next(_ batch: inout EventBatch, by deadline: Int64?) -> Wishes {
    batch.removeAll()
    func take(_ queue: inout LiveQueue) -> Wishes {
      queue.exchange(&batch)
      var wishes = Wishes()
      wishes.wantsWritten = queue.isWriteAwaited
      wishes.wantsDurable = queue.isSyncAwaited
      wishes.isStopping = queue.isStopping
      if queue.segment != nil { queue.wantsSegment = false }
      swap(&wishes.segment, &queue.segment)
      return wishes
    }
    guard let deadline else { return monitor.wait { $0.hasWork ? take(&$0) : nil } }
    return monitor.wait(until: deadline) { $0.hasWork ? take(&$0) : nil } ?? Wishes()
  }

  private func report(_ writer: borrowing LiveWriter) {
    let tail = writer.tail
    let bytes = writer.writtenBytes
    let wantsSegment = writer.wantsPrepared
    monitor.update { queue in
      queue.progress.written = tail.writtenSequence
      queue.progress.durable = tail.durableSequence
      queue.writtenBytes = bytes
      queue.wantsSegment = wantsSegment && queue.segment == nil
    }
  }
}
