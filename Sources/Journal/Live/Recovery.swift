/// Makes a journal whole again whose writer died: what a crash leaves is cut and sealed, what a crash
/// cannot leave is corruption and stops everything.
///
/// After a power cut the pages that were not synced may hold old bytes, new bytes or anything, in any
/// mixture; the pages that were synced hold what was written. So the first byte that is not whole is
/// either behind all that was ever known durable, and then it is where the crash cut, or before, and
/// then the disk has lost or changed what it had promised to keep. Every step can be interrupted and
/// repeated.
public import TradingCore

/// What recovery did with one segment.
public struct RecoveredSegment: Equatable, Sendable {
  /// The segment's name once sealed.
  public var segment: String
  /// Bytes of whole blocks, which were kept.
  public var keptBytes: UInt64
  /// Bytes behind them that were no whole blocks and are kept in `evidence`.
  public var cutBytes: UInt64
  /// The file with the bytes cut; nil when only zeros stood there.
  public var evidence: String?
  /// The last event's sequence.
  public var lastSequence: Sequence64
}

/// What tells a torn tail from corruption. The second is for tests, which must notice it.
package enum RecoveryRule: Sendable {
  /// Damage below what anything whole says is durable is corruption.
  case watermark
  /// The first block that is not whole ends the journal, as in many other logs.
  case firstDamage
}

/// Recovery of the open segments of a folder that nobody else writes to.
package struct Recovery {
  private let folder: Folder
  private let rule: RecoveryRule

  /// Recovers the journal in `path`, which may not exist yet; the caller sees to it that nobody else
  /// writes to it. See `run(in:rule:)`.
  package static func run(
    in path: String, on disk: any Disk, rule: RecoveryRule = .watermark
  ) throws(JournalError) -> [RecoveredSegment] {
    let folder = Folder(path, on: disk)
    guard folder.exists, try folder.hasSegments() else { return [] }
    return try run(in: folder, rule: rule)
  }

  /// - Throws: `.damagedBlock` or `.damagedHeader` when durable bytes are not as they were written, and
  ///   then nothing was changed; `.io`.
  /// - Returns: what was done, empty when all was sealed.
  static func run(
    in folder: Folder, rule: RecoveryRule = .watermark
  ) throws(JournalError) -> [RecoveredSegment] {
    let recovery = Recovery(folder: folder, rule: rule)
    var names = try folder.segments()
    // Whoever gave the segments their names may have died before they were durable.
    if names.contains(where: \.isOpen) { try folder.sync() }
    try recovery.removeSuperseded(names)
    var done: [RecoveredSegment] = []
    for (place, name) in names.enumerated() where name.isOpen {
      let following = place + 1 < names.count ? names[place + 1] : nil
      done.append(try recovery.recover(name, before: following))
      names[place] = name.sealed
    }
    return done
  }

  /// Empty segments that a restart has replaced but not removed.
  private func removeSuperseded(_ names: [SegmentName]) throws(JournalError) {
    for name in names where name.isOpen && folder.has(name.sealed.text) {
      try folder.remove(name.sealed.text)
      try folder.sync()
    }
  }

  private func recover(
    _ name: SegmentName, before following: SegmentName?
  ) throws(JournalError) -> RecoveredSegment {
    var segment = try OpenSegment.open(name, in: folder)
    try segment.read()
    if let end = try segment.sealedEnd() {
      if try segment.isVouched(to: end.length) {
        try segment.finish()
      } else {
        try segment.seal(end)
      }
      return RecoveredSegment(
        segment: name.sealed.text, keptBytes: end.length, cutBytes: 0,
        lastSequence: segment.lastSequence)
    }
    try segment.judge(by: rule)
    let successor = try following.map { (next) throws(JournalError) in
      try folder.header(of: next).predecessor
    }
    let end = try segment.end(before: successor)
    try segment.settle()
    let (cut, evidence) = try segment.keepTail()
    try segment.seal(end)
    return RecoveredSegment(
      segment: name.sealed.text, keptBytes: segment.wholeBytes, cutBytes: cut, evidence: evidence,
      lastSequence: segment.lastSequence)
  }
}

extension Folder {
  /// The header of a segment.
  func header(of name: SegmentName) throws(JournalError) -> SegmentHeader {
    try open(name.text, .read).header(of: name)
  }
}

extension SegmentFile {
  /// The header of the segment called `name`; header and definitions are whole before it has its name.
  func header(of name: SegmentName) throws(JournalError) -> SegmentHeader {
    let header = try SegmentHeader(try read(JournalFormat.watermarkOffset, at: 0), segment: path)
    guard header.firstSequence == name.first else {
      throw .misplacedSegment(
        segment: path, reason: "it is the segment of sequence \(header.firstSequence)")
    }
    guard try size() >= UInt64(JournalFormat.headerBytes) &+ header.dictionaryBytes else {
      throw .damagedHeader(segment: path, reason: "the file ends within its first pages")
    }
    return header
  }
}
