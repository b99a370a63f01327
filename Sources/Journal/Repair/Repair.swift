/// What an operator asks for when a journal is not whole: seal what a dead writer left, or put whole
/// segments of a copy in the place of damaged ones. Nothing that stands in the journal is lost by it.
internal import TradingCore

/// What a repair did with a segment.
public struct RepairedSegment: Equatable, Sendable {
  /// The segment's file.
  public var segment: String
  /// What was wrong with it.
  public var damage: String
  /// Where the damaged file was kept; nil when there was none.
  public var evidence: String?
}

/// Repairs of a journal that nobody writes to.
public enum Repair {
  /// Makes a journal whole whose writer died: cuts what the crash left and seals it. O(open bytes).
  /// - Returns: what was done; empty when every segment was sealed already.
  /// - Throws: `.locked` while a writer has it; what is corrupt, and then nothing was changed; `.io`.
  public static func seal(_ path: String) throws(JournalError) -> [RecoveredSegment] {
    try seal(path, on: SystemDisk())
  }

  /// As the public one, on any disk.
  package static func seal(
    _ path: String, on disk: any Disk
  ) throws(JournalError) -> [RecoveredSegment] {
    let folder = Folder(path, on: disk)
    guard try folder.segments().contains(where: \.isOpen) else { return [] }
    let lock = try WriterLock.take(in: folder)
    let done = try Recovery.run(in: folder)
    try folder.removeIfPresent(PublishedTail.name)
    lock.release()
    return done
  }

  /// Puts the copy's segments in place of those that are damaged or missing. Each of the copy's is read
  /// whole before it is taken, and the damaged file is kept as `.broken`. O(bytes).
  /// - Parameter watch: told how many of the copy's segments were compared.
  /// - Returns: what was replaced, in order; empty when all was whole.
  /// - Throws: `.locked` while a writer has it; `.notAJournal` when the copy is another journal's, or is
  ///   damaged in the same segment; `.io`.
  public static func repair(
    _ path: String, from copy: String, watch: @escaping Watch = { _, _ in true }
  ) throws(JournalError) -> [RepairedSegment] {
    let disk = SystemDisk()
    let (folder, source) = (Folder(path, on: disk), Folder(copy, on: disk))
    let theirs = try source.segments()
    if try !folder.hasSegments() { try folder.expectLiveJournal() }
    return try locked(folder) { () throws(JournalError) in
      try repair(folder, from: source, theirs, watch)
    }
  }

  /// Runs `body` while nobody else writes to the folder or repairs it. A journal that was built whole
  /// has no lock file, and has none afterwards: what no writer stamped was made here.
  private static func locked(
    _ folder: Folder, _ body: () throws(JournalError) -> [RepairedSegment]
  ) throws(JournalError) -> [RepairedSegment] {
    let lock = try WriterLock.take(in: folder)
    let outcome = Result { () throws(JournalError) in try body() }
    if lock.epoch == 0 { try folder.removeIfPresent(WriterLock.name) }
    lock.release()
    return try outcome.get()
  }

  private static func repair(
    _ folder: Folder, from source: Folder, _ theirs: [SegmentName], _ watch: @escaping Watch
  ) throws(JournalError) -> [RepairedSegment] {
    let ours = try folder.names().compactMap(SegmentName.init)
    try expectSameJournal(folder, ours, source, theirs)
    var done: [RepairedSegment] = []
    for (place, name) in theirs.enumerated() {
      let follow: Watch = { _, _ in watch(UInt64(place), UInt64(theirs.count)) }
      let mine = ours.last { $0.first == name.first }
      guard
        let damage = try mine.map({ (name) throws(JournalError) in
          try folder.damage(in: name, watch: follow)
        })
          ?? "\(folder.path(of: name.text)): it is missing"
      else { continue }
      if let problem = try source.damage(in: name, watch: follow) {
        throw .notAJournal(
          path: source.path(of: name.text), reason: "the copy is damaged here too: \(problem)")
      }
      try expectToFit(name, of: source, before: ours.first { $0.first > name.first }, in: folder)
      done.append(try replace(mine, by: name, of: source, in: folder, damage))
    }
    return done
  }

  /// Throws unless some segment of the journal, if it has any that can be read, is of the copy's.
  private static func expectSameJournal(
    _ folder: Folder, _ ours: [SegmentName], _ source: Folder, _ theirs: [SegmentName]
  ) throws(JournalError) {
    let identity = try source.header(of: theirs[0]).identity
    for name in ours {
      let mine: SegmentHeader
      do throws(JournalError) { mine = try folder.header(of: name) } catch { continue }
      guard mine.identity.isSameJournal(as: identity) else {
        throw .notAJournal(path: source.path, reason: "it is a copy of another journal")
      }
    }
  }

  /// Throws unless the copy's segment ends where the journal's next one was begun: a copy may have been
  /// made while the segment was still written, and then lacks events that the damaged file has.
  private static func expectToFit(
    _ name: SegmentName, of source: Folder, before next: SegmentName?, in folder: Folder
  ) throws(JournalError) {
    guard let next else { return }
    let following: SegmentHeader
    do throws(JournalError) { following = try folder.header(of: next) } catch { return }
    let segment = try source.openSegment(name)
    guard following.index == segment.header.index &+ 1 else { return }
    guard following.predecessor.chainHead != segment.footer.chainHead else { return }
    throw .notAJournal(
      path: source.path(of: name.text),
      reason: "this copy was made before the segment was full; find a later one, or use "
        + "`journal salvage`")
  }

  /// Takes the copy's file under its name; the damaged one is set aside first.
  private static func replace(
    _ mine: SegmentName?, by name: SegmentName, of source: Folder, in folder: Folder,
    _ damage: String
  ) throws(JournalError) -> RepairedSegment {
    let unfinished = name.evidence(epoch: 0, "repair.tmp")
    try folder.removeIfPresent(unfinished)
    let file = try source.open(name.text, .read)
    do throws(JournalError) {
      try folder.copy(file, 0..<file.size(), to: unfinished)
    } catch {
      // The disk may be full: what was copied would keep it so.
      try folder.removeIfPresent(unfinished)
      throw error
    }
    var evidence: String?
    if let mine {
      let kept = folder.unusedEvidence(mine)
      try folder.rename(mine.text, to: kept)
      evidence = kept
    }
    try folder.rename(unfinished, to: name.text)
    try folder.sync()
    return RepairedSegment(segment: name.text, damage: damage, evidence: evidence)
  }
}

extension Folder {
  /// What is wrong with a segment by itself; nil when every block of it is whole. O(bytes).
  /// - Throws: `.stopped`, and nothing else.
  func damage(in name: SegmentName, watch: Watch) throws(JournalError) -> String? {
    do throws(JournalError) {
      var segment = try openSegment(name)
      var decoder = BlockDecoder()
      var chain = try HashChain(head: segment.header.predecessor.chainHead)
      _ = try segment.dictionary(&decoder)
      if segment.isAtEnd { try segment.walkToFooter() }
      while !segment.isAtEnd {
        try segment.load(into: &decoder, chain: &chain, verifying: true)
        if case .failure(let problem) = decoder.payload.events() { return problem.reason }
        try go(on: watch, 0, of: 0)
      }
      return nil
    } catch {
      guard error != .stopped else { throw error }
      return error.finding
    }
  }

  /// A name under which a damaged segment can be kept.
  fileprivate func unusedEvidence(_ name: SegmentName) -> String {
    var number: UInt64 = 1
    while has(name.evidence(epoch: number, "broken")) { number += 1 }
    return name.evidence(epoch: number, "broken")
  }
}
