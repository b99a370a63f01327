/// An account at a venue: one connection that carries reports, requests and their answers. It carries out
/// what `AccountMachine` asks, and keeps the venue's limits and its clock.

package import Dialects
package import TradingCore

package final class AccountSession<Dialect: VenueDialect & SendableMetatype & ~Copyable>:
  VenueConnectionOwner
{
  /// A request under way.
  struct Pending {
    /// What was asked with it; what comes answers each.
    var actions: [VenueAction]
    /// By the steady clock, as when it was asked.
    var deadline: Timestamp
    var asked: Timestamp
    /// The key that signed it.
    var key: UInt32?
    /// What it cost of the venue's limits.
    var weight: Int64
  }

  let world: any VenueWorld
  var dialect: Dialect
  var machine: AccountMachine
  let inbox: Inbox
  let board: AccountBoard
  let rest: VenueAddress
  var connection: VenueConnection?
  var pending: [Int64: Pending] = [:]
  var lastID = AccountSession.followID
  /// What has not left yet, by request, where one leaves after the other.
  var line: [[VenueAction]] = []
  /// When the one under way stops holding up the others; `nil` where none does.
  var turn: (any WorldTimer)?
  var budget = RateBudget()
  /// Questions that wait for the venue's limits, and until when by its clock.
  var waiting: [VenueAction] = []
  var waitsUntil = Timestamp.distantPast
  var clock = VenueClock()
  var batch = FrameBatch()
  var heartbeat: (any WorldTimer)?
  /// When the venue is asked next for what links sign in with, by the steady clock; `nil` where none is.
  var nextLogOn: Timestamp?
  /// Whether what links sign in with was got with the key that signs.
  var isLoggedOn = false
  /// How often a request of the opening was refused for its time.
  var refusedTimes = 0
  var assets: AssetBook
  var figures = AccountFigures()
  /// Which key signs, and which do not at the moment.
  var keys: AccountKeys
  var ring: [UInt32: KeptKey] = [:]
  /// The key that the dialect has.
  var signing: UInt32?
  /// Whether what the venue refused lately was this key.
  var doubt = KeyDoubt()
  /// The key that each link was signed in with.
  var followed: [LinkID: UInt32] = [:]
  package private(set) var tickToOrder = TickToOrder()
  /// The venue's, where it has one and it is wanted.
  var deadMansSwitch: DeadMansSwitch?
  /// Told of what a person should know.
  let announce: @Sendable (String) -> Void
  /// Told how the opening ends; `nil` once it has.
  var opening: ((Result<[Event], any Error>) -> Void)?
  /// Definitions of assets that the account's opening named, until it is over.
  var openingFacts: [Event] = []
  /// Asked while the account is being opened: whether nobody waits for it any more.
  var isUnwanted: @Sendable () -> Bool = { false }

  /// The request that every link begins with.
  static var followID: Int64 { 1 }
  /// How long an answer may take; the venue itself gives up after 10 s.
  static var answerPatience: Interval { Interval(nanoseconds: 12_000_000_000) }
  /// How long a request over HTTP holds up those behind it.
  static var turnPatience: Interval { Interval(nanoseconds: 2_000_000_000) }
  static var beat: Interval { Interval(nanoseconds: 50_000_000) }

  /// - Parameters:
  ///   - key: what the dialect signs with.
  ///   - window: how long after its time a request is still good.
  ///   - deadMansSwitch: what the venue is to do when it hears nothing more; `nil` for nothing.
  ///   - inbox: where facts for the engine go.
  ///   - announce: told of what a person should know.
  package init(
    _ dialect: consuming Dialect, key: KeyIdentity = KeyIdentity(id: 0, fingerprint: 0),
    _ assets: AssetBook, window: Interval, deadMansSwitch: DeadMansSwitch? = nil, _ inbox: Inbox,
    _ board: AccountBoard, in world: any VenueWorld,
    announce: @escaping @Sendable (String) -> Void
  ) throws(ExchangesError) {
    rest = try VenueAddress(dialect.address(of: .rest))
    machine = AccountMachine(window: window, place: assets.place)
    (keys, signing) = (AccountKeys(key), key.id)
    (self.inbox, self.world, self.assets) = (inbox, world, assets)
    self.announce = announce
    self.deadMansSwitch = deadMansSwitch
    self.board = board
    budget.adopt(dialect.keyLimits)
    self.dialect = dialect
  }

  /// The journal was replayed; what the venue told meanwhile is new or not by it.
  /// - Parameters:
  ///   - last: no order behind this event is of the journal: it was decided just now and never left.
  ///   - trades: the last trades in the journal, in order.
  ///   - sentUntil: when the last order in the journal can have left at the latest, by the steady clock.
  package func begin(
    _ state: borrowing State, replayed last: Sequence64, trades: [RecalledTrade],
    sentUntil: Timestamp
  ) {
    machine.begin(
      state, of: assets, replayed: last, trades: trades, sentUntil: sentUntil, at: world.moment)
    flush()
  }

  /// How far it has come.
  package var phase: AccountPhase { machine.phase }

  /// What the account holds by all that was told; `nil` before the journal was replayed.
  package var told: Account? { machine.hasBegun ? machine.ledger.account : nil }

  /// Lets no more orders leave.
  /// - Returns: those that may be alive, in the order they were placed.
  package func end() -> [OrderID] {
    machine.isEnding = true
    // What the end asks for is under way before anybody looks whether something is.
    flush()
    return machine.ledger.orders
  }

  // MARK: Orders

  /// Sends what the journal has. What cannot leave now never does, and the journal hears it.
  package func send(_ orders: [SentRequest], _ timing: DecisionTiming) {
    let time = world.moment
    for order in orders { machine.note(order, at: time) }
    var leaving: [VenueAction] = []
    for action in machine.actions(for: orders, at: time) {
      if machine.mayLeave(action), !clock.isBeyond || action.isCancel {
        leaving.append(action)
      } else {
        heldBack(action, at: time)
      }
    }
    for group in groups(of: leaving) {
      let before = figures.requests
      ask(together: group, at: time)
      // What leaves with one request has taken each of its orders as long.
      if figures.requests > before {
        for _ in group { tickToOrder.note(timing, written: world.now) }
      }
    }
    flush()
  }

  /// The journal has failed: nothing is left but to take orders back.
  package func cancelEverything(_ instruments: [InstrumentID]) {
    let now = world.moment
    for instrument in instruments { ask(.cancelAll(instrument), at: now) }
  }

  /// What may not leave now never does; but an order that was to be replaced is taken back all the same.
  private func heldBack(_ action: VenueAction, at time: Moment) {
    guard case .replace(let old, let order) = action else { return notSent(action, at: time) }
    figures.notSent += 1
    cancel(old, insteadOfReplacingBy: order, at: time)
  }

  private func cancel(
    _ old: OrderID, insteadOfReplacingBy order: PlacedOrder, at time: Moment
  ) {
    machine.notPlaced(order, at: time)
    ask(.cancel(old, order.terms.instrument), at: time)
  }

  func notSent(_ action: VenueAction, at time: Moment) {
    figures.notSent += 1
    machine.notSent(action, .other, at: time)
  }

  /// The venue has no words for an action. Where it takes no replacement in one request, the order that was
  /// to be replaced is canceled, which is what cannot wait; the other one is not placed.
  func cannotAsk(_ action: VenueAction, _ error: DialectError, at time: Moment) {
    if action == .positions, case .inexpressible = error { return ask(.account, at: time) }
    if case .unnamed(let id) = error, action.isCancel {
      return machine.cancelWhenNamed(id, at: time)
    }
    guard case .replace(let old, let order) = action, case .inexpressible = error else {
      announce("\(error)")
      return machine.notSent(action, .malformed, at: time)
    }
    cancel(old, insteadOfReplacingBy: order, at: time)
  }

  func tick() {
    let now = world.moment
    if opening != nil, isUnwanted() {
      failOpening(ExchangesError.answer("the run ended before the account was open"))
    }
    if clock.isDue(at: now.wall) { lookAtClock() }
    expireKeys(at: now)
    renewLink()
    if let due = nextLogOn, now.steady >= due { logOn() }
    for id in pending.keys.sorted() {
      guard let question = pending[id], now.steady >= question.deadline else { continue }
      pending[id] = nil
      answer(nil, to: question, at: now)
    }
    machine.tick(at: now)
    askWaiting(at: now)
    flush()
  }

  /// How it goes.
  var shown: AccountFigures {
    var shown = figures
    shown.fills = machine.ledger.fills
    shown.duplicates = machine.ledger.duplicates
    shown.liveOrders = machine.ledger.live.count
    shown.underWay = pending.count + line.count
    shown.isReady = machine.isReady
    shown.isKeyless = machine.phase == .keyless
    shown.isGuarded = deadMansSwitch?.isArmed ?? false
    if case .blocked(let differences) = machine.phase { shown.differences = differences }
    if case .halted(_, let sequence) = machine.phase { shown.halt = sequence }
    return shown
  }

  /// Carries out what the machine wants: its questions to the venue, its facts to the engine.
  func flush() {
    keepSwitch()
    askQuestions()
    for order in machine.strangers {
      announce(
        "the venue knows no order of event \(order.raw), which it had taken: trading is halted. Is this the "
          + "same account? See there what is open, then go on with --resume")
    }
    machine.strangers.removeAll()
    inbox.push(machine.facts)
    machine.facts.removeAll(keepingCapacity: true)
    board.show(shown)
  }

  // MARK: The connection

  func willSubscribe(at time: Timestamp) {}

  func connected(at time: Moment) {
    // What the account holds stands at a journal's head, so it is asked for before anything else; and first
    // whether that is all.
    guard opening == nil else { return ask(.positions, at: time) }
    machine.connected(at: time)
    flush()
  }

  /// Reports come on both links for a while; the ledger drops what comes twice.
  func replaced(by link: LinkID) { followed = followed.filter { $0.key >= link } }

  func lost(at time: Moment) {
    machine.lost(at: time)
    // Behind another link everything is asked anew.
    waiting.removeAll()
    let questions = pending.sorted { $0.key < $1.key }.map(\.value) + questionsInLine(at: time)
    line.removeAll { !$0[0].isCancel }
    pending.removeAll()
    for question in questions { answer(nil, to: question, at: time) }
    flush()
  }

  func closed(_ link: LinkID, reason: String) {
    announce("account connection \(link): \(reason)")
  }

  func refused(_ request: VenueRequest) {}
}
