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

  private var encoder = BlockEncoder()
  private var chain: HashChain
  private var segment: SegmentWriter
  private var definitions = Definitions()
  private var nextSequence: Sequence64 = 1
  private var created: Timestamp?
  private let segmentLimit: UInt64
  private var segments = 0
  private var sealedBytes: UInt64 = 0
  /// Set while nothing may be written any more: after a failure, and once sealed.
  private var hasEnded = false
  private var ownsTemporary = true

  /// Begins a journal that will be the folder `folder`.
  /// - Parameters:
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
    let hidden = parent + "/." + name + ".partial-" + String(currentProcess())
    let temporary = Folder(Folder.unused(hidden, on: disk), on: disk)
    if target.exists {
      guard replacing else { throw .exists(path: folder) }
      try target.expectJournal()
    }
    let origin = try HashChain.origin(of: identity)
    let chain = try HashChain(head: origin)
    let header = SegmentHeader(
      identity: identity, predecessor: SegmentHeader.Predecessor(chainHead: origin))
    let segment = try Self.firstSegment(in: temporary, header)
    self.init(target, temporary, replacing, segmentLimit, chain, segment)
  }

  private static func firstSegment(
    in folder: Folder, _ header: SegmentHeader
  ) throws(JournalError) -> SegmentWriter {
    try folder.create()
    do throws(JournalError) {
      return try SegmentWriter(in: folder, header: header)
    } catch {
      folder.discard()
      throw error
    }
  }

  private init(
    _ target: Folder, _ temporary: Folder, _ replacing: Bool, _ segmentLimit: UInt64,
    _ chain: consuming HashChain, _ segment: consuming SegmentWriter
  ) {
    self.target = target
    self.temporary = temporary
    self.replacing = replacing
    self.segmentLimit = segmentLimit
    self.chain = chain
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
    guard batch.firstSequence == nextSequence || batch.events.isEmpty else {
      throw .outOfOrder(expected: nextSequence, found: batch.firstSequence)
    }
    if created == nil { created = batch.events.first?.receiveTime }
    var place = 0
    while place < batch.events.count {
      if rollIsDue { try roll() }
      let (start, before) = (place, encoder.payload.definitions)
      place = encoder.payload.append(batch.events, from: start)
      if encoder.payload.definitions > before {
        for index in start..<place { definitions.note(batch.events[index]) }
      }
      if encoder.payload.isDue() { try closeBlock() }
    }
    nextSequence += UInt64(batch.events.count)
  }

  /// Makes everything durable and gives the journal its name.
  /// - Throws: `.io`, or `.exists` when something took the name meanwhile; nothing is then left.
  public consuming func seal() throws(JournalError) -> JournalSummary {
    guard !hasEnded else { throw .writerEnded }
    if encoder.payload.count > 0 { try closeBlock() }
    _ = try sealSegment(.ended)
    try temporary.sync()
    try publish()
    ownsTemporary = false
    return JournalSummary(
      id: identity.id, events: nextSequence - 1, segments: segments, bytes: sealedBytes,
      firstSequence: nextSequence > 1 ? 1 : 0, lastSequence: nextSequence - 1,
      chainHead: chain.head)
  }

  private mutating func closeBlock() throws(JournalError) {
    hasEnded = true
    var header = segment.place(.data)
    let leaf = try encoder.close(&header, chain: &chain)
    try unsafe segment.append(
      header, leaf: leaf, kinds: encoder.kinds, encoder.block, count: encoder.blockBytes)
    hasEnded = false
  }

  /// Whether the next event belongs into a new segment: never a segment without events at the end.
  private var rollIsDue: Bool {
    segment.offset >= segmentLimit && encoder.payload.count == 0
  }

  /// Seals the segment and begins the next one with the definitions in force.
  private mutating func roll() throws(JournalError) {
    var header = SegmentHeader(identity: identity, predecessor: try sealSegment(.rolled))
    header.index = segment.header.index + 1
    header.firstSequence = header.predecessor.lastSequence + 1
    header.firstBlock = segment.header.firstBlock + segment.blocks
    segment = try SegmentWriter(in: temporary, header: header)
    let dictionary = ContiguousArray(definitions.events)
    var place = 0
    while place < dictionary.count {
      place = encoder.payload.append(dictionary, from: place)
      if encoder.payload.isDue() { try closeDictionary() }
    }
    if encoder.payload.count > 0 { try closeDictionary() }
    hasEnded = false
  }

  private mutating func closeDictionary() throws(JournalError) {
    var header = segment.place(.dictionary)
    _ = try encoder.close(&header, chain: &chain)
    try unsafe segment.append(dictionary: encoder.block, count: encoder.blockBytes)
  }

  private mutating func sealSegment(
    _ ending: SegmentEnding
  ) throws(JournalError) -> SegmentHeader.Predecessor {
    hasEnded = true
    let end = try segment.seal(ending, created: created ?? Timestamp(nanoseconds: 0))
    segments += 1
    sealedBytes += end.length
    return end
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
