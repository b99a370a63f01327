/// The one file that calls the operating system: opens, reads and closes files by descriptor.

import Glibc

/// An open file, closed with its last owner.
final class OpenFile {
  /// The path as the user gave it, for errors.
  let path: String
  private let descriptor: Int32
  private let ownsDescriptor: Bool

  /// Opens `path` for reading; `-` is standard input.
  init(_ path: String) throws(ImportError) {
    self.path = path
    ownsDescriptor = path != "-"
    descriptor = ownsDescriptor ? unsafe open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
    guard descriptor >= 0 else {
      if errno == ENOENT { throw .notFound(file: path) }
      throw .unreadable(file: path, reason: OpenFile.reason())
    }
  }

  deinit { if ownsDescriptor { close(descriptor) } }

  /// Size in bytes and whether it can be read again from the start.
  func status() throws(ImportError) -> (size: Int, isRegular: Bool) {
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else {
      throw .unreadable(file: path, reason: OpenFile.reason())
    }
    if info.st_mode & S_IFMT == S_IFDIR {
      throw .unreadable(file: path, reason: "it is a folder")
    }
    return (Int(info.st_size), info.st_mode & S_IFMT == S_IFREG)
  }

  /// Reads into `buffer` from `start` to its end; at file position `offset`, or wherever the file
  /// stands when `nil`. Returns the bytes read, 0 at the end. A pipe may keep us waiting without
  /// end, so a signal that we handle ends the wait.
  /// - Throws: `.unreadable`, or `.stopped` after a signal.
  func read(
    into buffer: inout [UInt8], from start: Int, at offset: Int? = nil
  ) throws(ImportError) -> Int {
    precondition(start < buffer.count, "OpenFile.read: no room at \(start) of \(buffer.count)")
    let result = unsafe buffer.withUnsafeMutableBytes { bytes in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
      if let offset { return unsafe pread(descriptor, room.baseAddress, room.count, offset) }
      return unsafe Glibc.read(descriptor, room.baseAddress, room.count)
    }
    if result >= 0 { return result }
    if errno == EINTR { throw .stopped }
    throw .unreadable(file: path, reason: OpenFile.reason())
  }

  /// Exactly `count` bytes at `offset`; `nil` when the file ends before.
  func bytes(at offset: Int, count: Int) throws(ImportError) -> [UInt8]? {
    guard offset >= 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = try read(into: &buffer, from: filled, at: offset + filled)
      guard got > 0 else { return nil }
      filled += got
    }
    return buffer
  }

  private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
