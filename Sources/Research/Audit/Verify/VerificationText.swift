/// What a verification found, in words and as JSON.

internal import Journal
internal import TradingCore

public struct VerificationText {
  private let found: Verification
  private let seconds: Double
  private let build: String
  /// From the fact behind a difference to the event before it.
  private let causes: JournalExcerpt?

  /// Decisions that are quoted at most.
  static let mostCauses = 12

  /// - Parameters:
  ///   - seconds: how long it took.
  ///   - build: what this binary is.
  /// - Throws: `JournalError` when the journal can no longer be read.
  public init(_ found: Verification, seconds: Double, build: String) throws {
    (self.found, self.seconds, self.build) = (found, seconds, build)
    causes = try found.divergence.map { divergence in
      let event = divergence.recorded?.body.cause.map { _ in divergence.recorded }
      let cause = (event ?? divergence.made)?.body.cause ?? divergence.sequence - 1
      let last = max(1, divergence.sequence - 1)
      return try JournalExcerpt(
        of: found.run.journal, min(max(1, cause), last)...last, most: Self.mostCauses)
    }
  }

  private var fields: EventFields {
    var fields = EventFields()
    fields.names = found.names
    return fields
  }

  // MARK: Words

  public var text: String {
    let counts = found.counts
    let rate = NumberText.rate(Double(counts.events) / max(seconds, 1e-9))
    guard let divergence = found.divergence else {
      return ([headline] + rows([("rate", "\(rate) events/s")])).joined(separator: "\n")
    }
    var lines = [headline] + rows([])
    lines += ["", "what led to it"] + (causes?.lines ?? [])
    lines += [
      "", "recorded", line(divergence.recorded, divergence.sequence, "nothing was decided"),
    ]
    lines += [
      "made again", line(divergence.made, divergence.sequence, "nothing is decided"),
    ]
    return (lines + differing).joined(separator: "\n")
  }

  private var headline: String {
    let journal = found.run.journal
    if let divergence = found.divergence {
      let kind = (divergence.recorded ?? divergence.made)?.kind.name ?? ""
      return
        "diverged: \(journal), first at sequence \(NumberText.grouped(divergence.sequence)) (\(kind))"
    }
    let counts = found.counts
    guard found.run.strategies != nil else {
      return "identical: \(journal), \(NumberText.counted(counts.facts, "fact")); "
        + "nothing was decided in it"
    }
    let prints =
      found.comparesFingerprints
      ? ", \(NumberText.counted(counts.fingerprints, "fingerprint"))" : ""
    return
      "identical: \(journal), \(NumberText.counted(counts.decisions, "decision"))\(prints) from "
      + NumberText.counted(counts.facts, "fact")
  }

  private func rows(_ more: [(String, String)]) -> [String] {
    var rows: [(String, String)] = []
    if let strategies = found.run.strategies { rows.append(("strategy", strategies.text)) }
    if let state = found.state {
      rows.append(("fingerprint", hexadecimal(state.fingerprint)))
    }
    if let fingerprint = found.strategyFingerprint {
      rows.append(("of strategy", hexadecimal(fingerprint)))
    }
    rows.append(("recorded by", found.run.facts.identity.build))
    rows.append(("verified by", build))
    if !found.comparesFingerprints {
      rows.append(
        (
          "rules",
          "made by logic version \(found.run.logicVersion), verified by "
            + "\(LogicVersion.current.version): decisions were compared, fingerprints cannot be"
        ))
    }
    if found.counts.gaps > 0 { rows.append(("gaps", gaps)) }
    if let missing = found.missing {
      rows.append(
        ("ends early", "its writer died before it kept what follows: \(missing.kind.name)"))
    }
    return (rows + more).map { "  " + TextTable.pad($0.0, to: 12, .left) + " " + $0.1 }
  }

  private var gaps: String {
    let counts = [found.counts.gaps, found.counts.lost, found.counts.uncounted]
    let text = counts.map(NumberText.grouped)
    return "\(text[0]) in the facts, known to be lost: \(text[1]), uncounted: \(text[2]); "
      + "see `cryptobot audit gaps`"
  }

  private func line(_ event: Event?, _ sequence: Sequence64, _ none: String) -> String {
    event.map { fields.line($0, sequence) } ?? "           \(none)"
  }

  /// A table of the fields that differ; none where one side has no event.
  private var differing: [String] {
    guard let recorded = found.divergence?.recorded, let made = found.divergence?.made else {
      return []
    }
    var table = TextTable(.left, .left, .left)
    table.append("field", "recorded", "made again")
    for field in fields.differences(recorded, made) {
      table.append("  " + field.name, field.left ?? "-", field.right ?? "-")
    }
    return [""] + table.lines()
  }

  // MARK: JSON

  public var json: JSONValue {
    let counts = found.counts
    return .object([
      ("journal", .string(found.run.journal)), ("isIdentical", .bool(found.isIdentical)),
      ("events", .count(counts.events)), ("facts", .count(counts.facts)),
      ("decisions", .count(counts.decisions)), ("fingerprints", .count(counts.fingerprints)),
      ("gaps", .count(counts.gaps)), ("lost", .count(counts.lost)),
      ("uncounted", .count(counts.uncounted)),
      ("strategy", found.run.strategies.map { .string($0.text) } ?? .null),
      (
        "fingerprint",
        found.state.map { .string(hexadecimal($0.fingerprint)) } ?? .null
      ),
      (
        "strategyFingerprint",
        found.strategyFingerprint.map { .string(hexadecimal($0)) } ?? .null
      ),
      ("logicVersion", .count(found.run.logicVersion)),
      ("comparesFingerprints", .bool(found.comparesFingerprints)),
      ("endsEarly", .bool(found.missing != nil)),
      ("recordedBy", .string(found.run.facts.identity.build)), ("verifiedBy", .string(build)),
      ("seconds", .number(seconds)), ("divergence", divergence),
      ("refusal", found.refusal.map { .string("\($0)") } ?? .null),
    ])
  }

  private static func value(_ field: FieldDifference) -> JSONValue {
    .object([
      ("field", .string(field.name)), ("recorded", field.left.map(JSONValue.string) ?? .null),
      ("made", field.right.map(JSONValue.string) ?? .null),
    ])
  }

  private var divergence: JSONValue {
    guard let divergence = found.divergence else { return .null }
    let sequence = divergence.sequence
    let object = { (event: Event?) in event.map { fields.json($0, sequence) } ?? JSONValue.null }
    var differing: [FieldDifference] = []
    if let recorded = divergence.recorded, let made = divergence.made {
      differing = fields.differences(recorded, made)
    }
    return .object([
      ("sequence", .count(sequence)), ("recorded", object(divergence.recorded)),
      ("made", object(divergence.made)),
      ("fields", .array(differing.map(Self.value))), ("causes", causes?.json ?? .array([])),
    ])
  }
}
