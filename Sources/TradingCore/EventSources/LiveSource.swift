/// A venue behind an inbox and a gateway. What the journal holds already comes first, decided upon again
/// and sent nowhere: that is how a restart finds its state, its strategy and what to ask the venue.

/// Where orders leave for a venue. Called on the engine's thread; must not wait for the venue.
public protocol OrderGateway: AnyObject {
  /// Shows a fill of the journal that the run goes on with, so that a venue that tells it again is told
  /// from one that tells a new one.
  func recall(_ fill: Fill)

  /// The journal has been replayed: orders that are live in `state` are to be looked up, and its
  /// balances compared. Called once, before the first order.
  /// - Parameter last: no order behind this event is of the journal: it was decided just now and never left.
  func begin(_ state: borrowing State, replayed last: Sequence64)

  /// The journal has it, as durably as can be, that a key may sign. What ends a key waits for no journal
  /// and does not come this way.
  func permit(_ key: KeyChange)

  /// Sends orders that are journalled as the venue needs it. What becomes of each comes back as facts.
  func send(_ orders: inout Outbox)
}

public struct LiveSource: EventSource, ~Copyable {
  private var recorded: FeedReader
  private var inbox: FeedReader
  private let gateway: any OrderGateway
  private let journal: any DurableSink
  /// Keys that may sign as soon as their facts are durable.
  private var keys: [KeyChange] = []
  /// The last event that the journal was given, once the facts of `keys` are among those.
  private var keysLogged: Sequence64?
  private var isRecalled = false
  /// Where the last orders stood that follow from the journal's facts.
  private var replayed: Sequence64 = 0
  private var hasBegun = false

  /// - Parameters:
  ///   - recorded: facts of the journal that the run goes on with.
  ///   - inbox: facts as they happen.
  public init(
    recorded: any Feed, inbox: any Feed, gateway: any OrderGateway, journal: any DurableSink
  ) {
    self.recorded = FeedReader(recorded)
    self.inbox = FeedReader(inbox)
    self.gateway = gateway
    self.journal = journal
  }

  public static var reachesVenue: Bool { true }

  public mutating func next(_ fact: inout Event) throws(EngineFault) -> Bool {
    if !isRecalled {
      if try recorded.next(&fact) {
        if case .fill(let fill) = fact.body { gateway.recall(fill) }
        return true
      }
      isRecalled = true
    }
    if let logged = keysLogged { try permitKeys(upTo: logged) }
    guard try inbox.next(&fact) else { return false }
    if case .key(let key) = fact.body, key.action == .activated || key.action == .graced {
      keys.append(key)
    }
    return true
  }

  /// A key is like an order: what it permits leaves when the disk has it.
  private mutating func permitKeys(upTo sequence: Sequence64) throws(EngineFault) {
    try journal.secure(upTo: sequence, durably: true)
    for key in keys { gateway.permit(key) }
    keys.removeAll()
    keysLogged = nil
  }

  /// Orders decided before the venue was looked at are not sent, or not sent again: whether those of the journal
  /// ever were is for the venue to say.
  public mutating func submit(
    _ orders: inout Outbox, at sequence: Sequence64
  ) throws(EngineFault) {
    if !isRecalled { replayed = sequence }
    guard hasBegun else { return orders.removeAll() }
    try journal.secure(upTo: sequence, durably: orders.hasIntents)
    gateway.send(&orders)
  }

  public mutating func derived(_ event: Event, at sequence: Sequence64) throws(EngineFault) {}

  public var isDrained: Bool { isRecalled && inbox.isDrained }

  public mutating func settled(_ state: borrowing State) {
    if !keys.isEmpty { keysLogged = state.sequence }
    guard !hasBegun, isRecalled else { return }
    hasBegun = true
    gateway.begin(state, replayed: replayed)
  }
}
