/// The venue's own bytes beside the journal: files of lines, each an ordinary LZ4 file.

#if Live
  import Exchanges
  import Glibc
  import Journal
  import TradingCore

  /// The folder `raw` inside a journal. `link-<first receive time>-<number>.lz4` has what came on one
  /// link, `rest-<first receive time>.lz4` what was answered over HTTP; by name they are in order of time.
  final class RawFolder {
    /// A file with more than this is closed and another one begun.
    static let mostBytes: UInt64 = 1 << 28
    /// Seconds after which what has gathered is written.
    static let flushSeconds = 1.0
    /// Files open at a time: answers, a link and its successor.
    static let mostOpen = 3

    private final class File {
      let link: UInt32
      var lines: LZ4File

      init(_ link: UInt32, _ path: String) throws(JournalError) {
        self.link = link
        lines = try LZ4File(creating: path)
      }
    }

    private let path: String
    /// The one opened last at the end.
    private var files: [File] = []
    private var flushed = monotonicSeconds()

    /// - Throws: `CommandFailure.cannotCreate`.
    init(in journal: String) throws(CommandFailure) {
      path = journal + "/raw"
      guard mkdir(path, 0o777) == 0 else {
        throw CommandFailure(.cannotCreate, "\(path): \(Output.systemMessage(errno))")
      }
    }

    /// Adds lines, each source's to its own file.
    /// - Throws: `JournalError.io` when the disk refuses.
    func append(_ all: [RawLines]) throws(JournalError) {
      for lines in all {
        let file = try file(for: lines)
        try file.lines.append(lines.bytes)
      }
      let now = monotonicSeconds()
      guard now - flushed >= Self.flushSeconds else { return }
      flushed = now
      for file in files { try file.lines.flush() }
    }

    /// Returns when all is on the disk.
    /// - Throws: `JournalError.io` when the disk refuses.
    func close() throws(JournalError) {
      for file in files { try file.lines.sync() }
      files.removeAll()
    }

    private func file(for lines: RawLines) throws(JournalError) -> File {
      if let place = files.firstIndex(where: { $0.link == lines.link }) {
        if files[place].lines.storedBytes < Self.mostBytes { return files[place] }
        try files.remove(at: place).lines.sync()
      }
      if files.count == Self.mostOpen, let place = files.firstIndex(where: { $0.link != 0 }) {
        try files.remove(at: place).lines.sync()
      }
      let time = lines.firstTime.nanoseconds
      let name = lines.link == 0 ? "rest-\(time)" : "link-\(time)-\(lines.link)"
      let file = try File(lines.link, "\(path)/\(name).lz4")
      files.append(file)
      return file
    }
  }
#endif
