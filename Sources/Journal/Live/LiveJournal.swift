/// A live journal behind a thread of its own: whoever appends never waits for the disk, and whoever
/// needs a promise waits for exactly that promise.
///
///     events ──append──▶ queue ──thread──▶ open block ──write──▶ system ──sync──▶ disk
///                                                       written          durable
///
/// Group commit: while a sync runs, events gather, and the next sync takes them all.
public import TradingCore

/// How far a live journal has come.
public struct LiveProgress: Equatable, Sendable {
  /// The last event that survives the death of this process.
  public var written: Sequence64
  /// The last event that survives a power cut.
  public var durable: Sequence64
  /// The room on the disk.
  public var condition: JournalCondition
}

/// A journal that is kept open. Any thread may append, one after the other, and any may wait.
public final class LiveJournal: BatchSink, Sendable {
  /// Events that may wait for the journal's thread; `append` waits while more do.
  public static let queueCapacity = 65_536

  /// What recovery did when the journal was opened; empty when it was whole.
  public let recovered: [RecoveredSegment]
  /// The sequence of the first event that this process will append.
  public let firstSequence: Sequence64

  private let opening: LiveOpening
  private let monitor: Monitor<LiveQueue>
  private let threads: [ThreadHandle]

  /// Opens the journal in `folder`, or begins it where there is none, and makes it whole first.
  /// - Parameters:
  ///   - build: the program's version, for the segments' headers.
  ///   - keys: the folder of the keys that sign checkpoints, not in the journal's; nil: none is signed.
  ///   - announce: told of what an operator should know, on a thread of the journal's.
  /// - Throws: `.locked` when another process has it; `.notAJournal`; `.key` when the key cannot be used; what
  ///   is corrupt; `.io`.
  public convenience init(
    opening folder: String, build: String = "", keys: String? = nil,
    announce: @escaping @Sendable (JournalNotice) -> Void = { _ in }
  ) throws(JournalError) {
    var surroundings = try LiveSurroundings.ofThisMachine(build: build)
    surroundings.keys = keys
    try self.init(opening: folder, LiveLimits(), surroundings, announce: announce)
  }

  /// As the public one, with limits and surroundings of the caller's.
  package init(
    opening path: String, _ limits: LiveLimits, _ surroundings: LiveSurroundings,
    announce: @escaping @Sendable (JournalNotice) -> Void
  ) throws(JournalError) {
    let disk = SystemDisk()
    let writer = try LiveWriter.open(path, on: disk, limits, surroundings)
    recovered = writer.recovered
    firstSequence = writer.nextSequence
    opening = writer.opening
    let monitor = Monitor(LiveQueue(firstSequence: writer.nextSequence))
    self.monitor = monitor
    let thread = JournalThread(writer, monitor, announce)
    let supply = SupplyThread(
      SegmentSupply(Folder(path, on: disk), limits), monitor, announce)
    let first = try startThread { thread.run() }
    do throws(JournalError) {
      threads = [first, try startThread { supply.run() }]
    } catch {
      monitor.update { ($0.isStopping, $0.hasSupplyEnded) = (true, true) }
      first.join()
      throw error
    }
  }

  deinit { stop() }

  /// Takes events that follow directly on those taken before; waits only while the queue is full.
  /// - Throws: `EngineFault.journal` when the journal has failed or the events do not follow.
  public func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    let outcome: Outcome = monitor.wait { queue in
      if queue.isStopping { return .failed(queue.failure ?? .writerEnded) }
      guard batch.firstSequence == queue.nextSequence || batch.isEmpty else {
        return .failed(.outOfOrder(expected: queue.nextSequence, found: batch.firstSequence))
      }
      guard queue.hasRoom else { return nil }
      queue.take(batch)
      return .kept
    }
    if case .failed(let failure) = outcome { throw .journal(failure.description) }
  }

  private enum Outcome {
    case kept
    case failed(JournalError)
  }

  /// Returns when the event with `sequence` survives the death of this process.
  /// - Throws: what ended the journal before; the event may then be lost.
  public func written(upTo sequence: Sequence64) throws(JournalError) {
    try promise(sequence, \.wantsWritten, \.progress.written)
  }

  /// Returns when the event with `sequence` survives a power cut.
  /// - Throws: what ended the journal before; whether the event is there is then unknown.
  public func durable(upTo sequence: Sequence64) throws(JournalError) {
    try promise(sequence, \.wantsDurable, \.progress.durable)
  }

  private func promise(
    _ sequence: Sequence64, _ wish: WritableKeyPath<LiveQueue, Sequence64>,
    _ kept: KeyPath<LiveQueue, Sequence64>
  ) throws(JournalError) {
    monitor.update { $0[keyPath: wish] = max($0[keyPath: wish], sequence) }
    let outcome: Outcome = monitor.wait { queue in
      if queue[keyPath: kept] >= sequence { return .kept }
      return queue.failure.map { .failed($0) }
    }
    if case .failed(let failure) = outcome { throw failure }
  }

  /// How far the journal has come.
  public var progress: LiveProgress { monitor.read { $0.progress } }

  /// Bytes that this process has written to the journal's segments.
  public var writtenBytes: UInt64 { monitor.read { $0.writtenBytes } }

  /// Makes all events durable, seals the journal and lets it go. It can be opened and continued later.
  /// - Throws: what ended the journal before.
  public func close() throws(JournalError) {
    stop()
    if let failure = monitor.update({ $0.failure }), failure != .writerEnded {
      throw failure
    }
  }

  /// Closes it, and takes away what this opening made where nothing was recorded since: the journal, its
  /// signing key and the folder. What stood there before stays: a journal, a folder, what recovery laid aside.
  /// - Throws: what ended the journal before; `.notAJournal` where somebody has recorded in it meanwhile;
  ///   `.locked`, `.io`.
  public func closeUnused() throws(JournalError) {
    try close()
    try opening.undo()
  }

  /// Ends both threads and returns when the journal is sealed or has failed.
  private func stop() {
    let isFirst = monitor.update { queue in
      defer { (queue.isStopping, queue.isJoined) = (true, true) }
      return !queue.isJoined
    }
    guard isFirst else { return monitor.wait { $0.failure != nil ? () : nil } }
    for thread in threads { thread.join() }
  }
}
