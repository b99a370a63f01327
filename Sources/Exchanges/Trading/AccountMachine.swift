/// What is asked of a venue about our orders and our balances, and what its answers mean: the part of
/// trading that has to be right when nobody knows. It opens no socket and reads no clock: what happens
/// comes in as a call with its moment; facts for the journal and questions for the venue come out.
///
///     replayed → looking up (every live order) → counting (balances) → ready ──▶ trading
///                     ▲                               │ ▲                 │
///                     │                               │ └── another key ◀─┤
///                     └──────── connected again ◀─────┼── lost ◀──────────┘
///                                                     ▼
///                                       blocked: what the venue holds differs

internal import Dialects
package import TradingCore

/// How far a session has come.
package enum AccountPhase: Equatable, Sendable {
  /// Not connected, or the journal has not been replayed yet.
  case waiting
  /// Every order that may be alive is being asked for.
  case lookingUp
  /// Balances are being compared.
  case counting
  /// Orders may leave.
  case ready
  /// The venue holds what no fill and no transfer explains: a person has to look.
  case blocked([BalanceDifference])
  /// The journal ends halted, at this event: a person has to lift it.
  case halted(HaltReason, Sequence64)
  /// Every key has ended: nothing can be asked or sent.
  case keyless

  /// Whether only a person can change it.
  var isFinal: Bool {
    switch self {
    case .blocked, .halted, .keyless: true
    case .waiting, .lookingUp, .counting, .ready: false
    }
  }
}

extension VenueAction {
  /// Whether it takes an order back and does nothing else.
  var isCancel: Bool { canceled != nil }

  /// The order that it takes back, where it does nothing else.
  var canceled: OrderID? { if case .cancel(let order, _) = self { order } else { nil } }

  /// Whether both ask where the same order stands, or what it traded, however far they have come; of all else whether
  /// they are equal.
  func asksTheSame(as other: VenueAction) -> Bool {
    switch (self, other) {
    case (.query(let one, _, _), .query(let two, _, _)): one == two
    case (.fillsOf(let one, _, _, _), .fillsOf(let two, _, _, _)): one == two
    default: self == other
    }
  }

  /// Whether it can be asked while nothing is heard of the account: what takes orders back, and what asks where
  /// they stand. An order that is placed then would trade without anybody here hearing of it.
  var needsNoReports: Bool {
    switch self {
    case .cancel, .cancelAll, .cancelAllAfter, .query, .fillsOf: true
    default: false
    }
  }
}

struct AccountMachine {
  /// How long after its time a request can still be carried out by the venue; an order that it does not
  /// know then never reached it.
  let window: Interval
  /// Which of the journal's venues it is.
  let place: VenuePlace
  var ledger = OrderLedger()
  var phase = AccountPhase.waiting
  /// For the journal, in order.
  var facts: ContiguousArray<Event> = []
  /// For the venue.
  var questions: [VenueAction] = []
  var isConnected = false
  var hasBegun = false
  /// What the venue told before the journal was replayed: only then can be said what of it is new.
  private var early: ContiguousArray<Event> = []
  /// The last transfers that were told.
  private var transfers: [Event] = []
  static let transferMemory = 64
  /// How often balances differed in a row, with nothing traded in between.
  var disagreements = 0
  var nextCount: Timestamp?
  var fillsAtCount: UInt64 = 0

  /// Orders that the venue took, by the journal, and knows no more; for a person, once.
  var strangers: [OrderID] = []

  /// Differences in a row that make one: what is under way has arrived by then.
  static let enoughDisagreements = 4
  /// How long to wait between two counts.
  static let countPause = Interval(nanoseconds: 300_000_000)
  /// A venue takes a request whose time lies up to this far ahead of its own, so its window may end as much
  /// later. Source: rest-api.md, "Timing security".
  static let mostAhead = Interval(nanoseconds: 1_000_000_000)
  /// How long reports of an answer may be late before the order is asked for.
  static let reportPatience = Interval(nanoseconds: 2_000_000_000)

  init(window: Interval, place: VenuePlace = .only) {
    (self.window, self.place) = (window, place)
  }

  var isReady: Bool { phase == .ready }
  /// Whether the run is ending: cancels leave, orders do not.
  var isEnding = false

  /// Whether an action may leave now. A cancel always may: an order that should not be open is taken back even
  /// while its balances are in doubt, and while the account's link is away.
  func mayLeave(_ action: VenueAction) -> Bool {
    switch action {
    case .cancel: hasBegun && phase != .keyless
    case .place, .placeList, .replace: isReady && !isEnding
    default: isReady
    }
  }

  /// The journal was replayed.
  /// - Parameters:
  ///   - book: says what of it is the venue's.
  ///   - last: no order behind this event is of the journal: it was decided just now and never left.
  ///   - trades: the last trades in the journal, in order.
  ///   - sentUntil: when the last order in the journal can have left at the latest, by the steady clock.
  mutating func begin(
    _ state: borrowing State, of book: AssetBook, replayed last: Sequence64,
    trades: [RecalledTrade], sentUntil: Timestamp, at time: Moment
  ) {
    ledger.begin(state, of: book, trades: trades, at: sentUntil)
    hasBegun = true
    for id in ledger.orders where id.raw > last { neverLeft(id, at: time) }
    take(early, at: time)
    early = []
    if let halt = state.risk.halt {
      phase = .halted(halt, state.risk.haltSequence)
    } else if isConnected {
      lookUp(at: time)
    }
  }

  private mutating func neverLeft(_ id: OrderID, at time: Moment) {
    guard let entry = ledger.live[id] else { return }
    notPlaced(PlacedOrder(id, entry.terms), at: time)
  }

  /// The account's reports come in from now on.
  mutating func connected(at time: Moment) {
    isConnected = true
    tell(.connected(place.report(.account)), at: time)
    if hasBegun { lookUp(at: time) }
  }

  /// They do not any more.
  mutating func lost(at time: Moment) {
    guard isConnected else { return }
    isConnected = false
    if !phase.isFinal { phase = .waiting }
    tell(.disconnected(place.report(.account)), at: time)
  }

  /// Every key has ended: trading halts, and what is open at the venue stays so.
  mutating func keyless(at time: Moment) {
    guard phase != .keyless else { return }
    phase = .keyless
    tell(.halt(HaltCommand(reason: HaltCommand.noKey)), at: time)
  }

  /// Facts that a frame or an answer brought.
  mutating func take(_ events: borrowing ContiguousArray<Event>, at time: Moment) {
    guard hasBegun else { return early.append(contentsOf: copy events) }
    for index in events.indices where isNew(events[index]) && ledger.admit(events[index].body) {
      append(events[index])
      if case .unknown(let report) = events[index].body { doubt(report.order, time) }
    }
  }

  /// Whether a transfer was not told before: while two links carry the account, it comes on both.
  private mutating func isNew(_ event: Event) -> Bool {
    guard case .adjustment = event.body else { return true }
    let isKnown = transfers.contains { $0.body == event.body && $0.venueTime == event.venueTime }
    guard !isKnown else { return false }
    if transfers.count == Self.transferMemory { transfers.removeFirst() }
    transfers.append(event)
    return true
  }

  /// Time has passed: asks what is due. At a run's end that is asked even while the account's link is away, for
  /// nobody will look orders up behind another one.
  mutating func tick(at time: Moment) {
    guard isConnected || isEnding, hasBegun, phase != .keyless else { return }
    for id in ledger.orders {
      ask(id, at: time)
      cancelAgain(id, at: time)
    }
    if phase == .lookingUp, !ledger.live.values.contains(where: { $0.nextQuery != nil }) {
      count()
    }
    if phase == .counting, let due = nextCount, time.steady >= due { count() }
  }

  /// Another key signs. It may be one of another account: no order leaves until what the venue holds is what
  /// the journal has.
  mutating func compareAnew(at time: Moment) {
    guard phase == .ready else { return }
    disagreements = 0
    count()
  }

  private mutating func lookUp(at time: Moment) {
    guard !phase.isFinal else { return }
    phase = .lookingUp
    disagreements = 0
    for id in ledger.orders {
      // A page that the last search stood on is nothing to wait for.
      ledger.update(id) { ($0.awaitsEnd, $0.search) = (false, nil) }
      doubt(id, time)
    }
    tick(at: time)
  }

  /// The venue is to be asked about an order, from now on.
  mutating func doubt(_ id: OrderID, _ time: Moment, after wait: Interval = .zero) {
    ledger.update(id) {
      $0.doubtedAt = time.steady
      $0.nextQuery = time.steady + wait
      $0.patience = LedgerEntry.firstPatience
    }
  }

  private mutating func ask(_ id: OrderID, at time: Moment) {
    guard let entry = ledger.live[id], let due = entry.nextQuery, time.steady >= due else { return }
    ledger.update(id) {
      $0.nextQuery = time.steady + $0.patience
      $0.patience = min(LedgerEntry.mostPatience, $0.patience + $0.patience)
    }
    questions.append(.query(id, entry.terms.instrument, page: entry.search?.page))
  }

  private mutating func cancelAgain(_ id: OrderID, at time: Moment) {
    guard let entry = ledger.live[id], let due = entry.nextCancel, time.steady >= due else {
      return
    }
    ledger.update(id) { $0.nextCancel = nil }
    questions.append(.cancel(id, entry.terms.instrument))
  }

  private mutating func count() {
    phase = .counting
    nextCount = nil
    fillsAtCount = ledger.fills
    questions.append(.account)
  }

  /// Whether what is asked about an order still is: whether the order may be alive, and the search for it has come no
  /// further.
  func stillAsks(_ question: VenueAction) -> Bool {
    switch question {
    case .query(let id, _, let page): ledger.live[id].map { $0.search?.page == page } ?? false
    case .fillsOf(let id, _, _, _), .cancel(let id, _): ledger.live[id] != nil
    default: true
    }
  }

  /// Appends a fact, if it is new.
  mutating func tell(_ body: EventBody, at time: Moment, venueTime: Timestamp = .none) {
    if ledger.admit(body) {
      append(Event(receiveTime: time.wall, venueTime: venueTime, body))
    }
  }

  /// Appends a fact that is new. With an order's acceptance its cancel leaves, where one has waited for it.
  private mutating func append(_ event: Event) {
    facts.append(event)
    guard case .accepted(let report) = event.body,
      ledger.live[report.order]?.isCancelWaiting == true
    else { return }
    ledger.update(report.order) { $0.isCancelWaiting = false }
    questions.append(.cancel(report.order, report.instrument))
  }
}
