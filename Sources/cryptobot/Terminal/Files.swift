/// Small files as a whole, and what stands at a path.

import Glibc
import Journal
import Research

enum Files {
  /// All bytes of a file. It may hold secrets: of a plain file no copy is left but what is returned.
  /// - Parameter limit: the most bytes it may have.
  /// - Throws: `.noInput` or `.inputOutput` naming the path; `.badInput` where it has more.
  static func read(_ path: String, upTo limit: Int = .max) throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var status = stat()
    // An array that grows leaves its old places as they are; no file with secrets is larger.
    if stat(path, &status) == 0 {
      bytes.reserveCapacity(min(limit, Int(status.st_size), mostReserved))
    }
    try each(path) { chunk throws(CommandFailure) in
      guard bytes.count + chunk.count <= limit else {
        throw CommandFailure(
          .badInput,
          "\(path) is larger than \(Self.size(limit)), more than can be read; is it the right file?"
        )
      }
      bytes.append(contentsOf: chunk)
    }
    return bytes
  }

  private static func size(_ bytes: Int) -> String {
    bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB"
  }

  /// Bytes that are reserved before anything was read: a file's size may be made up.
  private static let mostReserved = 1 << 24

  /// A table or a report as text, without a byte-order mark.
  /// - Throws: as `read`; `.badInput` where it is no UTF-8.
  static func text(_ path: String, upTo limit: Int) throws(CommandFailure) -> String {
    var bytes = try read(path, upTo: limit)[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(.badInput, "\(path) is no UTF-8 text; save it as UTF-8")
    }
    return text
  }

  /// The SHA-256 of a file's bytes.
  /// - Throws: `CommandFailure` when it cannot be read, `JournalError` without a SHA-256.
  static func sha256(_ path: String) throws -> [UInt8] {
    var digest = try Digest()
    try each(path) { digest.update(Array($0)) }
    return digest.finish().bytes
  }

  /// The rights of a plain file of ours that others may use; `nil` where they may not, for pipes and the
  /// like, and where the rights are not ours to change: what a container is given lies on a read-only mount or
  /// belongs to somebody else.
  static func exposure(of path: String) -> mode_t? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o077 != 0, status.st_uid == geteuid(),
      access(path, W_OK) == 0 || errno != EROFS
    else { return nil }
    return status.st_mode & 0o777
  }

  /// Whether anything stands at the path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether a folder stands at the path.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Refuses to put a file in place of a folder, a device or a pipe.
  /// - Throws: `.cannotCreate` naming the path.
  static func expectReplaceable(_ path: String) throws(CommandFailure) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
    throw CommandFailure(.cannotCreate, "\(path) is no plain file; choose another name")
  }

  /// Refuses before the work what could not be written after it. Folders on the way are made when it is.
  /// - Throws: `CommandFailure` and `ReportError`: `.cannotCreate` naming the path; `.usage` for an empty one.
  static func expectRoom(_ path: String?, replacing: Bool) throws {
    guard let path else { return }
    guard !path.isEmpty else { throw CommandFailure(.usage, "an output needs a name") }
    guard path != "-" else {
      throw CommandFailure(
        .usage, "this output is a file and does not go to stdout: name one; ./- is a file called -")
    }
    guard
      !["", ".", ".."].contains(path.split(separator: "/", omittingEmptySubsequences: false).last)
    else { throw CommandFailure(.cannotCreate, "\(path) names a folder; choose a file's name") }
    try expectReplaceable(path)
    guard replacing || !exists(path) else {
      throw CommandFailure(.cannotCreate, "\(path) exists; choose another name or add --force")
    }
    try OutputFolder.expectRoom(for: path)
  }

  /// Refuses paths of which one is to stand in another, or in its place: `--force` replaces what an option
  /// names, and never what is read or was just written.
  /// - Parameter outputs: what options and arguments name.
  /// - Throws: `.usage` naming both.
  static func expectApart(_ outputs: [(option: String, path: String?)]) throws(CommandFailure) {
    let places = outputs.compactMap { one in one.path.map { (one.option, place(of: $0)) } }
    for (number, (first, one)) in places.enumerated() {
      for (second, other) in places[(number + 1)...]
      where one.starts(with: other) || other.starts(with: one) {
        throw CommandFailure(
          .usage,
          "\(first) and \(second) name the same path, or one in the other; choose another for one")
      }
    }
  }

  /// The names on the way to a path from the root, links followed as far as the path is there.
  private static func place(of path: String) -> [Substring] {
    var there = path.split(separator: "/").filter { $0 != "." }
    var below: [Substring] = []
    let root = path.hasPrefix("/") ? "/" : "./"
    while let last = there.last, !exists(root + there.joined(separator: "/")) {
      below.insert(last, at: 0)
      there.removeLast()
    }
    let known = realpath(root + there.joined(separator: "/"), nil)
    defer { free(known) }
    return (known.map { String(cString: $0) } ?? root).split(separator: "/") + below
  }

  /// Whether a path can be read once only: standard input, a pipe, a terminal.
  static func isStream(_ path: String) -> Bool {
    var status = stat()
    return path == "-" || stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }

  private static func each(
    _ path: String, _ body: (ArraySlice<UInt8>) throws(CommandFailure) -> Void
  ) throws(CommandFailure) {
    // A pipe would be waited for in here until somebody writes to it, and nobody would be told.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var isTold = false
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    defer { SecretInput.wipe(&chunk) }
    while true {
      try awaitBytes(of: descriptor, path, &isTold)
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, [EINTR, EAGAIN].contains(errno) { continue }
      guard count >= 0 else { throw failure(path) }
      guard count > 0 else { return }
      try body(chunk[..<count])
    }
  }

  /// Waits for bytes or the end, and says so where that takes more than a moment.
  private static func awaitBytes(
    of descriptor: Int32, _ path: String, _ isTold: inout Bool
  ) throws(CommandFailure) {
    while true {
      try Interrupt.check()
      var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&question, 1, 1_000)
      guard ready >= 0 || errno == EINTR else { throw failure(path) }
      guard ready <= 0 else { return }
      if ready == 0, !isTold {
        Output.note("waiting for \(path): nobody writes to it")
        isTold = true
      }
    }
  }

  private static func failure(_ path: String) -> CommandFailure {
    let number = errno
    if number == ENOENT { return CommandFailure(.noInput, "\(path): no such file") }
    return CommandFailure(.inputOutput, "\(path): \(Output.systemMessage(number))")
  }
}
