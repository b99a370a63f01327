/// The next live segment before it is needed: a file of zeros that is already on the disk, so that
/// writing into it neither allocates nor grows it, and a full disk cannot strike in mid-segment.
internal import TradingCore

package struct PreparedSegment: ~Copyable {
  let folder: Folder
  let file: SegmentFile
  /// What the file is called until it becomes a segment.
  let name: String

  /// The name of the file that is made in advance.
  static let ahead = "next.tmp"
  /// The name of a file that is made when it is needed at once.
  static let atOnce = "begin.tmp"
  /// Bytes of zeros handed to the system at once.
  private static let stride = 1 << 20

  private init(_ folder: Folder, _ file: consuming SegmentFile, _ name: String) {
    self.folder = folder
    self.file = file
    self.name = name
  }

  /// Makes the file `name` anew, `bytes` long, and waits until it is on the disk. O(bytes).
  /// - Throws: `.io`, with `ENOSPC` when the disk is full; the file is then gone.
  static func make(
    _ name: String, in folder: Folder, bytes: UInt64
  ) throws(JournalError) -> PreparedSegment {
    try folder.removeIfPresent(name)
    let file = try folder.open(name, .create)
    if let failure = fill(file, bytes) {
      try folder.removeIfPresent(name)
      throw failure
    }
    return PreparedSegment(folder, file, name)
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
