/// Cancels that are due at one time while an account's link is away: one request for all at Kraken, whose answer says
/// only how many it canceled, so that every order is looked up before it has ended.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("Many cancels with one request")
  struct CancelTogetherTests {
    private static let orders = (1...12).map { OrderID($0) }

    /// A session at its end, with open orders, whose link was cut.
    private static func ending() throws -> TokenSessionTests.Stage {
      let stage = try TokenSessionTests.Stage()
      try stage.becomeReady()
      send(.place(TokenSessionTests.terms), on: stage)
      for (order, frame) in zip(orders, stage.world.sockets.last?.sent.suffix(orders.count) ?? []) {
        let id = try #require(frame.split(separator: "\"req_id\":").last?.dropLast())
        stage.world.say(
          #"{"method":"add_order","req_id":\#(id),"success":true,"#
            + #""time_out":"2025-11-11T00:17:05.000Z","result":{"order_id":"OURS-\#(order.raw)"}}"#)
      }
      stage.world.drop()
      #expect(stage.session.end() == orders)
      stage.world.answers["OpenOrders"] = [list("open", [])]
      stage.world.answers["ClosedOrders"] = [list("closed", orders)]
      stage.world.answers["CancelOrder"] = [count(1)]
      stage.world.answers["CancelOrderBatch"] = [count(12)]
      _ = stage.facts
      stage.world.asked.removeAll()
      return stage
    }

    /// Sends what is wanted of some orders at once; `nil` cancels them.
    private static func send(
      _ request: OrderRequest?, of orders: [OrderID] = orders, on stage: TokenSessionTests.Stage
    ) {
      let timing = DecisionTiming(
        fact: stage.world.now, secured: stage.world.now, journal: .zero)
      let all = orders.map {
        guard let request else {
          return SentRequest(id: OrderID($0.raw + 100), request: .cancel($0))
        }
        return SentRequest(id: $0, request: request)
      }
      stage.session.send(all, timing)
    }

    private static func count(_ number: Int) -> String {
      #"{"error":[],"result":{"count":\#(number)}}"#
    }

    private static func list(_ name: String, _ orders: [OrderID]) -> String {
      let names = ClientOrderIDs(journal: 1)
      let rows = orders.map { order in
        #""OURS-\#(order.raw)":{"cl_ord_id":"\#(names.text(order))","#
          + #""status":"\#(name == "open" ? "open" : "canceled")","opentm":1762820225.5,"#
          + #""descr":{"pair":"XBTUSD","type":"buy","ordertype":"limit","price":"30000.0"},"#
          + #""vol":"0.01000000","vol_exec":"0.00000000"}"#
      }
      return #"{"error":[],"result":{"\#(name)":{\#(rows.joined(separator: ","))}}}"#
    }

    /// The last parts of the paths that were asked.
    private static func asked(_ stage: TokenSessionTests.Stage) -> [String] {
      stage.world.asked.compactMap { $0.path.split(separator: "/").last.map(String.init) }
    }

    private static func kinds(_ stage: TokenSessionTests.Stage) -> [EventKind: Int] {
      stage.facts.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
    }

    @Test func `twelve orders are canceled with one request, and looked up`() throws {
      let stage = try Self.ending()
      Self.send(nil, on: stage)
      #expect(Self.asked(stage) == ["CancelOrderBatch"])
      let body = try #require(stage.world.asked.last?.body)
      for order in Self.orders { #expect(body.contains(ClientOrderIDs(journal: 1).text(order))) }
      stage.world.pass(milliseconds: 20)
      #expect(Self.kinds(stage) == [:], "an order ended before it was looked up")
      stage.world.pass(milliseconds: 500)
      #expect(Self.asked(stage) == ["CancelOrderBatch", "OpenOrders", "ClosedOrders"])
      #expect(Self.kinds(stage) == [.canceled: 12] && stage.session.end() == [])
      let nonces = stage.world.nonces
      #expect(zip(nonces, nonces.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `an order whose cancel waits, is under way or was taken is not named again`() throws
    {
      let stage = try Self.ending()
      stage.world.answers["CancelOrderBatch"] = [Self.count(6)]
      stage.world.wait = Interval(nanoseconds: 500_000_000)
      Self.send(nil, of: Array(Self.orders.prefix(6)), on: stage)
      Self.send(nil, of: Array(Self.orders.suffix(6)), on: stage)
      Self.send(nil, on: stage)
      stage.world.pass(milliseconds: 600)
      Self.send(nil, of: Self.orders + Self.orders, on: stage)
      stage.world.pass(milliseconds: 5_000)
      let lists = stage.world.asked.filter { $0.path.hasSuffix("CancelOrderBatch") }
      let names = ClientOrderIDs(journal: 1)
      let named = lists.map { list in Self.orders.filter { list.body.contains(names.text($0)) } }
      #expect(named == [Array(Self.orders.prefix(6)), Array(Self.orders.suffix(6))])
      #expect(!Self.asked(stage).contains("CancelOrder"))
      #expect(Self.kinds(stage) == [.canceled: 12] && stage.session.end() == [])
    }

    @Test func `each order of a list counts as one that left`() throws {
      let stage = try Self.ending()
      let before = stage.session.tickToOrder.whole.count
      Self.send(nil, on: stage)
      #expect(stage.session.tickToOrder.whole.count == before + 12)
    }

    @Test func `of a count that is too small nobody knows whom it counts`() throws {
      let stage = try Self.ending()
      stage.world.answers["CancelOrderBatch"] = [Self.count(11)]
      let left = Array(Self.orders.suffix(1))
      stage.world.answers["OpenOrders"] = [Self.list("open", left), Self.list("open", [])]
      Self.send(nil, on: stage)
      stage.world.pass(milliseconds: 50)
      #expect(Self.kinds(stage) == [.unknown: 12])
      stage.world.pass(milliseconds: 2_000)
      #expect(Self.kinds(stage) == [.accepted: 12, .canceled: 12] && stage.session.end() == [])
      let asked = Self.asked(stage)
      #expect(asked.count { $0 == "CancelOrderBatch" } == 1)
      #expect(asked.count { $0 == "CancelOrder" } == 1, "what is still open is canceled again")
    }

    @Test func `what nobody answered is asked for, and what is open then canceled again`() throws {
      let stage = try Self.ending()
      stage.world.unanswered = ["CancelOrderBatch"]
      stage.world.answers["OpenOrders"] = [
        Self.list("open", Self.orders), Self.list("open", []),
      ]
      Self.send(nil, on: stage)
      stage.world.pass(milliseconds: 11_000)
      #expect(Self.asked(stage) == ["CancelOrderBatch"] && Self.kinds(stage) == [:])
      stage.world.unanswered = []
      stage.world.pass(milliseconds: 4_000)
      #expect(
        Self.asked(stage) == [
          "CancelOrderBatch", "OpenOrders", "CancelOrderBatch", "OpenOrders", "ClosedOrders",
        ])
      #expect(Self.kinds(stage)[.canceled] == 12 && stage.session.end() == [])
    }

    @Test func `where lists are refused each order is canceled by itself`() throws {
      let stage = try Self.ending()
      stage.world.answers["CancelOrderBatch"] = [
        #"{"error":["EGeneral:Invalid arguments:cl_ord_ids"]}"#
      ]
      stage.world.answers["OpenOrders"] = [
        Self.list("open", Self.orders), Self.list("open", []),
      ]
      Self.send(nil, on: stage)
      stage.world.pass(milliseconds: 10_000)
      let asked = Self.asked(stage)
      #expect(asked.count { $0 == "CancelOrderBatch" } == 1)
      #expect(asked.count { $0 == "CancelOrder" } == 12)
      #expect(stage.said.texts.count { $0.contains("no list of cancels") } == 1)
      #expect(Self.kinds(stage)[.canceled] == 12 && stage.session.end() == [])
    }

    @Test func `over a link every order is canceled by a frame of its own`() throws {
      let stage = try TokenSessionTests.Stage()
      try stage.becomeReady()
      Self.send(.place(TokenSessionTests.terms), on: stage)
      Self.send(nil, on: stage)
      let sent = stage.world.sockets.last?.sent ?? []
      #expect(sent.count { $0.contains(#""method":"cancel_order""#) } == 12)
    }
  }
#endif
