/// Lines with flipped, lost and doubled bytes: whatever they say, an import counts, skips or names
/// them, and never traps.

import Import
import Testing
import TradingCore

@Suite("Damaged lines")
struct FuzzTests {
  private static let seeds: [(ImportFormat, String)] = [
    (.binanceTrades, "3735683259,61837.63,0.02,1236.75,1723161255342,True,True"),
    (.binanceAggTrades, "7,10.5,2,100,104,1700000000000,False,True"),
    (.binanceKlines, "1499040000000,0.5,0.8,0.25,0.75,148976.1,1499644799999,2434,308"),
    (.ohlcvCSV, "1700000000,1.5,4e0,1,2,9.00000000001"),
    (.ohlcvCSV, "2021-12-31T23:01:00.5+01:00,1,4,1,2,9"),
    (
      .binanceRaw,
      #"1723161254087891268 {"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1723161255308,"#
        + #""s":"BTCUSDT","U":203,"u":207,"b":[["5.5","0.5"]],"a":[["6.00","1.25"]]}}"#
    ),
    (
      .binanceRaw,
      #"1723161254087891268 {"e":"kline","s":"BTCUSDT","k":{"t":1633998480000,"T":1633998539999,"#
        + #""o":"2.5","c":"2.75","h":"3","l":"2","v":"10.5","x":true}}"#
    ),
    (
      .cryptofeedRaw,
      #"https://x/api/v3/depth?symbol=BTCUSDT&limit=9 -> 1633998512.320639: {"lastUpdateId":4,"#
        + #""bids":[["0.35","672.0"]],"asks":[["0.36","1"]]}"#
    ),
    (
      .cryptofeedRaw,
      #"1633998512.0633569: {"u":400900217,"s":"BTCUSDT","b":"25.35","B":"31.2","a":"25.5","A":"4"}"#
    ),
  ]

  @Test(
    "no damaged line traps, and good lines survive their neighbours",
    arguments: 1...4 as ClosedRange<UInt64>)
  func mutations(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    for (format, line) in FuzzTests.seeds {
      var text = line + "\n"
      for _ in 0..<400 { text += mutated(line, &numbers) + "\n" + line + "\n" }
      let scratch = try Scratch()
      var request = ImportRequest(format: format, files: [try scratch.file("x.txt", text)])
      request.symbol = format == .binanceRaw || format == .cryptofeedRaw ? nil : "BTC/USDT"
      request.onError = .skip
      request.candles.interval = .minute
      let all = try events(of: request)
      #expect(all.market.filter { !$0.body.isInsideRun }.count > 400, "\(format) seed \(seed)")
      #expect(!all.gaps.isEmpty, "\(format) seed \(seed)")
    }
  }

  private func mutated(_ line: String, _ numbers: inout SeededNumbers) -> String {
    var bytes = Array(line.utf8)
    for _ in 0...Int.random(in: 0...2, using: &numbers) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &numbers)
      switch Int.random(in: 0...3, using: &numbers) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(bytes[place], at: place)
      case 2: bytes[place] = UInt8(ascii: "9")
      default: bytes[place] = UInt8.random(in: 32...126, using: &numbers)
      }
    }
    let result = String(decoding: bytes, as: UTF8.self)
    // Another symbol would be another instrument, refused for its own reasons.
    let symbols = { (text: String) in
      text.uppercased().split { !$0.isLetter && !$0.isNumber }.count { $0 == "BTCUSDT" }
    }
    return symbols(result) == symbols(line) ? result : line
  }

  @Test("times and ids at the ends of 64 bits are faults")
  func extremes() throws {
    let cases: [(ImportFormat, String)] = [
      (.binanceTrades, "1,2,1,2,9223372036854775,True"),
      (.binanceTrades, "1,2,1,2,-9223372036854775808,1"),
      (.ohlcvCSV, "9223372036.999999999,1,1,1,1,1\n9223372037.9,1,1,1,1,1"),
      (.binanceAggTrades, "1,2,1,-9223372036854775807,9223372036854775807,1700000000000,True"),
    ]
    for (format, row) in cases {
      _ = try? events(format, "BTCUSDT.csv", row + "\n") { $0.candles.interval = .minute }
    }
    let range =
      #"1723161254087891268 {"e":"depthUpdate","E":1,"s":"BTCUSDT","U":-9223372036854775807,"#
      + #""u":9223372036854775807,"b":[],"a":[]}"#
    #expect(try fault(.binanceRaw, "x", range + "\n")?.rule.contains("no range") == true)
  }
}
