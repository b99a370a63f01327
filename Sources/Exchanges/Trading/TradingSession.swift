/// Venues that are traded at, from their first question to their last answer: the markets' streams, the
/// accounts where there are any (paper trading has none), and the feed that the engine reads.

#if Live
  public import Dialects
  public import TradingCore

  /// What an account is opened with.
  public struct AccountAccess {
    let key: KeyIdentity
    let window: Interval
    let deadMansSwitch: DeadMansSwitch?
    /// Gives the key's secret out, once.
    let credentials: () throws -> sending Credentials
    let prepare: (LiveVenue) throws -> Void

    /// - Parameters:
    ///   - key: what `credentials` are.
    ///   - window: how long after its time a request is still good.
    ///   - deadMansSwitch: what the venue is to do when it hears nothing more; `nil` for nothing.
    ///   - credentials: gives the key's secret out; called once.
    ///   - prepare: offers further keys, before anything is asked.
    public init(
      _ key: KeyIdentity, window: Interval, deadMansSwitch: DeadMansSwitch?,
      credentials: @escaping () throws -> sending Credentials,
      prepare: @escaping (LiveVenue) throws -> Void
    ) {
      (self.key, self.window, self.deadMansSwitch) = (key, window, deadMansSwitch)
      (self.credentials, self.prepare) = (credentials, prepare)
    }
  }

  public final class TradingSession {
    /// What happens when the run is to end.
    public struct Ending: Sendable {
      /// Asked before each look at the inbox.
      public var isRequested: @Sendable () -> Bool
      /// Asked while an account is being opened: whether nobody waits for it any more.
      public var isUrgent: @Sendable () -> Bool
      /// Of each venue whether its open orders are canceled first.
      public var cancelsOrders: [Bool]

      public init(
        isRequested: @escaping @Sendable () -> Bool, isUrgent: @escaping @Sendable () -> Bool,
        cancelsOrders: [Bool]
      ) {
        (self.isRequested, self.isUrgent) = (isRequested, isUrgent)
        self.cancelsOrders = cancelsOrders
      }
    }

    private let inbox: Inbox
    private let market: MarketRecording
    /// The accounts; `nil` on paper, before `open` and behind `close`.
    package private(set) var gateway: VenueGateway<LiveVenue>?
    private let plans: [RecordingPlan]
    private let ending: Ending
    private let bell: Bell
    private var course: TradingCourse
    private var isStarted = false
    /// Ids that assets of the journal have.
    private let ids = AssetIDs()
    /// Told the figures of the markets together and of each account (none on paper), on the engine's thread, a
    /// few times a second.
    public var watch: (RecordingFigures, [AccountFigures]) -> Void = { _, _ in }

    /// Asks the venues for the instruments; no stream is opened yet.
    /// - Parameters:
    ///   - plans: one for each venue, as `RecordingPlan.together` gives them.
    ///   - check: called again and again while they are waited for; what it throws ends that.
    /// - Throws: `ExchangesError`, what `check` throws.
    public init(
      _ plans: [RecordingPlan], _ ending: Ending, check: () throws -> Void = {}
    ) throws {
      (self.plans, self.ending) = (plans, ending)
      course = TradingCourse(cancelsOrders: ending.cancelsOrders)
      let bell = Bell()
      self.bell = bell
      inbox = Inbox(bell: { bell.ring() })
      market = try MarketRecording(plans, bell: { bell.ring() }, check: check)
    }

    deinit { close() }

    /// The instruments as the venues describe them.
    public var definitions: [Event] { market.definitions }

    /// Signs in at every venue; where one does not let us, none stays open.
    /// - Parameters:
    ///   - accesses: one for each venue.
    ///   - recorded: definitions of the journal that the run goes on with.
    ///   - journal: makes our orders' names.
    /// - Returns: definitions of further assets, and what the accounts hold.
    /// - Throws: `ExchangesError`, `DialectError`, what an access throws; `VenueFailure` for those where there
    ///   are several.
    public func open(
      _ accesses: [AccountAccess], recorded: [Event], journal: UInt64,
      announce: @escaping @Sendable (String) -> Void
    ) throws -> [Event] {
      precondition(
        accesses.count == plans.count,
        "TradingSession: keys of \(accesses.count) venues, and \(plans.count) are traded at")
      let definitions = recorded + definitions
      var accounts: [LiveVenue] = []
      for (plan, access) in zip(plans, accesses) {
        do {
          let place = plan.place
          let venue = try LiveVenue(
            plan, definitions: definitions, ids, key: access.key, access.credentials(),
            journal: journal, window: access.window, deadMansSwitch: access.deadMansSwitch, inbox,
            announce: { announce(place.words($0)) })
          accounts.append(venue)
          try access.prepare(venue)
        } catch {
          for account in accounts { account.close() }
          throw VenueFailure.of(plan.venue, error, ofSeveral: plans.count > 1)
        }
      }
      let gateway = VenueGateway(accounts, instruments: market.descriptions.map(\.instruments))
      let facts = try gateway.open(unless: ending.isUrgent)
      self.gateway = gateway
      return facts
    }

    /// Takes note of assets that a run's plan defines beside the venues', so that their ids are not given out.
    /// - Throws: `ExchangesError.answer` where a venue named another asset in the meantime.
    public func note(_ plan: [Event]) throws(ExchangesError) {
      for case .asset(let asset, let name) in NamedDefinition.read(plan)
      where !ids.note(asset.asset, as: name) {
        throw .answer(
          "a venue named another asset while the run began, under the id of \(name); start it again"
        )
      }
    }

    /// The facts of both sides, behind `head`. The engine's thread waits in it.
    public func feed(head: [Event]) -> LiveFeed {
      LiveFeed(
        inbox, market.queue, head: head, look: { [unowned self] in look() },
        wait: { [bell] in bell.wait() })
    }

    /// What a run that goes on begins with: nobody knows what happened since its journal ended.
    public func interruption(at time: Timestamp) -> [Event] {
      zip(plans, market.descriptions).flatMap { $0.interruption(of: $1, at: time) }
    }

    /// How it goes at all venues together.
    public var marketFigures: RecordingFigures { .together(market.figures) }

    /// Ends both sides.
    public func close() {
      market.stop()
      gateway?.close()
      gateway = nil
    }

    // MARK: On the engine's thread

    /// Looks whether something is to be begun or ended.
    private func look() {
      guard course.isDue(at: WallClock.steady) else { return }
      // Whatever the engine has just sent counts, and is answered before nothing is heard any more.
      if course.isEnding { _ = gateway?.end() }
      let figures = gateway?.figures ?? []
      let market = marketFigures
      watch(market, figures)
      if isStarted { failure = failure ?? market.failure }
      let isWanted = !ending.isRequested() && failure == nil
      let hasFacts = !inbox.isEmpty
      switch course.step(figures, isWanted: isWanted, hasFacts: hasFacts, at: WallClock.steady) {
      case .startMarket: startMarket()
      case .end: end()
      case .close: inbox.close()
      case nil: break
      }
    }

    private func startMarket() {
      isStarted = true
      do { try market.start() } catch {
        failure = error
        inbox.close()
      }
    }

    /// Why the streams did not open, or ended.
    public private(set) var failure: (any Error)?

    private func end() {
      market.stop()
      let alive = gateway?.end() ?? []
      let orders = zip(alive, ending.cancelsOrders).flatMap { $1 ? $0 : [] }.sorted()
      let now = WallClock.now
      inbox.push(
        ContiguousArray(orders.map { Event(receiveTime: now, .cancel(CancelTerms(order: $0))) }))
    }
  }
#endif
