/// Whole reads and writes over a disk's single calls, with failures as `JournalError.io`.
#if canImport(Glibc)
  internal import Glibc
#endif

/// An open file of a journal; closes itself.
struct SegmentFile: ~Copyable {
  private let file: any DiskFile
  /// The path, for errors.
  private(set) var path: String

  /// Opens the file at `path`.
  init(_ path: String, _ mode: OpenMode, on disk: any Disk) throws(JournalError) {
    self.path = path
    do throws(SystemError) {
      file = try disk.open(path, mode)
    } catch {
      guard error != .notPlain else {
        throw .notAJournal(
          path: path, reason: "a folder, pipe or device stands where a file should")
      }
      throw .io(operation: mode == .create ? "create" : "open", path: path, error)
    }
  }

  /// The file's length in bytes.
  func size() throws(JournalError) -> UInt64 {
    do throws(SystemError) { return try file.size() } catch { throw failed("stat", error) }
  }

  /// Writes all bytes at `offset`, however many calls that takes.
  func write(_ bytes: UnsafeRawPointer, count: Int, at offset: UInt64) throws(JournalError) {
    var done = 0
    while done < count {
      do throws(SystemError) {
        let written = try unsafe file.write(
          bytes + done, count: count - done, at: offset + UInt64(done))
        guard written > 0 else { throw SystemError(code: ENOSPC) }
        done += written
      } catch  where error.code == EINTR {
        continue
      } catch { throw failed("write", error) }
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
      do throws(SystemError) {
        let got = try unsafe file.read(
          count - done, at: offset + UInt64(done), into: output + done)
        if got == 0 { break }
        done += got
      } catch  where error.code == EINTR {
        continue
      } catch { throw failed("read", error) }
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

  /// Cuts or extends the file to `length`.
  func truncate(to length: UInt64) throws(JournalError) {
    do throws(SystemError) { try file.truncate(to: length) } catch {
      throw failed("truncate", error)
    }
  }

  /// Makes sure that so many bytes of the file can be written without asking for room again.
  func reserve(_ bytes: UInt64) throws(JournalError) {
    do throws(SystemError) { try file.reserve(bytes) } catch { throw failed("reserve", error) }
  }

  /// Returns when everything written is on the disk. After a failure nothing may be taken to be there,
  /// and asking again proves nothing: the system may have dropped the bytes.
  func sync() throws(JournalError) {
    do throws(SystemError) { try file.sync() } catch { throw failed("fsync", error) }
  }

  /// As `sync`, for a file whose length does not change.
  func syncData() throws(JournalError) {
    do throws(SystemError) { try file.syncData() } catch { throw failed("fdatasync", error) }
  }

  /// Makes the next reads ask the disk itself.
  func dropCache() { file.dropCache() }

  /// Takes the file for this open file alone; false when another has it, or when it was removed meanwhile.
  func lock() throws(JournalError) -> Bool {
    do throws(SystemError) { return try file.lock() } catch { throw failed("lock", error) }
  }

  /// The file was given another name.
  mutating func renamed(to path: String) { self.path = path }

  private func failed(_ operation: String, _ error: SystemError) -> JournalError {
    .io(operation: operation, path: path, error)
  }
}

extension JournalError {
  static func io(operation: String, path: String, _ error: SystemError) -> JournalError {
    .io(operation: operation, path: path, code: error.code)
  }

  /// Whether the file has not, or no longer, that name.
  var isNoSuchFile: Bool {
    guard case .io(_, _, let code) = self else { return false }
    return code == ENOENT
  }

  /// Whether a file was to be made where one stands.
  var isExistingFile: Bool {
    guard case .io(_, _, let code) = self else { return false }
    return code == EEXIST
  }

  /// Whether the disk, or what this process may use of it, is full.
  var isDiskFull: Bool {
    guard case .io(_, _, let code) = self else { return false }
    return code == ENOSPC || code == EDQUOT || code == EFBIG
  }
}
