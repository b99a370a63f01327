/// One writer at a time: a locked file in the journal's folder, and the epoch, which every writer
/// raises, so that a segment of a writer who should be gone is noticed.
internal import TradingCore

struct WriterLock: ~Copyable {
  private let file: SegmentFile
  /// The highest epoch the file has seen; 0 for a new journal.
  let epoch: UInt64

  /// The file's name.
  static let name = "LOCK"

  private init(_ file: consuming SegmentFile, epoch: UInt64) {
    self.file = file
    self.epoch = epoch
  }

  /// Locks the folder until the value goes, or the process dies however it dies.
  /// - Throws: `.locked` when another writer has it.
  static func take(in folder: Folder) throws(JournalError) -> WriterLock {
    let file = try openOrCreate(in: folder)
    guard try file.lock() else { throw .locked(path: folder.path) }
    let text = String(decoding: try file.read(Self.longest, at: 0), as: UTF8.self)
    let words = text.split(separator: " ")
    let epoch = words.count == 2 ? UInt64(words[1].filter(\.isNumber)) : nil
    return WriterLock(file, epoch: epoch ?? 0)
  }

  private static func openOrCreate(in folder: Folder) throws(JournalError) -> SegmentFile {
    let isThere = folder.has(name)
    do throws(JournalError) {
      return try folder.open(name, isThere ? .update : .create)
    } catch {
      // Another process may have made it in between, or taken it away: its lock decides, or did until now.
      guard folder.has(name) else { throw isThere ? .locked(path: folder.path) : error }
      return try folder.open(name, .update)
    }
  }

  /// More bytes than the line can have.
  private static let longest = 64

  /// Lets another writer have the folder.
  consuming func release() {}

  /// Writes the epoch of the writer that holds the lock, durably.
  func stamp(_ epoch: UInt64) throws(JournalError) {
    let text = Array("epoch \(epoch)\n".utf8)
    try file.write(text, at: 0)
    try file.truncate(to: UInt64(text.count))
    try file.sync()
  }
}
