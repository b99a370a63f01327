/// A venue's account as the gateway uses it. Its sockets have a thread of their own: what the engine
/// hands over is sent there, and what comes back is left in the inbox.

#if Live
  public import Dialects
  internal import NIOCore
  internal import Synchronization
  public import TradingCore

  /// An account's session as other threads see it.
  public final class LiveVenue: VenueAccount, Sendable {
    package let name: String
    private let thread: NetworkThread
    private let board = AccountBoard()
    /// What the journal ends with was sent before this, if it was, by a process that is no more.
    private let created = WallClock.steady
    private let session: NIOLoopBoundBox<any AccountLink>
    /// The journal's last trades.
    private let recalled = Mutex(RecalledTrades())

    /// - Parameters:
    ///   - plan: the venue and its hosts.
    ///   - key: what `credentials` are.
    ///   - definitions: instruments and assets of the journal, with the venues' of today.
    ///   - ids: where accounts of all the journal's venues get ids.
    ///   - journal: makes our orders' names.
    ///   - window: how long after its time a request is still good.
    ///   - deadMansSwitch: what the venue is to do when it hears nothing more; `nil` for nothing.
    ///   - announce: told of what a person should know, on a thread of the session's.
    /// - Throws: `ExchangesError`, `DialectError`.
    init(
      _ plan: RecordingPlan, definitions: [Event], _ ids: AssetIDs, key: KeyIdentity,
      _ credentials: consuming sending Credentials, journal: UInt64, window: Interval,
      deadMansSwitch: DeadMansSwitch?, _ inbox: Inbox,
      announce: @escaping @Sendable (String) -> Void
    ) throws {
      name = plan.venue
      thread = NetworkThread()
      do {
        let isSecure =
          try VenueAddress(plan.hosts.rest).isSecure || VenueAddress(plan.hosts.account).isSecure
        let transport = try SecureTransport(isNeeded: isSecure)
        let opening = AccountOpening(
          key: key, plan: plan, definitions: definitions, ids: ids, journal: journal,
          window: window, deadMansSwitch: deadMansSwitch, inbox: inbox,
          board: board, world: LoopWorld(thread, transport), announce: announce)
        session = NIOLoopBoundBox.makeBoxSendingValue(
          try VenueRegistry.entry(plan.venue).account(credentials, opening), eventLoop: thread.loop)
      } catch {
        thread.end()
        throw error
      }
    }

    /// Connects, and asks what the account holds.
    /// - Parameter isUnwanted: asked until then; the opening fails when it says so.
    /// - Returns: definitions of assets that had none, and every balance, as facts.
    /// - Throws: `ExchangesError`.
    package func open(unless isUnwanted: @escaping @Sendable () -> Bool) throws -> [Event] {
      let session = session
      let opened = loop.makePromise(of: [Event].self)
      loop.execute { session.value.open(unless: isUnwanted) { opened.completeWith($0) } }
      return try opened.futureResult.wait()
    }

    private var loop: any EventLoop { thread.loop }

    /// How it goes, as the session last said.
    package var figures: AccountFigures { board.figures }

    /// How long orders took from the fact that caused them to the socket. Waits for the session's thread.
    package var tickToOrder: TickToOrder {
      let session = session
      return (try? loop.submit { session.value.tickToOrder }.wait()) ?? TickToOrder()
    }

    /// Lets no more orders leave.
    /// - Returns: those that may be alive, in the order they were placed.
    package func end() -> [OrderID] {
      let session = session
      return (try? loop.submit { session.value.end() }.wait()) ?? []
    }

    /// Asks the venue to cancel all orders of some instruments.
    package func cancelEverything(_ instruments: [InstrumentID]) {
      let session = session
      try? loop.submit { session.value.cancelEverything(instruments) }.wait()
    }

    package func linger() { try? loop.scheduleTask(in: .seconds(1)) {}.futureResult.wait() }

    /// Closes the connection and ends the thread.
    package func close() {
      let session = session
      try? loop.submit { session.value.close() }.wait()
      thread.end()
    }

    // MARK: Keys, from whoever watches their store

    /// A key has come: it signs once the journal has it.
    public func offer(_ key: KeyIdentity, _ credentials: consuming sending Credentials) {
      let session = session
      let kept = NIOLoopBoundBox.makeBoxSendingValue(KeptKey(credentials), eventLoop: loop)
      loop.execute { session.value.offer(key, kept.value) }
    }

    /// Another key took the place of this one, which works until `end`.
    public func limit(_ id: UInt32, until end: Timestamp) {
      let session = session
      loop.execute { session.value.limit(id, until: end) }
    }

    /// A key has ended: nothing is signed with it any more.
    public func withdraw(_ id: UInt32, as action: KeyAction) {
      let session = session
      loop.execute { session.value.withdraw(id, as: action) }
    }

    // MARK: The engine's side

    package func recall(_ fill: Fill) { recalled.withLock { $0.note(fill) } }

    package func begin(_ state: borrowing State, replayed last: Sequence64) {
      let session = session
      let state = copy state
      let trades = recalled.withLock { $0.inOrder }
      let created = created
      loop.execute {
        session.value.begin(state, replayed: last, trades: trades, sentUntil: created)
      }
    }

    package func permit(_ key: KeyChange) {
      let session = session
      loop.execute { session.value.permit(key) }
    }

    package func send(_ orders: [SentRequest], _ timing: DecisionTiming) {
      let session = session
      loop.execute { session.value.send(orders, timing) }
    }
  }
#endif
