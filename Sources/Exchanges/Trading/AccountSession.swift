/// An account at a venue: one connection that carries reports, requests and their answers. It carries out
/// what `AccountMachine` asks, keeps the venue's limits and its clock, and lives on one event loop.

#if Live
  internal import Dialects
  internal import NIOCore
  internal import TradingCore

  final class AccountSession<Dialect: VenueDialect & SendableMetatype & ~Copyable>:
    VenueConnectionOwner
  {
    /// A question under way.
    private struct Pending {
      var action: VenueAction
      var deadline: Timestamp
      var asked: Timestamp
    }

    let loop: any EventLoop
    var dialect: Dialect
    var machine: AccountMachine
    private let inbox: Inbox
    private let board: AccountBoard
    private let rest: RestClient
    private let transport: SecureTransport
    private var connection: VenueConnection?
    private var pending: [Int64: Pending] = [:]
    private var lastID = AccountSession.followID
    private var budget = RateBudget()
    private var clock = VenueClock()
    private var batch = FrameBatch()
    private var heartbeat: RepeatedTask?
    private var assets: AssetBook
    var figures = AccountFigures()
    private(set) var tickToOrder = TickToOrder()
    /// Told of what a person should know.
    let announce: @Sendable (String) -> Void
    private var opening: EventLoopPromise<[Event]>?
    /// Asked while the account is being opened: whether nobody waits for it any more.
    private var isUnwanted: @Sendable () -> Bool = { false }

    /// The request that every link begins with.
    static var followID: Int64 { 1 }
    /// How long an answer may take; the venue itself gives up after 10 s.
    static var answerPatience: Interval { Interval(nanoseconds: 12_000_000_000) }
    static var beat: TimeAmount { .milliseconds(50) }

    init(
      _ dialect: consuming Dialect, _ assets: AssetBook, window: Interval, _ inbox: Inbox,
      _ board: AccountBoard, _ transport: SecureTransport, on loop: any EventLoop,
      announce: @escaping @Sendable (String) -> Void
    ) throws(ExchangesError) {
      let address = try VenueAddress(dialect.address(of: .rest))
      rest = RestClient(address: address, transport: transport, loop: loop)
      machine = AccountMachine(window: window)
      (self.inbox, self.transport, self.loop, self.assets) = (inbox, transport, loop, assets)
      self.announce = announce
      self.board = board
      self.dialect = dialect
    }

    // MARK: Opening and closing

    /// Looks at the venue's clock, connects, and asks what the account holds.
    /// - Parameter isUnwanted: asked until then; the opening fails when it says so.
    /// - Returns: definitions of assets the journal did not have, and every balance, as facts.
    func open(unless isUnwanted: @escaping @Sendable () -> Bool) -> EventLoopFuture<[Event]> {
      self.isUnwanted = isUnwanted
      let promise = loop.makePromise(of: [Event].self)
      opening = promise
      let session = NIOLoopBound(self, eventLoop: loop)
      lookAtClock().whenComplete { result in
        switch result {
        case .failure(let error): session.value.failOpening(error)
        case .success: session.value.connect()
        }
      }
      return promise.futureResult
    }

    private func connect() {
      do {
        let address = try VenueAddress(dialect.address(of: .account))
        let follow = try followRequest()
        let connection = VenueConnection(
          address, [follow], dialect.connectionRules, transport, on: loop, owner: self,
          renewing: { [weak self] _ in try? self?.followRequest() })
        self.connection = connection
        connection.start()
      } catch { failOpening(error) }
      let session = NIOLoopBound(self, eventLoop: loop)
      heartbeat = loop.scheduleRepeatedTask(initialDelay: Self.beat, delay: Self.beat) { _ in
        session.value.tick()
      }
    }

    private func followRequest() throws(DialectError) -> VenueRequest {
      try dialect.request(
        .followAccount, id: Self.followID, over: .webSocket,
        at: clock.venueTime(at: WallClock.now))
    }

    func failOpening(_ error: any Error) {
      opening?.fail(error)
      opening = nil
    }

    func close() {
      failOpening(ExchangesError.answer("the session was closed"))
      heartbeat?.cancel()
      connection?.stop()
      connection = nil
    }

    private func lookAtClock() -> EventLoopFuture<Void> {
      let session = NIOLoopBound(self, eventLoop: loop)
      let asked = WallClock.now
      clock.looks(at: asked)
      do throws(DialectError) {
        let request = try dialect.request(.time, id: 0, over: .http, at: asked)
        return rest.send(request).map { session.value.readClock($0, asked) }
      } catch { return loop.makeFailedFuture(error) }
    }

    private func readClock(_ response: VenueResponse, _ asked: Timestamp) {
      var answer = FrameBatch()
      let now = WallClock.now
      guard (try? dialect.answer(response, to: .time, at: now, into: &answer)) == .done else {
        return
      }
      if let news = clock.sample(sent: asked, received: now, venue: answer.venueTime) {
        announce(news)
      }
    }

    // MARK: Orders

    /// Sends what the journal has. What cannot leave now never does, and the journal hears it.
    func send(_ orders: [SentRequest], _ timing: DecisionTiming, at time: Timestamp) {
      for order in orders { machine.note(order, at: time) }
      for action in machine.actions(for: orders, at: time) {
        guard machine.mayLeave(action), !clock.isBeyond || action.isCancel else {
          notSent(action, at: time)
          continue
        }
        let before = figures.requests
        ask(action, at: time)
        if figures.requests > before { tickToOrder.note(timing, written: WallClock.now) }
      }
      flush()
    }

    /// The journal has failed: nothing is left but to take orders back.
    func cancelEverything(_ instruments: [InstrumentID]) {
      let now = WallClock.now
      for instrument in instruments { ask(.cancelAll(instrument), at: now) }
    }

    private func notSent(_ action: VenueAction, at time: Timestamp) {
      figures.notSent += 1
      machine.notSent(action, .other, at: time)
    }

    /// Asks the venue, within its limits.
    private func ask(_ action: VenueAction, at time: Timestamp) {
      let venueTime = clock.venueTime(at: time)
      lastID += 1
      let request: VenueRequest
      do throws(DialectError) {
        request = try dialect.request(action, id: lastID, over: .webSocket, at: venueTime)
      } catch {
        announce("\(error)")
        return machine.notSent(action, .malformed, at: time)
      }
      guard case .frame(let bytes) = request.payload,
        case .go = budget.reserve(weight: request.weight, orders: request.orders, at: venueTime)
      else { return machine.notSent(action, .rateLimit, at: time) }
      guard connection?.send(bytes) == true else {
        return machine.notSent(action, .other, at: time)
      }
      figures.requests += 1
      pending[lastID] = Pending(
        action: action, deadline: time + Self.answerPatience, asked: time)
    }

    private func tick() {
      let now = WallClock.now
      if opening != nil, isUnwanted() {
        failOpening(ExchangesError.answer("the run ended before the account was open"))
      }
      if clock.isDue(at: now) { _ = lookAtClock() }
      for (id, question) in pending where now >= question.deadline {
        pending[id] = nil
        answer(nil, to: question, at: now)
      }
      machine.tick(at: now)
      flush()
    }

    /// How it goes.
    var shown: AccountFigures {
      var shown = figures
      shown.fills = machine.ledger.fills
      shown.duplicates = machine.ledger.duplicates
      shown.liveOrders = machine.ledger.live.count
      shown.underWay = pending.count
      shown.isReady = machine.isReady
      if case .blocked(let differences) = machine.phase { shown.differences = differences }
      if case .halted(_, let sequence) = machine.phase { shown.halt = sequence }
      return shown
    }

    /// Carries out what the machine wants: its questions to the venue, its facts to the engine.
    func flush() {
      while !machine.questions.isEmpty {
        let questions = machine.questions
        machine.questions.removeAll()
        let now = WallClock.now
        for question in questions { ask(question, at: now) }
      }
      inbox.push(machine.facts)
      machine.facts.removeAll(keepingCapacity: true)
      board.show(shown)
    }

    // MARK: What comes in

    func receive(_ frame: Span<UInt8>, on link: LinkID, at time: Timestamp) -> FrameMeaning {
      let meaning = read(frame, at: time)
      defer { flush() }
      guard case .reply(let id) = meaning else {
        machine.take(batch.events)
        if meaning == .accountEnded {
          announce("the venue ended the account's reports")
          connection?.abandon(link)
        }
        return meaning
      }
      let bytes = (0..<frame.count).map { frame[$0] }
      guard id != Self.followID else { return followed(bytes, on: link, at: time) }
      guard let question = pending.removeValue(forKey: id) else { return .counted }
      answer(VenueResponse(frame: bytes), to: question, at: time)
      return .counted
    }

    /// Reads a frame; an asset nobody has named yet is defined on the way.
    private func read(_ frame: Span<UInt8>, at time: Timestamp) -> FrameMeaning {
      while true {
        batch.removeAll()
        do throws(DialectError) {
          return try dialect.decode(frame, at: time, into: &batch)
        } catch {
          guard define(error, at: time) else {
            figures.malformed += 1
            announce("\(error)")
            return .counted
          }
        }
      }
    }

    /// A link on which the account is not followed is of no use: our fills would not be heard of.
    private func followed(
      _ bytes: [UInt8], on link: LinkID, at time: Timestamp
    ) -> FrameMeaning {
      var answer = FrameBatch()
      let outcome = try? dialect.answer(
        VenueResponse(frame: bytes), to: .followAccount, at: time, into: &answer)
      if outcome != .done {
        let reason = ExchangesError.answer(
          "the venue does not follow the account: \(AccountSession.words(outcome))")
        announce("\(reason)")
        failOpening(reason)
        note(outcome, at: time)
        connection?.abandon(link)
      }
      return .subscription(id: Self.followID, isAccepted: outcome == .done)
    }

    /// Reads an answer, or what none means.
    private func answer(_ response: VenueResponse?, to question: Pending, at time: Timestamp) {
      let action = question.action
      let outcome = outcome(of: response, to: action, at: time)
      if let text = Self.trouble(outcome, action) { announce(text) }
      note(outcome, at: time)
      if opening != nil, action == .account { return finishOpening(outcome, at: time) }
      machine.answered(action, outcome, batch, asked: question.asked, at: time)
    }

    /// What an outcome means for whatever is asked next.
    private func note(_ outcome: VenueOutcome?, at time: Timestamp) {
      if outcome == .clockSkew {
        clock.forget()
        _ = lookAtClock()
      }
      if case .limited(let isBan, let wait, let until) = outcome {
        let venueTime = clock.venueTime(at: time)
        budget.block(until: until ?? venueTime + (wait ?? .second), isBan: isBan)
      }
    }

    private func outcome(
      of response: VenueResponse?, to action: VenueAction, at time: Timestamp
    ) -> VenueOutcome {
      while true {
        batch.removeAll()
        do throws(DialectError) {
          return try dialect.answer(response, to: action, at: time, into: &batch)
        } catch {
          if define(error, at: time) { continue }
          announce("\(error)")
          batch.removeAll()
          return (try? dialect.answer(nil, to: action, at: time, into: &batch)) ?? .unknown
        }
      }
    }

    /// Defines an asset that an answer named; false for any other trouble.
    private func define(_ error: DialectError, at time: Timestamp) -> Bool {
      guard case .undefined(let name) = error,
        let facts = assets.define(name, in: &dialect.directory)
      else { return false }
      let events = facts.map { Event(receiveTime: time, $0) }
      if opening != nil { openingFacts += events } else { machine.facts += events }
      return true
    }

    private var openingFacts: [Event] = []

    private func finishOpening(_ outcome: VenueOutcome, at time: Timestamp) {
      guard outcome == .done else {
        return failOpening(
          ExchangesError.answer(
            "the venue does not say what the account holds: \(Self.words(outcome))"))
      }
      opening?.succeed(
        openingFacts
          + batch.statements.map {
            Event(receiveTime: time, venueTime: $0.time, .balance($0.balance))
          })
      opening = nil
      machine.connected(at: time)
    }

    // MARK: The connection

    func willSubscribe(at time: Timestamp) {}

    func connected(at time: Timestamp) {
      // What the account holds stands at a journal's head, so it is asked for before anything else.
      guard opening == nil else { return ask(.account, at: time) }
      machine.connected(at: time)
      flush()
    }

    /// Reports come on both links for a while; the ledger drops what comes twice.
    func replaced(by link: LinkID) {}

    func lost(at time: Timestamp) {
      machine.lost(at: time)
      let questions = pending
      pending.removeAll()
      for (_, question) in questions.sorted(by: { $0.key < $1.key }) {
        answer(nil, to: question, at: time)
      }
      flush()
    }

    func closed(_ link: LinkID, reason: String) {
      announce("account connection \(link): \(reason)")
    }

    func refused(_ request: VenueRequest) {}
  }
#endif
