/// Keeps a journal open under its own name: events in, blocks on the disk, and at every moment a clear
/// word on what is written (survives the process) and what is durable (survives the machine).
///
/// A state machine with one caller: it has no thread and no clock, and every effect goes through the
/// `Disk`. `LiveJournal` is the thread in front of it.
///
/// After any failure it takes nothing more: a failed sync may have dropped bytes that the next sync
/// would call durable, so the only honest continuation is a new process that reads the disk again.
package import TradingCore

/// The writer of a live journal.
package struct LiveWriter: ~Copyable {
  private let folder: Folder
  private let lock: WriterLock
  private let limits: LiveLimits
  private let published: SegmentFile
  private var blocks: BlockAppender
  private var segment: SegmentWriter
  private var prepared: PreparedSegment?
  /// The latest UTC day of an event so far; nil before the first. A clock that is set back over midnight
  /// begins no segment.
  private var day: Int64?
  private var writtenSequence: Sequence64
  /// Bytes of the segments that this writer has sealed.
  private var sealedBytes: UInt64 = 0
  /// Set while nothing may be written any more: after a failure.
  private var hasEnded = false
  private var notary: Notary?
  /// The last event's receive time; none before this writer's first.
  private var time = Timestamp.none
  /// Why the last checkpoint could not be signed. The journal goes on; the next minute asks again.
  package private(set) var checkpointFailure: JournalError?
  /// What recovery did when the journal was opened.
  package let recovered: [RecoveredSegment]
  let opening: LiveOpening

  init(
    _ folder: Folder, _ lock: consuming WriterLock, _ limits: LiveLimits,
    _ blocks: consuming BlockAppender, _ segment: consuming SegmentWriter,
    _ published: consuming SegmentFile, _ recovered: [RecoveredSegment],
    _ notary: consuming Notary?, _ opening: LiveOpening
  ) {
    self.folder = folder
    self.lock = lock
    self.limits = limits
    self.published = published
    writtenSequence = blocks.nextSequence - 1
    self.blocks = blocks
    self.segment = segment
    self.recovered = recovered
    self.opening = opening
    self.notary = notary
  }

  /// The sequence that the next event gets.
  package var nextSequence: Sequence64 { blocks.nextSequence }

  /// What was handed to the system and what is known to be on the disk.
  package var tail: PublishedTail {
    PublishedTail(
      epoch: segment.header.epoch, segment: segment.header.firstSequence,
      writtenOffset: segment.offset, writtenSequence: writtenSequence,
      durableOffset: segment.durable.offset, durableSequence: segment.durable.sequence)
  }

  /// Bytes that this writer has handed to the system, headers included.
  package var writtenBytes: UInt64 { sealedBytes + segment.offset }

  /// Takes events that follow directly on those taken before. Full blocks are written; the rest waits
  /// for `flush` or `sync`.
  /// - Throws: `.outOfOrder`; `.io` when the disk refuses; then `.writerEnded`.
  package mutating func append(_ batch: borrowing EventBatch) throws(JournalError) {
    guard !hasEnded else { throw .writerEnded }
    guard batch.firstSequence == blocks.nextSequence || batch.events.isEmpty else {
      throw .outOfOrder(expected: blocks.nextSequence, found: batch.firstSequence)
    }
    hasEnded = true
    var place = 0
    while place < batch.events.count {
      try rollIfDue(before: batch.events[place])
      let end = sameDay(batch.events, from: place)
      let isDue: Bool
      (place, isDue) = blocks.take(batch, from: place, upTo: end)
      time = batch.events[place - 1].receiveTime
      if isDue { try closeBlock() }
    }
    try checkpointIfDue()
    hasEnded = false
  }

  /// Writes the open block: what was taken then survives the death of this process.
  package mutating func flush() throws(JournalError) {
    guard !hasEnded else { throw .writerEnded }
    guard !blocks.isEmpty else { return }
    hasEnded = true
    try closeBlock()
    try publish()
    hasEnded = false
  }

  /// Writes the open block and waits for the disk: what was taken then survives a power cut.
  package mutating func sync() throws(JournalError) {
    guard !hasEnded else { throw .writerEnded }
    hasEnded = true
    try closeBlock()
    try segment.sync()
    notary?.isDurable(through: writtenSequence)
    try publish()
    hasEnded = false
  }

  /// Vouches on the disk for what the last sync made durable, when no event comes to do it.
  package mutating func heartbeat() throws(JournalError) {
    guard !hasEnded else { throw .writerEnded }
    hasEnded = true
    try closeBlock()
    try segment.append(control: .heartbeat, note: [])
    try publish()
    hasEnded = false
  }

  /// Whether a file of zeros is wanted for the next segment.
  package var wantsPrepared: Bool { prepared == nil }

  /// Gives the file of zeros for the next segment; without one the next roll makes it itself.
  package mutating func provide(_ segment: consuming PreparedSegment) {
    prepared = consume segment
  }

  /// Lets the journal go as it is, as the death of the process would.
  consuming func abandon() {}

  /// Seals the journal: it can be continued, but nothing is missing. The lock goes with the writer.
  package consuming func close() throws(JournalError) {
    guard !hasEnded else { throw .writerEnded }
    try closeBlock()
    try checkpoint()
    try sync()
    hasEnded = true
    try segment.seal(try segment.end(.ended))
    try PreparedSegment.clear(folder)
    try folder.removeIfPresent(SegmentSupply.ballast)
    try folder.removeIfPresent(PublishedTail.name)
  }
}

// MARK: - Blocks and segments

extension LiveWriter {
  private mutating func closeBlock() throws(JournalError) {
    guard !blocks.isEmpty else { return }
    try blocks.close(into: &segment)
    writtenSequence = blocks.nextSequence - 1
    notary?.take(blocks.chain.lastLeaf)
  }

  private mutating func checkpointIfDue() throws(JournalError) {
    guard !time.isNone, notary?.isDue(at: time) == true else { return }
    try closeBlock()
    try checkpoint()
  }

  /// Writes the notes that sign everything so far; they are durable with the next sync. The open
  /// block is empty.
  private mutating func checkpoint() throws(JournalError) {
    guard !time.isNone else { return }
    var notes: [String] = []
    do throws(JournalError) {
      notes =
        try notary?.notes(sequence: writtenSequence, chain: blocks.chain.head, time: time) ?? []
      checkpointFailure = nil
    } catch { checkpointFailure = error }
    for note in notes { try segment.append(control: .checkpoint, note: Array(note.utf8)) }
  }

  private func publish() throws(JournalError) {
    try published.write(tail.bytes(salt: segment.header.identity.salt), at: 0)
  }

  private mutating func rollIfDue(before event: borrowing Event) throws(JournalError) {
    let today = Self.day(event)
    if blocks.isEmpty, isFull { try roll(at: event.receiveTime) }
    if let day, day < today {
      try closeBlock()
      if segment.blocks > 0 { try roll(at: event.receiveTime) }
    }
    day = max(day ?? today, today)
  }

  /// Whether the segment has no room for one more block and its footer.
  private var isFull: Bool {
    segment.blocks > 0
      && segment.offset + limits.blockReserve + segment.footer.byteBound > limits.segmentBytes
  }

  private static func day(_ event: borrowing Event) -> Int64 {
    let nanoseconds = event.receiveTime.nanoseconds
    return nanoseconds / nanosecondsPerDay - (nanoseconds % nanosecondsPerDay < 0 ? 1 : 0)
  }

  private static let nanosecondsPerDay: Int64 = 86_400_000_000_000

  /// Behind the last event from `start` on that has its day.
  private func sameDay(_ events: borrowing ContiguousArray<Event>, from start: Int) -> Int {
    let day = Self.day(events[start])
    if Self.day(events[events.count - 1]) == day { return events.count }
    var end = start
    while end < events.count, Self.day(events[end]) == day { end += 1 }
    return end
  }

  private mutating func takePrepared() throws(JournalError) -> PreparedSegment {
    if let ready = prepared.take() { return ready }
    return try PreparedSegment.make(nil, in: folder, bytes: limits.segmentBytes)
  }

  /// Begins the next segment, and only then seals the one before: whoever reads a segment that says
  /// another one follows may rely on it. The open block is empty.
  private mutating func roll(at time: Timestamp) throws(JournalError) {
    try checkpoint()
    try segment.sync()
    let end = try segment.end(.rolled)
    var header = SegmentHeader(behind: segment.header, segment.blocks, end.predecessor)
    header.created = time.nanoseconds
    header.bootID = segment.header.bootID
    var next = SegmentWriter(keeping: header, in: try takePrepared())
    try blocks.repeatDefinitions(into: &next)
    try next.open()
    sealedBytes += segment.offset
    try segment.seal(end)
    segment = next
  }
}
