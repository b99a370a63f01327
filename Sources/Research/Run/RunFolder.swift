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
  /// - Throws: `ReportError.exists` when an earlier run stands there and `replacing` is false;
  ///   `.cannotCreate` when something else does, it holds more than a run, or it cannot be made.
  public init(_ final: String, replacing: Bool) throws(ReportError) {
    var final = final
    while final.count > 1, final.hasSuffix("/") { final.removeLast() }
    self.final = final
    self.replacing = replacing
    path = RunFolder.unused(beside: final)
    let manager = FileManager.default
    if manager.fileExists(atPath: final) {
      let isRun = manager.fileExists(atPath: "\(final)/report.json")
      guard isRun else {
        throw .cannotCreate(
          path: final, reason: "what stands there is no run's folder; choose another name")
      }
      guard replacing else { throw .exists(path: final) }
      try RunFolder.expectRun(final)
    }
    try OutputFolder.make(path, for: final)
  }

  /// What a run leaves; a folder that holds anything else is somebody's and stays.
  private static let parts: Set = [
    "journal", "report.json", "fills.csv", "trades.csv", "books.csv", "equity.csv",
  ]

  private static func expectRun(_ path: String) throws(ReportError) {
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      guard let stranger = names.first(where: { !parts.contains($0) }) else { return }
      throw ReportError.cannotCreate(
        path: path, reason: "it holds \(stranger), which no run wrote; choose another name")
    } catch {
      throw error as? ReportError ?? ReportError(error, creating: path)
    }
  }

  /// A name nobody uses, not even a killed process with our number.
  private static func unused(beside final: String) -> String {
    let stem = "\(final).\(ProcessInfo.processInfo.processIdentifier)"
    var candidate = "\(stem).partial"
    var number = 1
    while FileManager.default.fileExists(atPath: candidate) {
      number += 1
      candidate = "\(stem)-\(number).partial"
    }
    return candidate
  }

  /// Gives the folder its name, in place of an earlier run's.
  public func finish() throws(ReportError) {
    let manager = FileManager.default
    do {
      if manager.fileExists(atPath: final) { try manager.removeItem(atPath: final) }
      try manager.moveItem(atPath: path, toPath: final)
    } catch {
      throw ReportError(error, writing: final)
    }
    isFinished = true
  }

  deinit {
    if !isFinished { try? FileManager.default.removeItem(atPath: path) }
  }
}
