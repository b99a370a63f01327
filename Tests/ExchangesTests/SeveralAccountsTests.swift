/// Sessions at several venues in worlds that a test moves by hand, behind one gateway and one state: what
/// one hears of, counts and asks for is its own venue's.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("Accounts at several venues")
  struct SeveralAccountsTests {
    /// A session at one of them, driven at once instead of on a thread.
    private final class HandMovedAccount: VenueAccount {
      let name: String
      let world = HandMovedWorld()
      let inbox: Inbox
      let board = AccountBoard()
      let session: AccountSession<KrakenDialect>
      private var trades = RecalledTrades()
      /// Orders of the journal that the session asks for.
      var takenUp: [OrderID] = []

      init(_ number: Int, _ definitions: [Event], _ ids: AssetIDs, _ inbox: Inbox) throws {
        name = "venue\(number)"
        self.inbox = inbox
        world.answers = [
          "OpenPositions": [#"{"error":[],"result":{}}"#],
          "Time": [#"{"error":[],"result":{"unixtime":1762820224}}"#],
          "GetWebSocketsToken": [#"{"error":[],"result":{"token":"TOKEN","expires":900}}"#],
          "OpenOrders": [#"{"error":[],"result":{"open":{}}}"#],
          "ClosedOrders": [#"{"error":[],"result":{"closed":{}}}"#],
        ]
        var secret = Array("c2VjcmV0IGtleSBvZiBhIHRlc3Q=".utf8)
        let key = try Credentials(
          apiKey: name, signer: try RequestSigner(Secret(wiping: &secret)))
        let window = Interval(nanoseconds: 1_000_000_000)
        var dialect = KrakenDialect(
          hosts: KrakenDialect.profile.hosts, orders: ClientOrderIDs(journal: 1), credentials: key,
          window: window)
        let assets = try AssetBook.read(
          definitions, of: .several(number - 1, name), ids, into: &dialect.directory)
        session = try AccountSession(
          dialect, key: KeyIdentity(id: UInt32(number), fingerprint: 0), assets, window: window,
          inbox, board, in: world, announce: { _ in })
      }

      /// What the venue says that the account holds.
      func hold(_ balances: [String: String]) {
        let rows = balances.sorted { $0.key < $1.key }.map {
          #""\#($0.key)":{"balance":"\#($0.value)","hold_trade":"0"}"#
        }
        world.answers["BalanceEx"] = [
          #"{"error":[],"result":{"# + rows.joined(separator: ",") + "}}"
        ]
      }

      func open(unless isUnwanted: @escaping @Sendable () -> Bool) throws -> [Event] {
        var opened: Result<[Event], any Error>?
        session.open(unless: isUnwanted) { opened = $0 }
        world.pass(milliseconds: 100)
        world.say(
          #"{"method":"subscribe","result":{"channel":"executions"},"success":true,"req_id":1}"#)
        world.pass(milliseconds: 100)
        return try #require(opened).get()
      }
      var figures: AccountFigures { board.figures }
      var tickToOrder: TickToOrder { session.tickToOrder }
      func recall(_ fill: Fill) { trades.note(fill) }
      func begin(_ state: borrowing State, replayed last: Sequence64) {
        session.begin(state, replayed: last, trades: trades.inOrder, sentUntil: world.steady)
        takenUp = session.machine.ledger.orders
        for _ in 0..<4 {
          world.pass(milliseconds: 2_000)
          world.say(#"{"channel":"heartbeat"}"#)
        }
      }
      func permit(_ key: KeyChange) { session.permit(key) }
      func send(_ orders: [SentRequest], _ timing: DecisionTiming) { session.send(orders, timing) }
      func end() -> [OrderID] { session.end() }
      func cancelEverything(_ instruments: [InstrumentID]) {
        session.cancelEverything(instruments)
      }
      func linger() {}
      func close() { session.close() }

      /// Messages of a method that the venue was sent.
      func sent(_ method: String) -> [String] {
        Array(world.sockets.map(\.sent).joined().filter { $0.contains(method) })
      }
    }

    /// Several venues, a journal's state, and the gateway between them.
    private final class Stage {
      let accounts: [HandMovedAccount]
      let gateway: VenueGateway<HandMovedAccount>
      let inbox = Inbox()
      var state = State()

      /// - Parameters:
      ///   - count: of venues.
      ///   - state: what a journal that is gone on with led to.
      ///   - further: its definitions beside those of the instruments.
      init(_ count: Int, from state: State? = nil, _ further: [Event] = []) throws {
        let definitions = Self.definitions(count)
        let (ids, inbox) = (AssetIDs(), inbox)
        accounts = try (1...count).map {
          try HandMovedAccount($0, definitions + further, ids, inbox)
        }
        gateway = VenueGateway(
          accounts, instruments: (0..<count).map { [InstrumentID(UInt16($0))] })
        for account in accounts { account.hold(["ZUSD": "1000", "XXBT": "2"]) }
        if let state { self.state = state } else { take(definitions) }
      }

      /// BTC/USD at each venue, with assets of its own.
      static func definitions(_ count: Int) -> [Event] {
        var bodies: [EventBody] = []
        for number in 0..<UInt16(count) {
          for (id, code) in [(2 * number, "BTC"), (2 * number + 1, "USD")] {
            bodies.append(.asset(AssetDefinition(asset: AssetID(id))))
            bodies += Text.run(subject: .asset, id: id, "venue\(number + 1):\(code)").map {
              .text($0)
            }
          }
          bodies.append(
            .instrument(
              InstrumentDefinition(
                instrument: InstrumentID(number), base: AssetID(2 * number),
                quote: AssetID(2 * number + 1), tick: Decimal64(mantissa: 1, scale: 1),
                lot: Decimal64(mantissa: 1, scale: 8))))
          let name = "venue\(number + 1):BTC/USD"
          bodies += Text.run(subject: .instrument, id: number, name).map { .text($0) }
        }
        return bodies.map { Event(receiveTime: .distantPast, $0) }
      }

      func take(_ events: [Event]) {
        for event in events { reduce(&state, event) }
      }

      /// What the sessions tell, which the state takes.
      func hear() -> [Event] {
        var facts: ContiguousArray<Event> = []
        _ = inbox.take(into: &facts)
        take(Array(facts))
        return Array(facts)
      }

      /// Opens all, and takes up what the journal has.
      func begin() throws -> [Event] {
        let opening = try gateway.open(unless: { false })
        take(opening)
        gateway.begin(state, replayed: state.sequence)
        return opening
      }

      /// An order that the journal has.
      func order(_ instrument: UInt16, lots: Int64 = 1_000_000) -> SentRequest {
        let terms = OrderTerms(
          instrument: InstrumentID(instrument), side: .buy, type: .limit,
          quantity: Quantity(lots: lots), price: Price(ticks: 300_000))
        take([Event(receiveTime: .distantPast, .order(Order(cause: 1, terms: terms)))])
        return SentRequest(id: OrderID(state.sequence), request: .place(terms))
      }
    }

    private static let timing = DecisionTiming(fact: .none, secured: .none, journal: .zero)

    @Test("three accounts open as one, and the same dollar is another at each")
    func opening() throws {
      let stage = try Stage(3)
      for account in stage.accounts { account.hold(["ZUSD": "1000", "XXBT": "2", "ZEUR": "5"]) }
      let opening = try stage.begin()
      var names: [UInt16: String] = [:]
      for event in opening {
        if case .text(let text) = event.body {
          names[text.id, default: ""] += String(decoding: text.utf8, as: UTF8.self)
        }
      }
      #expect(names == [6: "venue1:EUR", 7: "venue2:EUR", 8: "venue3:EUR"])
      #expect(opening.filter { $0.kind == .balance }.count == 9)
      #expect(stage.gateway.figures.map(\.isReady) == [true, true, true])
      #expect(stage.accounts.map(\.session.phase) == [.ready, .ready, .ready])
      let venues = stage.hear().compactMap { event -> UInt16? in
        if case .connected(let report) = event.body { report.venue } else { nil }
      }
      #expect(venues == [1, 2, 3])
    }

    @Test("an order is known to its own venue alone")
    func orders() throws {
      let stage = try Stage(2)
      _ = try stage.begin()
      let sent = [stage.order(1), stage.order(0), stage.order(1)]
      stage.gateway.send(sent, Self.timing)
      #expect(stage.accounts.map { $0.sent("add_order").count } == [1, 2])
      #expect(stage.gateway.end() == [[sent[1].id], [sent[0].id, sent[2].id]])
      // Nobody but its venue has it, so only that one is asked to take it back.
      stage.gateway.send(
        [SentRequest(id: sent[0].id, request: .cancel(sent[0].id))], Self.timing)
      let canceled = stage.accounts.map { $0.sent("cancel_order").count }
      #expect(canceled == [0, 1])
    }

    @Test("a venue that is away holds back its own orders, and the journal hears it")
    func away() throws {
      let stage = try Stage(2)
      _ = try stage.begin()
      _ = stage.hear()
      stage.accounts[0].world.drop()
      let sent = [stage.order(0), stage.order(1)]
      stage.gateway.send(sent, Self.timing)
      #expect(stage.accounts.map { $0.sent("add_order").count } == [0, 1])
      let facts = stage.hear().map(\.body)
      #expect(
        facts.contains(.disconnected(ConnectionReport(venue: 1, stream: .account))))
      let failed = facts.compactMap { body -> OrderID? in
        if case .sendFailed(let report) = body { report.order } else { nil }
      }
      #expect(failed == [sent[0].id])
      #expect(stage.gateway.figures.map(\.isReady) == [false, true])
    }

    @Test("what one venue holds that nothing explains halts the run, in that venue's asset")
    func difference() throws {
      let stage = try Stage(2)
      stage.take(try stage.gateway.open(unless: { false }))
      stage.accounts[1].hold(["ZUSD": "990", "XXBT": "2"])
      stage.gateway.begin(stage.state, replayed: stage.state.sequence)
      #expect(stage.accounts[0].session.phase == .ready)
      let found = stage.gateway.figures.map(\.differences)
      #expect(found[0].isEmpty)
      #expect(found[1].map(\.asset) == [AssetID(3)])
      let facts = stage.hear().map(\.kind)
      #expect(facts.filter { $0 == .adjustment || $0 == .halt } == [.adjustment, .halt])
      // One risk state: it is halted for both, and the run ends in order.
      #expect(stage.state.risk.halt == .operatorCommand)
      #expect(stage.state.account.balance(AssetID(3)) == Money(units: 990 * Money.one.units))
      var course = TradingCourse(cancelsOrders: [true, true])
      let step = course.step(
        stage.gateway.figures, isWanted: true, at: Timestamp(nanoseconds: 0))
      #expect(step == .end)
    }

    @Test("a venue that does not let us in is named, and the others are closed")
    func refusal() throws {
      let stage = try Stage(3)
      stage.accounts[1].world.answers["GetWebSocketsToken"] = [#"{"error":["EAPI:Invalid key"]}"#]
      let failure = #expect(throws: VenueFailure.self) { try stage.begin() }
      #expect(failure?.venue == "venue2")
      #expect(failure.map { "\($0)" }?.contains("EAPI:Invalid key") == true)
      #expect(stage.accounts[0].world.sockets.map(\.isClosed) == [true])
      #expect(stage.accounts[2].world.sockets.isEmpty && stage.accounts[2].world.asked.isEmpty)
    }

    @Test("a run that goes on asks each venue for its own orders and compares its own balances")
    func restart() throws {
      let first = try Stage(2)
      for account in first.accounts { account.hold(["ZUSD": "1000", "XXBT": "2", "ZEUR": "5"]) }
      let opening = try first.begin()
      first.gateway.send([first.order(0), first.order(1)], Self.timing)
      _ = first.hear()
      let alive = first.state.orders.live.map(\.id)
      #expect(alive.count == 2)

      let next = try Stage(2, from: first.state, opening.filter { $0.kind.isDefinition })
      for account in next.accounts { account.hold(["ZUSD": "1000", "XXBT": "2", "ZEUR": "5"]) }
      let further = try next.gateway.open(unless: { false })
      #expect(further.filter { $0.kind.isDefinition }.isEmpty)
      next.gateway.begin(next.state, replayed: next.state.sequence)
      #expect(next.accounts.map(\.takenUp) == alive.map { [$0] })
      let ended = next.hear().compactMap { event -> OrderID? in
        if case .sendFailed(let report) = event.body { report.order } else { nil }
      }
      #expect(Set(ended) == Set(alive) && ended.count == 2)
      #expect(next.gateway.figures.map(\.isReady) == [true, true])
    }

    @Test("a key that may sign is for the venue whose key it is")
    func keys() throws {
      let stage = try Stage(2)
      _ = try stage.begin()
      var secret = Array("c2VjcmV0IG9mIGFub3RoZXIga2V5IQ==".utf8)
      let key = try Credentials(
        apiKey: "another", signer: try RequestSigner(Secret(wiping: &secret)))
      stage.accounts[1].session.offer(KeyIdentity(id: 7, fingerprint: 7), KeptKey(key))
      stage.gateway.permit(KeyChange(.activated, id: 7, fingerprint: 7))
      for account in stage.accounts { account.world.pass(milliseconds: 200) }
      let names = stage.accounts.map { account in
        account.world.asked.filter { $0.path.hasSuffix("GetWebSocketsToken") }.map(\.key)
      }
      #expect(names == [["venue1"], ["venue2", "another"]])
    }
  }
#endif
