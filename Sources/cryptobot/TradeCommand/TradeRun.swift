/// One run at its venues: its journal begun or taken up, its plan, the engine, and what it leaves.

#if Live
  import Dialects
  import Exchanges
  import Journal
  import Research
  import Store
  import TradingCore

  struct TradeRun {
    private let scenario: Scenario
    private let streams: [RecordingPlan]
    private let session: TradingSession
    private let file: String
    private let folder: String
    private let journal: LiveJournal
    private let continued: ContinuedJournal
    /// What the engine writes to: the journal, with the log beside it.
    private let sink: LoggedJournal
    private let log: RunLog
    private let past: RecordedDefinitions
    private let started = monotonicSeconds()

    /// Opens the journal.
    /// - Throws: `JournalError`, and `CommandFailure` where the journal was begun by another scenario or is
    ///   the other kind of run's.
    init(
      _ scenario: Scenario, _ streams: [RecordingPlan], _ session: TradingSession, file: String,
      journal folder: String, isPaper: Bool, log: RunLog
    ) throws {
      (self.scenario, self.streams, self.session) = (scenario, streams, session)
      (self.file, self.folder) = (file, folder)
      // Looked at before it is opened, so that nothing is added to a journal that is not ours.
      if let head = try? RecordedDefinitions(of: folder, upTo: Self.headLength), !head.isEmpty {
        try Self.expect(scenario, file, in: folder, head)
      }
      let announce = log.announce
      journal = try LiveJournal(opening: folder, build: Version.text, keys: JournalKeys.folder) {
        announce("\($0)")
      }
      continued = try ContinuedJournal(journal, in: folder)
      sink = LoggedJournal(continued, after: continued.lastRecorded, log)
      self.log = log
      past = try RecordedDefinitions(of: folder, upTo: continued.lastRecorded)
      guard !isFresh else { return }
      try Self.expect(scenario, file, in: folder, past)
      guard past.hasAccount != isPaper else {
        throw CommandFailure(
          .refused,
          "\(folder) was begun \(isPaper ? "live" : "on paper"); go on with it "
            + "\(isPaper ? "with --live" : "with --paper"), or begin a new journal", .input)
      }
    }

    /// Events within which a journal says which scenario it was begun with.
    private static let headLength: Sequence64 = 4_096

    private static func expect(
      _ scenario: Scenario, _ file: String, in folder: String, _ past: RecordedDefinitions
    ) throws(CommandFailure) {
      guard past.scenario == scenario.text else {
        throw CommandFailure(
          .refused,
          "\(folder) was begun with another scenario or other settings than \(file) and `cryptobot config "
            + "show` have now; go on with those, or begin a new journal", .input)
      }
    }

    /// When the run's first fact was received.
    private var begun: Timestamp { session.definitions.first?.receiveTime ?? WallClock.now }

    private var isFresh: Bool { continued.lastRecorded == 0 }

    /// Runs behind a simulated exchange. A journal that is gone on with runs again from its first fact, so
    /// that the simulated exchange knows every order.
    func paper() throws -> RunOutcome {
      let now = WallClock.now
      let plan = try beforehand {
        try self.plan(session.definitions, head: isFresh ? begun : past.created)
      }
      let head = (isFresh ? [] : session.interruption(at: now)) + session.definitions
      let live = session.feed(head: head)
      let feed: any Feed =
        isFresh
        ? live
        : ChainedFeed(
          try RecordedFacts(
            of: folder, skipping: plan.preamble.count, upTo: continued.lastRecorded), live)
      let setup = RunSetup(
        feed: feed, preamble: plan.preamble, journal: sink, watcher: NullWatcher(),
        isLive: true)
      return try plan.strategies.backtest(setup)
    }

    /// Runs at the venues.
    /// - Parameter keys: one for each of `choices`.
    func live(
      _ keys: [RunKey], _ choices: [VenueChoice], isResuming: Bool
    ) throws -> RunOutcome {
      let now = WallClock.now
      let opening = try beforehand { try open(keys, choices) }
      let signing = keys.map { key in
        Event(
          receiveTime: now,
          .key(KeyChange(.activated, id: key.identity.id, fingerprint: key.identity.fingerprint)))
      }
      let assets = opening.filter { $0.kind.isDefinition }
      let plan = try beforehand {
        let plan = try self.plan(
          past.events + session.definitions + assets, head: isFresh ? begun : past.created)
        try session.note(plan.preamble)
        return plan
      }
      var head = plan.beginning(session.definitions, account: opening)
      if !isFresh {
        head = session.interruption(at: now) + session.definitions + assets
        if isResuming { head.append(Event(receiveTime: now, .resume(HaltCommand(reason: 0)))) }
      }
      head += signing
      let recorded: any Feed =
        isFresh ? ArrayFeed([]) : try RecordedFacts(of: folder, upTo: continued.lastRecorded)
      guard let gateway = session.gateway else {
        preconditionFailure("TradeRun: no account was opened")
      }
      let watch = try beforehand { try StoredKeys.follow(by: Array(zip(keys, gateway.accounts))) }
      defer { watch?.stop() }
      do {
        return try plan.strategies.live(
          LiveSetup(
            recorded: recorded, inbox: session.feed(head: head), gateway: gateway,
            journal: gateway.timed(sink), watcher: NullWatcher()))
      } catch EngineFault.journal(let reason) {
        gateway.cancelEverything()
        throw EngineFault.journal(reason + "; every order was asked to be canceled")
      }
    }

    private func open(_ keys: [RunKey], _ choices: [VenueChoice]) throws -> [Event] {
      do {
        return try session.open(
          try zip(keys, choices).map { key, choice in
            key.access(window: choice.window, deadMansSwitch: try choice.keptSwitch(file))
          }, recorded: past.events,
          journal: try orderPrefix(), announce: log.announce)
      } catch {
        try Interrupt.check()
        throw error
      }
    }

    /// What a run that goes on with a journal says when it is stopped before it could.
    private static let interruptedAgain = CommandFailure(
      .interrupted,
      "interrupted before the account was open: the journal is as it was, and so is every order that it left open "
        + "at the venue; start the run again to take them up")

    /// Does what comes before the first event. A run that ends in it leaves no journal that was not there, though
    /// it was begun: names of orders are made of its id.
    func beforehand<Answer>(_ work: () throws -> Answer) throws -> Answer {
      do { return try work() } catch {
        guard isFresh else { throw Interrupt.isRequested ? Self.interruptedAgain : error }
        do throws(JournalError) { try journal.closeUnused() } catch {
          log.announce("\(folder) stays, though this run recorded nothing in it: \(error)")
        }
        throw error
      }
    }

    private func plan(_ definitions: [Event], head: Timestamp) throws -> RunPlan {
      var (kinds, candleWidths): (Set<EventKind>, [Interval]) = ([], [])
      for kind in streams.flatMap(\.kinds) {
        switch kind {
        case .trades, .aggregateTrades: kinds.insert(.trade)
        case .quotes: kinds.insert(.quote)
        case .depth, .topLevels: kinds.insert(.bookSnapshot)
        case .candles(let seconds):
          kinds.insert(.candle)
          candleWidths.append(Interval(nanoseconds: Int64(seconds) * Interval.second.nanoseconds))
        }
      }
      return try RunPlan(
        scenario,
        SourceSurvey(
          venue: streams.map(\.venue).joined(separator: ", "), definitions: definitions,
          kinds: kinds, candleWidths: candleWidths,
          head: head),
        file: file)
    }

    /// What makes our orders' names: 64 bits of the journal's id.
    private func orderPrefix() throws -> UInt64 {
      try JournalReader(opening: folder, acceptingOpen: true).facts.identity.id.low
    }

    /// Seals the journal and says what has become of the run.
    func finish(_ outcome: RunOutcome, _ choices: [VenueChoice], isJSON: Bool) throws {
      let accounts = Array(zip(choices, session.gateway?.figures ?? []))
      let latency = session.gateway?.tickToOrder
      session.close()
      // Said before the journal is sealed and read, which may fail.
      var known = past.names
      for definition in session.definitions { known.learn(definition) }
      for warning in RunClosing(accounts, of: folder, outcome.state, known).openOrders {
        log.announce(warning)
      }
      try journal.close()
      if let failure = session.failure { throw failure }
      let names = try RecordedDefinitions(of: folder, upTo: outcome.state.sequence).names
      let closing = RunClosing(accounts, of: folder, outcome.state, names)
      try closing.expectKeys()
      try closing.expectAgreement()
      try closing.expectEnds()
      let view = StateView(
        state: outcome.state, names: names, folded: outcome.state.sequence - continued.lastRecorded,
        seconds: monotonicSeconds() - started)
      guard let latency else { return try Output.result(isJSON ? view.json.text() : view.text) }
      let members = view.json.members + [("tickToOrder", latency.json)]
      try Output.result(isJSON ? JSONValue.object(members).text() : view.text + "\n" + latency.text)
    }
  }

  /// One feed after another.
  private final class ChainedFeed: Feed {
    private let feeds: [any Feed]
    private var place = 0

    init(_ feeds: any Feed...) { self.feeds = feeds }

    func next(into batch: inout EventBatch) throws(EngineFault) -> Bool {
      while place < feeds.count {
        if try feeds[place].next(into: &batch) { return true }
        place += 1
      }
      return false
    }
  }
#endif
