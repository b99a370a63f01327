/// Makes the folders that an output stands in, in one way for files and folders.

import Foundation

public enum OutputFolder {
  /// Refuses before the work what could not be created after it.
  /// - Throws: `ReportError.cannotCreate` where what the output is to stand in is no folder, or is not ours
  ///   to write into.
  public static func expectRoom(for output: String) throws(ReportError) {
    let there = above(holding(output) ?? ".").first { FileManager.default.fileExists(atPath: $0) }
    let folder = there ?? (output.hasPrefix("/") ? "/" : ".")
    guard isFolder(folder) else { throw stranger(folder, output) }
    guard access(folder, W_OK | X_OK) == 0 else {
      throw .cannotCreate(
        path: output,
        reason: "\(folder): \(String(cString: strerror(errno))); choose another place")
    }
  }

  /// Makes the folders above an output that are not there.
  /// - Throws: `ReportError.cannotCreate`.
  public static func make(above output: String) throws(ReportError) {
    if let folder = holding(output) { try make(folder, for: output) }
  }

  /// Makes a folder and those above it; one that is there is left alone.
  /// - Parameter output: what is to stand in it, which errors name.
  /// - Throws: `ReportError.cannotCreate`.
  static func make(_ folder: String, for output: String) throws(ReportError) {
    let manager = FileManager.default
    if let file = above(folder).first(where: { manager.fileExists(atPath: $0) && !isFolder($0) }) {
      throw stranger(file, output)
    }
    do {
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ReportError(error, creating: output)
    }
  }

  private static func stranger(_ file: String, _ output: String) -> ReportError {
    .cannotCreate(path: output, reason: "\(file) is no folder; choose another place")
  }

  /// The folder that a path names a part of; `nil` where it names none.
  private static func holding(_ path: String) -> String? {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
    return String(path[..<slash])
  }

  /// A path and all that it is below of, deepest first.
  private static func above(_ path: String) -> [String] {
    var paths: [String] = []
    var next: String? = path
    while let one = next {
      paths.append(one)
      next = holding(one)
    }
    return paths
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
