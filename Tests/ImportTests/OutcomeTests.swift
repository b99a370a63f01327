/// What happens to odd data: each outcome the rules define, in the journal's own words.

import Dialects
import Foundation
import Import
import Testing
import TradingCore

@Suite("Outcomes")
struct OutcomeTests {
  private func row(_ id: Int, price: String = "2.5", quantity: String = "1", ms: Int = 0) -> String
  {
    "\(id),\(price),\(quantity),0,\(1_700_000_000_000 + ms),True,True\n"
  }

  private func read(_ text: String, _ change: (inout ImportRequest) -> Void = { _ in }) throws
    -> [Event]
  {
    try events(.binanceTrades, "BTCUSDT-trades-2024.csv", text, change)
  }

  @Test("definitions come first, then facts, then notices; only base names are recorded")
  func order() throws {
    let all = try read(row(1, ms: 5) + row(2, quantity: "0", ms: 4))
    #expect(
      all.map(\.kind) == [
        .logicVersion, .asset, .text, .asset, .text, .instrument, .text, .text, .trade, .trade,
        .notice, .notice,
      ])
    #expect(all.texts(.asset) == ["BTC", "USDT"] && all.texts(.instrument) == ["BTCUSDT"])
    #expect(all.texts(.source) == ["BTCUSDT-trades-2024.csv"])
    #expect(all.first?.receiveTime == all.market.first?.receiveTime)
    #expect(all.last?.receiveTime == all.market.last?.receiveTime)
    #expect(all.instruments.map(\.origin) == [.inferred])
  }

  @Test("time going backwards is kept and counted")
  func backwards() throws {
    let all = try read(row(1, ms: 5) + row(2, ms: 3) + row(3, ms: 3) + row(4, ms: 9))
    #expect(all.trades.map(\.id) == [1, 2, 3, 4])
    #expect(all.notice(.timeWentBack) == 1)
  }

  @Test("zero quantities are kept and counted")
  func zeros() throws {
    let all = try read(row(1, quantity: "0.00000000") + row(2))
    #expect(all.trades.map(\.quantity.lots) == [0, 1] && all.notice(.zeroQuantity) == 1)
  }

  @Test("crossed quotes are kept and counted; an empty side is not crossed")
  func crossed() throws {
    func line(_ bid: String, _ ask: String) -> String {
      #"1700000000000000000 {"u":1,"s":"BTCUSDT","b":"\#(bid)","B":"1","a":"\#(ask)","A":"1"}"#
        + "\n"
    }
    let text = line("2", "1") + line("2", "2") + line("1", "2") + line("1", "0") + line("0", "0")
    let all = try events(.binanceRaw, "x", text)
    #expect(all.quotes.count == 5 && all.notice(.crossed) == 2)
  }

  @Test("digits beyond 8 decimals are rounded and counted")
  func digits() throws {
    let all = try read(row(1, price: "0.09946999000000001", quantity: "1e-05") + row(2))
    #expect(all.trades[0].price.ticks == 9_946_999 && all.trades[0].quantity.lots == 1)
    #expect(all.trades[1].price.ticks == 250_000_000 && all.trades[1].quantity.lots == 100_000)
    #expect(all.notice(.digitsRounded) == 1)
  }

  @Test("a malformed line stops the import and is named")
  func stops() throws {
    let found = try #require(try fault(.binanceTrades, "BTCUSDT.csv", row(1) + "2,x,1,0,1,True\n"))
    #expect(found.line == 2 && found.rule.contains("price is \"x\""))
  }

  @Test("skipped lines become gaps where they stood")
  func skips() throws {
    let text = "bad\n" + row(1) + "bad\nworse\n" + row(2) + row(3, price: "-1") + "bad"
    let header = "id,price,qty,quote_qty,time,is_buyer_maker\n"
    let all = try read(header + text) { $0.onError = .skip }
    #expect(all.market.map(\.kind) == [.gap, .trade, .gap, .trade, .gap])
    #expect(all.gaps.map(\.count) == [1, 2, 2])
    #expect(all.gaps.allSatisfy { $0.reason == .skippedLines && $0.stream == .trade })
    #expect(all.gaps.allSatisfy { $0.instrument == InstrumentID(0) })
  }

  @Test("a file without one readable line is refused even when lines may be skipped")
  func nothing() throws {
    #expect(throws: ImportError.self) { try read("1\n2\n") { $0.onError = .skip } }
  }

  @Test("a price off the user's tick is malformed and names the tick; skipping leaves a gap")
  func offTick() throws {
    let spec = try InstrumentSpec(
      symbol: "BTCUSDT", base: "BTC", quote: "USDT", tick: "0.25", lot: "1", minNotional: "5")
    let text = row(1) + row(2, price: "2.51")
    let found = try #require(
      try fault(.binanceTrades, "BTCUSDT.csv", text) { $0.instruments = [spec] })
    #expect(found.line == 2 && found.rule.contains("2.51") && found.rule.contains("tick 0.25"))
    let all = try read(text) {
      $0.instruments = [spec]
      $0.onError = .skip
    }
    #expect(all.trades.map(\.price.ticks) == [10] && all.gaps.map(\.count) == [1])
    #expect(all.instruments.map(\.origin) == [.given])
    #expect(all.instruments.map(\.minNotional) == [500_000_000])
  }

  @Test("quantities finer than the given lot make the lot finer, and the origin says inferred")
  func offLot() throws {
    let spec = try InstrumentSpec(
      symbol: "BTCUSDT", base: "BTC", quote: "USDT", tick: "0.5", lot: "1", minQuantity: "2")
    let all = try read(row(1, quantity: "1.5")) { $0.instruments = [spec] }
    #expect(all.trades.map(\.quantity.lots) == [15])
    #expect(all.instruments.map(\.origin) == [.inferred])
    #expect(all.instruments.map(\.minQuantity.lots) == [20])
  }

  @Test("an instrument missing from the user's list is refused")
  func unlisted() throws {
    let spec = InstrumentSpec(symbol: "ETHUSDT", base: "ETH", quote: "USDT")
    #expect(throws: ImportError.self) { try read(row(1)) { $0.instruments = [spec] } }
  }

  @Test("a grid finer than money is refused")
  func grid() throws {
    let row = "1,0.00000001,0.00000001,0,1700000000000,True\n"
    #expect(try read(row).instruments.map(\.isExact) == [true])
    let spec = try InstrumentSpec(
      symbol: "BTCUSDT", base: "BTC", quote: "USDT", tick: "90000000000", lot: "90000000000")
    #expect(throws: ImportError.self) {
      try read("1,90000000000,90000000000,0,1700000000000,True\n") { $0.instruments = [spec] }
    }
  }

  @Test("a product of price and quantity beyond any money is malformed")
  func product() throws {
    let row = "1,99999999999999999,99999999999999999,0,1700000000000,True\n"
    #expect(try fault(.binanceTrades, "BTCUSDT.csv", row)?.rule.contains("10^20") == true)
  }

  @Test("files merge by receive time, ties by the order of the arguments")
  func merge() throws {
    let scratch = try Scratch()
    let first = try scratch.file("BTCUSDT-a.csv", row(1, ms: 1) + row(2, ms: 5) + row(3, ms: 5))
    let second = try scratch.file("ETHUSDT-b.csv", row(11, ms: 0) + row(12, ms: 5) + row(13, ms: 4))
    func ids(_ files: [String]) throws -> [Int64] {
      try events(of: ImportRequest(format: .binanceTrades, files: files)).trades.map(\.id)
    }
    #expect(try ids([first, second]) == [11, 1, 2, 3, 12, 13])
    #expect(try ids([second, first]) == [11, 1, 12, 13, 2, 3])
  }

  @Test("a hundred files merge into one order")
  func manyFiles() throws {
    let scratch = try Scratch()
    let files = try (0..<100).reversed().map { index in
      try scratch.file("BTCUSDT-\(index).csv", row(index, ms: index) + row(1_000, ms: index))
    }
    let all = try events(of: ImportRequest(format: .binanceTrades, files: files))
    #expect(all.trades.filter { $0.id < 1_000 }.map(\.id) == Array(0..<100))
    #expect(all.texts(.source).count == 100)
  }

  @Test("two imports of one input give equal events wherever it lies")
  func repeatable() throws {
    let text = row(1) + row(2, quantity: "0") + row(3, price: "1.125")
    #expect(try read(text) == read(text))
  }

  @Test(
    "symbols split by option, separator, file name or longest suffix",
    arguments: [
      ("BTCUSDT-trades-2024-08-08.csv", nil, "BTC", "USDT"),
      ("BTCFDUSD-aggTrades-2024-01.csv", nil, "BTC", "FDUSD"),
      ("ETH_BTC-5m.csv", nil, "ETH", "BTC"), ("UNITTEST_BTC-1m.csv", nil, "UNITTEST", "BTC"),
      ("coinbase_btcusd_daily_trade.csv", nil, "BTC", "USD"), ("data.csv", "eth/btc", "ETH", "BTC"),
      ("data.csv", "BNB/USD", "BNB", "USD"), ("BTC-USD-1d.csv", nil, "BTC", "USD"),
    ] as [(String, String?, String, String)])
  func symbols(file: String, symbol: String?, base: String, quote: String) throws {
    let all = try events(.binanceTrades, file, row(1)) { $0.symbol = symbol }
    #expect(all.texts(.asset) == [base, quote] && all.texts(.instrument) == [base + quote])
  }

  @Test("no clear symbol is refused with the option that helps")
  func unclear() throws {
    for (name, symbol, hint) in [
      ("btc-perp-1m.csv", nil, "--symbol"), ("binance_btc_usdt_1m.csv", nil, "--symbol"),
      ("x.csv", "FOOBAR", "--base"),
    ] as [(String, String?, String)] {
      #expect {
        try events(.binanceTrades, name, row(1)) { $0.symbol = symbol }
      } throws: { ($0 as? ImportError)?.description.contains(hint) == true }
    }
    let named = try events(.binanceTrades, "x.csv", row(1)) {
      ($0.symbol, $0.base, $0.quote) = ("FOOBAR", "FOO", "BAR")
    }
    #expect(named.texts(.asset) == ["FOO", "BAR"])
  }

  @Test("base and quote options name only the symbol they make, where there are several")
  func severalSymbols() throws {
    let line = #"1700000000000000000 {"u":1,"s":"X","b":"1","B":"1","a":"2","A":"1"}"# + "\n"
    let text = line.replacing("X", with: "BTCUSDT") + line.replacing("X", with: "ETHUSDT")
    let all = try events(.binanceRaw, "x", text) { ($0.base, $0.quote) = ("BTC", "USDT") }
    #expect(all.texts(.asset) == ["BTC", "USDT", "ETH"])
  }

  @Test("progress ends at the bytes of both passes, and the counts add up to the lines")
  func progress() throws {
    let scratch = try Scratch()
    let text = (1...40_000).map { row($0) }.joined()
    let path = try scratch.file("BTCUSDT.csv", text)
    let importer = try Importer(ImportRequest(format: .binanceTrades, files: [path]))
    var seen: [Int] = []
    try importer.prepare {
      seen.append($0.bytesRead)
      return true
    }
    #expect(!seen.isEmpty && seen == seen.sorted())
    var batch = EventBatch()
    var events: UInt64 = 0
    while try importer.next(into: &batch) { events += UInt64(batch.events.count) }
    #expect(importer.progress.bytesRead == importer.progress.bytesTotal)
    #expect(importer.progress.bytesTotal == 2 * text.utf8.count)
    #expect(importer.counts.lines == 40_000 && importer.counts.trades == 40_000)
    #expect(importer.counts.events == events)
  }
}
