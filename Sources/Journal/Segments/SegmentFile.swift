/// The system calls: every file operation of the journal, with its failure as `JournalError.io`.
#if canImport(Glibc)
  internal import Glibc
#endif

/// The system's words for an `errno`.
func errorText(_ code: Int32) -> String {
  unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
}

/// This process's number, which keeps the temporary names of two writers apart.
func currentProcess() -> Int32 { getpid() }

/// An open file; closes itself.
struct SegmentFile: ~Copyable {
  private let descriptor: Int32
  /// The path, for errors.
  let path: String

  /// Creates a file that must not exist.
  init(creating path: String) throws(JournalError) {
    descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    self.path = path
    guard descriptor >= 0 else { throw .io(operation: "create", path: path, code: errno) }
  }

  /// Opens a file for reading.
  init(reading path: String) throws(JournalError) {
    descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else { throw .io(operation: "open", path: path, code: errno) }
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The file's length in bytes.
  func size() throws(JournalError) -> UInt64 {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else {
      throw .io(operation: "stat", path: path, code: errno)
    }
    return UInt64(facts.st_size)
  }

  /// Writes all bytes at `offset`, however many calls that takes.
  func write(_ bytes: UnsafeRawPointer, count: Int, at offset: UInt64) throws(JournalError) {
    var done = 0
    while done < count {
      let written = unsafe pwrite(
        descriptor, bytes + done, count - done, off_t(truncatingIfNeeded: offset) &+ off_t(done))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        throw .io(operation: "write", path: path, code: written < 0 ? errno : ENOSPC)
      }
      done += written
    }
  }

  func write(_ bytes: [UInt8], at offset: UInt64) throws(JournalError) {
    var failure: JournalError?
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      do throws(JournalError) {
        try unsafe write(base, count: buffer.count, at: offset)
      } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Reads up to `count` bytes at `offset`; fewer only at the end of the file.
  func read(
    _ count: Int, at offset: UInt64, into output: UnsafeMutableRawPointer
  ) throws(JournalError) -> Int {
    var done = 0
    while done < count {
      let got = unsafe pread(
        descriptor, output + done, count - done, off_t(truncatingIfNeeded: offset) &+ off_t(done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .io(operation: "read", path: path, code: errno) }
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// Reads up to `count` bytes at `offset` as an array; fewer only at the end of the file.
  func read(_ count: Int, at offset: UInt64) throws(JournalError) -> [UInt8] {
    var failure: JournalError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      do throws(JournalError) {
        filled = try unsafe read(count, at: offset, into: base)
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Cuts the file to `length`.
  func truncate(to length: UInt64) throws(JournalError) {
    guard ftruncate(descriptor, off_t(length)) == 0 else {
      throw .io(operation: "truncate", path: path, code: errno)
    }
  }

  /// Returns when everything written is on the disk.
  func sync() throws(JournalError) {
    guard fsync(descriptor) == 0 else { throw .io(operation: "fsync", path: path, code: errno) }
  }
}

/// Folders: creating, listing, renaming and removing, each made durable where it has to be.
enum Folder {
  static func create(_ path: String) throws(JournalError) {
    guard unsafe mkdir(path, 0o755) == 0 else {
      throw .io(operation: "mkdir", path: path, code: errno)
    }
  }

  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// The path, or with a number behind it where something stands there: what a killed process left,
  /// whose number another one may have, as in containers. O(leftovers).
  static func unused(_ path: String) -> String {
    var candidate = path
    var number = 1
    while exists(candidate) {
      number += 1
      candidate = path + "-" + String(number)
    }
    return candidate
  }

  /// Makes the folder's entries durable.
  static func sync(_ path: String) throws(JournalError) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .io(operation: "open", path: path, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .io(operation: "fsync", path: path, code: errno) }
  }

  /// The names in a folder but "." and "..", sorted by bytes, because the system's order is not one.
  static func names(in path: String) throws(JournalError) -> [String] {
    guard let stream = unsafe opendir(path) else {
      guard errno != ENOENT else { throw .missing(path: path) }
      guard errno != ENOTDIR else { throw .notAJournal(path: path, reason: "it is a file") }
      throw .io(operation: "open", path: path, code: errno)
    }
    defer { unsafe _ = closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name.0) {
        unsafe String(cString: $0)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Moves a folder to a name that nothing has yet, or only an empty folder.
  static func move(_ from: String, to: String) throws(JournalError) {
    guard unsafe rename(from, to) == 0 else {
      if errno == EEXIST || errno == ENOTEMPTY { throw .exists(path: to) }
      throw .io(operation: "rename", path: to, code: errno)
    }
  }

  /// Removes a folder of files; subfolders are not touched, and then neither is the folder.
  static func remove(_ path: String) throws(JournalError) {
    for name in try names(in: path) {
      guard unsafe unlink(path + "/" + name) == 0 else {
        throw .io(operation: "remove", path: path + "/" + name, code: errno)
      }
    }
    guard unsafe rmdir(path) == 0 else { throw .io(operation: "remove", path: path, code: errno) }
  }

  /// Removes what a dropped writer leaves. Nobody is left to hear of a failure; the folder's hidden
  /// name says that it is only a remainder.
  static func discard(_ path: String) {
    do throws(JournalError) { try remove(path) } catch { return }
  }

  /// Throws unless the folder holds segments and nothing else, so that only journals are replaced.
  static func expectJournal(_ path: String) throws(JournalError) {
    for name in try names(in: path) where JournalFormat.firstSequence(of: name) == nil {
      throw .notAJournal(path: path, reason: "it holds \(name)")
    }
  }

  /// The folder that holds `path`, and its last part.
  static func split(_ path: String) -> (parent: String, name: String) {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed = trimmed.dropLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return (".", String(trimmed)) }
    let parent = slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    return (parent, String(trimmed[trimmed.index(after: slash)...]))
  }
}
