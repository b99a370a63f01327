/// Several orders whose outcome nobody knows: what a session asks of its venue, and what it makes of the answers.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("Several orders in doubt at once")
  struct DoubtfulOrdersTests {
    private typealias Stage = TokenSessionTests.Stage

    private static func row(_ order: UInt64, _ status: String, filled: String = "0") -> String {
      #""ORDER\#(order)":{"cl_ord_id":"\#(ClientOrderIDs(journal: 1).text(OrderID(order)))","#
        + #""status":"\#(status)","opentm":1762820225.5,"descr":{"pair":"XBTUSD","type":"buy","#
        + #""ordertype":"limit","price":"30000.0"},"vol":"0.01000000","vol_exec":"\#(filled)"}"#
    }

    private static func list(_ name: String, _ rows: [String]) -> String {
      #"{"error":[],"result":{"\#(name)":{\#(rows.joined(separator: ","))}}}"#
    }

    private static func trade(_ order: UInt64, _ quantity: String) -> String {
      #""TRADE\#(order)":{"ordertxid":"ORDER\#(order)","time":1762820226.5,"type":"buy","#
        + #""price":"30000.0","fee":"0.1","vol":"\#(quantity)","maker":true}"#
    }

    /// A session that sent nine orders and lost its link before an answer came; another link is there.
    private static func doubting(_ answers: [String: [String]], after wait: Int64 = 0) throws
      -> Stage
    {
      let stage = try Stage()
      try stage.becomeReady()
      // What the opening asked is long past.
      for _ in 0..<4 {
        stage.world.pass(milliseconds: 5_000)
        stage.world.say(#"{"channel":"heartbeat"}"#)
      }
      let timing = DecisionTiming(fact: stage.world.now, secured: stage.world.now, journal: .zero)
      let orders = (9...17).map {
        SentRequest(id: OrderID($0), request: .place(TokenSessionTests.terms))
      }
      stage.session.send(orders, timing)
      stage.world.drop()
      while stage.world.sockets.count < 2 { stage.world.pass(milliseconds: 10) }
      stage.world.pass(milliseconds: 10)
      stage.world.answers.merge(answers) { $1 }
      stage.world.wait = Interval(nanoseconds: wait * 1_000_000)
      _ = stage.facts
      stage.world.asked.removeAll()
      stage.world.say(
        #"{"method":"subscribe","result":{"channel":"executions"},"success":true,"req_id":1}"#)
      return stage
    }

    private static func asked(_ stage: Stage) -> [String] {
      stage.world.asked.compactMap { $0.path.split(separator: "/").last.map(String.init) }
    }

    @Test func `nine are found with a list each of open orders, of closed ones and of trades`()
      throws
    {
      let stage = try Self.doubting([
        "OpenOrders": [
          Self.list("open", [Self.row(9, "open"), Self.row(10, "open", filled: "0.005")])
        ],
        "ClosedOrders": [
          Self.list(
            "closed",
            [Self.row(11, "closed", filled: "0.01"), Self.row(12, "closed", filled: "0.01")]
              + (13...17).map { Self.row($0, "canceled") })
        ],
        "TradesHistory": [
          Self.list(
            "trades", [Self.trade(12, "0.01"), Self.trade(11, "0.01"), Self.trade(10, "0.005")])
        ],
      ])
      stage.world.pass(milliseconds: 200)
      #expect(
        Self.asked(stage) == [
          "OpenOrders", "TradesHistory", "ClosedOrders", "TradesHistory", "BalanceEx",
        ])
      let facts = stage.facts
      let fills = facts.compactMap { if case .fill(let fill) = $0 { fill } else { nil } }
      #expect(fills.map(\.order).sorted() == [OrderID(10), OrderID(11), OrderID(12)])
      #expect(fills.map(\.quantity.lots).sorted() == [500_000, 1_000_000, 1_000_000])
      #expect(facts.filter { $0.kind == .accepted }.count == 9)
      #expect(facts.filter { $0.kind == .canceled }.count == 5)
      #expect(stage.session.machine.ledger.orders == [OrderID(9), OrderID(10)])
    }

    @Test func `one that is on neither list is given up only when it cannot come any more`() throws
    {
      let stage = try Self.doubting([
        "OpenOrders": [Self.list("open", (9...16).map { Self.row($0, "open") })],
        "ClosedOrders": [Self.list("closed", [])],
      ])
      stage.world.pass(milliseconds: 200)
      #expect(!stage.facts.map(\.kind).contains(.sendFailed))
      #expect(Self.asked(stage) == ["OpenOrders", "ClosedOrders"])
      stage.world.pass(milliseconds: 2_500)
      #expect(
        Self.asked(stage) == [
          "OpenOrders", "ClosedOrders", "OpenOrders", "ClosedOrders", "BalanceEx",
        ])
      guard case .sendFailed(let report)? = stage.facts.first else {
        Issue.record("it was not given up")
        return
      }
      #expect(report.order == OrderID(17))
    }

    @Test func `a list that cannot be read twice is left, and the search begins anew`() throws {
      let closed = Self.list("closed", [Self.row(17, "canceled")])
      let stage = try Self.doubting([
        "OpenOrders": [Self.list("open", (9...16).map { Self.row($0, "open") })],
        "ClosedOrders": ["<html>", #"{"error":[],"result":{}}"#, closed],
      ])
      stage.world.pass(milliseconds: 5_000)
      #expect(
        Self.asked(stage) == [
          "OpenOrders", "ClosedOrders", "ClosedOrders", "OpenOrders", "ClosedOrders", "BalanceEx",
        ])
      #expect(stage.facts.map(\.kind).last == .canceled)
    }

    @Test func `what has waited and is due anew is asked once, and alone`() throws {
      let open = Self.list("open", (9...17).map { Self.row($0, "open") })
      let stage = try Self.doubting(["OpenOrders": [open]])
      stage.world.pass(milliseconds: 1_000)
      stage.world.asked.removeAll()
      stage.session.waiting = [.query(OrderID(9), TokenSessionTests.terms.instrument)]
      stage.session.machine.doubt(OrderID(9), stage.world.moment)
      stage.world.pass(milliseconds: 100)
      #expect(Self.asked(stage) == ["OpenOrders"])
      #expect(stage.world.asked.first?.body.contains("cl_ord_id=") == true)
    }

    @Test func `no search begins while the last one's question has no answer`() throws {
      let stage = try Self.doubting(
        ["OpenOrders": [Self.list("open", [])], "ClosedOrders": [Self.list("closed", [])]],
        after: 3_000)
      stage.world.pass(milliseconds: 3_100)
      #expect(Self.asked(stage) == ["OpenOrders", "ClosedOrders"])
      stage.world.say(#"{"channel":"heartbeat"}"#)
      for id in (9...17).map({ OrderID($0) }) {
        stage.session.machine.ledger.update(id) { $0.search = nil }
        stage.session.machine.doubt(id, stage.world.moment)
      }
      stage.world.pass(milliseconds: 2_500)
      #expect(Self.asked(stage) == ["OpenOrders", "ClosedOrders"])
      stage.world.say(#"{"channel":"heartbeat"}"#)
      stage.world.pass(milliseconds: 2_500)
      #expect(Self.asked(stage) == ["OpenOrders", "ClosedOrders", "OpenOrders"])
      #expect(!stage.facts.map(\.kind).contains(.sendFailed))
    }

    @Test
    func
      `too many questions are asked again when the venue answers again, and cancels do not wait`()
      throws
    {
      let open = Self.list("open", (9...17).map { Self.row($0, "open") })
      let stage = try Self.doubting([
        "OpenOrders": [#"{"error":["EAPI:Rate limit exceeded"]}"#, open]
      ])
      stage.world.pass(milliseconds: 1_000)
      let timing = DecisionTiming(fact: stage.world.now, secured: stage.world.now, journal: .zero)
      stage.session.send([SentRequest(id: OrderID(20), request: .cancel(OrderID(9)))], timing)
      #expect(stage.world.sockets.last?.sent.last?.contains("cancel_order") == true)
      stage.world.say(#"{"channel":"heartbeat"}"#)
      stage.world.pass(milliseconds: 3_900)
      #expect(Self.asked(stage) == ["OpenOrders"])
      stage.world.pass(milliseconds: 300)
      #expect(Self.asked(stage) == ["OpenOrders", "OpenOrders"])
      #expect(stage.facts.filter { $0.kind == .accepted }.count == 9)
      // Its count is full by ours as well: the next question waits until it has fallen.
      stage.world.say(#"{"channel":"heartbeat"}"#)
      stage.world.pass(milliseconds: 4_000)
      #expect(Self.asked(stage) == ["OpenOrders", "OpenOrders", "BalanceEx"])
    }

    @Test func `an opening that is one question too many is tried again`() throws {
      let stage = try Stage()
      let refusal = #"{"error":["EAPI:Rate limit exceeded"]}"#
      for name in ["GetWebSocketsToken", "OpenPositions", "BalanceEx"] {
        stage.world.answers[name]?.insert(refusal, at: 0)
      }
      stage.open()
      for _ in 0..<30 {
        stage.world.pass(milliseconds: 1_000)
        stage.world.say(
          #"{"method":"subscribe","result":{"channel":"executions"},"success":true,"req_id":1}"#)
      }
      #expect(stage.failure == nil)
      #expect(stage.opened?.map(\.kind) == [.balance, .balance])
    }

    @Test func `what is being asked is not asked again, however long the answer takes`() throws {
      let stage = try Self.doubting(
        ["OpenOrders": [Self.list("open", (9...17).map { Self.row($0, "open") })]], after: 1_000)
      stage.world.pass(milliseconds: 900)
      #expect(Self.asked(stage) == ["OpenOrders"])
      stage.world.pass(milliseconds: 200)
      #expect(Self.asked(stage) == ["OpenOrders", "BalanceEx"])
    }

    @Test func `what came into doubt behind a question is asked again, whatever its answer says`()
      throws
    {
      let stage = try Self.doubting(
        ["OpenOrders": [Self.list("open", (9...17).map { Self.row($0, "open") })]], after: 1_000)
      stage.world.pass(milliseconds: 500)
      stage.session.machine.doubt(OrderID(9), stage.world.moment)
      stage.world.pass(milliseconds: 600)
      #expect(Self.asked(stage) == ["OpenOrders", "OpenOrders"])
      #expect(stage.session.phase == .lookingUp)
      stage.world.pass(milliseconds: 1_100)
      #expect(Self.asked(stage) == ["OpenOrders", "OpenOrders", "BalanceEx"])
    }
  }
#endif
