/// Journals that once failed, kept beside the one they came from, so that `check` asks again.
///
/// A folder of regressions holds a folder for each: `journal`, a sealed journal; `property`, a line with
/// the property's name, the seed and the number of cases; `story.txt` for people.

internal import Foundation
internal import Journal
internal import TradingCore

public struct Regression: Sendable {
  /// The name of its folder.
  public let name: String
  /// The folder of its journal.
  public let journal: String
  /// What it fails, or failed.
  public let property: String
  public let seed: UInt64
  public let cases: Int
}

public enum Regressions {
  /// Where those of a journal are looked for when nobody says: beside it, by the name that it has there.
  public static func folder(of journal: String) -> String {
    var path = journal
    if ["", ".", ".."].contains((journal as NSString).lastPathComponent) {
      path = URL(fileURLWithPath: journal).standardizedFileURL.path
    }
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path + ".regressions"
  }

  /// All of a folder, by name; none where there is no such folder. Files in it are no regressions.
  /// - Throws: `RegressionError` for one that cannot be understood.
  public static func all(in folder: String) throws(RegressionError) -> [Regression] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var found: [Regression] = []
    for name in names.sorted() where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
      else { continue }
      guard let text = try? String(contentsOfFile: "\(path)/property", encoding: .utf8) else {
        throw RegressionError(path: path, reason: "it has no file `property`")
      }
      let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
      guard words.count == 3, let seed = UInt64(words[1]), let cases = Int(words[2]), cases > 0
      else {
        throw RegressionError(
          path: path, reason: "`property` is to hold a name, a seed and a number of cases")
      }
      found.append(
        Regression(
          name: name, journal: "\(path)/journal", property: words[0], seed: seed, cases: cases))
    }
    return found
  }

  /// Keeps a small journal in a folder, under the first name that is free; once, however often it is found.
  /// - Parameter source: the journal that it was made of.
  /// - Returns: the path that it is kept in.
  /// - Throws: `JournalError`; `ReportError.cannotCreate`, `.cannotWrite`.
  public static func keep(
    _ shrunk: ShrunkJournal, in folder: String, seed: UInt64, cases: Int, source: String,
    build: String
  ) throws -> String {
    if let known = known(shrunk, in: folder, seed, cases) { return known }
    let path = unused(in: folder, shrunk.property)
    try OutputFolder.make(path, for: path)
    try write(shrunk.subject.events, to: "\(path)/journal", shrunk.property, build)
    let files = [
      ("property", "\(shrunk.property) \(seed) \(cases)\n"),
      ("story.txt", "Made of \(source).\n\(shrunk.story)\n"),
    ]
    for (name, text) in files {
      do {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
      } catch {
        throw ReportError(error, writing: "\(path)/\(name)")
      }
    }
    return path
  }

  /// Where the same journal is kept for the same question; `nil` where it is not.
  private static func known(
    _ shrunk: ShrunkJournal, in folder: String, _ seed: UInt64, _ cases: Int
  ) -> String? {
    let kept = (try? all(in: folder)) ?? []
    let same = kept.first { old in
      (old.property, old.seed, old.cases) == (shrunk.property, seed, cases)
        && (try? CheckSubject(reading: old.journal).events) == shrunk.subject.events
    }
    return same.map { "\(folder)/\($0.name)" }
  }

  private static func unused(in folder: String, _ name: String) -> String {
    var number = 1
    while FileManager.default.fileExists(atPath: "\(folder)/\(name)-\(number)") { number += 1 }
    return "\(folder)/\(name)-\(number)"
  }

  private static func write(
    _ events: [Event], to folder: String, _ property: String, _ build: String
  ) throws(JournalError) {
    let identity = try JournalIdentity(
      inputs: Array(property.utf8), scenario: "shrunk to \(events.count) events", build: build)
    var writer = try JournalWriter(creating: folder, identity: identity, replacing: false)
    var place = 0
    while place < events.count {
      let end = min(events.count, place + EventBatch.capacity)
      var batch = EventBatch()
      batch.firstSequence = Sequence64(place) + 1
      batch.events.append(contentsOf: events[place..<end])
      try writer.append(batch)
      place = end
    }
    _ = try writer.seal()
  }
}

/// Why a kept regression cannot be understood.
public struct RegressionError: Error, Equatable, Sendable, CustomStringConvertible {
  public var path: String
  public var reason: String

  public var description: String { "\(path) is no regression: \(reason); remove it" }
}
