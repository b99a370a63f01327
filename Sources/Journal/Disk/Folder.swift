/// A folder of a journal: creating, listing, renaming and removing, each made durable where it has
/// to be.
#if canImport(Glibc)
  internal import Glibc
#endif

struct Folder {
  let path: String
  let disk: any Disk

  init(_ path: String, on disk: any Disk) {
    self.path = path
    self.disk = disk
  }

  /// The path of `name` in this folder.
  func path(of name: String) -> String { path + "/" + name }

  var exists: Bool { disk.exists(path) }

  func has(_ name: String) -> Bool { disk.exists(path(of: name)) }

  func create() throws(JournalError) {
    do throws(SystemError) { try disk.makeFolder(path) } catch {
      throw failed("mkdir", path, error)
    }
  }

  /// Makes the folder's names durable.
  func sync() throws(JournalError) {
    do throws(SystemError) { try disk.syncFolder(path) } catch {
      throw failed("fsync", path, error)
    }
  }

  /// The names in the folder, sorted by bytes, because the system's order is not one.
  func names() throws(JournalError) -> [String] {
    do throws(SystemError) {
      return try disk.names(in: path).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      guard error.code != ENOENT else { throw .missing(path: path) }
      guard error.code != ENOTDIR else { throw .notAJournal(path: path, reason: "it is a file") }
      throw failed("open", path, error)
    }
  }

  /// Bytes this process may still write to the folder's disk, and the disk's size.
  func space() throws(JournalError) -> (free: UInt64, total: UInt64) {
    do throws(SystemError) { return try disk.space(at: path) } catch {
      throw failed("statvfs", path, error)
    }
  }

  /// Opens a file of this folder.
  func open(_ name: String, _ mode: OpenMode) throws(JournalError) -> SegmentFile {
    try SegmentFile(path(of: name), mode, on: disk)
  }

  /// Copies bytes of a file into a new one in this folder, durable but for its name. O(bytes).
  func copy(
    _ file: borrowing SegmentFile, _ bytes: Range<UInt64>, to name: String
  ) throws(JournalError) {
    let output = try open(name, .create)
    var offset = bytes.lowerBound
    while offset < bytes.upperBound {
      let piece = try file.read(Int(min(bytes.upperBound - offset, 1 << 20)), at: offset)
      guard !piece.isEmpty else { break }
      try output.write(piece, at: offset - bytes.lowerBound)
      offset += UInt64(piece.count)
    }
    try output.sync()
  }

  /// Gives a file of this folder another name, in place of a file that has it.
  func rename(_ from: String, to name: String) throws(JournalError) {
    do throws(SystemError) {
      try disk.rename(path(of: from), to: path(of: name))
    } catch { throw failed("rename", path(of: name), error) }
  }

  /// Removes a file of this folder.
  func remove(_ name: String) throws(JournalError) {
    do throws(SystemError) { try disk.remove(path(of: name)) } catch {
      throw failed("remove", path(of: name), error)
    }
  }

  /// Removes a file of this folder if it is there.
  func removeIfPresent(_ name: String) throws(JournalError) {
    do throws(SystemError) { try disk.remove(path(of: name)) } catch {
      guard error.code == ENOENT else { throw failed("remove", path(of: name), error) }
    }
  }

  /// Gives the folder a name that nothing has yet, or only an empty folder.
  func move(to target: String) throws(JournalError) {
    do throws(SystemError) { try disk.rename(path, to: target) } catch {
      if error.code == EEXIST || error.code == ENOTEMPTY { throw .exists(path: target) }
      throw failed("rename", target, error)
    }
  }

  /// Gives the folder another name; false where nobody may, so that no process like this one made it: a
  /// mount, the present folder, a layer below, a folder of somebody else's or on a disk that is only read.
  func makesWay(to other: Folder) throws(JournalError) -> Bool {
    do throws(SystemError) { try disk.rename(path, to: other.path) } catch {
      guard [EBUSY, EINVAL, EXDEV, EACCES, EPERM, EROFS, ENOTDIR].contains(error.code) else {
        throw failed("rename", path, error)
      }
      return false
    }
    return true
  }

  /// Removes the folder and its files; subfolders are not touched, and then neither is the folder.
  func removeAll() throws(JournalError) {
    for name in try names() { try remove(name) }
    do throws(SystemError) { try disk.removeFolder(path) } catch {
      throw failed("remove", path, error)
    }
  }

  /// Takes the folder for this process until what is returned goes; `nil` when another has it.
  func hold() throws(JournalError) -> (any DiskFile)? {
    do throws(SystemError) { return try disk.hold(path) } catch {
      throw failed("lock", path, error)
    }
  }

  /// Removes what a dropped writer leaves. Nobody is left to hear of a failure; the folder's hidden
  /// name says that it is only a remainder.
  func discard() {
    do throws(JournalError) { try removeAll() } catch { return }
  }

  /// Throws unless the folder holds sealed segments, their snapshots and nothing else, so that only
  /// journals are replaced.
  func expectJournal() throws(JournalError) {
    for name in try names()
    where JournalFormat.firstSequence(of: name) == nil && !SnapshotStore.owns(name) {
      throw .notAJournal(path: path, reason: "it holds \(name)")
    }
  }

  private func failed(
    _ operation: String, _ path: String, _ error: SystemError
  ) -> JournalError {
    .io(operation: operation, path: path, error)
  }
}

extension Folder {
  /// The folder that holds `path`, and its last part.
  static func split(_ path: String) -> (parent: String, name: String) {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed = trimmed.dropLast() }
    guard let slash = trimmed.lastIndex(of: "/") else { return (".", String(trimmed)) }
    let parent = slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    return (parent, String(trimmed[trimmed.index(after: slash)...]))
  }

  /// The path, or with a number behind it where something stands there: what a killed process left,
  /// whose number another one may have, as in containers. O(leftovers).
  static func unused(_ path: String, on disk: any Disk) -> String {
    var candidate = path
    var number = 1
    while disk.exists(candidate) {
      number += 1
      candidate = path + "-" + String(number)
    }
    return candidate
  }
}
