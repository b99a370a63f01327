/// A venue that is traded at, from its first question to its last answer: the market's streams, the
/// account where there is one (paper trading has none), and the feed that the engine reads.

#if Live
  public import Dialects
  public import TradingCore

  public final class TradingSession {
    /// What happens when the run is to end.
    public struct Ending: Sendable {
      /// Asked before each look at the inbox.
      public var isRequested: @Sendable () -> Bool
      /// Asked while the account is being opened: whether nobody waits for it any more.
      public var isUrgent: @Sendable () -> Bool
      /// Whether open orders are canceled first.
      public var cancelsOrders: Bool

      public init(
        isRequested: @escaping @Sendable () -> Bool, isUrgent: @escaping @Sendable () -> Bool,
        cancelsOrders: Bool
      ) {
        (self.isRequested, self.isUrgent) = (isRequested, isUrgent)
        self.cancelsOrders = cancelsOrders
      }
    }

    private let inbox: Inbox
    private let market: MarketRecording
    public private(set) var venue: LiveVenue?
    private let plans: [RecordingPlan]
    private let ending: Ending
    private let bell: Bell
    private var course: TradingCourse
    private var isStarted = false
    /// Told the figures of both sides, on the engine's thread, a few times a second.
    public var watch: (RecordingFigures, AccountFigures?) -> Void = { _, _ in }

    /// Asks the venues for the instruments; no stream is opened yet.
    /// - Parameter plans: one for each venue, as `RecordingPlan.together` gives them.
    /// - Throws: `ExchangesError`.
    public init(_ plans: [RecordingPlan], _ ending: Ending) throws {
      (self.plans, self.ending) = (plans, ending)
      course = TradingCourse(cancelsOrders: ending.cancelsOrders)
      let bell = Bell()
      self.bell = bell
      inbox = Inbox(bell: { bell.ring() })
      market = try MarketRecording(plans, bell: { bell.ring() })
    }

    deinit { close() }

    /// The instruments as the venues describe them.
    public var definitions: [Event] { market.definitions }

    /// Signs in at the account.
    /// - Parameters:
    ///   - key: what `credentials` are.
    ///   - prepare: offers further keys, before anything is asked.
    ///   - recorded: definitions of the journal that the run goes on with.
    ///   - journal: makes our orders' names.
    /// - Returns: definitions of further assets, and what the account holds.
    /// - Throws: `ExchangesError`, `DialectError`.
    public func open(
      _ key: KeyIdentity, _ credentials: consuming sending Credentials,
      prepare: (LiveVenue) throws -> Void, recorded: [Event], journal: UInt64, window: Interval,
      announce: @escaping @Sendable (String) -> Void
    ) throws -> [Event] {
      let venue = try LiveVenue(
        plans[0], definitions: recorded + definitions, key: key, credentials, journal: journal,
        window: window, inbox, announce: announce)
      self.venue = venue
      try prepare(venue)
      return try venue.open(unless: ending.isUrgent)
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

    /// Asks the venue to cancel every order, whatever the journal can hold: the one thing that is done
    /// when it has failed.
    public func cancelEverything() {
      venue?.cancelEverything(
        definitions.compactMap { event in
          if case .instrument(let definition) = event.body { definition.instrument } else { nil }
        })
    }

    /// How it goes at all venues together.
    public var marketFigures: RecordingFigures { .together(market.figures) }

    /// Ends both sides.
    public func close() {
      market.stop()
      venue?.close()
      venue = nil
    }

    // MARK: On the engine's thread

    /// Looks whether something is to be begun or ended.
    private func look() {
      guard course.isDue(at: WallClock.steady) else { return }
      let figures = venue?.figures
      let market = marketFigures
      watch(market, figures)
      if isStarted { failure = failure ?? market.failure }
      let isWanted = !ending.isRequested() && failure == nil
      switch course.step(figures, isWanted: isWanted, at: WallClock.steady) {
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
      let orders = venue?.end() ?? []
      guard ending.cancelsOrders else { return }
      let now = WallClock.now
      inbox.push(
        ContiguousArray(orders.map { Event(receiveTime: now, .cancel(CancelTerms(order: $0))) }))
    }
  }
#endif
