/// A recorded run that takes another turn: up to the fork it is what was recorded, proven event by event;
/// from there the same market goes on against a simulated exchange, with changes that enter as facts.
///
/// The market is the same and knows nothing of us: nobody reacts to what we do differently. There are two
/// ways up to the fork:
///
/// | past     | the run was         | up to the fork                        | orders live at the fork |
/// |----------|---------------------|---------------------------------------|-------------------------|
/// | repeated | simulated, or paper | simulated again, every event compared | stay where they are     |
/// | adopted  | at a venue          | facts handed out, decisions compared  | join the back of queues |

/// How the past of a fork is made.
public enum ForkPast: Equatable, Sendable {
  /// The simulation runs again, and must say what it said. Nothing changed at the fork then means
  /// nothing changed ever after.
  case repeated
  /// What the venue said is believed; its orders are taken over by the simulated exchange at the fork.
  case adopted
}

public struct ForkedSource: EventSource, ~Copyable {
  private var recorded: FeedReader
  private var market: SimulatedSource
  private let past: ForkPast
  private let fork: Sequence64
  private let until: Timestamp
  private let changes: [EventBody]
  private var changePosition = 0
  private var sequence: Sequence64 = 0
  private var hasForked = false

  /// - Parameters:
  ///   - recorded: the recorded run, decisions included, from its first event.
  ///   - market: the same market behind a simulated exchange.
  ///   - fork: the last sequence of the past.
  ///   - until: the last moment that is of interest.
  ///   - changes: what is different from the fork on.
  init(
    recorded: any Feed, market: consuming SimulatedSource, past: ForkPast, fork: Sequence64,
    until: Timestamp, changes: [EventBody]
  ) {
    self.recorded = FeedReader(recorded)
    self.market = market
    self.past = past
    self.fork = fork
    self.until = until
    self.changes = changes
  }

  /// - Throws: `.diverged` where the past is not what was recorded.
  public mutating func next(_ fact: inout Event) throws(EngineFault) -> Bool {
    if sequence < fork { return try nextOfPast(&fact) }
    hasForked = true
    if changePosition == 0, changes.contains(where: \.isLatency) { market.forgetLatencies() }
    if changePosition < changes.count {
      changePosition += 1
      fact = market.change(changes[changePosition - 1])
      return true
    }
    return try market.next(&fact) && fact.receiveTime <= until
  }

  private mutating func nextOfPast(_ fact: inout Event) throws(EngineFault) -> Bool {
    let recorded = try recorded.next()
    sequence += 1
    switch past {
    case .repeated:
      let made = try market.next(&fact) ? fact : nil
      guard made == recorded else {
        throw .diverged(Divergence(at: sequence, recorded: recorded, made: made))
      }
      return made != nil
    case .adopted:
      guard let recorded, recorded.isFact else {
        throw .diverged(Divergence(at: sequence, recorded: recorded, made: nil))
      }
      try market.pass(recorded)
      fact = recorded
      return true
    }
  }

  public mutating func submit(_ orders: inout Outbox, at sequence: Sequence64) throws(EngineFault) {
    if hasForked || past == .repeated { return try market.submit(&orders, at: sequence) }
    orders.removeAll()
  }

  /// - Throws: `.diverged` when the recording does not hold this decision here, before the fork.
  public mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault) {
    guard !hasForked else { return }
    let recorded = try self.recorded.next()
    guard recorded == event else {
      throw .diverged(Divergence(at: sequence, recorded: recorded, made: event))
    }
    self.sequence += 1
  }

  /// At the fork of an adopted past the state is wanted: it says what the exchange takes over.
  public var isDrained: Bool { past == .adopted && sequence == fork && !hasForked }

  public mutating func settled(_ state: borrowing State) {
    guard isDrained else { return }
    market.adopt(state)
    hasForked = true
  }
}

extension EventBody {
  fileprivate var isLatency: Bool {
    switch self {
    case .latency: true
    case .configure(let change): change.setting == .latency
    default: false
    }
  }
}
