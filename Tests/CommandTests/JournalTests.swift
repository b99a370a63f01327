/// `cryptobot journal …` with good and bad input: exit codes, words on stderr, nothing left behind.

import Foundation
import Testing

/// A day of candles in a folder, and what the tests do with it.
private struct Candles {
  let scratch: Scratch
  let file: String
  let journal: String

  init(_ rows: String = Candles.rows) throws {
    scratch = try Scratch()
    file = try scratch.write("BTC_USDT-1m.csv", rows).path
    journal = scratch.folder.appendingPathComponent("journal").path
  }

  static let rows = """
    time,open,high,low,close,volume
    1704067200000,42000.10,42010.00,41990.00,42005.50,1.25
    1704067260000,42005.50,42006.00,42000.00,42001.00,0.5
    1704067320000,42001.00,42001.00,41950.25,41960.00,2

    """

  func load(_ more: String...) throws -> Run {
    try Command.run(
      ["journal", "import", "ohlcv-csv", file, "--symbol", "BTC/USDT", "-o", journal] + more)
  }
}

@Suite("The journal verbs")
struct JournalTests {
  @Test("an import says what it made, and info --json has the promised keys")
  func info() throws {
    let candles = try Candles()
    let load = try candles.load()
    #expect(load.status == 0)
    #expect(load.output.contains("BTCUSDT: tick 0.01, lot 0.01, inferred"))
    let run = try Command.run("journal", "info", candles.journal, "--json")
    #expect(run.status == 0)
    for key in [
      "events", "kinds", "firstSequence", "lastSequence", "segments", "bytes", "fingerprint",
      "chainHead", "id",
    ] { #expect(run.output.contains("\"\(key)\": "), "no \(key)") }
    #expect(run.output.contains("\"candle\": 3"))
  }

  @Test("candles come back exactly, stamped with their close and their open")
  func export() throws {
    let candles = try Candles()
    _ = try candles.load()
    let run = try Command.run("journal", "export", candles.journal, "--kind", "candle")
    let first =
      #""receiveTime":1704067260000000000,"venueTime":1704067200000000000,"kind":"candle","#
      + #""instrument":"BTCUSDT","intervalSeconds":60,"open":"42000.10","high":"42010.00","#
      + #""low":"41990.00","close":"42005.50","volume":"1.25"}"#
    #expect(run.output.split(separator: "\n").count == 3)
    #expect(run.output.split(separator: "\n")[0].hasSuffix(first))
  }

  @Test("CSV has one header, a column for each field, and empty cells where there is nothing")
  func table() throws {
    let candles = try Candles()
    _ = try candles.load()
    let file = candles.scratch.folder.appendingPathComponent("out.csv").path
    let run = try Command.run(
      "journal", "export", candles.journal, "--format", "csv", "--kind", "candle", "-o", file)
    #expect(run.status == 0 && run.output.isEmpty)
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    #expect(
      lines[0]
        == "sequence,receiveTime,venueTime,kind,instrument,intervalSeconds,open,high,low,close,volume"
    )
    #expect(lines[3].hasSuffix(",candle,BTCUSDT,60,42001.00,42001.00,41950.25,41960.00,2.00"))
    let again = try Command.run(
      "journal", "export", candles.journal, "--format", "csv", "-o", file)
    #expect(again.status == 73)
    #expect(again.errors.contains("--force"))
  }

  @Test("cat selects by sequence, kind and count, and shows times in UTC")
  func cat() throws {
    let candles = try Candles()
    _ = try candles.load()
    let all = try Command.run("journal", "cat", candles.journal)
    let some = try Command.run(
      "journal", "cat", candles.journal, "--kind", "candle", "--limit", "2")
    #expect(some.output.split(separator: "\n").count == 2)
    #expect(some.output.contains("2024-01-01T00:01:00Z  candle"))
    let range = try Command.run("journal", "cat", candles.journal, "--from", "3", "--to", "5")
    #expect(range.output.split(separator: "\n").count == 3)
    #expect(all.output.contains(range.output))
  }

  @Test("instruments can be given as YAML; a price off their grid names file, line and rule")
  func instruments() throws {
    let candles = try Candles()
    let good = try candles.scratch.write(
      "grid.yaml", "BTCUSDT: {base: BTC, quote: USDT, tick: 0.01, lot: 0.0001, minNotional: 5}\n")
    #expect(try candles.load("--instruments", good.path).output.contains("lot 0.0001, given"))
    let coarse = try candles.scratch.write(
      "coarse.yaml", "BTCUSDT: {base: BTC, quote: USDT, tick: 1, lot: 0.01}\n")
    let refused = try candles.load("--instruments", coarse.path, "--force")
    #expect(refused.status == 65)
    #expect(refused.errors.contains("BTC_USDT-1m.csv:2: "))
  }

  @Test("an unknown key of the instrument list is named with the nearest known one")
  func instrumentKey() throws {
    let candles = try Candles()
    let list = try candles.scratch.write(
      "grid.yaml", "BTCUSDT: {base: BTC, quote: USDT, tik: 0.01}\n")
    let run = try candles.load("--instruments", list.path)
    #expect(run.status == 65)
    #expect(run.errors.contains("unknown key `tik`, did you mean `tick`?"))
  }

  @Test("a failed import leaves nothing behind, whatever was wrong")
  func nothingLeft() throws {
    let candles = try Candles(Candles.rows + "1704067380000,x,1,1,1,1\n")
    let before = candles.scratch.contents
    let run = try candles.load()
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("cryptobot: error: "))
    #expect(run.errors.contains("BTC_USDT-1m.csv:5: "))
    #expect(run.output.isEmpty)
    #expect(candles.scratch.contents == before)
  }

  @Test("what is not there exits 66 and names it", arguments: ["info", "cat", "export", "verify"])
  func missing(verb: String) throws {
    let run = try Command.run("journal", verb, "no-such-journal")
    #expect(run.status == 66)
    #expect(run.errors.contains("no-such-journal"))
    #expect(run.output.isEmpty)
  }

  @Test("a missing input file exits 66, an impossible output 73 or 74, and both say which")
  func paths() throws {
    let scratch = try Scratch()
    let output = scratch.folder.appendingPathComponent("out").path
    let absent = try Command.run("journal", "import", "binance-trades", "none.csv", "-o", output)
    #expect(absent.status == 66)
    #expect(absent.errors.contains("none.csv"))
    let candles = try Candles()
    let nowhere = try Command.run(
      "journal", "import", "ohlcv-csv", candles.file, "--symbol", "BTC/USDT", "-o",
      scratch.folder.appendingPathComponent("no/such/folder").path)
    #expect([73, 74].contains(nowhere.status))
    #expect(nowhere.errors.contains("no/such"))
  }

  @Test("flags that make no sense exit 64 before anything is read")
  func usage() throws {
    for wrong in [
      ["journal", "import", "no-format", "x.csv", "-o", "j"],
      ["journal", "import", "ohlcv-csv", "x.csv"],
      ["journal", "import", "ohlcv-csv", "x.csv", "-o", "j", "--interval", "soon"],
      ["journal", "cat", "j", "--kind", "tock"],
      ["journal", "cat", "j", "--from", "9", "--to", "3"],
    ] {
      let run = try Command.run(wrong)
      #expect(run.status == 64, "\(wrong)")
      #expect(run.errors.hasPrefix("cryptobot: error: "))
    }
  }
}
