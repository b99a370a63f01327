/// The dictionary in force: the last definition of each thing, in order of first appearance, repeated
/// at the start of every segment so that a segment can be read by itself.
internal import TradingCore

struct Definitions {
  /// What a definition replaces when it comes again.
  private struct Key: Hashable {
    var kind: EventKind
    var subject: UInt8 = 0
    var id: UInt16 = 0
    /// Which of several that hold together: a tier of fees.
    var part: Int64 = 0
  }

  private var places: [Key: Int] = [:]
  private var runs: [[Event]] = []
  private var openRun: [Event] = []

  /// The events of the dictionary, in order.
  var events: [Event] { runs.flatMap { $0 } }

  /// Looks at every event of a journal in turn; O(1).
  mutating func note(_ event: Event) {
    guard event.kind.isDefinition else { return }
    switch event.body {
    case .instrument(let value): keep([event], Key(kind: .instrument, id: value.instrument.raw))
    case .asset(let value): keep([event], Key(kind: .asset, id: value.asset.raw))
    case .fee(let value):
      keep([event], Key(kind: .fee, id: value.instrument.raw, part: value.fromVolume))
    case .filter(let value):
      keep([event], Key(kind: .filter, subject: value.kind.rawValue, id: value.instrument.raw))
    case .model(let value): keep([event], Key(kind: .model, id: value.id))
    case .logicVersion: keep([event], Key(kind: .logicVersion))
    case .text(let value): note(value, event)
    default: break
    }
  }

  /// Names are kept; scenario, recipes, source and notes are not needed to read what follows.
  private mutating func note(_ text: Text, _ event: Event) {
    switch text.subject {
    case .instrument, .asset, .venue, .strategy: break
    case .scenario, .recipe, .source, .build, .note: return
    }
    if text.flags.contains(.first) { openRun = [] }
    openRun.append(event)
    guard text.flags.contains(.last), openRun.count <= Self.maxRun else { return }
    keep(openRun, Key(kind: .text, subject: text.subject.rawValue, id: text.id))
    openRun = []
  }

  /// Names longer than this many events are not repeated.
  private static let maxRun = 64

  private mutating func keep(_ run: [Event], _ key: Key) {
    if let place = places[key] {
      runs[place] = run
    } else {
      places[key] = runs.count
      runs.append(run)
    }
  }
}
