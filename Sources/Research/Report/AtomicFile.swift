/// A file that is there completely or not at all: written beside its place under another name,
/// synced, then renamed.

import Foundation

/// Why a report could not be written.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file system said no; the text is its own.
  case cannotWrite(path: String, reason: String)
  /// Nothing can be made there; the text says why.
  case cannotCreate(path: String, reason: String)
  /// There is a file at the path and replacing it was not asked for.
  case exists(path: String)

  /// What the system says of `path`, without Foundation's words around it.
  init(_ error: any Error, writing path: String) {
    self = .cannotWrite(path: path, reason: ReportError.reason(error))
  }

  /// The same of what could not be made.
  init(_ error: any Error, creating path: String) {
    let reason = ReportError.reason(error) + "; choose another place"
    self = .cannotCreate(path: path, reason: reason)
  }

  private static func reason(_ error: any Error) -> String {
    let outer = error as NSError
    let inner = outer.userInfo[NSUnderlyingErrorKey] as? NSError ?? outer
    return inner.domain == NSPOSIXErrorDomain
      ? String(cString: strerror(Int32(truncatingIfNeeded: inner.code)))
      : outer.localizedDescription
  }

  public var description: String {
    switch self {
    case .cannotCreate(let path, let reason): "cannot create \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .exists(let path): "\(path) exists; choose another name or add --force"
    }
  }
}

/// Takes a file's text piece by piece, so that a long table never stands in memory as a whole.
struct AtomicFile: ~Copyable {
  private let path: String
  private let temporary: String
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  /// Creates the temporary file beside `path`, and the folders that it stands in.
  init(path: String, replacing: Bool) throws(ReportError) {
    let temporary = path + ".partial"
    if FileManager.default.fileExists(atPath: path) {
      guard replacing else { throw .exists(path: path) }
      try AtomicFile.expectPlain(path)
    }
    try OutputFolder.make(above: path)
    guard FileManager.default.createFile(atPath: temporary, contents: nil),
      let handle = FileHandle(forWritingAtPath: temporary)
    else { throw .cannotCreate(path: path, reason: String(cString: strerror(errno))) }
    self.path = path
    self.temporary = temporary
    self.handle = handle
    buffer.reserveCapacity(AtomicFile.bufferSize * 2)
  }

  /// A rename over a device or a folder would destroy it or fail: only files are replaced.
  private static func expectPlain(_ path: String) throws(ReportError) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .cannotCreate(path: path, reason: "it is no plain file; choose another name")
    }
  }

  mutating func write(_ text: String) throws(ReportError) { try write(text.utf8) }

  mutating func write(_ bytes: some Sequence<UInt8>) throws(ReportError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= AtomicFile.bufferSize { try flush() }
  }

  private mutating func flush() throws(ReportError) {
    do { try handle.write(contentsOf: Data(buffer)) } catch {
      throw failure(ReportError(error, writing: path))
    }
    buffer.removeAll(keepingCapacity: true)
  }

  /// Puts the file in its place.
  consuming func close() throws(ReportError) {
    try flush()
    do {
      try handle.synchronize()
      try handle.close()
    } catch { throw failure(ReportError(error, writing: path)) }
    guard rename(temporary, path) == 0 else {
      throw failure(.cannotWrite(path: path, reason: String(cString: strerror(errno))))
    }
  }

  /// The error, after the half-written file is gone.
  private func failure(_ error: ReportError) -> ReportError {
    try? FileManager.default.removeItem(atPath: temporary)
    return error
  }
}
