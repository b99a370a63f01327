/// What a journal says of itself without being decoded: from names, headers and footers.
public import TradingCore

/// A sealed journal's facts, read in a moment whatever its length.
public struct JournalFacts: Equatable, Sendable {
  /// Id, rules, source and build.
  public let identity: JournalIdentity
  /// The first event's receive time.
  public let created: Timestamp
  /// Files in the folder.
  public let segments: Int
  /// The last event's sequence, which is also the count of events; 0 when there is none.
  public let lastSequence: Sequence64
  /// The hash chain over all content.
  public let chainHead: SHA256Digest

  /// The first event's sequence: 1, or 0 when there is none.
  public var firstSequence: Sequence64 { lastSequence > 0 ? 1 : 0 }
  /// Events in the journal.
  public var events: UInt64 { lastSequence }

  /// How the journal ends.
  public let ending: JournalEnding

  /// What the last segment's header and footer say beside the first's.
  init(
    _ folder: Folder, _ names: [SegmentName], first: borrowing SegmentReader,
    last: borrowing SegmentReader
  ) throws(JournalError) {
    try first.expectFirst(in: folder)
    guard last.header.identity.isSameJournal(as: first.header.identity) else {
      throw .misplacedSegment(segment: last.name, reason: "it belongs to another journal")
    }
    guard last.header.index == UInt64(names.count - 1) else {
      // One too many has another's name, and says so.
      for name in names where !name.isOpen { _ = try folder.header(of: name) }
      throw .missingSegment(path: folder.path, first: last.header.firstSequence &- 1)
    }
    guard let ending = JournalEnding(last.footer.ending) else {
      throw .missingSegment(path: folder.path, first: last.footer.lastSequence &+ 1)
    }
    self.ending = ending
    identity = first.header.identity
    created = Timestamp(nanoseconds: first.header.created)
    segments = names.count
    lastSequence = last.footer.lastSequence
    chainHead = last.footer.chainHead
  }
}

/// How a journal ends.
public enum JournalEnding: String, Sendable {
  /// Sealed by its writer: nothing is missing behind it.
  case ended
  /// Its writer died, and recovery sealed what was whole.
  case recovered
  /// Its last segment is not sealed: it is being written, or its writer died.
  case open

  /// Nil for a segment that says that another one follows.
  init?(_ ending: SegmentEnding) {
    switch ending {
    case .rolled: return nil
    case .ended: self = .ended
    case .recovered: self = .recovered
    case .open: self = .open
    }
  }
}

extension SegmentReader {
  /// Throws unless this is the first segment of its journal.
  func expectFirst(in folder: Folder) throws(JournalError) {
    guard header.firstSequence == 1, header.index == 0, header.firstBlock == 0 else {
      throw .missingSegment(path: folder.path, first: 1)
    }
    let origin = try HashChain.origin(of: header.identity)
    guard header.predecessor == SegmentHeader.Predecessor(chainHead: origin) else {
      throw .damagedHeader(segment: name, reason: "the chain does not begin at its identity")
    }
  }
}

/// What the footers say in total: counts per kind, times and sizes.
public struct JournalTotals: Equatable, Sendable {
  /// Events by kind, in order of kind id; kinds without events are left out.
  public var kinds: [(kind: EventKind, count: UInt64)]
  /// Blocks of events.
  public var blocks: Int
  /// Bytes of all segments.
  public var bytes: UInt64
  /// The earliest and latest receive time; nil when there is no event.
  public var receiveTimes: ClosedRange<Timestamp>?
  /// The earliest and latest venue time; nil when no event has one.
  public var venueTimes: ClosedRange<Timestamp>?

  /// Reads every segment's header and footer, and no block of a sealed one. O(segments), and the bytes
  /// of an open one.
  /// - Throws: what is damaged or missing.
  public init(of path: String) throws(JournalError) {
    let folder = Folder(path, on: SystemDisk())
    var counts = [UInt64](repeating: 0, count: 128)
    var bounds = ClockBounds()
    (blocks, bytes) = (0, 0)
    for name in try folder.segments() {
      let segment = try folder.openSegment(name)
      let kinds = try segment.isOpen ? folder.openSegment(name).countKinds() : segment.footer.kinds
      for kind in 0..<128 { counts[kind] &+= kinds[kind] }
      blocks += segment.footer.blocks.count
      bytes += segment.length
      bounds.include(segment.footer.bounds)
    }
    kinds = EventKind.allCases.compactMap { kind in
      let count = counts[Int(kind.rawValue)]
      return count > 0 ? (kind, count) : nil
    }
    receiveTimes = Self.range(bounds.minReceive, bounds.maxReceive)
    venueTimes = Self.range(bounds.minVenue, bounds.maxVenue)
  }

  private static func range(_ low: Int64, _ high: Int64) -> ClosedRange<Timestamp>? {
    guard low <= high else { return nil }
    return Timestamp(nanoseconds: low)...Timestamp(nanoseconds: high)
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.kinds.elementsEqual(right.kinds, by: ==) && left.blocks == right.blocks
      && left.bytes == right.bytes && left.receiveTimes == right.receiveTimes
      && left.venueTimes == right.venueTimes
  }
}
