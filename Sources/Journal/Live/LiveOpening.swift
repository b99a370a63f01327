/// Opens a live journal: locks it, makes it whole, finds where it ends and begins a new segment there.
/// Every start begins a segment of its own, with a higher epoch; none writes where another wrote.
internal import TradingCore

extension LiveWriter {
  /// Opens the journal in `path`, or begins it where there is none.
  /// - Throws: `.locked` when another writer has it, `.notAJournal` when the folder holds something
  ///   else, what `Recovery` finds corrupt, `.io`.
  package static func open(
    _ path: String, on disk: any Disk, _ limits: LiveLimits = LiveLimits(),
    _ surroundings: LiveSurroundings, rule: RecoveryRule = .watermark
  ) throws(JournalError) -> LiveWriter {
    let folder = Folder(path, on: disk)
    let isMade = try folder.createIfAbsent()
    let lock = try WriterLock.take(in: folder)
    try folder.expectLiveJournal()
    let isNew = try !folder.hasSegments()
    if isNew { try folder.makeDurable(anew: !isMade) }
    let recovered = isNew ? [] : try Recovery.run(in: folder, rule: rule)
    let end = try isNew ? JournalEnd(beginning: surroundings.newIdentity) : JournalEnd(of: folder)
    let notary = try notary(of: folder, end.identity.id, surroundings)
    let epoch = max(lock.epoch, end.epoch)
    guard epoch < SegmentHeader.largestNumber else { throw .limit("epoch \(epoch)") }
    let header = surroundings.header(behind: end, epoch: epoch + 1)
    try lock.stamp(header.epoch)
    let published = try makeTail(in: folder)
    var blocks = BlockAppender(
      chain: try HashChain(head: end.predecessor.chainHead), definitions: end.definitions,
      nextSequence: header.firstSequence)
    try PreparedSegment.clear(folder)
    let file = try PreparedSegment.make(nil, in: folder, bytes: limits.segmentBytes)
    var segment = SegmentWriter(keeping: header, in: file)
    try blocks.repeatDefinitions(into: &segment)
    try segment.open()
    if let superseded = end.superseded {
      try folder.remove(superseded.text)
      try folder.sync()
    }
    return LiveWriter(
      folder, lock, limits, blocks, segment, published, recovered, notary,
      LiveOpening(
        folder: folder, keys: surroundings.keys, begins: isNew ? end.identity.id : nil,
        hasMadeFolder: isMade))
  }

  /// Who signs the checkpoints, if anybody is to.
  private static func notary(
    of folder: Folder, _ journal: JournalID, _ surroundings: LiveSurroundings
  ) throws(JournalError) -> Notary? {
    guard let keys = surroundings.keys else { return nil }
    let vault = KeyVault(folder: keys, journal: journal, on: folder.disk)
    return try Notary.of(folder, keys: vault, at: Timestamp(nanoseconds: surroundings.now))
  }

  private static func makeTail(in folder: Folder) throws(JournalError) -> SegmentFile {
    try folder.removeIfPresent(PublishedTail.name)
    return try folder.open(PublishedTail.name, .create)
  }
}

/// What opening a live journal made, for a process that records nothing in it.
struct LiveOpening: Sendable {
  let folder: Folder
  /// The folder of the keys that sign checkpoints.
  let keys: String?
  /// The journal that it began; `nil` where there was one.
  let begins: JournalID?
  let hasMadeFolder: Bool

  /// Takes away what it made; the journal is closed. In a folder that was there the lock stays: another process
  /// may be about to take it, and its epoch names what recovery lays aside.
  /// - Throws: `.notAJournal` where somebody has recorded in it meanwhile; `.locked`, `.io`.
  func undo() throws(JournalError) {
    guard let begins else { return }
    let lock = try WriterLock.take(in: folder)
    let facts = try JournalReader(opening: folder.path).facts
    guard facts.lastSequence == 0, facts.identity.id == begins else {
      throw .notAJournal(path: folder.path, reason: "another process has recorded in it meanwhile")
    }
    if let keys { try KeyVault(folder: keys, journal: begins, on: folder.disk).forget() }
    for name in try folder.segments() { try folder.remove(name.text) }
    if hasMadeFolder, try folder.names() == [WriterLock.name] { try folder.removeAll() }
    lock.release()
  }
}

/// Where a journal ends, for the segment that comes next.
struct JournalEnd {
  var identity: JournalIdentity
  var index: UInt64 = 0
  var epoch: UInt64 = 0
  var firstBlock: UInt64 = 0
  var predecessor: SegmentHeader.Predecessor
  var definitions = Definitions()
  /// A sealed segment without events, whose place the next one takes.
  var superseded: SegmentName?

  /// The end of a journal that does not exist yet.
  init(beginning identity: JournalIdentity) throws(JournalError) {
    self.identity = identity
    predecessor = SegmentHeader.Predecessor(chainHead: try HashChain.origin(of: identity))
  }

  /// The end of a sealed journal, whose segments are checked to follow each other. O(segments), and
  /// the last segment's bytes when it defines anything.
  init(of folder: Folder) throws(JournalError) {
    let names = try folder.segments()
    var last = try folder.openSegment(names[0])
    try last.expectFirst(in: folder)
    for name in names.dropFirst() {
      let following = try folder.openSegment(name)
      try following.expect(after: last)
      last = following
    }
    guard last.footer.ending != .rolled else {
      throw .missingSegment(path: folder.path, first: last.footer.lastSequence &+ 1)
    }
    let (header, footer, length) = (last.header, last.footer, last.length)
    (identity, epoch) = (header.identity, header.epoch)
    definitions = try last.definitions()
    if footer.blocks.isEmpty {
      superseded = names[names.count - 1]
      (index, firstBlock, predecessor) = (header.index, header.firstBlock, header.predecessor)
    } else {
      index = header.index + 1
      firstBlock = header.firstBlock + UInt64(footer.blocks.count)
      predecessor = SegmentHeader.Predecessor(
        index: header.index, lastSequence: footer.lastSequence, length: length,
        chainHead: footer.chainHead)
    }
  }
}

extension LiveJournal {
  /// Whether to open `path` would begin a journal: nothing stands there, or a folder with no more than a writer
  /// leaves that died before its first segment.
  /// - Throws: `.notAJournal` where something else stands there; `.io`.
  package static func begins(at path: String) throws(JournalError) -> Bool {
    let folder = Folder(path, on: SystemDisk())
    guard folder.exists else { return true }
    guard try !folder.hasSegments() else { return false }
    try folder.expectLiveJournal()
    return true
  }
}

extension LiveSurroundings {
  /// The header of the segment that a writer begins with.
  func header(behind end: JournalEnd, epoch: UInt64) -> SegmentHeader {
    var identity = end.identity
    identity.build = build
    var header = SegmentHeader(identity: identity, predecessor: end.predecessor)
    header.index = end.index
    header.epoch = epoch
    header.firstBlock = end.firstBlock
    header.firstSequence = end.predecessor.lastSequence + 1
    (header.created, header.monotonic, header.bootID) = (now, monotonic, bootID)
    return header
  }
}

extension Folder {
  /// Creates the folder where there is none.
  /// - Returns: whether it did.
  fileprivate func createIfAbsent() throws(JournalError) -> Bool {
    guard !exists else { return false }
    do throws(JournalError) { try create() } catch {
      guard error.isExistingFile else { throw error }
      return false
    }
    return true
  }

  /// Makes the folder's own name durable before the first event is. One that was found may be what a
  /// process left that could not do so, and no later sync would: it is renamed away and back. The caller
  /// holds its lock, and it holds no event.
  fileprivate func makeDurable(anew: Bool) throws(JournalError) {
    let (parent, name) = Folder.split(path)
    let place = Folder(parent + "/" + name, on: disk)
    let aside = Folder(Folder.unused(parent + "/." + name + ".begin", on: disk), on: disk)
    if anew, try place.makesWay(to: aside) { try aside.move(to: place.path) }
    try Folder(parent, on: disk).sync()
  }
}

extension Folder {
  /// Whether there is any segment.
  func hasSegments() throws(JournalError) -> Bool {
    try names().contains { SegmentName($0) != nil }
  }

  /// Throws unless the folder holds nothing but what a live journal holds, so that no journal is begun
  /// in a folder of something else.
  func expectLiveJournal() throws(JournalError) {
    for name in try names() where !Self.belongs(name) {
      throw .notAJournal(path: path, reason: "it holds \(name)")
    }
  }

  /// Files that a live journal has beside its segments.
  private static let ownNames = [
    WriterLock.name, PublishedTail.name, SegmentSupply.ballast,
  ]

  /// Whether a file of this name belongs to a live journal.
  private static func belongs(_ name: String) -> Bool {
    SegmentName(name) != nil
      || PreparedSegment.isName(name) || ownNames.contains(name)
      || name.hasPrefix("snapshot-")
      || [".torn", ".torn.tmp", ".broken", ".repair.tmp"].contains { name.hasSuffix($0) }
  }
}
