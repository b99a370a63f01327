/// The venue's own bytes beside the journal: files of lines, each an ordinary LZ4 file.

#if Live
  import Exchanges
  import Glibc
  import Journal
  import TradingCore

  /// The folder `raw` inside a journal. `link-<first receive time>-<number>.lz4` has what came on one
  /// link, `rest-<first receive time>.lz4` what was answered over HTTP; by name they are in order of time.
  /// Where several venues are recorded, the venue's name and a dash come first.
  final class RawFolder {
    /// A file with more than this is closed and another one begun.
    static let mostBytes: UInt64 = 1 << 28
    /// Seconds after which what has gathered is written.
    static let flushSeconds = 1.0
    /// Files open at a time for each venue: answers, a link and its successor.
    static let mostOpenEach = 3

    private final class File {
      let source: RawSource
      var lines: LZ4File

      init(_ source: RawSource, _ path: String) throws(JournalError) {
        self.source = source
        lines = try LZ4File(creating: path)
      }
    }

    private let path: String
    private let venues: [String]
    /// The one opened last at the end.
    private var files: [File] = []
    private var flushed = monotonicSeconds()

    /// - Parameter venues: the names of the recording's venues.
    /// - Throws: `CommandFailure.cannotCreate`.
    init(in journal: String, of venues: [String]) throws(CommandFailure) {
      self.venues = venues
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
      if let place = files.firstIndex(where: { $0.source == lines.source }) {
        if files[place].lines.storedBytes < Self.mostBytes { return files[place] }
        try files.remove(at: place).lines.sync()
      }
      if files.count == Self.mostOpenEach * venues.count,
        let place = files.firstIndex(where: { $0.source.link != 0 })
      {
        try files.remove(at: place).lines.sync()
      }
      let file = try File(lines.source, "\(path)/\(name(of: lines)).lz4")
      files.append(file)
      return file
    }

    private func name(of lines: RawLines) -> String {
      let (source, time) = (lines.source, lines.firstTime.nanoseconds)
      let venue = source.venue == 0 ? "" : venues[Int(source.venue) - 1] + "-"
      return venue + (source.link == 0 ? "rest-\(time)" : "link-\(time)-\(source.link)")
    }
  }
#endif
