/// An open file of a simulated disk. It goes on working when its name is gone, and lets go of its
/// lock with the last reference.
import Glibc
import Journal
import Synchronization

final class SimFile: DiskFile {
  private let disk: SimDisk
  private let number: Int
  private let path: String

  init(_ disk: SimDisk, _ number: Int, _ path: String) {
    self.disk = disk
    self.number = number
    self.path = path
  }

  deinit { unlock() }

  func size() throws(SystemError) -> UInt64 {
    try disk.call(Operation(kind: .size, path: path)) { (state) throws(SystemError) in
      state.image.files[number].length
    }
  }

  func read(
    _ count: Int, at offset: UInt64, into output: UnsafeMutableRawPointer
  ) throws(SystemError) -> Int {
    let operation = Operation(kind: .read, path: path, offset: offset, count: count)
    return try disk.state.withLock { (state) throws(SystemError) in
      var file: FileImage { state.image.files[number] }
      switch try state.begin(operation)?.kind {
      case nil: return file.read(count, at: offset, into: output)
      case .short: return file.read((count + 1) / 2, at: offset, into: output)
      case .stale: return file.stale.read(count, at: offset, into: output)
      case .fails(let code): throw SystemError(code: code)
      }
    }
  }

  func write(
    _ bytes: UnsafeRawPointer, count: Int, at offset: UInt64
  ) throws(SystemError) -> Int {
    let operation = Operation(kind: .write, path: path, offset: offset, count: count)
    return try disk.state.withLock { (state) throws(SystemError) in
      var taken = count
      switch try state.begin(operation)?.kind {
      case nil, .stale: break
      case .short: taken = (count + 1) / 2
      case .fails(let code): throw SystemError(code: code)
      }
      taken = try state.room(for: taken, at: offset, in: number)
      let part = UnsafeRawBufferPointer(start: bytes, count: taken)
      state.image.files[number].write(part, at: offset)
      return taken
    }
  }

  func truncate(to length: UInt64) throws(SystemError) {
    let operation = Operation(kind: .truncate, path: path, offset: length)
    try disk.call(operation) { (state) throws(SystemError) in
      state.image.files[number].truncate(to: length)
    }
  }

  func reserve(_ bytes: UInt64) throws(SystemError) {
    let length = try size()
    if length < bytes { try truncate(to: bytes) }
  }

  func syncData() throws(SystemError) { try sync(.syncData) }

  func sync() throws(SystemError) { try sync(.sync) }

  private func sync(_ kind: Operation.Kind) throws(SystemError) {
    do throws(SystemError) { try syncOnce(kind) } catch {
      guard disk.state.withLock({ $0.plan.retriesSync }), error != .crashed else { throw error }
      try syncOnce(kind)
    }
  }

  private func syncOnce(_ kind: Operation.Kind) throws(SystemError) {
    try disk.state.withLock { (state) throws(SystemError) in
      do throws(SystemError) {
        try state.begin(Operation(kind: kind, path: path))?.failure()
      } catch {
        if error != .crashed { state.image.files[number].abandon() }
        throw error
      }
      if state.plan.syncsAfterRename, kind == .sync {
        state.late = (number, path)
      } else {
        state.image.files[number].sync()
      }
    }
  }

  func dropCache() {
    disk.state.withLock { $0.image.files[number].dropCache() }
  }

  func lock() throws(SystemError) -> Bool {
    let isTaken = try disk.call(Operation(kind: .lock, path: path)) {
      (state) throws(SystemError) in
      if state.locked.contains(number) { return false }
      state.locked.append(number)
      return true
    }
    holdsLock.withLock { $0 = $0 || isTaken }
    return isTaken
  }

  private let holdsLock = Mutex(false)

  private func unlock() {
    guard holdsLock.withLock({ $0 }) else { return }
    disk.state.withLock { state in state.locked.removeAll { $0 == number } }
  }
}

extension SimDisk.State {
  /// How many of `count` bytes at `offset` the disk has room for; at least one.
  fileprivate func room(for count: Int, at offset: UInt64, in number: Int) throws(SystemError)
    -> Int
  {
    let length = image.files[number].length
    let end = offset + UInt64(count)
    guard end > length else { return count }
    let free = image.capacity > image.used ? image.capacity - image.used : 0
    let limit = length + free
    guard limit > offset else { throw SystemError(code: ENOSPC) }
    return Int(min(end, limit) - offset)
  }
}
