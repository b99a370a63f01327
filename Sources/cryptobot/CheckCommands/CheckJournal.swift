/// `cryptobot check J`: every property of the list on a journal.

import ArgumentParser
import Glibc
import Research
import TradingCore

struct CheckJournal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal",
    abstract: "Try properties on a recorded journal (the default).",
    discussion: """
      Invariants are judged at every event. The other properties run the journal's strategies again: on \
      the same facts, on fewer, on others; random ones in --cases cases, all drawn from --seed. What \
      cannot be asked of a journal is listed as n/a with the reason. The answer is the same for any \
      number of --jobs.

      A journal is held in memory, up to 1.3 KiB an event while two threads run it again; of a longer one \
      than --events the first ones are checked, and the answer says so.

      Journals that `cryptobot check shrink` kept, in JOURNAL.regressions or where --regressions says, \
      are asked again, each for the property that it failed; with --property those of that property.

      Exit code 0: all hold; 1: one fails.

      Examples:
        cryptobot check runs/btc/journal
        cryptobot check runs/btc/journal --property no-look-ahead --cases 100 --seed 7
        cryptobot check --list
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String?

  @Option(
    name: .customLong("property"),
    help: ArgumentHelp("Only this property; may be repeated.", valueName: "name"))
  var properties: [String] = []

  @Option(help: "What random cases are drawn from.")
  var seed: UInt64 = 1

  @Option(help: "Cases of each random property.")
  var cases: Int = 8

  @Option(help: "Threads; as many as there are processors when nobody says.")
  var jobs: Int?

  @Option(help: "The most events that are checked.")
  var events: Int = CheckSubject.mostEvents

  @Option(
    help: ArgumentHelp(
      "Where shrunk journals are kept; JOURNAL.regressions when nobody says.", valueName: "folder"),
    completion: .directory)
  var regressions: String?

  @Flag(help: "List the properties and what they say.")
  var list = false

  @OptionGroup var common: CommonFlags

  func validate() throws {
    guard cases > 0, jobs ?? 1 > 0, events > 0 else {
      throw ValidationError("--cases, --jobs and --events are at least 1")
    }
  }

  func run() throws {
    if list { return try Output.result(CheckList.text(asJSON: common.json)) }
    guard let journal else {
      throw CommandFailure(.usage, "name a journal, or ask for --list of the properties")
    }
    let chosen = try chosen()
    let progress = WatchedProgress("check", unit: "cases", isQuiet: common.quiet || common.json)
    defer { progress.clear() }
    let subject = try CheckSubject(
      reading: journal, upTo: events, watch: { _, _ in !Interrupt.isRequested })
    let results = try results(subject, chosen, progress)
    let kept = try keptResults(chosen)
    progress.clear()
    let report = CheckReport(journal, subject, results, kept: kept, seed: seed)
    try Output.result(common.json ? report.json.text() : report.text)
    guard let (name, failure) = report.failures.first else { return }
    throw CommandFailure(
      .no,
      "\(journal): \(name) fails at sequence \(failure.sequence), \(failure.kind); "
        + "`cryptobot check shrink` makes it small")
  }

  /// - Throws: `CommandFailure.usage` for a name that no property has.
  private func chosen() throws(CommandFailure) -> [any Property] {
    var chosen: [any Property] = []
    for name in properties where !chosen.contains(where: { $0.name == name }) {
      chosen.append(try CheckList.property(name))
    }
    return chosen.isEmpty ? PropertyList.all : chosen
  }

  /// What became of each journal that once failed what is asked.
  private func keptResults(_ chosen: [any Property]) throws -> [PropertyResult] {
    let names = properties.isEmpty ? nil : Set(chosen.map(\.name))
    let folder = regressions ?? Regressions.folder(of: journal ?? "")
    guard Files.isFolder(folder) else {
      if let regressions {
        throw CommandFailure(.noInput, "\(regressions): no such folder; see `check shrink -o`")
      }
      return []
    }
    let kept = try Regressions.all(in: folder).filter { names?.contains($0.property) ?? true }
    return try kept.map { kept in
      try Interrupt.check()
      let property = try CheckList.property(kept.property)
      let check = CheckRun(
        try CheckSubject(reading: kept.journal), [property], seed: kept.seed, cases: kept.cases,
        jobs: 1)
      var result = try check.run(watch: { _, _ in !Interrupt.isRequested })[0]
      result.name = "\(folder)/\(kept.name)"
      return result
    }
  }

  /// The verdicts, once the canary has shown that a failure would be seen.
  private func results(
    _ subject: CheckSubject, _ chosen: [any Property], _ progress: WatchedProgress
  ) throws -> [PropertyResult] {
    let check = CheckRun(
      subject, chosen + [PropertyList.canary], seed: seed, cases: cases,
      jobs: jobs ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    var results = try check.run(watch: progress.watch)
    let canary = results.removeLast()
    if canary.verdict == .holds {
      throw CommandFailure(
        .internalError, "the canary holds, so a failure would not be seen: do not trust this build")
    }
    return results
  }
}

/// The properties by name, the canary last.
enum CheckList {
  private static let listed = PropertyList.all + [PropertyList.canary]

  /// - Throws: `CommandFailure.usage` for a name that no property has.
  static func property(_ name: String) throws(CommandFailure) -> any Property {
    if let property = PropertyList.named(name) { return property }
    let known = listed.map(\.name)
    let hint = nearestName(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
    throw CommandFailure(
      .usage, "there is no property \(name); `cryptobot check --list` has all of them\(hint)")
  }

  static func text(asJSON: Bool) -> String {
    guard asJSON else {
      let width = listed.map(\.name.count).max() ?? 0
      return listed.map { property in
        property.name + String(repeating: " ", count: width + 2 - property.name.count)
          + property.summary
      }.joined(separator: "\n")
    }
    let rows = listed.map { property in
      JSONValue.object([
        ("name", .string(property.name)), ("summary", .string(property.summary)),
        ("isRandom", .bool(property.isRandom)),
      ])
    }
    return JSONValue.object([("properties", .array(rows))]).text()
  }
}
