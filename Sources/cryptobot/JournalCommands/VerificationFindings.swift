/// What `journal verify` found, in words and as JSON: integrity and completeness apart.

import Journal
import Research
import TradingCore

struct VerificationFindings {
  private let journal: String
  private let report: VerificationReport
  private let figures: JournalFigures

  init(_ journal: String, _ report: VerificationReport) {
    self.journal = journal
    self.report = report
    figures = JournalFigures(report.facts, bytes: report.bytes)
  }

  private var notes: CheckpointReport { report.checkpoints }

  /// Why the answer is no although every byte is as it was written; `nil` when it is yes.
  var objection: String? {
    if let problem = notes.problems.first {
      return "the note behind sequence \(problem.sequence) does not hold: \(problem.reason)"
    }
    if notes.isPinned == false { return "its first key is not the one given" }
    if notes.isAnchored == false {
      return "the published note is not of this journal as it is now: it was cut or written anew"
    }
    if notes.isPinned == true, report.endsUnsigned {
      return
        "its writer signed its end, but no checkpoint behind sequence \(notes.signedThrough) is left"
    }
    return notes.holds ? nil : "a key that no key before it vouches for signed a part of it"
  }

  /// The whole with stable keys.
  var json: JSONValue {
    .object(
      [("isWhole", .bool(true)), ("holds", .bool(objection == nil))] + figures.members + [
        ("blocks", .count(report.blocks)), ("completeness", completeness),
      ])
  }

  private var completeness: JSONValue {
    .object([
      ("ending", .string(report.facts.ending.rawValue)),
      ("checkpoints", .count(notes.checkpoints)),
      ("signedThrough", .count(notes.signedThrough)),
      ("firstKey", text(notes.firstKey)), ("lastKey", text(notes.lastKey)),
      ("handOvers", .count(notes.handOvers)),
      ("breaks", .array(notes.breaks.map { .count($0) })),
      ("problems", .array(notes.problems.map(describe))),
      ("isPinned", answer(notes.isPinned)), ("isAnchored", answer(notes.isAnchored)),
    ])
  }

  private func text(_ key: VerifierKey?) -> JSONValue { key.map { .string("\($0)") } ?? .null }

  private func answer(_ value: Bool?) -> JSONValue { value.map(JSONValue.bool) ?? .null }

  private func describe(_ problem: CheckpointReport.Problem) -> JSONValue {
    .object([("sequence", .count(problem.sequence)), ("reason", .string(problem.reason))])
  }

  /// The whole for people.
  var text: String {
    let blocks = NumberText.grouped(UInt64(report.blocks))
    let whole =
      "\(journal): whole; \(NumberText.grouped(figures.events)) events in \(blocks) blocks, "
      + "\(NumberText.grouped(figures.bytes)) bytes, chain head \(figures.chainHead)"
    var lines = [whole, "  ends        \(ending)", "  signed      \(signed)"]
    if let key = notes.firstKey {
      lines.append("  first key   \(key)\(pinning)")
      lines.append("  hand-overs  \(NumberText.grouped(UInt64(notes.handOvers))), \(breaks)")
    }
    if notes.isAnchored == true { lines.append("  published   the note given is of this journal") }
    lines += notes.problems.map { "  problem     behind sequence \($0.sequence): \($0.reason)" }
    if notes.problemCount > notes.problems.count {
      lines.append("  problem     \(notes.problemCount - notes.problems.count) more")
    }
    return printable(lines.joined(separator: "\n"), longest: 20_000)
  }

  private var ending: String {
    switch report.facts.ending {
    case .ended: "sealed by its writer"
    case .recovered: "sealed by recovery: its writer died, what was not yet durable is not there"
    case .open: "open: it is being written, or its writer died"
    }
  }

  private var signed: String {
    guard notes.checkpoints > 0 else { return "no checkpoint: a rewritten journal would not show" }
    return "through sequence \(notes.signedThrough) of \(figures.lastSequence), by "
      + "\(NumberText.grouped(UInt64(notes.checkpoints))) checkpoints"
  }

  private var pinning: String {
    switch notes.isPinned {
    case true?: "  (the one given)"
    case false?: "  (not the one given)"
    case nil: ""
    }
  }

  private var breaks: String {
    guard !notes.breaks.isEmpty else { return "no break" }
    let places = notes.breaks.map { "\($0)" }.joined(separator: ", ")
    return "keys that no key before them vouches for behind sequence \(places)"
  }
}
