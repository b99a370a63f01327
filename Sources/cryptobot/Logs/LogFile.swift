/// A file of lines that never grows beyond its share of the disk: full, it becomes FILE.1, that FILE.2 and so
/// on, and the oldest goes. A line is written whole or not at all, and a disk that refuses it stops nobody:
/// lost lines are counted, and the next that can be written says how many. Several processes may share a
/// file: each locks it for a line, and goes over to the new one when another has moved it on.

import Glibc
import Research

final class LogFile {
  private let path: String
  private let largest: Int
  private let olderFiles: Int
  private var descriptor: Int32
  /// Bytes in the file when it was locked last.
  private var size: Int
  private var lost = 0

  /// - Parameters:
  ///   - largest: bytes of one file; a longer line has a file of its own.
  ///   - olderFiles: how many full ones are kept beside it.
  /// - Throws: `.cannotCreate` naming the path.
  init(_ path: String, largest: Int, olderFiles: Int) throws(CommandFailure) {
    (self.path, self.largest, self.olderFiles) = (path, largest, olderFiles)
    descriptor = Self.open(path)
    guard descriptor >= 0 else {
      throw CommandFailure(
        .cannotCreate,
        "LOG_FILE \(path) cannot be written: \(Output.systemMessage(errno)); choose another place",
        .configuration)
    }
    size = 0
  }

  deinit { close(descriptor) }

  /// Writes a line with its end.
  /// - Returns: why the first line that is lost is lost; `nil` where none is, or that was said already.
  func append(_ line: String, lossLine: (Int) -> String) -> String? {
    let wasLosing = lost > 0
    let text = (wasLosing ? lossLine(lost) + "\n" : "") + line + "\n"
    let bytes = Array(text.utf8)
    let reason = write(bytes)
    lost = reason == nil ? 0 : lost + 1
    return wasLosing ? nil : reason
  }

  /// - Returns: why nothing was written; `nil` where all of it was.
  private func write(_ bytes: [UInt8]) -> String? {
    defer { flock(descriptor, LOCK_UN) }
    var isLocked = lock()
    if isLocked, size > 0, size + bytes.count > largest {
      rotate()
      isLocked = lock()
    }
    guard isLocked else { return "another process keeps it locked" }
    return put(bytes) ? nil : Output.systemMessage(errno)
  }

  /// Returns when every line is on the disk, where it takes them.
  func sync() { fdatasync(descriptor) }

  /// Locks the file that stands at the path, which another process may have put there since; where none can
  /// be opened, the present one.
  /// - Returns: false where somebody else keeps it, or moves it on again and again.
  private func lock() -> Bool {
    for _ in 0..<Self.mostTurns {
      guard claim() else { return false }
      var (own, found) = (stat(), stat())
      guard fstat(descriptor, &own) == 0 else { return false }
      size = Int(own.st_size)
      guard stat(path, &found) != 0 || found.st_ino != own.st_ino || found.st_dev != own.st_dev
      else { return true }
      let fresh = Self.open(path)
      guard fresh >= 0 else { return true }
      close(descriptor)
      descriptor = fresh
    }
    return false
  }

  /// Tries for a tenth of a second: whoever writes a line is done by then, and a run's end waits for its log.
  private func claim() -> Bool {
    for _ in 0..<Self.mostClaims {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      guard errno == EWOULDBLOCK || errno == EINTR else { return false }
      usleep(Self.claimPauseMicroseconds)
    }
    return false
  }

  private static let mostTurns = 16
  private static let mostClaims = 100
  private static let claimPauseMicroseconds: UInt32 = 1_000

  /// All or nothing: what a full disk took of a line is cut off again.
  private func put(_ bytes: [UInt8]) -> Bool {
    let written = Glibc.write(descriptor, bytes, bytes.count)
    guard written == bytes.count else {
      let reason = written < 0 ? errno : ENOSPC
      if written > 0 { ftruncate(descriptor, off_t(size)) }
      errno = reason
      return false
    }
    return true
  }

  /// Moves every file one place on. Where that cannot be done the present one goes on growing: a line in
  /// too large a file is better than none.
  private func rotate() {
    for place in stride(from: olderFiles - 1, through: 1, by: -1) {
      rename("\(path).\(place)", "\(path).\(place + 1)")
    }
    guard rename(path, "\(path).1") == 0 else { return }
    let fresh = Self.open(path)
    guard fresh >= 0 else {
      rename("\(path).1", path)
      return
    }
    close(descriptor)
    descriptor = fresh
  }

  private static func open(_ path: String) -> Int32 {
    // A pipe that nobody reads takes nothing and holds up nobody.
    Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
  }
}
