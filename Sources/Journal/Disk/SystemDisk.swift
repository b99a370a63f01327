/// The real disk: the only file of the journal that makes system calls on files.
#if canImport(Glibc)
  internal import Glibc
#endif

/// The system's words for an `errno`.
func errorText(_ code: Int32) -> String {
  unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
}

/// This process's number, which keeps the temporary names of two writers apart.
func currentProcess() -> Int32 { getpid() }

/// Whether a process has that number, whosever it is.
func isAlive(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno != ESRCH }

/// The file systems of this machine.
package final class SystemDisk: Disk {
  package init() {}

  package func open(_ path: String, _ mode: OpenMode) throws(SystemError) -> any DiskFile {
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .update: O_RDWR
      case .create: O_RDWR | O_CREAT | O_EXCL
      }
    // A pipe would keep `open` waiting for its other end.
    let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else { throw .current }
    let file = SystemFile(descriptor)
    guard try file.isPlain() else { throw .notPlain }
    if mode == .read { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
    return file
  }

  package func rename(_ from: String, to: String) throws(SystemError) {
    guard unsafe Glibc.rename(from, to) == 0 else { throw .current }
  }

  package func remove(_ path: String) throws(SystemError) {
    guard unsafe unlink(path) == 0 else { throw .current }
  }

  package func makeFolder(_ path: String) throws(SystemError) {
    guard unsafe mkdir(path, 0o755) == 0 else { throw .current }
  }

  package func removeFolder(_ path: String) throws(SystemError) {
    guard unsafe rmdir(path) == 0 else { throw .current }
  }

  package func names(in folder: String) throws(SystemError) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw .current }
    defer { unsafe _ = closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name.0) {
        unsafe String(cString: $0)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  package func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  package func isLink(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  package func syncFolder(_ path: String) throws(SystemError) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .current }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .current }
  }

  package func hold(_ folder: String) throws(SystemError) -> (any DiskFile)? {
    let descriptor = unsafe Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .current }
    let file = SystemFile(descriptor)
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return file }
    guard errno == EWOULDBLOCK else { throw .current }
    return nil
  }

  package func makePrivate(_ path: String) throws(SystemError) {
    let mode: mode_t = try facts(path).st_mode & S_IFMT == S_IFDIR ? 0o700 : 0o600
    guard unsafe chmod(path, mode) == 0 else { throw .current }
  }

  package func isPrivate(_ path: String) throws(SystemError) -> Bool {
    let facts = try facts(path)
    let kind = facts.st_mode & S_IFMT
    return (kind == S_IFREG || kind == S_IFDIR) && facts.st_uid == geteuid()
      && facts.st_mode & 0o077 == 0
  }

  /// What the system knows of a path; of a link, not of where it leads.
  private func facts(_ path: String) throws(SystemError) -> stat {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else { throw .current }
    return facts
  }

  package func space(at path: String) throws(SystemError) -> (free: UInt64, total: UInt64) {
    var facts = statvfs()
    guard unsafe statvfs(path, &facts) == 0 else { throw .current }
    let unit = UInt64(facts.f_frsize)
    return (UInt64(facts.f_bavail) * unit, UInt64(facts.f_blocks) * unit)
  }
}

/// An open file of this machine.
final class SystemFile: DiskFile {
  private let descriptor: Int32

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  func size() throws(SystemError) -> UInt64 { UInt64(try facts().st_size) }

  /// Whether this is neither a folder, a pipe nor a device.
  func isPlain() throws(SystemError) -> Bool { try facts().st_mode & S_IFMT == S_IFREG }

  private func facts() throws(SystemError) -> stat {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { throw .current }
    return facts
  }

  func read(
    _ count: Int, at offset: UInt64, into output: UnsafeMutableRawPointer
  ) throws(SystemError) -> Int {
    let got = unsafe pread(descriptor, output, count, off_t(truncatingIfNeeded: offset))
    guard got >= 0 else { throw .current }
    return got
  }

  func write(
    _ bytes: UnsafeRawPointer, count: Int, at offset: UInt64
  ) throws(SystemError) -> Int {
    let written = unsafe pwrite(descriptor, bytes, count, off_t(truncatingIfNeeded: offset))
    guard written >= 0 else { throw .current }
    return written
  }

  func truncate(to length: UInt64) throws(SystemError) {
    guard ftruncate(descriptor, off_t(truncatingIfNeeded: length)) == 0 else { throw .current }
  }

  func reserve(_ bytes: UInt64) throws(SystemError) {
    let code = posix_fallocate(descriptor, 0, off_t(truncatingIfNeeded: bytes))
    guard code == 0 else { throw SystemError(code: code) }
  }

  func syncData() throws(SystemError) {
    guard fdatasync(descriptor) == 0 else { throw .current }
  }

  func sync() throws(SystemError) {
    guard fsync(descriptor) == 0 else { throw .current }
  }

  func dropCache() { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }

  func lock() throws(SystemError) -> Bool {
    var whole = flock()
    whole.l_type = Int16(F_WRLCK)
    whole.l_whence = Int16(SEEK_SET)
    guard unsafe fcntl(descriptor, openFileLock, &whole) == 0 else {
      guard errno == EAGAIN || errno == EACCES else { throw .current }
      return false
    }
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { throw .current }
    return facts.st_nlink > 0
  }
}

/// `F_OFD_SETLK` of Linux, which the system's module does not show: a lock that belongs to the open
/// file, not to the process, and goes when the file is closed or the process dies. Source: fcntl(2).
private let openFileLock: Int32 = 37

extension SystemError {
  /// What the last refused call of this thread left.
  fileprivate static var current: SystemError { SystemError(code: errno) }
}
