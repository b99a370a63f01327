/// What Kraken answers over HTTP without a key, what its errors mean, and every payload of the fixtures.

import Dialects
import Foundation
import Testing
import TradingCore

@Suite("Kraken's answers over HTTP")
struct KrakenAnswerTests {
  @Test("the clock is told to the second, and says so")
  func clock() throws {
    var dialect = try krakenDialect()
    let (outcome, batch) = try dialect.hear(
      #"{"error":[],"result":{"unixtime":1762820224,"rfc1123":"Tue, 11 Nov 25 00:17:04 +0000"}}"#,
      to: .time)
    #expect(outcome == .done)
    #expect(batch.venueTime == Timestamp(nanoseconds: 1_762_820_224_000_000_000))
    #expect(batch.venueResolution == .second)
  }

  @Test("a pair is named as the WebSocket names it, with its grid and its least orders")
  func pairs() throws {
    var dialect = try krakenDialect()
    let text =
      #"{"error":[],"result":{"XXDGZUSD":{"altname":"XDGUSD","wsname":"XDG\/USD","base":"XXDG","#
      + #""quote":"ZUSD","pair_decimals":7,"lot_decimals":8,"ordermin":"13","costmin":"0.5","#
      + #""tick_size":"0.0000001","status":"online"},"AAVEETH":{"wsname":"AAVE/ETH","#
      + #""pair_decimals":4,"lot_decimals":8,"ordermin":"0.05"},"#
      + #""XBTUSD.d":{"altname":"XBTUSD.d","pair_decimals":1,"lot_decimals":8}}}"#
    let (outcome, batch) = try dialect.hear(text, to: .exchangeInformation(symbols: []))
    #expect(outcome == .done)
    #expect(batch.instruments.map(\.symbol) == ["DOGE/USD", "AAVE/ETH"])
    let doge = batch.instruments[0]
    #expect([doge.base, doge.quote] == ["DOGE", "USD"])
    #expect(doge.tick == Decimal64(mantissa: 1, scale: 7))
    #expect(doge.lot == Decimal64(mantissa: 1, scale: 8))
    #expect(doge.minQuantity == Decimal64(mantissa: 13, scale: 0))
    #expect(doge.minNotional == Decimal64(mantissa: 5, scale: 1))
    #expect(doge.filters.map(\.kind) == [.price, .lot, .notional])
    #expect(batch.instruments[1].tick == Decimal64(mantissa: 1, scale: 4))
    #expect(batch.instruments[1].minNotional == nil)
  }

  @Test("a grid finer than any message could be read by is none")
  func finePair() throws {
    var dialect = try krakenDialect()
    let text =
      #"{"error":[],"result":{"PEPEUSD":{"wsname":"PEPE/USD","pair_decimals":9,"lot_decimals":5,"#
      + #""tick_size":"0.000000001"}}}"#
    let batch = try dialect.hear(text, to: .exchangeInformation(symbols: [])).batch
    #expect(batch.instruments.map(\.tick) == [nil])
  }

  @Test(
    "an error says what became of the request",
    arguments: [
      ("EQuery:Unknown asset pair", "rejected other"),
      ("EOrder:Insufficient funds", "rejected insufficientBalance"),
      ("EOrder:Unknown order", "rejected unknownOrder"),
      ("EOrder:Rate limit exceeded", "rejected rateLimit"),
      ("EOrder:Post only order", "rejected wouldMatch"),
      ("EAPI:Invalid nonce", "clockSkew"), ("EAPI:Invalid key", "unauthorised"),
      ("EAPI:Invalid signature", "unauthorised"), ("EGeneral:Permission denied", "unauthorised"),
      ("EAPI:Rate limit exceeded", "limited"), ("EGeneral:Temporary lockout", "banned"),
      ("EService:Unavailable", "unknown"), ("EService:Busy", "unknown"),
      ("EGeneral:Internal error", "unknown"),
      ("EAccount:Invalid permissions:BTC/EUR trading restricted", "rejected marketClosed"),
      ("EAPI:Bad request", "rejected other"),
    ])
  func errors(error: String, meaning: String) throws {
    var dialect = try krakenDialect()
    let outcome = try dialect.hear(#"{"error":["\#(error)"]}"#, to: .time).outcome
    let found =
      switch outcome {
      case .rejected(let rejection): "rejected \(rejection.reason)"
      case .unauthorised: "unauthorised"
      case .limited(let isBan, _, _): isBan ? "banned" : "limited"
      case .clockSkew: "clockSkew"
      case .unknown: "unknown"
      case .done, .noSuchOrder, .halfway: "\(outcome)"
      }
    #expect(found == meaning)
  }

  @Test("too many requests want silence, for as long as is said or a few seconds")
  func silence() throws {
    var dialect = try krakenDialect()
    let cases: [(String, Int64?, Timestamp?)] = [
      ("EAPI:Rate limit exceeded", 5, nil), ("EService:Throttled: soon", 5, nil),
      ("EService:Throttled: 1688583840", nil, milliseconds(1_688_583_840_000)),
      ("EGeneral:Temporary lockout", 60, nil),
    ]
    for (error, seconds, end) in cases {
      let text = #"{"error":["\#(error)"]}"#
      guard case .limited(_, let wait, let until) = try dialect.hear(text, to: .time).outcome else {
        Issue.record("\(error) is no limit")
        continue
      }
      #expect(wait?.nanoseconds == seconds.map { $0 * 1_000_000_000 } && until == end, "\(error)")
    }
  }

  @Test("a warning is no error, a wall before the exchange is a limit, and silence is unknown")
  func walls() throws {
    var dialect = try krakenDialect()
    let warning = #"{"error":["WGeneral:Slow"],"result":{"unixtime":1}}"#
    #expect(try dialect.hear(warning, to: .time).outcome == .done)
    let limit = try dialect.hear("<html>", to: .time, status: 429).outcome
    #expect(limit == .limited(isBan: false, wait: nil, until: nil))
    #expect(try dialect.hear("<html>", to: .time, status: 520).outcome == .unknown)
    #expect(throws: DialectError.self) { try dialect.hear("<html>", to: .time) }
    var batch = FrameBatch()
    #expect(try dialect.answer(nil, to: .time, at: arrival, into: &batch) == .unknown)
  }

  @Test("instruments are asked for by the names of the WebSocket")
  func requests() throws {
    var dialect = try krakenDialect()
    func target(_ action: VenueAction) throws -> String {
      let request = try dialect.request(action, id: 1, over: .http, at: arrival)
      guard case .http(.get, let target, let headers, _) = request.payload else { return "" }
      #expect(headers.isEmpty)
      return target
    }
    #expect(try target(.time) == "/0/public/Time")
    #expect(
      try target(.exchangeInformation(symbols: ["BTC/USD", "ETH/USD"]))
        == "/0/public/AssetPairs?pair=BTC%2FUSD%2CETH%2FUSD")
    #expect(try target(.quote(InstrumentID(2))) == "/0/public/Ticker?pair=XBTUSDT")
    // Kraken takes no more than 500.
    for (levels, count) in [(0, 1), (10, 10), (5_000, 500)] {
      #expect(
        try target(.snapshot(InstrumentID(1), levels: levels))
          == "/0/public/Depth?pair=ETHUSD&count=\(count)")
    }
    #expect(throws: DialectError.undefined(name: "instrument 9")) {
      try target(.quote(InstrumentID(9)))
    }
  }
}

@Suite("Kraken's example payloads", .disabled(if: Shared.isMissing))
struct KrakenFixtureTests {
  private func text(_ name: String) throws -> String {
    let bytes = try Shared.bytes("exchange-payload-fixtures/kraken/\(name).json")
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "each frame about the market is what it is",
    arguments: [
      ("ws_trade_update", "trade trade"), ("ws_ticker_snapshot", "quote"),
      ("ws_ohlc_update", ""), ("ws_pong", ""), ("ws_subscribe_response", ""),
      // The examples' checksums do not belong to their levels, so the books are gaps.
      ("ws_book_snapshot", "gap"), ("ws_book_update", ""),
      // Nobody follows single orders of a book.
      ("ws_l3_snapshot", ""), ("ws_l3_update_add", ""), ("ws_l3_update_delete", ""),
      ("ws_l3_update_modify_price", ""), ("ws_l3_update_modify_qty", ""),
    ])
  func frames(name: String, kinds: String) throws {
    var dialect = try krakenDialect([MarketStream(.topLevels(10), of: InstrumentID(0))])
    let (meaning, batch) = try dialect.read(try text(name))
    #expect(batch.events.map { "\($0.body.kind)" }.joined(separator: " ") == kinds)
    #expect((meaning == .events) == !kinds.isEmpty)
  }

  @Test("the answers without a key are read")
  func answers() throws {
    var dialect = try krakenDialect()
    let pairs = try dialect.hear(
      try text("http_asset_pairs"), to: .exchangeInformation(symbols: ["BTC/USDT"]))
    #expect(pairs.batch.instruments.map(\.symbol) == ["BTC/USDT"])
    #expect(pairs.batch.instruments[0].minQuantity == Decimal64(mantissa: 5, scale: 5))
    let time = try dialect.hear(try text("http_server_time"), to: .time)
    #expect(time.batch.venueTime.nanoseconds == 1_762_820_224_000_000_000)
    #expect(try dialect.hear(try text("http_system_status"), to: .ping).outcome == .done)
  }
}
