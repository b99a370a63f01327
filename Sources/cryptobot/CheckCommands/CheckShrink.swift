/// `cryptobot check shrink J --property P`: the least journal that still fails it, as a story to read and
/// as a journal that `check` asks again.

import ArgumentParser
import Research

struct CheckShrink: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shrink",
    abstract: "Shrink a journal that fails a property to the least that does.",
    discussion: """
      Messages are left out, whole instruments and kinds first, then spans, then one by one; what \
      follows from the rest is run again each time, and the same property must fail in the same way. \
      Then numbers get as few digits as still fail.

      The small journal is kept in JOURNAL.regressions, or where -o says, and `cryptobot check \
      JOURNAL` asks it again from then on.

      Exit code 0: a smaller journal that fails was kept; 65: there is nothing to shrink.

      Examples:
        cryptobot check shrink runs/btc/journal --property no-look-ahead
        cryptobot check shrink runs/btc/journal --property fees --within 20 -o regressions
      """)

  @Argument(help: "The journal, a folder.", completion: .directory)
  var journal: String

  @Option(help: ArgumentHelp("What fails.", valueName: "name"))
  var property: String

  @Option(help: "The seed that it fails with.")
  var seed: UInt64 = 1

  @Option(help: "Cases that a random property is tried in.")
  var cases: Int = 8

  @Option(help: "Seconds after which what was reached is kept.")
  var within: Double = 60

  @Option(help: "The most events that are looked at.")
  var events: Int = CheckSubject.mostEvents

  @Option(
    name: .shortAndLong, help: "The folder that regressions are kept in.", completion: .directory)
  var output: String?

  @OptionGroup var common: CommonFlags

  func validate() throws {
    guard cases > 0, events > 0, within > 0 else {
      throw ValidationError("--cases and --events are at least 1, --within is more than 0")
    }
  }

  func run() throws {
    let property = try CheckList.property(property)
    let subject = try CheckSubject(
      reading: journal, upTo: events, watch: { _, _ in !Interrupt.isRequested })
    var progress = Progress("shrink", unit: "tries", isQuiet: common.quiet || common.json)
    let limit = within
    var shrinker = Shrinker(property, seed: seed, cases: cases) { tries, _ in
      progress.update(done: UInt64(tries), share: min(1, progress.elapsed / limit))
      return progress.elapsed < limit && !Interrupt.isRequested
    }
    let shrunk = try shrinker.shrink(subject)
    progress.clear()
    try Interrupt.check()
    let path = try Regressions.keep(
      shrunk, in: output ?? Regressions.folder(of: journal), seed: seed, cases: cases,
      source: journal, build: Version.text)
    try Output.result(
      common.json ? json(shrunk, subject, path).text() : text(shrunk, subject, path))
  }

  private func text(_ shrunk: ShrunkJournal, _ subject: CheckSubject, _ path: String) -> String {
    let end = shrunk.isOutOfTime ? "time was up: there may be a smaller one" : "none is smaller"
    return printable(shrunk.story, longest: .max)
      + "\n\n\(NumberText.grouped(UInt64(subject.events.count))) events became "
      + "\(shrunk.subject.events.count) in \(shrunk.tries) tries; \(end)\nkept in \(path)"
  }

  private func json(_ shrunk: ShrunkJournal, _ subject: CheckSubject, _ path: String) -> JSONValue {
    .object([
      ("journal", .string(journal)), ("property", .string(shrunk.property)),
      ("seed", .count(seed)), ("eventsBefore", .count(subject.events.count)),
      ("events", .count(shrunk.subject.events.count)), ("tries", .count(shrunk.tries)),
      ("isSmallest", .bool(!shrunk.isOutOfTime)), ("sequence", .count(shrunk.failure.sequence)),
      ("kind", .string(shrunk.failure.kind)), ("about", .string(shrunk.failure.about)),
      ("detail", .string(shrunk.failure.detail)),
      ("kept", .string(path)), ("story", .string(shrunk.story)),
    ])
  }
}
