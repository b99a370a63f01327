/// Writes a journal: events in, sealed segments out. All of it grows in a hidden folder beside the
/// target and takes the target's name only when everything is durable, so nothing half-written is
/// ever seen; a writer that is dropped without `seal` takes its folder with it.
public import TradingCore

/// What a sealed journal is, for reports and for whoever wants to pin it.
public struct JournalSummary: Equatable, Sendable {
  /// The journal's id.
  public var id: JournalID
  /// Events in it.
  public var events: UInt64
  /// Files in the folder.
  public var segments: Int
  /// Bytes of all files.
  public var bytes: UInt64
  /// 1, or 0 when the journal is empty.
  public var firstSequence: Sequence64
  /// The last event's sequence; 0 when the journal is empty.
  public var lastSequence: Sequence64
  /// The hash chain over all content: equal heads, equal events.
  public var chainHead: SHA256Digest
}

/// A journal being written. `~Copyable`: there is one writer, and once sealed it is gone.
public struct JournalWriter: ~Copyable {
  private let target: Folder
  private let temporary: Folder
  private let replacing: Bool
  private let identity: JournalIdentity

  private var blocks: BlockAppender
  private var segment: SegmentWriter
  private var created: Timestamp?
  private let segmentLimit: UInt64
  private var segments = 0
  private var sealedBytes: UInt64 = 0
  /// Set while nothing may be written any more: after a failure, and once sealed.
  private var hasEnded = false
  private var ownsTemporary = true
  /// Tells others that the temporary folder has somebody.
  private let hold: (any DiskFile)?

  /// Begins a journal that will be the folder `folder`.
  /// - Parameters:
  ///   - folder: the journal's name, which it takes when it is sealed.
  ///   - identity: who the journal is.
  ///   - replacing: whether a journal of that name may be replaced; it is, at the very end.
  ///   - segmentLimit: the size in bytes after which a segment is sealed and the next one begins.
  /// - Throws: `.exists` unless `replacing`, `.notAJournal` when what is there is something else,
  ///   `.io` when the temporary folder cannot be made.
  public init(
    creating folder: String, identity: JournalIdentity, replacing: Bool,
    segmentLimit: UInt64 = JournalFormat.segmentBytes
  ) throws(JournalError) {
    let disk = SystemDisk()
    let (parent, name) = Folder.split(folder)
    let target = Folder(parent + "/" + name, on: disk)
    let hidden = parent + "/" + Self.hiddenPrefix(of: name) + String(currentProcess())
    let temporary = Folder(Folder.unused(hidden, on: disk), on: disk)
    try Self.expectRoom(for: folder, replacing: replacing)
    let origin = try HashChain.origin(of: identity)
    let chain = try HashChain(head: origin)
    let header = SegmentHeader(
      identity: identity, predecessor: SegmentHeader.Predecessor(chainHead: origin))
    let segment = try Self.firstSegment(in: temporary, header)
    self.init(target, temporary, try temporary.hold(), replacing, segmentLimit, chain, segment)
  }

  /// Refuses before the work a name that a journal could not take after it.
  /// - Throws: `.exists` unless `replacing`, `.notAJournal` when what is there is something else or a link.
  public static func expectRoom(for folder: String, replacing: Bool) throws(JournalError) {
    let disk = SystemDisk()
    let (parent, name) = Folder.split(folder)
    let target = Folder(parent + "/" + name, on: disk)
    // What it leads to would be emptied in its place.
    guard !disk.isLink(target.path) else {
      throw .notAJournal(path: folder, reason: "it is a link; name what it leads to")
    }
    guard target.exists else { return }
    guard replacing else { throw .exists(path: folder) }
    try target.expectJournal()
  }

  private static func firstSegment(
    in folder: Folder, _ header: SegmentHeader
  ) throws(JournalError) -> SegmentWriter {
    try folder.create()
    do throws(JournalError) {
      return try SegmentWriter(building: header, in: folder)
    } catch {
      folder.discard()
      throw error
    }
  }

  private init(
    _ target: Folder, _ temporary: Folder, _ hold: (any DiskFile)?, _ replacing: Bool,
    _ segmentLimit: UInt64,
    _ chain: consuming HashChain, _ segment: consuming SegmentWriter
  ) {
    self.target = target
    self.temporary = temporary
    self.hold = hold
    self.replacing = replacing
    self.segmentLimit = segmentLimit
    blocks = BlockAppender(chain: chain, definitions: Definitions(), nextSequence: 1)
    identity = segment.header.identity
    self.segment = segment
  }

  deinit { if ownsTemporary { temporary.discard() } }

  /// Drops the journal: its temporary folder is deleted.
  public consuming func abandon() {}

  /// Takes events that follow directly on those taken before; the first has sequence 1.
  /// - Throws: `.outOfOrder`; `.io` when the disk refuses, after which the writer takes nothing more;
  ///   then `.writerEnded`.
  public mutating func append(_ batch: borrowing EventBatch) throws(JournalError) {
    guard !hasEnded else { throw .writerEnded }
    guard batch.firstSequence == blocks.nextSequence || batch.events.isEmpty else {
      throw .outOfOrder(expected: blocks.nextSequence, found: batch.firstSequence)
    }
    if created == nil { created = batch.events.first?.receiveTime }
    var place = 0
    while place < batch.events.count {
      if rollIsDue { try roll() }
      let isDue: Bool
      (place, isDue) = blocks.take(batch, from: place)
      if isDue { try closeBlock() }
    }
  }

  /// Makes everything durable and gives the journal its name.
  /// - Throws: `.io`, or `.exists` when something took the name meanwhile; nothing is then left.
  public consuming func seal() throws(JournalError) -> JournalSummary {
    guard !hasEnded else { throw .writerEnded }
    try closeBlock()
    _ = try sealSegment(.ended)
    try temporary.sync()
    try publish()
    ownsTemporary = false
    let last = blocks.nextSequence - 1
    return JournalSummary(
      id: identity.id, events: last, segments: segments, bytes: sealedBytes,
      firstSequence: min(last, 1), lastSequence: last, chainHead: blocks.chain.head)
  }

  private mutating func closeBlock() throws(JournalError) {
    hasEnded = true
    try blocks.close(into: &segment)
    hasEnded = false
  }

  /// Whether the next event belongs into a new segment: never a segment without events, at the end or
  /// where a segment's own first pages are as many bytes as it may have.
  private var rollIsDue: Bool {
    segment.offset >= segmentLimit && blocks.isEmpty
      && segment.header.firstSequence < blocks.nextSequence
  }

  /// Seals the segment and begins the next one with the definitions in force.
  private mutating func roll() throws(JournalError) {
    let header = SegmentHeader(behind: segment.header, segment.blocks, try sealSegment(.rolled))
    segment = try SegmentWriter(building: header, in: temporary)
    try blocks.repeatDefinitions(into: &segment)
    hasEnded = false
  }

  private mutating func sealSegment(
    _ ending: SegmentEnding
  ) throws(JournalError) -> SegmentHeader.Predecessor {
    hasEnded = true
    let end = try segment.end(ending)
    try segment.seal(end, created: created ?? Timestamp(nanoseconds: 0))
    segments += 1
    sealedBytes += end.length
    return end.predecessor
  }

  private func publish() throws(JournalError) {
    let (path, name) = Folder.split(target.path)
    let parent = Folder(path, on: target.disk)
    guard replacing, target.exists else {
      try temporary.move(to: target.path)
      return try parent.sync()
    }
    let hidden = path + "/." + name + ".replaced-" + String(currentProcess())
    let old = Folder(Folder.unused(hidden, on: target.disk), on: target.disk)
    try target.move(to: old.path)
    do throws(JournalError) {
      try temporary.move(to: target.path)
    } catch {
      try old.move(to: target.path)
      throw error
    }
    try parent.sync()
    try old.removeAll()
  }
}
