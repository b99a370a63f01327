/// Makes the folders that an output stands in, in one way for files and folders.

import Foundation

enum OutputFolder {
  /// Makes a folder and those above it; one that is there is left alone.
  /// - Parameter output: what is to stand in it, which errors name.
  /// - Throws: `ReportError.cannotCreate`.
  static func make(_ folder: String, for output: String) throws(ReportError) {
    let manager = FileManager.default
    if let stranger = above(folder).first(where: { manager.fileExists(atPath: $0) && !isFolder($0) }
    ) {
      throw .cannotCreate(path: output, reason: "\(stranger) is no folder; choose another place")
    }
    do {
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ReportError(error, creating: output)
    }
  }

  /// The folder that a path names a part of; `nil` where it names none.
  static func holding(_ path: String) -> String? {
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
