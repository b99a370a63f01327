/// A recorded run again: its facts go in, and every decision the engine makes must be the one that
/// was recorded at that place. Orders go nowhere; what they led to is among the facts.
public struct RecordedSource: EventSource, ~Copyable {
  private var reader: FeedReader
  private var sequence: Sequence64 = 0
  private let comparesFingerprints: Bool
  /// Decisions compared so far, all equal.
  public private(set) var comparedCount: UInt64 = 0

  /// - Parameter comparesFingerprints: whether those must be equal too.
  public init(feed: any Feed, comparesFingerprints: Bool = true) {
    reader = FeedReader(feed)
    self.comparesFingerprints = comparesFingerprints
  }

  /// - Throws: `.diverged` when the recording holds a decision here that was not made again.
  public mutating func next(_ fact: inout Event) throws(EngineFault) -> Bool {
    guard try reader.next(&fact) else { return false }
    sequence += 1
    guard fact.isFact else {
      throw .diverged(Divergence(at: sequence, recorded: fact, made: nil))
    }
    return true
  }

  public mutating func submit(_ orders: inout Outbox, at sequence: Sequence64) throws(EngineFault) {
    orders.removeAll()
  }

  /// - Throws: `.diverged` when the recording does not hold this decision here.
  public mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault) {
    let recorded = try reader.next()
    guard recorded == event || mayDiffer(recorded, event) else {
      throw .diverged(Divergence(at: sequence, recorded: recorded, made: event))
    }
    self.sequence += 1
    comparedCount += 1
  }

  private func mayDiffer(_ recorded: Event?, _ made: Event) -> Bool {
    !comparesFingerprints && recorded?.kind == .stateHash && made.kind == .stateHash
  }

  public var isDrained: Bool { false }

  public mutating func settled(_ state: borrowing State) {}
}
