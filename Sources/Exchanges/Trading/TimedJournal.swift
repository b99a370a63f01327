/// The journal of a live run with a watch beside it: when the fact was received that is decided on, and how
/// long the engine waited since then until the disk had its orders.

#if Live
  internal import Synchronization
  internal import TradingCore

  /// A journal whose waits are measured. What it is given goes on as it came.
  final class TimedJournal: DurableSink {
    private let journal: any DurableSink
    private let waits: WaitBoard
    /// A decision's events are stamped with the time of the fact that it was made on.
    private var factTime = Timestamp.none

    init(_ journal: any DurableSink, _ waits: WaitBoard) {
      self.journal = journal
      self.waits = waits
    }

    func append(_ batch: borrowing EventBatch) throws(EngineFault) {
      if let last = batch.events.last { factTime = last.receiveTime }
      try journal.append(batch)
    }

    func secure(upTo sequence: Sequence64, durably: Bool) throws(EngineFault) {
      let begun = WallClock.now
      try journal.secure(upTo: sequence, durably: durably)
      waits.add(from: begun, to: WallClock.now, fact: factTime)
    }
  }

  /// Where a journal's waits are left for its gateway, which the engine's thread asks right after.
  final class WaitBoard: Sendable {
    private let waits = Mutex(JournalWaits())

    func add(from begun: Timestamp, to end: Timestamp, fact: Timestamp) {
      waits.withLock { $0.add(from: begun, to: end, fact: fact) }
    }

    /// The decision that was made durable last.
    var last: DecisionTiming { waits.withLock { $0.last } }
  }
#endif
