/// The next live segment before it is needed: a file of zeros that is already on the disk, so that
/// writing into it neither allocates nor grows it, and a full disk cannot strike in mid-segment.
internal import TradingCore

package struct PreparedSegment: ~Copyable {
  let folder: Folder
  let file: SegmentFile
  /// What the file is called until it becomes a segment.
  let name: String

  /// Bytes of zeros handed to the system at once.
  private static let stride = 1 << 20

  private init(_ folder: Folder, _ file: consuming SegmentFile, _ name: String) {
    self.folder = folder
    self.file = file
    self.name = name
  }

  /// Makes a file, `bytes` long, and waits until it is on the disk. O(bytes).
  /// - Parameter number: tells the files that are made in advance apart, so that none is ever taken for
  ///   another; nil for one that is needed at once, of which there is only one.
  /// - Throws: `.io`, with `ENOSPC` when the disk is full; the file is then gone.
  static func make(
    _ number: Int?, in folder: Folder, bytes: UInt64
  ) throws(JournalError) -> PreparedSegment {
    let name = number.map { "next-\($0).tmp" } ?? "begin.tmp"
    let file = try folder.open(name, .create)
    if let failure = fill(file, bytes) {
      try folder.removeIfPresent(name)
      throw failure
    }
    return PreparedSegment(folder, file, name)
  }

  /// Whether a file of this name was made for a segment that it never became.
  static func isName(_ name: String) -> Bool {
    name == "begin.tmp" || name.hasPrefix("next-") && name.hasSuffix(".tmp")
  }

  /// Removes what was made and never used.
  static func clear(_ folder: Folder) throws(JournalError) {
    for name in try folder.names() where isName(name) { try folder.removeIfPresent(name) }
  }

  private static func fill(_ file: borrowing SegmentFile, _ bytes: UInt64) -> JournalError? {
    let zeros = [UInt8](repeating: 0, count: Int(min(bytes, UInt64(Self.stride))))
    var offset: UInt64 = 0
    do throws(JournalError) {
      while offset < bytes {
        let piece = Int(min(bytes - offset, UInt64(zeros.count)))
        try file.write(piece == zeros.count ? zeros : Array(zeros[..<piece]), at: offset)
        offset += UInt64(piece)
        // Little by little, so that a commit of the open segment never waits behind all of it.
        try file.syncData()
      }
      try file.sync()
    } catch { return error }
    return nil
  }
}
