/// Requests whose numbers must rise, of an account whose link is away: who leaves when, with what key.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("Requests over HTTP in turn")
  struct TurnTests {
    /// Requests, and orders that each of them cancels.
    private static let (count, most) = (12, 50)

    /// A session with open orders, whose link was cut, and that was told to cancel them all.
    private static func canceling() throws -> TokenSessionTests.Stage {
      let stage = try TokenSessionTests.Stage()
      try stage.becomeReady()
      let timing = DecisionTiming(fact: stage.world.now, secured: stage.world.now, journal: .zero)
      let orders = (1...UInt64(count * most)).map { OrderID($0) }
      stage.session.send(
        orders.map { SentRequest(id: $0, request: .place(TokenSessionTests.terms)) }, timing)
      stage.world.drop()
      stage.world.answers["CancelOrderBatch"] = [#"{"error":[],"result":{"count":\#(most)}}"#]
      stage.session.send(
        orders.map { SentRequest(id: OrderID($0.raw + 1_000), request: .cancel($0)) }, timing)
      return stage
    }

    private static func canceled(
      _ stage: TokenSessionTests.Stage, _ name: String = "CancelOrderBatch"
    ) -> Int {
      stage.world.asked.count { $0.path.hasSuffix(name) }
    }

    @Test func `one leaves when the one before it is answered, and their numbers rise`() throws {
      let stage = try Self.canceling()
      #expect(Self.canceled(stage) == 1)
      stage.world.pass(milliseconds: 50)
      #expect((2..<Self.count).contains(Self.canceled(stage)))
      stage.world.pass(milliseconds: 1_000)
      #expect(Self.canceled(stage) >= Self.count)
      let nonces = stage.world.nonces
      #expect(nonces.count > Self.count && zip(nonces, nonces.dropFirst()).allSatisfy { $0 < $1 })
      let named = stage.world.asked.filter { $0.path.hasSuffix("CancelOrderBatch") }.map {
        $0.body.split(separator: "cl_ord_ids").last?.split(separator: ",").count
      }
      #expect(named.allSatisfy { $0 == Self.most })
    }

    @Test func `one that hangs holds up the others for two seconds`() throws {
      let stage = try Self.canceling()
      stage.world.unanswered = ["CancelOrderBatch"]
      stage.world.pass(milliseconds: 100)
      let before = Self.canceled(stage)
      stage.world.pass(milliseconds: 1_500)
      #expect(Self.canceled(stage) == before)
      stage.world.unanswered = []
      stage.world.pass(milliseconds: 2_000)
      #expect(Self.canceled(stage) >= Self.count)
    }

    @Test func `what has not left is not called unknown, however long it waits`() throws {
      let stage = try Self.canceling()
      _ = stage.facts
      stage.world.unanswered = ["CancelOrderBatch"]
      stage.world.pass(milliseconds: 20_000)
      let left = Self.canceled(stage)
      #expect(left < Self.count)
      let unknown = stage.facts.count { $0.kind == .unknown }
      #expect(unknown > 0 && unknown <= left * Self.most)
    }

    @Test func `what waits leaves with the key of its time, and not at all behind its end`() throws
    {
      let stage = try Self.canceling()
      let key = try #require(stage.session.signing)
      stage.session.withdraw(key, as: .emergencyRevoked)
      let before = stage.world.asked.count
      stage.world.pass(milliseconds: 1_000)
      #expect(stage.session.phase == .keyless && stage.world.asked.count == before)
    }

    @Test func `to cancel everything waits for nothing`() throws {
      let stage = try Self.canceling()
      stage.session.cancelEverything([InstrumentID(0)])
      #expect(Self.canceled(stage) == 1 && Self.canceled(stage, "CancelAll") == 1)
    }
  }
#endif
