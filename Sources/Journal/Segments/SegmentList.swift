/// Which segments a folder holds, in order, and what of their names cannot be.
internal import TradingCore

extension Folder {
  /// The segments in order of their events.
  ///
  /// An empty sealed segment beside an open one of the same name is what a restart leaves when it dies
  /// before it has removed the former; it is left out.
  /// - Throws: `.missing`; `.notAJournal` when there is none; `.damagedHeader` when two segments that
  ///   hold events have one name.
  func segments() throws(JournalError) -> [SegmentName] {
    let found = try names().compactMap(SegmentName.init).sorted()
    guard !found.isEmpty else { throw .notAJournal(path: path, reason: "it holds no segment") }
    var result: [SegmentName] = []
    for name in found {
      if let last = result.last, last.first == name.first {
        guard try isEmpty(last) else {
          throw .damagedHeader(
            segment: path(of: name.text), reason: "another segment begins at the same sequence")
        }
        result.removeLast()
      }
      result.append(name)
    }
    return result
  }

  private func isEmpty(_ name: SegmentName) throws(JournalError) -> Bool {
    let segment = try SegmentReader.open(name, in: self)
    return segment.footer.blocks.isEmpty
  }
}
