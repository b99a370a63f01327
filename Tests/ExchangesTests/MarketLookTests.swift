/// A look at a market, in a world moved by hand: what it finds by its values, and every way it can end without.

#if Live
  import Dialects
  import Testing
  import TradingCore

  @testable import Exchanges

  @Suite("A look at a market")
  struct MarketLookTests {
    private static let pair =
      #"{"error":[],"result":{"XBTUSDT":{"wsname":"XBT/USDT","pair_decimals":1,"lot_decimals":5,"#
      + #""ordermin":"0.00005","costmin":"0.5","tick_size":"0.1","status":"post_only"}}}"#
    private static let ticker =
      #"{"error":[],"result":{"XBTUSDT":{"a":["101.5","1","1.000"],"b":["100.5","1","1.000"],"#
      + #""c":["101.0","0.25"]}}}"#
    private static let book =
      #"{"error":[],"result":{"XBTUSDT":{"asks":[["102.0","1.5",1],["101.5","0.00000001",2]],"#
      + #""bids":[["100.5","2",3],["100.0","3.25",4],["99.0","1",5]]}}}"#

    /// What a look at Kraken's answers finds; `nil` while it is told nothing.
    private func look(
      pairs: String = pair, ticker: String = ticker, book: String = book, depth: Int = 2
    ) throws -> Result<MarketFinding, ExchangesError>? {
      let world = HandMovedWorld()
      world.answers = ["AssetPairs": [pairs], "Ticker": [ticker], "Depth": [book]]
      let entry = try VenueRegistry.entry("kraken")
      let plan = try RecordingPlan(
        venue: "kraken", symbols: ["btc/usdt"], streams: ["trade"], hosts: entry.profile.hosts)
      var told: [Result<MarketFinding, ExchangesError>] = []
      let kept = try entry.beginMarket(plan, depth, world) { told.append($0) }
      world.pass(milliseconds: 100)
      withExtendedLifetime(kept) {}
      #expect(told.count <= 1)
      return told.first
    }

    private func failure(_ result: Result<MarketFinding, ExchangesError>?) -> ExchangesError? {
      guard case .failure(let error)? = result else { return nil }
      return error
    }

    @Test func `Rules, best prices, last trade and book with its sums are found`() throws {
      let found = try #require(try look()).get()
      #expect(found.spec.symbol == "BTC/USDT")
      #expect(found.spec.status?.opening == .postOnly)
      #expect(found.spec.minNotional == Decimal64(mantissa: 5, scale: 1))
      #expect(found.spec.lot == Decimal64(mantissa: 1, scale: 5))
      #expect(found.spreadTicks == 10)
      #expect(found.spreadBasisPoints.map { ($0 * 1e6).rounded() } == 99_009_901)
      let last = LastTrade(price: Price(ticks: 1_010), quantity: Quantity(lots: 25_000_000))
      #expect(found.lastTrade == last)
      // Books keep what orders may not be any more: a finer grid than the rules'.
      #expect(found.definition.lotScale == 8)
      #expect(found.asks.map(\.price.ticks) == [1_015, 1_020])
      #expect(found.asks.map(\.quantity.lots) == [1, 150_000_000])
      #expect(found.bids.map(\.price.ticks) == [1_005, 1_000])
      #expect(found.bids.map { $0.quantitySum.text(decimals: 2) } == ["2.00", "5.25"])
      #expect(found.bids.map { $0.valueSum.text(decimals: 2) } == ["201.00", "526.00"])
      #expect(found.asks.map { $0.valueSum.text(decimals: 9) } == ["0.000001015", "153.000001015"])
    }

    @Test func `A side that is empty has no best price, and no spread`() throws {
      let ticker =
        #"{"error":[],"result":{"X":{"a":["0.0","0","0.000"],"b":["1.0","1","1"],"c":["0.0","0"]}}}"#
      let book = #"{"error":[],"result":{"X":{"asks":[],"bids":[]}}}"#
      let found = try #require(try look(ticker: ticker, book: book)).get()
      #expect(found.spreadTicks == nil && found.spreadBasisPoints == nil)
      #expect(found.lastTrade == nil && found.asks.isEmpty && found.bids.isEmpty)
    }

    @Test func `A symbol that the venue does not have is named`() throws {
      let refused = try look(pairs: #"{"error":["EQuery:Unknown asset pair"]}"#)
      guard case .unknownSymbol(let words)? = failure(refused) else {
        Issue.record("\(String(describing: refused))")
        return
      }
      #expect(words.contains("BTC/USDT") && words.contains("Unknown asset pair"))
      let another =
        #"{"error":[],"result":{"ETHUSDT":{"wsname":"ETH/USDT","pair_decimals":2,"#
        + #""lot_decimals":8}}}"#
      guard case .unknownSymbol? = failure(try look(pairs: another)) else {
        Issue.record("another market was taken")
        return
      }
    }

    @Test(
      "A market whose rules are no grid is refused by what is wrong with them",
      arguments: [
        (#""tick_size":"0.1""#, #""tick_size":"0""#, "the venue does not say its tick, or says 0"),
        (
          #""tick_size":"0.1""#, #""tick_size":"90000000000.1""#,
          "its tick × lot is finer than 10^-18 or too large to be exact"
        ),
      ])
    func noGrid(rule: String, wrong: String, words: String) throws {
      let result = failure(try look(pairs: Self.pair.replacing(rule, with: wrong)))
      #expect(result == .grid(symbol: "BTC/USDT", reason: words))
    }

    @Test func `Numbers that are read to fewer digits than they have are counted`() throws {
      #expect(try #require(try look()).get().rounded == 0)
      let book =
        #"{"error":[],"result":{"X":{"asks":[["102.0","0.123456789",1]],"bids":[["1.0","1e-22"]]}}}"#
      let found = try #require(try look(book: book)).get()
      #expect(found.rounded == 2)
      #expect(found.bids.map(\.quantity.lots) == [0])
    }

    @Test(
      "Whichever answer is none, the look ends once and says of what",
      arguments: [
        ("AssetPairs", #"{"error":["EService:Unavailable"]}"#, "what its instruments are"),
        ("Ticker", #"{"error":["EService:Busy"]}"#, "what its best prices are"),
        ("Depth", #"{"error":["EService:Busy"]}"#, "what its book is"),
        ("Depth", #"{"error":["EAPI:Rate limit exceeded"]}"#, "asks to wait 5 s"),
        ("Depth", "<html>", "kraken: "), ("Ticker", #"{"error":[],"result":{}}"#, "no market"),
        (
          "Depth",
          #"{"error":[],"result":{"X":{"asks":[["90000000000.0","90000000000"]],"bids":[]}}}"#,
          "beyond any market"
        ),
        (
          "Depth",
          #"{"error":[],"result":{"X":{"asks":[["100.0","90000000000"],["110.0","90000000000"],"#
            + #"["120.0","90000000000"]],"bids":[]}}}"#, nil
        ),
      ])
    func failures(question: String, answer: String, words: String?) throws {
      let result =
        switch question {
        case "AssetPairs": try look(pairs: answer)
        case "Ticker": try look(ticker: answer)
        default: try look(book: answer)
        }
      guard let words else {
        #expect(failure(result) == nil)
        return
      }
      guard case .answer(let said)? = failure(result) else {
        Issue.record("\(String(describing: result))")
        return
      }
      #expect(said.contains(words), "\(said)")
    }
  }
#endif
