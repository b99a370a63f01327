/// The folder of `-o DIR`: it appears whole at the end or not at all.

internal import Foundation

/// A folder in the making. Fill `path`, then `finish`; what is dropped before leaves nothing.
public final class RunFolder {
  /// Where to write until it is finished.
  public let path: String
  private let final: String
  private let replacing: Bool
  private var isFinished = false

  /// Makes the folder and those it stands in.
  /// - Throws: `ReportError.exists` when something stands there and `replacing` is false or it is no
  ///   folder of an earlier run; `.cannotWrite` when the folder cannot be made.
  public init(_ final: String, replacing: Bool) throws(ReportError) {
    var final = final
    while final.count > 1, final.hasSuffix("/") { final.removeLast() }
    self.final = final
    self.replacing = replacing
    path = "\(final).\(ProcessInfo.processInfo.processIdentifier).partial"
    let manager = FileManager.default
    if manager.fileExists(atPath: final) {
      let isRun = manager.fileExists(atPath: "\(final)/report.json")
      guard replacing, isRun else { throw .exists(path: final) }
    }
    do {
      try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: final, reason: error.localizedDescription)
    }
  }

  /// Gives the folder its name, in place of an earlier run's.
  public func finish() throws(ReportError) {
    let manager = FileManager.default
    do {
      if manager.fileExists(atPath: final) { try manager.removeItem(atPath: final) }
      try manager.moveItem(atPath: path, toPath: final)
    } catch {
      throw .cannotWrite(path: final, reason: error.localizedDescription)
    }
    isFinished = true
  }

  deinit {
    if !isFinished { try? FileManager.default.removeItem(atPath: path) }
  }
}
