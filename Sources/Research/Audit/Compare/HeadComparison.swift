/// What two runs were begun with, side by side: settings, fees, limits, balances, definitions, models,
/// builds. A difference here is a cause; where the runs part because of it is found behind the heads.

public import TradingCore

/// Something two runs were begun with that is not the same.
public struct SettingDifference: Equatable, Sendable {
  /// What it is, in words: `fee`, `limit maxPosition`, `strategy.parameters.fast`.
  public var name: String
  /// The field of it that differs: `taker`; empty where only one run has it.
  public var field: String
  public var left: SettingValue?
  public var right: SettingValue?
}

/// A setting in one of the runs.
public struct SettingValue: Equatable, Sendable {
  public var text: String
  /// Where the journal says it; 0 for what its header says.
  public var sequence: Sequence64
}

/// A definition or setting of a head under the name that finds its counterpart in the other.
private struct HeadEntry {
  var name: String
  var sequence: Sequence64
  var values: [(field: String, text: String)]
}

enum HeadComparison {
  /// Every difference, in the order of the first run's head; what only the second has comes last.
  static func differences(_ first: RecordedRun, _ second: RecordedRun) -> [SettingDifference] {
    let (left, right) = (entries(first), entries(second))
    let counterparts = Dictionary(right.map { ($0.name, $0) }) { first, _ in first }
    let known = Set(left.map(\.name))
    var found: [SettingDifference] = []
    for entry in left {
      if let other = counterparts[entry.name] {
        found += differing(entry, other)
      } else {
        found.append(
          SettingDifference(name: entry.name, field: "", left: whole(entry), right: nil))
      }
    }
    for entry in right where !known.contains(entry.name) {
      found.append(SettingDifference(name: entry.name, field: "", left: nil, right: whole(entry)))
    }
    return found
  }

  private static func whole(_ entry: HeadEntry) -> SettingValue {
    let text = entry.values.map { $0.field.isEmpty ? $0.text : "\($0.field)=\($0.text)" }
    return SettingValue(text: text.joined(separator: " "), sequence: entry.sequence)
  }

  private static func differing(_ left: HeadEntry, _ right: HeadEntry) -> [SettingDifference] {
    let names =
      left.values.map(\.field)
      + right.values.map(\.field).filter { name in
        !left.values.contains { $0.field == name }
      }
    return names.compactMap { name in
      var texts = [left, right].map { side in side.values.first { $0.field == name }?.text }
      guard texts[0] != texts[1] else { return nil }
      if let first = texts[0], let second = texts[1] { texts = differingLines(first, second) }
      return SettingDifference(
        name: left.name, field: name,
        left: texts[0].map { SettingValue(text: $0, sequence: left.sequence) },
        right: texts[1].map { SettingValue(text: $0, sequence: right.sequence) })
    }
  }

  /// The first line that two texts do not share.
  private static func differingLines(_ first: String, _ second: String) -> [String?] {
    let lines = [first, second].map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    let shorter = min(lines[0].count, lines[1].count)
    let place = (0..<shorter).first { lines[0][$0] != lines[1][$0] } ?? shorter
    return lines.map { place < $0.count ? $0[place].trimmingPrefix(" ").description : nil }
  }

  // MARK: Entries

  private static func entries(_ run: RecordedRun) -> [HeadEntry] {
    var fields = EventFields()
    fields.names = run.names
    var entries: [HeadEntry] = []
    var repeats: [String: Int] = [:]
    for (index, event) in run.head.enumerated() {
      guard var entry = entry(event, UInt64(index) + 1, run, fields) else { continue }
      let count = repeats[entry.name, default: 0] + 1
      repeats[entry.name] = count
      if count > 1 { entry.name += " #\(count)" }
      entries.append(entry)
    }
    return entries
  }

  private static func entry(
    _ event: Event, _ sequence: Sequence64, _ run: RecordedRun, _ fields: EventFields
  ) -> HeadEntry? {
    let list = fields.list(event, sequence).dropFirst(4)
    if case .text(let text) = event.body {
      guard text.flags.contains(.last) else { return nil }
      let whole = run.names.text(text.subject, text.id) ?? ""
      return HeadEntry(name: name(of: text, run), sequence: sequence, values: [("", whole)])
    }
    if case .configure(let change) = event.body, let parameter = parameter(change, run) {
      return HeadEntry(
        name: parameter.name, sequence: sequence, values: [("", parameter.value)])
    }
    let identity = identifying[event.kind] ?? []
    let words = list.filter { identity.contains($0.name) }.compactMap(\.value.text)
    let rest = list.filter { !identity.contains($0.name) }
    return HeadEntry(
      name: ([event.kind.name] + words).joined(separator: " "), sequence: sequence,
      values: rest.map { ($0.name, $0.value.text ?? "-") })
  }

  private static func name(of text: Text, _ run: RecordedRun) -> String {
    switch text.subject {
    case .scenario: return "scenario"
    case .recipe:
      let book = run.names.text(.strategy, text.id)
      return text.id == 0 ? "recipe" : "recipe of \(book ?? "book \(text.id)")"
    default: return "name of \(text.subject) \(text.id)"
    }
  }

  /// The fields by which a fact of a kind finds its counterpart.
  private static let identifying: [EventKind: [String]] = [
    .configure: ["setting", "index", "instrument"], .limit: ["limit", "instrument", "book"],
    .fee: ["instrument", "fromVolume"], .balance: ["asset"], .instrument: ["instrument"],
    .asset: ["asset"], .model: ["id"], .latency: ["latencyAction", "time"],
    .filter: ["instrument", "filter"],
  ]

  private static func parameter(
    _ change: Configure, _ run: RecordedRun
  ) -> (name: String, value: String)? {
    guard let strategies = run.strategies else { return nil }
    let index = strategies.hasBooks ? Int(change.book.raw) - 1 : 0
    guard strategies.members.indices.contains(index) else { return nil }
    let entry = strategies.members[index].entry
    let prefix = strategies.hasBooks ? "strategies[\(index)]" : "strategy"
    switch change.setting {
    case .strategy: return ("\(prefix).name", entry.name)
    case .strategyParameter where Int(change.place) < entry.parameters.count:
      let value = Double(bitPattern: UInt64(bitPattern: change.value))
      return ("\(prefix).parameters.\(entry.parameters[Int(change.place)].name)", plainText(value))
    default: return nil
    }
  }
}
