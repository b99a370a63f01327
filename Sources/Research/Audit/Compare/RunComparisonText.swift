/// Where two runs part, in words and as JSON: what they were begun with, the first pair that differs, the
/// states before it and what led to it on each side.

internal import Journal
internal import TradingCore

public struct RunComparisonText {
  private let found: RunComparison
  private let sides: [PartingStory]

  /// State fields and causes that are shown at most.
  static let mostFields = 20
  static let mostCauses = 8

  /// Reads what the story needs: states before the first parting, and causes. O(events before it), or
  /// behind a snapshot.
  /// - Parameter watch: called now and then; may throw to stop.
  /// - Throws: `JournalError` when a journal can no longer be read, and what `watch` throws.
  public init(_ found: RunComparison, watch: () throws -> Void = {}) throws {
    self.found = found
    sides =
      try found.partings.first.map { parting in
        [
          try PartingStory(found.left, parting.left, watch: watch),
          try PartingStory(found.right, parting.right, watch: watch),
        ]
      } ?? []
  }

  private var states: [StateDifference] {
    guard sides.count == 2 else { return [] }
    let shift = Int128(sides[1].state.sequence) - Int128(sides[0].state.sequence)
    return StateFields.differences(
      sides[0].state, sides[1].state, sides[0].names, shift: found.isShifted ? shift : 0)
  }

  // MARK: Words

  public var text: String {
    var lines = [
      headline, "  left   \(described(found.left))", "  right  \(described(found.right))",
    ]
    lines += settings + fingerprints
    for parting in found.partings { lines += told(parting) }
    lines += outcome + stateTable
    for (name, side) in zip(["left", "right"], sides) {
      lines +=
        ["", "what led to it, \(name)"] + side.causes.flatMap(\.lines)
    }
    return lines.joined(separator: "\n")
  }

  private var headline: String {
    let count = NumberText.grouped(found.equalCount)
    if found.isEqual {
      return "equal: \(count) pairs of events, compared by \(found.alignment.rawValue)"
    }
    return "different: \(count) pairs of events are equal, compared by \(found.alignment.rawValue)"
  }

  private func described(_ run: RecordedRun) -> String {
    let build = run.facts.identity.build
    return run.journal + (build.isEmpty ? "" : ", \(build)")
  }

  private var settings: [String] {
    guard !found.settings.isEmpty else { return [] }
    var table = TextTable(.left, .left, .left, .left)
    table.append("begun with", "field", "left", "right")
    for setting in found.settings {
      table.append(
        "  " + setting.name, setting.field, Self.text(setting.left), Self.text(setting.right))
    }
    return [""] + table.lines(width: 160)
  }

  /// A value on one line with its sequence.
  private static func text(_ value: SettingValue?) -> String {
    guard let value else { return "-" }
    let line = ReportText.visible(value.text.replacing("\n", with: " "))
    return TextTable.cut(line, to: 48) + " @\(value.sequence)"
  }

  private var fingerprints: [String] {
    guard let seen = found.fingerprints, seen.looks > 0 else { return [] }
    let equal =
      seen.lastEqual > 0 ? "equal up to \(NumberText.grouped(seen.lastEqual))" : "none equal"
    let unequal = seen.firstUnequal.map { ", different at \(NumberText.grouped($0))" } ?? ""
    let before = found.isFirst ? "" : "; events before them were not compared (--thorough does)"
    return ["", "fingerprints: \(equal)\(unequal) (of \(seen.looks) looked at)\(before)"]
  }

  private func told(_ parting: Parting) -> [String] {
    let (left, right) = (parting.left, parting.right)
    var lines = ["", "first \(parting.what) that differs"]
    for (name, side, story) in [("left", left, sides.first), ("right", right, sides.last)] {
      let line = side.event.map { event in
        story?.fields.line(event, side.sequence) ?? "\(side.sequence)"
      }
      lines.append(
        "  " + TextTable.pad(name, to: 6, .left) + (line ?? " ends before \(side.sequence)"))
    }
    guard let first = left.event, let second = right.event, first.kind == second.kind else {
      return lines
    }
    var table = TextTable(.left, .left, .left)
    for field in sides[0].fields.differences(first, second) where field.name != "cause" {
      table.append("    " + field.name, field.left ?? "-", field.right ?? "-")
    }
    return lines + table.lines()
  }

  private var outcome: [String] {
    guard let fills = found.fills else { return [] }
    let text = { (outcome: FilledOrder?) -> String in
      guard let outcome else { return "no such order" }
      let definition = found.left.names.definition(outcome.instrument)
      let filled =
        definition?.text(Quantity(lots: Int64(clamping: outcome.filled)))
        ?? "\(outcome.filled) lots"
      return "order \(outcome.order): \(filled) filled in \(outcome.fillCount), fee \(outcome.fee)"
    }
    return [
      "", "first order whose fills differ: number \(fills.number)",
      "  left   \(text(fills.left))", "  right  \(text(fills.right))",
    ]
  }

  private var stateTable: [String] {
    let states = states
    guard !states.isEmpty else { return [] }
    var table = TextTable(.left, .left, .left, .left)
    table.append("state before it", "left", "right", "")
    for field in states.prefix(Self.mostFields) {
      table.append(
        "  " + field.field, StateField.text(field.first), StateField.text(field.second), field.unit)
    }
    let more = states.count - Self.mostFields
    return [""] + table.lines(width: 160) + (more > 0 ? ["  … \(more) more fields"] : [])
  }

  // MARK: JSON

  public var json: JSONValue {
    .object([
      ("isEqual", .bool(found.isEqual)), ("alignment", .string(found.alignment.rawValue)),
      ("equalPairs", .count(found.equalCount)), ("isFirst", .bool(found.isFirst)),
      ("left", side(found.left)), ("right", side(found.right)),
      ("settings", .array(found.settings.map(describe))),
      ("lastEqualFingerprint", found.fingerprints.map { .count($0.lastEqual) } ?? .null),
      ("firstUnequalFingerprint", found.fingerprints?.firstUnequal.map { .count($0) } ?? .null),
      ("partings", .array(found.partings.map(describe))),
      ("fills", found.fills.map(describe) ?? .null),
      ("state", .array(states.map(describe))),
      ("causes", .object(zip(["left", "right"], sides).map { ($0, $1.json) })),
    ])
  }

  private func side(_ run: RecordedRun) -> JSONValue {
    .object([
      ("journal", .string(run.journal)), ("build", .string(run.facts.identity.build)),
      ("logicVersion", .count(run.logicVersion)),
      ("strategy", run.strategies.map { .string($0.text) } ?? .null),
    ])
  }

  private func describe(_ setting: SettingDifference) -> JSONValue {
    let value = { (value: SettingValue?) -> JSONValue in
      guard let value else { return .null }
      return .object([("value", .string(value.text)), ("sequence", .count(value.sequence))])
    }
    return .object([
      ("name", .string(setting.name)), ("field", .string(setting.field)),
      ("left", value(setting.left)), ("right", value(setting.right)),
    ])
  }

  private func describe(_ parting: Parting) -> JSONValue {
    let side = { (side: PartingSide, story: PartingStory?) -> JSONValue in
      .object([
        ("sequence", .count(side.sequence)),
        ("event", side.event.flatMap { story?.fields.json($0, side.sequence) } ?? .null),
      ])
    }
    return .object([
      ("what", .string(parting.what)), ("left", side(parting.left, sides.first)),
      ("right", side(parting.right, sides.last)),
    ])
  }

  private func describe(_ fills: FillDifference) -> JSONValue {
    let outcome = { (outcome: FilledOrder?) -> JSONValue in
      guard let outcome else { return .null }
      return .object([
        ("order", .count(outcome.order)), ("filledLots", .count(outcome.filled)),
        ("fills", .count(outcome.fillCount)), ("fee", .count(outcome.fee)),
      ])
    }
    return .object([
      ("number", .count(fills.number)), ("left", outcome(fills.left)),
      ("right", outcome(fills.right)),
    ])
  }

  private func describe(_ field: StateDifference) -> JSONValue {
    .object([
      ("field", .string(field.field)), ("unit", .string(field.unit)), ("left", field.first),
      ("right", field.second),
    ])
  }
}
