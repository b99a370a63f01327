/// What is asked for, and where: addresses, stream names, and requests that belong to streams.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

@Suite("A recording's plan")
struct PlanTests {
  private let hosts = BinanceDialect.profile.hosts

  @Test(
    "an address is scheme, host, port and path",
    arguments: [
      ("https://api.binance.com/api", true, "api.binance.com", 443, "/api", "api.binance.com"),
      ("http://127.0.0.1:9000", false, "127.0.0.1", 9_000, "", "127.0.0.1:9000"),
      (
        "wss://stream.binance.com:9443/stream", true, "stream.binance.com", 9_443, "/stream",
        "stream.binance.com:9443"
      ),
      ("ws://a", false, "a", 80, "", "a"), ("wss://a:80/b/c?d", true, "a", 80, "/b/c?d", "a:80"),
    ])
  func address(
    _ url: String, _ isSecure: Bool, _ host: String, _ port: Int, _ path: String,
    _ authority: String
  ) throws {
    let address = try VenueAddress(url)
    #expect(address.isSecure == isSecure)
    #expect(address.host == host)
    #expect(address.port == port)
    #expect(address.path == path)
    #expect(address.authority == authority)
  }

  @Test(
    "text that is no address is refused by name",
    arguments: [
      "", "a", "a://b", "ftp://a", "http://", "http://:80", "http://a:", "http://a:0",
      "http://a:65536", "http://a:x", "//a", "http:a",
    ])
  func noAddress(_ url: String) {
    #expect(throws: ExchangesError.address(url)) { try VenueAddress(url) }
  }

  @Test("every name of a stream is read and said the same, and no other is taken")
  func streams() throws {
    var names = ["trade", "aggTrade", "bookTicker", "depth", "depth1s", "depth5", "depth10"]
    names += ["depth20", "kline_1s", "kline_1m", "kline_3m", "kline_1h", "kline_12h", "kline_3d"]
    names += ["depth1000", "kline_1w"]
    for name in names {
      #expect(RecordingPlan.name(of: try RecordingPlan.kind(of: name)) == name)
    }
    for name in [
      "", "trades", "kline_", "kline_m", "kline_0m", "kline_1x", "kline_1001s", "depth0", "depth07",
      "depth5001", "depth-1",
    ] {
      #expect(throws: ExchangesError.self) { try RecordingPlan.kind(of: name) }
    }
  }

  @Test("a plan names each symbol and stream once, and something of each")
  func doubles() throws {
    func plan(_ symbols: [String], _ streams: [String]) throws -> RecordingPlan {
      try RecordingPlan(venue: "binance", symbols: symbols, streams: streams, hosts: hosts)
    }
    #expect(try plan(["btcusdt"], ["trade"]).symbols == ["BTCUSDT"])
    #expect(throws: ExchangesError.repeatedSymbol("BTCUSDT")) {
      try plan(["BTCUSDT", "btcusdt"], ["trade"])
    }
    #expect(throws: ExchangesError.self) { try plan(["BTCUSDT"], ["trade", "trade"]) }
    #expect(throws: ExchangesError.self) { try plan([], ["trade"]) }
    #expect(throws: ExchangesError.self) { try plan(["BTCUSDT"], []) }
    #expect(throws: ExchangesError.unknownVenue("nowhere")) {
      try RecordingPlan(venue: "nowhere", symbols: ["A"], streams: ["trade"], hosts: hosts)
    }
  }

  @Test("a renewal of one's own opens the successor at that age, and changes no other rule")
  func renewal() throws {
    var plan = try RecordingPlan(
      venue: "binance", symbols: ["A"], streams: ["trade"], hosts: hosts)
    #expect(plan.rules(of: ConnectionRules()) == ConnectionRules())
    plan.renewal = .minute
    var rules = plan.rules(of: ConnectionRules())
    #expect(
      rules.greatestAge.nanoseconds - rules.renewal.nanoseconds == Interval.minute.nanoseconds)
    rules.greatestAge = ConnectionRules().greatestAge
    #expect(rules == ConnectionRules())
  }
}

#if Live
  @Suite("Subscriptions and the streams they are about")
  struct SubscriptionPlanTests {
    private func streams(_ count: Int, of instruments: Int) -> [MarketStream] {
      (0..<instruments).flatMap { id in
        (0..<count).map {
          MarketStream(.candles(seconds: UInt32($0 + 1)), of: InstrumentID(UInt16(id)))
        }
      }
    }

    @Test("a refusal costs what its own request was to, however many requests there are")
    func refused() throws {
      func instruments(_ symbols: [String], _ directory: inout VenueDirectory) throws {
        for (place, symbol) in symbols.enumerated() {
          let definition = InstrumentDefinition(
            instrument: InstrumentID(UInt16(place)), base: AssetID(0), quote: AssetID(1),
            tick: Decimal64(mantissa: 1, scale: 1), lot: Decimal64(mantissa: 1, scale: 8))
          try directory.add(definition, symbol: symbol)
        }
      }
      let all = [MarketStream.Kind.trades, .topLevels(10), .quotes].flatMap { kind in
        (0..<2).map { MarketStream(kind, of: InstrumentID($0)) }
      }
      var kraken = KrakenDialect(orders: ClientOrderIDs(journal: 0))
      try instruments(["BTC/USD", "ETH/USD"], &kraken.directory)
      let each = try SubscriptionPlan(all, in: &kraken)
      #expect(each.requests.map { each.streams(of: $0) } == all.map { [$0] })
      // Three channels, the heartbeats and, by chance, as many streams: the requests are not the streams.
      var coinbase = CoinbaseDialect(orders: ClientOrderIDs(journal: 0))
      try instruments(["BTC-USD", "ETH-USD"], &coinbase.directory)
      let some = all.filter { $0.kind != .topLevels(10) }
      let by = try SubscriptionPlan(some, in: &coinbase)
      #expect(
        by.requests.map { by.streams(of: $0).map(\.kind) } == [
          [.trades, .trades], [.quotes, .quotes], [],
        ])
    }

    @Test("parts hold all streams in order, none is too large, and instruments stay together")
    func parts() {
      for (each, instruments) in [(3, 1), (3, 33), (3, 34), (1, 250), (7, 60), (100, 2), (101, 2)] {
        let all = streams(each, of: instruments)
        let parts = SubscriptionPlan.parts(all)
        #expect(parts.flatMap { $0 } == all)
        #expect(parts.allSatisfy { !$0.isEmpty && $0.count <= SubscriptionPlan.mostTogether })
        guard each <= SubscriptionPlan.mostTogether else { continue }
        let homes = (0..<instruments).map { id in
          parts.filter { part in part.contains { Int($0.instrument.raw) == id } }.count
        }
        #expect(homes.allSatisfy { $0 == 1 })
      }
      #expect(SubscriptionPlan.parts([]).isEmpty)
    }
  }
#endif
