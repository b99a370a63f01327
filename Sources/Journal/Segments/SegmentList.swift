/// Which segments a folder holds, in order, and what of their names cannot be; opened while their
/// writer may be at work.
internal import TradingCore

extension Folder {
  /// The segments in order of their events.
  ///
  /// An empty sealed segment beside an open one of the same name is what a restart leaves when it dies
  /// before it has removed the former; it is left out.
  /// - Throws: `.missing`; `.notAJournal` when there is none; `.misplacedSegment` when two segments that
  ///   hold events have one name.
  func segments() throws(JournalError) -> [SegmentName] {
    let found = try settledNames()
    guard !found.isEmpty else { throw .notAJournal(path: path, reason: "it holds no segment") }
    var result: [SegmentName] = []
    for name in found {
      if let last = result.last, last.first == name.first {
        guard try isEmpty(last) else {
          throw .misplacedSegment(
            segment: path(of: name.text), reason: "another segment begins at the same sequence")
        }
        result.removeLast()
      }
      result.append(name)
    }
    return result
  }

  /// The names as two listings one after the other give them: a file that is sealed meanwhile may be
  /// listed under both of its names, or under none.
  private func settledNames() throws(JournalError) -> [SegmentName] {
    var found: [SegmentName]
    var again = try names().compactMap(SegmentName.init).sorted()
    repeat {
      found = again
      again = try names().compactMap(SegmentName.init).sorted()
    } while again != found
    return found
  }

  private func isEmpty(_ name: SegmentName) throws(JournalError) -> Bool {
    let segment = try SegmentReader.open(name, in: self)
    return segment.footer.blocks.isEmpty
  }
}

extension Folder {
  /// Opens a segment for reading, also when it was sealed since its name was read.
  func openSegment(_ name: SegmentName) throws(JournalError) -> SegmentReader {
    do throws(JournalError) {
      return try SegmentReader.open(name, in: self)
    } catch {
      guard name.isOpen, error.isNoSuchFile else { throw error }
      return try SegmentReader.open(name.sealed, in: self)
    }
  }

  /// Opens the last segment. When its writer has gone on since the names were read, they are read again.
  /// - Throws: `.missingSegment` when it says that another one follows and none does.
  func openLast(of names: inout [SegmentName]) throws(JournalError) -> SegmentReader {
    var last = try openSegment(names[names.count - 1])
    while last.footer.ending == .rolled {
      names = try segments(behind: names, last)
      last = try openSegment(names[names.count - 1])
    }
    return last
  }

  /// All segments, more than those in `names`, whose last one says that another one follows.
  func segments(
    behind names: [SegmentName], _ last: borrowing SegmentReader
  ) throws(JournalError) -> [SegmentName] {
    let now = try segments()
    guard now.count > names.count else {
      throw .missingSegment(path: path, first: last.footer.lastSequence &+ 1)
    }
    return now
  }
}
