/// The disk as the journal uses it. One call is one system call: it may do less than asked, be
/// interrupted or fail, and nothing is durable before it was synced. `SystemDisk` is the real one;
/// tests hand in one that loses, tears and lies.
#if canImport(Glibc)
  internal import Glibc
#endif

/// Why the system refused a call: the C `errno`.
package struct SystemError: Error, Equatable, Sendable {
  /// The `errno`.
  package var code: Int32

  package init(code: Int32) { self.code = code }

  /// What stands there cannot be read at an offset: a folder, a pipe, a device.
  package static let notPlain = SystemError(code: ESPIPE)
}

/// How a file is opened.
package enum OpenMode: Sendable {
  /// For reading; the file must exist.
  case read
  /// For reading and writing; the file must exist.
  case update
  /// For reading and writing; the file must not exist.
  case create
}

/// Folders and names.
package protocol Disk: AnyObject, Sendable {
  func open(_ path: String, _ mode: OpenMode) throws(SystemError) -> any DiskFile

  /// Gives a file or folder another name, in place of a file of that name.
  func rename(_ from: String, to: String) throws(SystemError)

  func remove(_ path: String) throws(SystemError)
  func makeFolder(_ path: String) throws(SystemError)
  func removeFolder(_ path: String) throws(SystemError)

  /// The names in a folder but "." and "..", in no order.
  func names(in folder: String) throws(SystemError) -> [String]

  func exists(_ path: String) -> Bool

  /// Whether a link stands at the path, wherever it leads.
  func isLink(_ path: String) -> Bool

  /// Returns when the names in the folder are on the disk as they are now.
  func syncFolder(_ path: String) throws(SystemError)

  /// Takes a folder for this process until the file is closed; `nil` when another has it.
  func hold(_ folder: String) throws(SystemError) -> (any DiskFile)?

  /// Lets nobody but this user read or change the file, or enter the folder.
  func makePrivate(_ path: String) throws(SystemError)

  /// Whether the file or folder, and not a link to one, is this user's and nobody else can read it.
  func isPrivate(_ path: String) throws(SystemError) -> Bool

  /// Bytes this process may still write to the file system that holds `path`, and its size.
  func space(at path: String) throws(SystemError) -> (free: UInt64, total: UInt64)
}

extension Disk {
  /// A disk without links has none.
  package func isLink(_ path: String) -> Bool { false }
  /// A disk of one process has nobody to tell.
  package func hold(_ folder: String) throws(SystemError) -> (any DiskFile)? { nil }
  /// A disk without users has nothing to do.
  package func makePrivate(_ path: String) throws(SystemError) {}
  package func isPrivate(_ path: String) throws(SystemError) -> Bool { true }
}

/// An open file; closed when the last reference goes.
package protocol DiskFile: AnyObject, Sendable {
  func size() throws(SystemError) -> UInt64

  /// Reads at most `count` bytes at `offset`; 0 means the end of the file.
  func read(
    _ count: Int, at offset: UInt64, into output: UnsafeMutableRawPointer
  ) throws(SystemError) -> Int

  /// Writes at most `count` bytes at `offset` and says how many.
  func write(
    _ bytes: UnsafeRawPointer, count: Int, at offset: UInt64
  ) throws(SystemError) -> Int

  func truncate(to length: UInt64) throws(SystemError)

  /// Makes sure that so many bytes of the file can be written without asking for room again.
  func reserve(_ bytes: UInt64) throws(SystemError)

  /// Returns when the bytes, and of the file's facts what is needed to read them, are on the disk.
  func syncData() throws(SystemError)

  /// Returns when bytes and facts are on the disk.
  func sync() throws(SystemError)

  /// Lets go of what is held in memory of the file, so that reading asks the disk itself.
  func dropCache()

  /// Takes the file for this open file alone, until it is closed; false when another has it, or when its last
  /// name was removed: whoever comes next makes a file of that name and locks that one.
  func lock() throws(SystemError) -> Bool
}
