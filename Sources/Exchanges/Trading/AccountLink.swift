/// An account's session of whatever venue, as the thread between it and the engine uses it.

internal import Dialects
internal import TradingCore

/// What can be asked of a session, on its own thread.
protocol AccountLink: AnyObject {
  /// How long orders took from the fact that caused them to the socket.
  var tickToOrder: TickToOrder { get }
  /// Looks at the venue's clock, connects, and asks what the account holds.
  func open(
    unless isUnwanted: @escaping @Sendable () -> Bool,
    then: @escaping (Result<[Event], any Error>) -> Void)
  /// The journal was replayed.
  func begin(
    _ state: borrowing State, replayed last: Sequence64, trades: [RecalledTrade],
    sentUntil: Timestamp)
  /// Sends what the journal has.
  func send(_ orders: [SentRequest], _ timing: DecisionTiming)
  /// A key has come.
  func offer(_ key: KeyIdentity, _ kept: KeptKey)
  /// Another key took the place of this one.
  func limit(_ id: UInt32, until end: Timestamp)
  /// A key has ended.
  func withdraw(_ id: UInt32, as action: KeyAction)
  /// The journal has it that a key may sign.
  func permit(_ change: KeyChange)
  /// Lets no more orders leave, and tells those that may be alive.
  func end() -> [OrderID]
  /// The journal has failed: nothing is left but to take orders back.
  func cancelEverything(_ instruments: [InstrumentID])
  func close()
}

extension AccountSession: AccountLink where Dialect: ~Copyable {}

/// What a session is opened with, beside its secret.
struct AccountOpening {
  let key: KeyIdentity
  let plan: RecordingPlan
  /// Instruments and assets of the journal, with the venue's of today.
  let definitions: [Event]
  /// Where accounts of all the journal's venues get ids.
  let ids: AssetIDs
  /// Makes our orders' names.
  let journal: UInt64
  /// How long after its time a request is still good.
  let window: Interval
  let deadMansSwitch: DeadMansSwitch?
  let inbox: Inbox
  let board: AccountBoard
  let world: any VenueWorld
  /// Told of what a person should know, on a thread of the session's.
  let announce: @Sendable (String) -> Void
}
