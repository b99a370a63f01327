/// A session at a venue whose questions go over HTTP and whose links sign in with a token, in a world that a
/// test moves by hand.

#if Live
  import Dialects
  import Synchronization
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("A session that signs in with a token and asks over HTTP")
  struct TokenSessionTests {
    private static let token = #"{"error":[],"result":{"token":"TOKEN%","expires":900}}"#
    private static let balances =
      #"{"error":[],"result":{"ZUSD":{"balance":"1000","hold_trade":"0"},"#
      + #""XXBT":{"balance":"2","hold_trade":"0"}}}"#

    private static var definitions: [Event] {
      let bodies: [EventBody] =
        [.asset(AssetDefinition(asset: AssetID(0)))]
        + Text.run(subject: .asset, id: 0, "BTC").map { .text($0) }
        + [.asset(AssetDefinition(asset: AssetID(1)))]
        + Text.run(subject: .asset, id: 1, "USD").map { .text($0) }
        + [
          .instrument(
            InstrumentDefinition(
              instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
              tick: Decimal64(mantissa: 1, scale: 1), lot: Decimal64(mantissa: 1, scale: 8)))
        ] + Text.run(subject: .instrument, id: 0, "BTC/USD").map { .text($0) }
      return bodies.map { Event(receiveTime: .distantPast, $0) }
    }

    /// What a person was told.
    final class Said: Sendable {
      private let all = Mutex<[String]>([])
      var texts: [String] { all.withLock { $0 } }
      func add(_ text: String) { all.withLock { $0.append(text) } }
    }

    /// A session and its world, with what the opening brought.
    final class Stage {
      let world = HandMovedWorld()
      let inbox = Inbox()
      let said = Said()
      let session: AccountSession<KrakenDialect>
      var opened: [Event]?
      var failure: (any Error)?

      init(_ deadMansSwitch: DeadMansSwitch? = nil) throws {
        world.answers = [
          "Time": [#"{"error":[],"result":{"unixtime":%seconds}}"#],
          "GetWebSocketsToken": ["1", "2"].map { TokenSessionTests.token.replacing("%", with: $0) },
          "BalanceEx": [TokenSessionTests.balances],
          "OpenPositions": [#"{"error":[],"result":{}}"#],
        ]
        let key = try TokenSessionTests.credentials("first")
        var dialect = KrakenDialect(
          hosts: KrakenDialect.profile.hosts, orders: ClientOrderIDs(journal: 1), credentials: key,
          window: Interval(nanoseconds: 1_000_000_000))
        let assets = try AssetBook.read(TokenSessionTests.definitions, into: &dialect.directory)
        session = try AccountSession(
          dialect, assets, window: Interval(nanoseconds: 1_000_000_000),
          deadMansSwitch: deadMansSwitch, inbox, AccountBoard(), in: world,
          announce: { [said] in said.add($0) })
      }

      func open() {
        session.open(
          unless: { false },
          then: { [weak self] result in
            switch result {
            case .success(let events): self?.opened = events
            case .failure(let error): self?.failure = error
            }
          })
        world.pass(milliseconds: 100)
      }

      /// Opens, follows, takes up the journal and counts.
      func becomeReady() throws {
        open()
        world.say(
          #"{"method":"subscribe","result":{"channel":"executions"},"success":true,"req_id":1}"#)
        world.pass(milliseconds: 100)
        var state = State()
        for event in TokenSessionTests.definitions + (try #require(opened)) {
          reduce(&state, event)
        }
        session.begin(state, replayed: state.sequence, trades: [], sentUntil: world.steady)
        world.pass(milliseconds: 1_000)
      }

      var facts: [EventBody] {
        var taken: ContiguousArray<Event> = []
        _ = inbox.take(into: &taken)
        return taken.map(\.body)
      }
    }

    fileprivate static func credentials(_ id: String) throws -> Credentials {
      var secret = Array("c2VjcmV0IGtleSBvZiBhIHRlc3Q=".utf8)
      return try Credentials(apiKey: id, signer: try RequestSigner(Secret(wiping: &secret)))
    }

    static let terms = OrderTerms(
      instrument: InstrumentID(0), side: .buy, type: .limit, quantity: Quantity(lots: 1_000_000),
      price: Price(ticks: 300_000))

    @Test("the token is got before the link opens, and the account is asked for over HTTP")
    func opening() throws {
      let stage = try Stage()
      try stage.becomeReady()
      #expect(
        stage.world.asked.map(\.path).prefix(4) == [
          "/0/public/Time", "/0/private/GetWebSocketsToken", "/0/private/OpenPositions",
          "/0/private/BalanceEx",
        ])
      #expect(stage.world.sockets.first?.sent.first?.contains(#""token":"TOKEN1""#) == true)
      #expect(stage.opened?.map(\.body.kind) == [.balance, .balance])
      #expect(stage.session.phase == .ready)
    }

    @Test(
      "an account with margin positions is not opened, nor one that does not say whether it has any"
    )
    func positions() throws {
      let position =
        #"{"TF4RHX-FZPAS-ABCDEF":{"pair":"XXBTZUSD","time":1714500000.1,"type":"sell","#
        + #""cost":"50000.00","vol":"0.50000000","vol_closed":"0.10000000","margin":"10000.00"}}"#
      for (answer, words) in [
        (#"{"error":[],"result":\#(position)}"#, "(short 0.4 XXBTZUSD)"),
        (#"{"error":["EGeneral:Permission denied"]}"#, "EGeneral:Permission denied"),
        (#"{"error":["EService:Unavailable"]}"#, "on credit: no answer"),
      ] {
        let stage = try Stage()
        stage.world.answers["OpenPositions"] = [answer]
        stage.open()
        stage.world.say(
          #"{"method":"subscribe","result":{"channel":"executions"},"success":true,"req_id":1}"#)
        stage.world.pass(milliseconds: 100)
        #expect(stage.opened == nil)
        #expect("\(try #require(stage.failure))".contains(words))
        #expect(!stage.world.asked.map(\.path).contains("/0/private/BalanceEx"))
      }
    }

    @Test("an order leaves over the link, its doubt is settled over HTTP")
    func order() throws {
      let stage = try Stage()
      try stage.becomeReady()
      _ = stage.facts
      let name = ClientOrderIDs(journal: 1).text(OrderID(9))
      stage.world.answers["OpenOrders"] = [#"{"error":[],"result":{"open":{}}}"#]
      stage.world.answers["ClosedOrders"] = [
        #"{"error":[],"result":{"closed":{"OABCDE-12345-FGHIJ":{"cl_ord_id":"\#(name)","#
          + #""status":"canceled","opentm":1762820225.5,"descr":{"pair":"XBTUSD","type":"buy","#
          + #""ordertype":"limit","price":"30000.0"},"vol":"0.01000000","vol_exec":"0.00000000"}}}}"#
      ]
      stage.session.send(
        [SentRequest(id: OrderID(9), request: .place(Self.terms))],
        DecisionTiming(fact: stage.world.now, secured: stage.world.now, journal: .zero))
      let sent = try #require(stage.world.sockets.last?.sent.last)
      #expect(sent.contains(#""method":"add_order""#) && sent.contains(name))
      // Nobody answers: after a while what became of it is unknown, and asked for.
      for _ in 0..<4 {
        stage.world.pass(milliseconds: 5_000)
        stage.world.say(#"{"channel":"heartbeat"}"#)
      }
      #expect(stage.facts.map(\.kind) == [.unknown, .accepted, .canceled])
      let searched = stage.world.asked.map(\.path).filter { $0.hasSuffix("Orders") }
      #expect(searched == ["/0/private/OpenOrders", "/0/private/ClosedOrders"])
    }

    @Test(
      "where nothing replaces in one request, the old order is canceled, also while the link is away",
      arguments: [false, true])
    func replacement(isAway: Bool) throws {
      let stage = try Stage()
      try stage.becomeReady()
      let timing = DecisionTiming(
        fact: stage.world.now, secured: stage.world.now, journal: .zero)
      stage.session.send([SentRequest(id: OrderID(9), request: .place(Self.terms))], timing)
      if isAway { stage.world.drop() }
      _ = stage.facts
      var other = Self.terms
      other.list = ListPlace(.replacement, offset: 0, isLast: true)
      stage.session.send(
        [
          SentRequest(id: OrderID(10), request: .cancel(OrderID(9))),
          SentRequest(id: OrderID(11), request: .place(other)),
        ], timing)
      let name = ClientOrderIDs(journal: 1).text(OrderID(9))
      if isAway {
        #expect(stage.world.asked.last?.path.hasSuffix("CancelOrder") == true)
      } else {
        #expect(
          stage.world.sockets.last?.sent.last?.contains(
            #""method":"cancel_order","params":{"cl_ord_id":["\#(name)"]"#) == true)
      }
      guard case .sendFailed(let report)? = stage.facts.first else {
        Issue.record("nobody heard that the other was not placed")
        return
      }
      #expect(report.order == OrderID(11))
    }

    @Test("a token is renewed in time, and a new link takes the latest")
    func renewal() throws {
      let stage = try Stage()
      try stage.becomeReady()
      for _ in 0..<120 {
        stage.world.pass(milliseconds: 5_000)
        stage.world.say(#"{"channel":"heartbeat"}"#)
      }
      let renewed = stage.world.asked.filter { $0.path.hasSuffix("GetWebSocketsToken") }
      #expect(renewed.count == 2)
      stage.world.drop()
      stage.world.pass(milliseconds: 5_000)
      #expect(stage.world.sockets.count == 2)
      #expect(stage.world.sockets.last?.sent.first?.contains(#""token":"TOKEN2""#) == true)
    }

    @Test("a token that the venue does not know any more is got anew, and the key is not to blame")
    func staleToken() throws {
      let stage = try Stage()
      try stage.becomeReady()
      stage.session.offer(
        KeyIdentity(id: 2, fingerprint: 2, until: stage.world.now + .hour),
        KeptKey(try Self.credentials("second")))
      stage.session.permit(KeyChange(.graced, id: 2, fingerprint: 2))
      _ = stage.facts
      stage.world.drop()
      stage.world.pass(milliseconds: 5_000)
      stage.world.say(
        #"{"method":"subscribe","error":"ESession:Invalid session","success":false,"req_id":1}"#)
      stage.world.pass(milliseconds: 5_000)
      let asked = stage.world.asked.filter { $0.path.hasSuffix("GetWebSocketsToken") }
      #expect(asked.map(\.key) == ["first", "first"])
      #expect(stage.world.sockets.last?.sent.first?.contains(#""token":"TOKEN2""#) == true)
      #expect(!stage.facts.map(\.kind).contains(.key))
    }

    @Test("a new key gets a token of its own before a link signs in with it")
    func newKey() throws {
      let stage = try Stage()
      try stage.becomeReady()
      let key = KeyIdentity(id: 2, fingerprint: 2)
      stage.session.offer(key, KeptKey(try Self.credentials("second")))
      stage.session.permit(KeyChange(.activated, id: 2, fingerprint: 2))
      #expect(stage.world.sockets.count == 1)
      stage.world.pass(milliseconds: 200)
      let asked = stage.world.asked.filter { $0.path.hasSuffix("GetWebSocketsToken") }
      #expect(asked.map(\.key) == ["first", "second"])
      #expect(stage.world.sockets.count == 2)
      #expect(stage.world.sockets.last?.sent.first?.contains(#""token":"TOKEN2""#) == true)
    }

    @Test(
      "the dead man's switch is armed before an order leaves, put off, and taken back at the end")
    func deadMansSwitch() throws {
      let span = Interval(nanoseconds: 9_000_000_000)
      let stage = try Stage(DeadMansSwitch(after: span, sparesOrders: false))
      try stage.becomeReady()
      func asked() -> [String] {
        (stage.world.sockets.last?.sent ?? []).filter { $0.contains("cancel_all_orders_after") }
      }
      #expect(asked().count == 1 && asked()[0].contains(#""timeout":9,"#))
      stage.world.pass(milliseconds: 6_000)
      #expect(asked().count == 3)
      let timing = DecisionTiming(
        fact: stage.world.now, secured: stage.world.now, journal: .zero)
      stage.session.send([SentRequest(id: OrderID(9), request: .place(Self.terms))], timing)
      #expect(stage.session.end() == [OrderID(9)])
      stage.world.pass(milliseconds: 2_000)
      #expect(asked().count == 3, "an order may be open: it is left to the venue")
      stage.world.say(
        #"{"channel":"executions","type":"update","data":[{"order_id":"OK4GJX-KSTLS-7DZZO5","#
          + #""cl_ord_id":"\#(ClientOrderIDs(journal: 1).text(OrderID(9)))","symbol":"BTC/USD","#
          + #""exec_type":"canceled","timestamp":"2025-11-11T00:17:05.000000Z"}],"sequence":1}"#)
      #expect(asked().last?.contains(#""timeout":0,"#) == true)
    }

    @Test(
      "while the link is away no order leaves, and what is open is canceled and looked up over HTTP"
    )
    func away() throws {
      let span = Interval(nanoseconds: 9_000_000_000)
      let stage = try Stage(DeadMansSwitch(after: span, sparesOrders: false))
      try stage.becomeReady()
      let timing = DecisionTiming(
        fact: stage.world.now, secured: stage.world.now, journal: .zero)
      stage.session.send([SentRequest(id: OrderID(9), request: .place(Self.terms))], timing)
      let name = ClientOrderIDs(journal: 1).text(OrderID(9))
      let sent = try #require(stage.world.sockets.last?.sent.last)
      let id = try #require(sent.split(separator: "\"req_id\":").last?.dropLast())
      stage.world.say(
        #"{"method":"add_order","req_id":\#(id),"success":true,"#
          + #""time_out":"2025-11-11T00:17:05.000Z","result":{"order_id":"OK4GJX-KSTLS-7DZZO5"}}"#)
      stage.world.drop()
      _ = stage.facts
      let first = stage.world.asked.count
      #expect(stage.session.end() == [OrderID(9)])
      stage.world.answers["CancelOrder"] = [
        #"{"error":["EAPI:Invalid nonce"]}"#, #"{"error":[],"result":{"count":1}}"#,
      ]
      stage.world.answers["CancelAllOrdersAfter"] = [#"{"error":[],"result":{}}"#]
      stage.world.answers["OpenOrders"] = [#"{"error":[],"result":{"open":{}}}"#]
      stage.world.answers["ClosedOrders"] = [
        #"{"error":[],"result":{"closed":{"OK4GJX-KSTLS-7DZZO5":{"cl_ord_id":"\#(name)","#
          + #""status":"canceled","opentm":1762820225.5,"descr":{"pair":"XBTUSD","type":"buy","#
          + #""ordertype":"limit","price":"30000.0"},"vol":"0.01000000","vol_exec":"0.00000000"}}}}"#
      ]
      stage.session.send(
        [
          SentRequest(id: OrderID(10), request: .place(Self.terms)),
          SentRequest(id: OrderID(11), request: .cancel(OrderID(9))),
        ], timing)
      stage.world.pass(milliseconds: 700)
      let asked = stage.world.asked.dropFirst(first).compactMap {
        $0.path.split(separator: "/").last
      }
      #expect(
        asked == [
          "CancelOrder", "Time", "CancelOrder", "OpenOrders", "ClosedOrders",
          "CancelAllOrdersAfter",
        ])
      #expect(stage.facts.map(\.kind).filter { $0 != .disconnected } == [.sendFailed, .canceled])
      #expect(stage.session.end() == [])
    }

    @Test("a number that came too low is asked for again, a key that is wrong is not")
    func refusals() throws {
      let late = try Stage()
      late.world.answers["GetWebSocketsToken"] = [
        #"{"error":["EAPI:Invalid nonce"]}"#, Self.token.replacing("%", with: "3"),
      ]
      late.open()
      late.world.pass(milliseconds: 1_500)
      #expect(late.world.sockets.first?.sent.first?.contains("TOKEN3") == true)
      let wrong = try Stage()
      wrong.world.answers["GetWebSocketsToken"] = [#"{"error":["EAPI:Invalid key"]}"#]
      wrong.open()
      #expect(wrong.world.sockets.isEmpty)
      #expect("\(try #require(wrong.failure))".contains("EAPI:Invalid key"))
    }

    @Test(
      "a start waits for a venue that wants to be left alone for a moment, not for one that wants longer",
      arguments: ["Time", "GetWebSocketsToken", "OpenPositions", "BalanceEx"],
      [
        ("2", nil), ("12", nil), ("61", "it wants fewer requests for 61 s"),
        ("99999999999999999999", "it wants fewer requests for 9223372036 s"),
        ("Tue, 11 Nov 2025 00:17:06 GMT", nil),
        ("Tue, 11 Nov 2025 01:17:04 GMT", "it wants fewer requests until 2025-11-11T01:17:04Z"),
      ])
    func pause(_ question: String, _ pause: (header: String, failure: String?)) throws {
      let stage = try Stage()
      let answer = try #require(stage.world.answers[question]?[0])
      stage.world.answerHeaders = [HTTPHeader("Retry-After", pause.header)]
      stage.world.answers[question] = ["Too Many Requests", answer]
      stage.world.statuses[question] = [429, 200]
      stage.open()
      for _ in 0..<10 where stage.failure == nil {
        stage.world.pass(milliseconds: 2_500)
        stage.world.say(
          #"{"method":"subscribe","result":{"channel":"executions"},"success":true,"req_id":1}"#)
      }
      let said = stage.failure.map { "\($0)" }
      #expect(said?.hasSuffix(pause.failure ?? "") == pause.failure.map { _ in true })
      #expect((stage.opened == nil) == (pause.failure != nil))
      let times = stage.world.asked.filter { $0.path.hasSuffix(question) }.map(\.time)
      #expect((times.count > 1) == (said == nil))
      if times.count > 1 { #expect((times[1] - times[0]).seconds >= Double(pause.header) ?? 1) }
    }
  }
#endif
