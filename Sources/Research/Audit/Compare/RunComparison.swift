/// The first place at which two runs part: by sequence where they are runs of one market's recording, by
/// what was decided where one is the other's simulation and reports come at other moments.

internal import Journal
public import TradingCore

/// How events of two runs find each other.
public enum RunAlignment: String, Sendable, CaseIterable {
  /// Event by event from the end of both heads; sequences may be shifted where heads differ.
  case sequence
  /// The market's events, the decisions and each order's fills, each for themselves: a live run and its
  /// backtest see the same market and hear of their fills at different moments.
  case market
}

/// Where two runs part.
public struct Parting: Equatable, Sendable {
  /// What was compared: `event`, `market event` or `decision`.
  public var what: String
  public var left: PartingSide
  public var right: PartingSide
}

/// One run's side of it.
public struct PartingSide: Equatable, Sendable {
  /// The event's sequence, or that behind the last one.
  public var sequence: Sequence64
  /// `nil` where that run ends.
  public var event: Event?

  public init(_ sequence: Sequence64, _ event: Event?) {
    (self.sequence, self.event) = (sequence, event)
  }
}

public struct RunComparison: Sendable {
  public let left: RecordedRun
  public let right: RecordedRun
  public let alignment: RunAlignment
  /// What they were begun with that is not the same.
  public let settings: [SettingDifference]
  /// The last fingerprint that both have, the first that differs and how many pairs were looked at; `nil`
  /// where fingerprints of the two cannot be equal.
  public let fingerprints: (lastEqual: Sequence64, firstUnequal: Sequence64?, looks: Int)?
  /// Whether nothing before the parting differs; else what does left no trace in the state.
  public let isFirst: Bool
  /// One by sequence; by market one for each of market and decisions.
  public let partings: [Parting]
  /// By market: the first order whose fills are not the same.
  public let fills: FillDifference?
  /// Pairs that are equal.
  public let equalCount: UInt64

  /// Whether the second counts its events from a head of another length.
  var isShifted: Bool { alignment == .sequence && left.head.count != right.head.count }

  /// Whether they part nowhere.
  public var isEqual: Bool {
    partings.isEmpty && fills == nil && (alignment == .market || settings.isEmpty)
  }

  /// Compares two runs.
  /// - Parameters:
  ///   - alignment: `nil` takes `.market` where one journal is the other's source.
  ///   - thoroughly: whether events before the last equal fingerprint are compared although there are
  ///     others behind it. States are equal there, so what differed before left no trace in them.
  ///   - watch: told now and then how many pairs were equal so far, `nil` where none are compared; may throw
  ///     to stop.
  /// - Throws: `JournalError`, `AuditError`. O(events behind the last equal fingerprint); with `.market`
  ///   O(events) and memory for each order.
  public init(
    _ first: String, _ second: String, alignment: RunAlignment? = nil, thoroughly: Bool = false,
    watch: @escaping (UInt64?) throws -> Void = { _ in }
  ) throws {
    left = try RecordedRun(of: first)
    right = try RecordedRun(of: second)
    self.alignment = alignment ?? RunComparison.alignment(left, right)
    settings = HeadComparison.differences(left, right)
    var walk = PairWalk(left, right, watch)
    let pause = { [watch] in try watch(nil) }
    switch self.alignment {
    case .sequence:
      let isSameHead = left.head == right.head
      let part = ComparedPart.all(withFingerprints: isSameHead)
      let seen = isSameHead ? try FingerprintBisection(first, second, watch: pause) : nil
      fingerprints = seen.map { ($0.lastEqual, $0.firstUnequal, $0.looks) }
      let start = thoroughly ? 0 : seen?.lastEqual ?? 0
      var parting = try walk.parting(part, "event", after: start)
      // What left no trace in the state is still not the same.
      if parting == nil, start > 0, left.facts.chainHead != right.facts.chainHead {
        walk = PairWalk(left, right, watch)
        parting = try walk.parting(part, "event", after: 0)
      }
      isFirst = start == 0 || parting.map { $0.left.sequence <= start } ?? true
      partings = parting.map { [$0] } ?? []
      fills = nil
    case .market:
      (fingerprints, isFirst) = (nil, true)
      partings = try [
        walk.parting(.market, "market event", after: 0),
        walk.parting(.decisions, "decision", after: 0),
      ].compactMap { $0 }
      fills = try FillDifference(first: left, second: right, watch: pause)
    }
    equalCount = walk.equalCount
  }

  private static func alignment(_ left: RecordedRun, _ right: RecordedRun) -> RunAlignment {
    let (first, second) = (left.facts.identity, right.facts.identity)
    let isDerived = first.source?.id == second.id || second.source?.id == first.id
    return isDerived ? .market : .sequence
  }
}

/// Goes through both sides at once.
private struct PairWalk {
  private let left: RecordedRun
  private let right: RecordedRun
  private let watch: (UInt64?) throws -> Void
  private(set) var equalCount: UInt64 = 0

  private static let pairsPerLook: UInt64 = 65_536

  init(_ left: RecordedRun, _ right: RecordedRun, _ watch: @escaping (UInt64?) throws -> Void) {
    (self.left, self.right, self.watch) = (left, right, watch)
  }

  /// The first pair that is not equal.
  /// - Parameter start: the event of both behind which to begin; not within the heads.
  mutating func parting(
    _ part: ComparedPart, _ what: String, after start: Sequence64
  ) throws -> Parting? {
    var first = try RunStream(of: left, part, after: max(start, UInt64(left.head.count)))
    var second = try RunStream(of: right, part, after: max(start, UInt64(right.head.count)))
    while true {
      let pair = (try first.next(), try second.next())
      guard pair.0 != nil || pair.1 != nil else { return nil }
      if let left = pair.0, let right = pair.1,
        first.comparable(left) == second.comparable(right)
      {
        equalCount += 1
        if equalCount % Self.pairsPerLook == 0 { try watch(equalCount) }
        continue
      }
      return Parting(
        what: what, left: side(pair.0, first.sequence), right: side(pair.1, second.sequence))
    }
  }

  private func side(_ event: Event?, _ sequence: Sequence64) -> PartingSide {
    PartingSide(event == nil ? sequence + 1 : sequence, event)
  }
}
