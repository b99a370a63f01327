/// Whether journals can be written: space, nodes, and what it takes until a block is on the disk.

import Glibc
import Research

struct DiskCheck {
  let folder: String

  /// Below this a day of recording may not fit.
  private static let scarceBytes: UInt64 = 1 << 30
  /// Below this not even a segment of a journal does.
  private static let leastBytes: UInt64 = 1 << 26
  /// A block of a journal.
  private static let blockBytes = 1 << 16
  /// An order waits for this; above it, a strategy notices.
  private static let slowSeconds = 0.1

  var findings: [DoctorFinding] {
    let check = "disk \(folder)"
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else {
      return [
        .fail(
          check, "there is no such folder: \(Output.systemMessage(errno))",
          "make it, or name another with --journals")
      ]
    }
    guard Files.isFolder(folder) else {
      return [.fail(check, "it is a file", "name a folder with --journals")]
    }
    return [space(check, status), write(check)]
  }

  private func space(_ check: String, _ status: statvfs) -> DoctorFinding {
    let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
    let all = UInt64(status.f_blocks) * UInt64(status.f_frsize)
    let found = "\(Self.text(free)) of \(Self.text(all)) free"
    let hasNodes = status.f_files == 0 || status.f_favail > 0
    guard free >= Self.leastBytes, hasNodes else {
      return .fail(
        check, hasNodes ? found : "\(found), and no room for another file",
        "free space, or put journals elsewhere; one segment takes 64 MiB")
    }
    return free >= Self.scarceBytes
      ? .pass(check, found) : .warn(check, found, "free space before a long recording")
  }

  /// Writes a block as a journal does, and takes it away again.
  private func write(_ check: String) -> DoctorFinding {
    let path = "\(folder)/.cryptobot-doctor-\(getpid())"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      return .fail(
        check, "no file can be made: \(Output.systemMessage(errno))",
        "check the folder's rights, or name another with --journals")
    }
    defer {
      close(descriptor)
      unlink(path)
    }
    let begun = monotonicSeconds()
    let block = [UInt8](repeating: 0x5A, count: Self.blockBytes)
    let written = Glibc.write(descriptor, block, block.count)
    guard written == block.count, fsync(descriptor) == 0 else {
      let reason =
        written >= 0 && written < block.count
        ? "only \(written) bytes of a block fit"
        : Output.systemMessage(errno)
      return .fail(
        check, "a block of 64 KiB cannot be written: \(reason)", "free space, or mend the disk")
    }
    let seconds = monotonicSeconds() - begun
    let found = "64 KiB written and synced in \(Int(seconds * 1_000_000)) µs"
    return seconds < Self.slowSeconds
      ? .pass(check, found)
      : .warn(check, found, "orders wait for this; put journals on a faster disk")
  }

  private static func text(_ bytes: UInt64) -> String {
    bytes >= 1 << 30 ? "\(bytes >> 30) GiB" : "\(bytes >> 20) MiB"
  }
}
