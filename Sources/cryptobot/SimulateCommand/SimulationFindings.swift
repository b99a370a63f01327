/// What a campaign found, as text and as JSON.

import Research
import Simulator
import TradingCore

struct SimulationFindings {
  private let report: Campaign.Report
  private let seconds: Double
  /// The run whose story is told: the first that failed, as small as it was made.
  var shown: SimulationResult?
  /// The same run before it was made smaller; `nil` where it was not.
  var before: SimulationResult?
  /// The least of its journal that shows the same; `nil` where the journal taken alone does not.
  var journal: ShrunkJournal?
  var requiresAll = false

  init(_ report: Campaign.Report, seconds: Double) {
    (self.report, self.seconds) = (report, seconds)
  }

  /// Why the answer is no; `nil` when it is yes.
  var objection: String? {
    if let shown, let violation = shown.violation {
      return "seed \(shown.seed): \(violation.invariant): \(violation.text)"
    }
    let missing = report.paths.missing
    guard requiresAll, !missing.isEmpty else { return nil }
    return "never reached: " + missing.map(SimulationFindings.name).joined(separator: ", ")
  }

  /// A path by its group too: an account is blocked, and a process ends blocked.
  private static func name(_ path: RarePath) -> String { "\(path.words.group) \(path.words.name)" }

  /// Both runs of each seed went through their virtual time.
  private var rate: Double { 2 * report.virtual.seconds / max(seconds, 1e-9) }

  var text: String {
    let hours = (report.virtual.seconds / 36).rounded() / 100
    var lines = [
      "seeds \(NumberText.grouped(UInt64(report.seeds))), each run twice   failed \(report.failed)",
      "virtual time \(hours) h of each run, \(NumberText.grouped(UInt64(rate))) × real time for both",
      "\(NumberText.grouped(UInt64(report.processes))) processes  "
        + "\(NumberText.grouped(report.events)) events  "
        + "\(NumberText.grouped(UInt64(report.orders))) orders  "
        + "\(NumberText.grouped(UInt64(report.fills))) fills  "
        + "\(NumberText.grouped(UInt64(report.strikes))) mishaps",
      "trace \(hexadecimal(report.trace))", "",
    ]
    lines += pathLines
    if let shown { lines += storyLines(shown) }
    return lines.joined(separator: "\n")
  }

  private var pathLines: [String] {
    let rows = RarePath.all.map { path in
      let count = report.paths[path]
      return (path.words, count == 0 ? "never reached" : NumberText.grouped(count))
    }
    let widths = (
      rows.map { $0.0.group.count }.max() ?? 0, rows.map { $0.0.name.count }.max() ?? 0,
      rows.map { $0.1.count }.max() ?? 0
    )
    return rows.map { words, count in
      pad(words.group, widths.0) + "  " + pad(words.name, widths.1) + "  "
        + String(repeating: " ", count: widths.2 - count.count) + count
    }
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func storyLines(_ run: SimulationResult) -> [String] {
    var lines = ["", "seed \(run.seed)"]
    if let violation = run.violation { lines.append("\(violation.invariant): \(violation.text)") }
    lines.append("mishaps on: " + run.kinds.map(\.rawValue).joined(separator: ", "))
    lines.append(
      "mishaps \(run.strikes.count): "
        + run.strikes.suffix(20).map(\.description).joined(separator: ", "))
    lines += sizeLines(run)
    lines.append("what happened last:")
    lines += run.story.suffix(Self.storyLength).map { "  " + $0 }
    return lines + journalLines + ["again: \(command(run))"]
  }

  /// Whether the failure is in the journal, where somebody asked for it small.
  private var journalLines: [String] {
    guard before != nil else { return [] }
    guard let journal else {
      return ["the journal taken alone does not show it: the tape is all there is to run again"]
    }
    return ["in the journal:"]
      + printable(journal.story, longest: .max).split(separator: "\n").map { "  " + $0 }
  }

  private func sizeLines(_ run: SimulationResult) -> [String] {
    guard let before else { return [] }
    let calm =
      run.order.calm.isEmpty
      ? ""
      : ", without its "
        + Calm.allCases.filter(run.order.calm.contains).map(\.rawValue).joined(separator: " and ")
    return [
      "made smaller: mishaps \(before.strikes.count) → \(run.strikes.count), words of the operator "
        + "\(before.turns.count) → \(run.turns.count), events \(before.events) → \(run.events)\(calm)"
    ]
  }

  /// What shows a run again: its seed, or all that is left of it.
  private func command(_ run: SimulationResult) -> String {
    let order = run.order
    guard order.allowed == nil, order.turns == nil, order.calm.isEmpty else {
      return "cryptobot simulate --tape '\(order.tape.joined(separator: ", "))' --story"
    }
    return "cryptobot simulate --seed \(order.seed)"
      + (order.span.map { " --until \($0.nanoseconds)ns" } ?? "")
      + (order.plant.map { " --plant \($0.rawValue)" } ?? "") + " --story"
  }

  /// Lines of the story that are shown.
  private static let storyLength = 20

  var json: JSONValue {
    .object([
      ("seeds", .count(report.seeds)), ("failed", .count(report.failed)),
      ("virtualSeconds", .number(report.virtual.seconds)), ("seconds", .number(seconds)),
      ("timesRealTime", .number(rate)), ("processes", .count(report.processes)),
      ("events", .count(report.events)), ("orders", .count(report.orders)),
      ("fills", .count(report.fills)), ("mishaps", .count(report.strikes)),
      ("trace", .string(hexadecimal(report.trace))),
      ("paths", .array(RarePath.all.map(path))),
      ("neverReached", .array(report.paths.missing.map { .string(SimulationFindings.name($0)) })),
      ("failures", .array(report.failures.map(summary))),
      ("shown", shown.map(whole) ?? .null),
      ("before", before.map { .object(size($0)) } ?? .null),
      ("journal", journal.map(SimulationFindings.json) ?? .null),
    ])
  }

  private func path(_ path: RarePath) -> JSONValue {
    .object([
      ("group", .string(path.words.group)), ("name", .string(path.words.name)),
      ("count", .count(report.paths[path])),
    ])
  }

  private func summary(_ run: SimulationResult) -> JSONValue {
    .object([
      ("seed", .count(run.seed)), ("invariant", .string(run.violation?.invariant ?? "")),
      ("text", .string(run.violation?.text ?? "")),
      ("seconds", .number(run.violation?.time.seconds ?? 0)),
      ("again", .string(command(run))),
    ])
  }

  private func size(_ run: SimulationResult) -> [(String, JSONValue)] {
    [
      ("mishaps", .count(run.strikes.count)), ("operator", .count(run.turns.count)),
      ("events", .count(run.events)), ("seconds", .number(run.violation?.time.seconds ?? 0)),
    ]
  }

  private static func json(_ journal: ShrunkJournal) -> JSONValue {
    .object([
      ("events", .count(journal.subject.events.count)), ("kind", .string(journal.failure.kind)),
      ("detail", .string(journal.failure.detail)), ("story", .string(journal.story)),
    ])
  }

  private func whole(_ run: SimulationResult) -> JSONValue {
    .object(
      summary(run).members + [
        ("mishaps", .array(run.strikes.map { .string($0.description) })),
        ("tape", .array(run.order.tape.map { .string($0) })), ("size", .object(size(run))),
        ("story", .array(run.story.suffix(Self.storyLength).map { .string($0) })),
      ])
  }
}
