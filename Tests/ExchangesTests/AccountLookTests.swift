/// A look at an account in a world that a test moves by hand, and the order that it has checked.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("A look at an account")
  struct AccountLookTests {
    private final class Stage {
      let world = HandMovedWorld()
      var told: [Result<AccountFinding, any Error>] = []
      private var look: AccountLook<KrakenDialect>?

      init(_ answers: [String: [String]] = [:]) throws {
        world.answers = [
          "Time": [#"{"error":[],"result":{"unixtime":1762820230}}"#],
          "BalanceEx": [
            #"{"error":[],"result":{"ZUSD":{"balance":"1000","hold_trade":"200"},"#
              + #""NOBODYSCOIN":{"balance":"7","hold_trade":"0"}}}"#
          ],
          "OpenOrders": [#"{"error":[],"result":{"open":{}}}"#],
          "TradeBalance": [#"{"error":[],"result":{"e":"1000","m":"0","mf":"1000"}}"#],
          "OpenPositions": [#"{"error":[],"result":{}}"#],
          "AssetPairs": [
            #"{"error":[],"result":{"XXBTZUSD":{"wsname":"XBT/USD","pair_decimals":1,"#
              + #""lot_decimals":8,"ordermin":"0.0001","costmin":"5","tick_size":"0.1"}}}"#
          ],
          "Ticker": [
            #"{"error":[],"result":{"XXBTZUSD":{"a":["30001.0","1","1.000"],"b":["30000.0","1","1.000"],"#
              + #""c":["30000.5","0.1"]}}}"#
          ],
          "AddOrder": [#"{"error":[],"result":{"descr":{"order":"buy"}}}"#],
        ]
        for (name, texts) in answers { world.answers[name] = texts }
        var secret = Array("c2VjcmV0IGtleSBvZiBhIHRlc3Q=".utf8)
        let credentials = try Credentials(
          apiKey: "public", signer: try RequestSigner(Secret(wiping: &secret)))
        let look = try AccountLook<KrakenDialect>(
          KrakenDialect.profile.hosts, credentials, checking: "BTC/USD", in: world,
          then: { [weak self] in self?.told.append($0) })
        self.look = look
        look.goOn()
        world.pass(milliseconds: 3_000)
      }

      func finding() throws -> AccountFinding {
        #expect(told.count == 1)
        return try #require(told.first).get()
      }

      var asked: [String] {
        world.asked.compactMap { $0.path.split(separator: "/").last }.map(String.init)
      }
    }

    @Test("everything is asked once, in an order, and what has no definition gets one")
    func whole() throws {
      let stage = try Stage()
      let finding = try stage.finding()
      #expect(
        stage.asked.map { String($0.prefix { $0 != "?" }) } == [
          "Time", "BalanceEx", "OpenOrders", "TradeBalance", "OpenPositions", "AssetPairs",
          "Ticker",
          "AddOrder",
        ])
      #expect(finding.holdings?.map(\.asset) == ["USD", "NOBODYSCOIN"])
      #expect(finding.holdings?.map { $0.locked.text(decimals: 0) } == ["200", "0"])
      #expect(finding.holdings?.map { $0.free.text(decimals: 0) } == ["800", "7"])
      #expect(finding.lends && finding.listing.positions.isEmpty && finding.refusals.isEmpty)
      #expect(finding.trial == .allowed)
      // A fifth below the bid, and five dollars' worth of it.
      #expect(finding.trialOrder == "buy 0.00020834 BTC/USD at 24000.0")
      #expect(finding.time == Timestamp(nanoseconds: 1_762_820_230_000_000_000))
    }

    @Test("a number that came too low is asked again, and not for ever")
    func numbers() throws {
      let low = #"{"error":["EAPI:Invalid nonce"]}"#
      let once = try Stage(["OpenOrders": [low, #"{"error":[],"result":{"open":{}}}"#]])
      #expect(try once.finding().refusals.isEmpty)
      let never = try Stage(["OpenOrders": [low]])
      #expect(throws: ExchangesError.self) { try never.finding() }
      #expect(never.asked.filter { $0 == "OpenOrders" }.count == 6)
    }

    @Test("what the key may not ask is named, and the rest is shown")
    func narrow() throws {
      let denied = #"{"error":["EGeneral:Permission denied"]}"#
      let finding = try Stage(["BalanceEx": [denied], "AddOrder": [denied]]).finding()
      #expect(finding.holdings == nil)
      #expect(
        finding.refusals == [
          AccountRefusal(question: .balances, words: "EGeneral:Permission denied")
        ])
      #expect(finding.trial == .forbidden("EGeneral:Permission denied"))
      let poor = try Stage(["AddOrder": [#"{"error":["EOrder:Insufficient funds"]}"#]]).finding()
      #expect(poor.trial == .objected("EOrder:Insufficient funds"))
    }

    @Test("a key that may nothing is refused, and one that may only trade is not")
    func refused() throws {
      let denied = [#"{"error":["EAPI:Invalid key"]}"#]
      var answers = [
        "BalanceEx": denied, "OpenOrders": denied, "TradeBalance": denied, "OpenPositions": denied,
      ]
      let trading = try Stage(answers).finding()
      #expect(trading.refusals.count == 4 && trading.trial == .allowed)
      answers["AddOrder"] = denied
      #expect(throws: ExchangesError.key("the venue does not take our key: EAPI:Invalid key")) {
        try Stage(answers).finding()
      }
    }

    @Test("what is no answer of a venue is told with the address it came from")
    func wall() throws {
      let stage = try Stage(["BalanceEx": ["<html>"]])
      let error = #expect(throws: ExchangesError.self) { try stage.finding() }
      guard case .answer(let words)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(words.contains("api.kraken.com:443: an answer of Kraken"), "\(words)")
    }

    @Test("a market that is none, or has no price, leaves the rest as it is")
    func noMarket() throws {
      let unknown = [#"{"error":["EQuery:Unknown asset pair"]}"#]
      for name in ["AssetPairs", "Ticker"] {
        let stage = try Stage([name: unknown])
        let finding = try stage.finding()
        #expect(finding.trial == .untold("BTC/USD: EQuery:Unknown asset pair"))
        #expect(finding.holdings?.count == 2 && !stage.asked.contains("AddOrder"))
      }
    }
  }

  @Suite("The order that a venue is given to check")
  struct TrialOrderTests {
    private func text(minimum: Decimal64?, value: Decimal64?, bid: Int64) throws -> String? {
      var spec = InstrumentSpec(symbol: "BTCUSD", base: "BTC", quote: "USD")
      spec.tick = Decimal64(mantissa: 1, scale: 2)
      spec.lot = Decimal64(mantissa: 1, scale: 5)
      (spec.minQuantity, spec.minNotional) = (minimum, value)
      let definition = try #require(
        spec.definition(InstrumentID(0), base: AssetID(0), quote: AssetID(1)))
      let trial = TrialOrder(spec, definition)
      return trial.order(below: Price(ticks: bid)).map { trial.text($0) }
    }

    @Test("it is the least that quantity and value allow, a fifth below the bid")
    func least() throws {
      let (small, large) = (Decimal64(mantissa: 1, scale: 3), Decimal64(mantissa: 10, scale: 0))
      #expect(
        try text(minimum: nil, value: nil, bid: 5_000_000) == "buy 0.00001 BTCUSD at 40000.00")
      #expect(
        try text(minimum: small, value: nil, bid: 5_000_000) == "buy 0.00100 BTCUSD at 40000.00")
      #expect(
        try text(minimum: small, value: large, bid: 5_000_000) == "buy 0.00100 BTCUSD at 40000.00")
      #expect(
        try text(minimum: nil, value: large, bid: 5_000_000) == "buy 0.00025 BTCUSD at 40000.00")
      #expect(
        try text(minimum: nil, value: large, bid: 5_000_001) == "buy 0.00025 BTCUSD at 40000.00")
      #expect(
        try text(minimum: nil, value: large, bid: 4_999_999) == "buy 0.00026 BTCUSD at 39999.99")
    }

    @Test("without a bid there is none")
    func none() throws {
      #expect(try text(minimum: nil, value: nil, bid: 0) == nil)
      #expect(try text(minimum: nil, value: nil, bid: 1) == nil)
    }
  }
#endif
