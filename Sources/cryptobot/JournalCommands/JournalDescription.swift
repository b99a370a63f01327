/// What `journal info` says: counts, clocks, instruments, origin, and the fold's fingerprint.

import Journal
import Research
import TradingCore

struct JournalDescription {
  private let path: String
  private let figures: JournalFigures
  private let identity: JournalIdentity
  private let ending: JournalEnding
  private let snapshots: [Sequence64]
  private var state = State()
  private var names = Names()
  private var counts = [UInt64](repeating: 0, count: 256)
  private var firstTime = Timestamp.none
  private var gaps: UInt64 = 0

  /// Reads the journal to its end. O(events).
  /// - Throws: `JournalError` for damage, `CommandFailure` when interrupted.
  init(reading path: String, isQuiet: Bool) throws {
    var reader = try JournalReader(opening: path, acceptingOpen: true)
    self.path = path
    figures = try JournalFigures(reader.facts, bytes: JournalTotals(of: path).bytes)
    identity = reader.facts.identity
    ending = reader.facts.ending
    snapshots = try SnapshotStore(of: path).sequences
    var progress = Progress("info", unit: "events", isQuiet: isQuiet)
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      try Interrupt.check()
      for event in batch.events { take(event) }
      progress.update(
        done: state.sequence, share: Double(state.sequence) / Double(max(1, figures.events)))
    }
    progress.clear()
  }

  private mutating func take(_ event: Event) {
    counts[Int(event.kind.rawValue)] += 1
    if event.kind.isMarket, firstTime.isNone { firstTime = event.receiveTime }
    if event.kind.isDefinition { names.learn(event) }
    if case .gap = event.body { gaps += 1 }
    reduce(&state, event)
  }

  private var kinds: [(kind: EventKind, count: UInt64)] {
    EventKind.allCases.map { ($0, counts[Int($0.rawValue)]) }.filter { $0.count > 0 }
  }

  private var lastTime: Timestamp { figures.events > 0 ? state.time : .none }

  /// Bytes an event, to two decimals.
  private var density: String {
    decimalText(Int128(figures.bytes * 100 / max(1, figures.events)), scale: 2)
  }

  /// The whole with stable keys.
  var json: JSONValue {
    var members = figures.members
    members.append(("fingerprint", .string(hexadecimal(state.fingerprint))))
    members.append(("logicVersion", .count(identity.logicVersion)))
    members.append(("firstTime", nanoseconds(firstTime)))
    members.append(("lastTime", nanoseconds(lastTime)))
    members.append(("kinds", .object(kinds.map { ($0.kind.name, .count($0.count)) })))
    members.append(("gaps", .count(gaps)))
    members.append(("timeRegressions", .count(state.anomalies.timeRegressions)))
    members.append(("instruments", .array(definitions.map(describe))))
    members.append(("inputs", .array(names.texts(.source).map(JSONValue.string))))
    members.append(("source", identity.source.map(describe) ?? .null))
    members.append(("snapshots", .array(snapshots.reversed().map(JSONValue.count))))
    members.append(("build", .string(identity.build)))
    members.append(("ending", .string(ending.rawValue)))
    return .object(members)
  }

  private var definitions: [InstrumentDefinition] { state.instruments.compactMap { $0 } }

  private func nanoseconds(_ time: Timestamp) -> JSONValue {
    time.isNone ? .null : .count(time.nanoseconds)
  }

  private func describe(_ definition: InstrumentDefinition) -> JSONValue {
    .object([
      ("symbol", .string(names.symbol(definition.instrument) ?? "")),
      ("base", .string(names.code(definition.base) ?? "")),
      ("quote", .string(names.code(definition.quote) ?? "")),
      ("tick", .string(definition.text(Price(ticks: 1)))),
      ("lot", .string(definition.text(Quantity(lots: 1)))),
      ("origin", .string("\(definition.origin)")),
    ])
  }

  private func describe(_ source: JournalSource) -> JSONValue {
    .object([("id", .string("\(source.id)")), ("chainHead", .string(source.chainHead.hex))])
  }

  private var endingText: String {
    switch ending {
    case .ended: "sealed by its writer"
    case .recovered: "sealed by recovery; what its writer had not synced may be missing"
    case .open: "not sealed: its writer is at work, or died (then `journal seal` finishes it)"
    }
  }

  /// The whole for people.
  var text: String {
    var rows = [
      ("journal", path), ("id", figures.id),
      (
        "events",
        "\(NumberText.grouped(figures.events))  "
          + "(sequence \(figures.firstSequence)…\(figures.lastSequence))"
      ),
      (
        "size",
        "\(NumberText.grouped(figures.bytes)) bytes in "
          + "\(figures.segments) \(figures.segments == 1 ? "segment" : "segments"), \(density) an event"
      ),
    ]
    rows += [("from", firstTime), ("to", lastTime)].filter { !$0.1.isNone }.map {
      ($0.0, $0.1.iso8601)
    }
    rows += kinds.map { ("  \($0.kind.name)", NumberText.grouped($0.count)) }
    rows += definitions.map { definition in
      let grid =
        "tick \(definition.text(Price(ticks: 1))), lot \(definition.text(Quantity(lots: 1)))"
      return (names.symbol(definition.instrument) ?? "", "\(grid), \(definition.origin)")
    }
    rows += names.texts(.source).map { ("input", $0) }
    if let source = identity.source { rows.append(("source", "\(source.id)")) }
    if let newest = snapshots.first {
      rows.append(("snapshots", "\(snapshots.count), the newest at sequence \(newest)"))
    }
    rows.append(("fingerprint", hexadecimal(state.fingerprint)))
    rows.append(("chain head", figures.chainHead))
    rows.append(("build", identity.build))
    rows.append(("ending", endingText))
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { row in
      printable(row.0 + String(repeating: " ", count: width - row.0.count + 2) + row.1)
    }.joined(separator: "\n")
  }
}
