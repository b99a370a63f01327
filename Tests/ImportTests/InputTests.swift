/// Bytes from plain, compressed and archived files and streams: equal events or a clear error.

import Foundation
import Import
import Testing
import TradingCore

@Suite("Inputs")
struct InputTests {
  private let name = "BTCUSDT-trades-2024-08-08.csv"

  /// Trades enough to cross every buffer.
  private var rows: String {
    (1...20_000).map { "\($0),61837.63,0.0\($0),1,\(1_723_161_255_000 + $0),True,True\n" }.joined()
  }

  private func trades(_ path: String) throws -> [Trade] {
    try events(of: ImportRequest(format: .binanceTrades, files: [path])).trades
  }

  @Test(
    "every container gives the events of the plain file",
    arguments: [
      "gzip -k X", "head -n 7 X | gzip >X.gz && tail -n +8 X | gzip >>X.gz",
      "gzip -k X && head -c 1000 /dev/zero >>X.gz",
      "python3 -c \"import zipfile; zipfile.ZipFile('X.gz','w',8).write('X')\"",
      "python3 -c \"import zipfile; zipfile.ZipFile('X.gz','w',0).write('X')\"",
      "python3 -c \"import zipfile; z=zipfile.ZipFile('X.gz','w',8);"
        + " f=z.open('X','w',force_zip64=True);"
        + " f.write(open('X','rb').read()); f.close(); z.writestr('README.txt','no table')\"",
    ])
  func containers(command: String) throws {
    let scratch = try Scratch()
    let plain = try trades(try scratch.file(name, rows))
    try #require(plain.count == 20_000)
    try scratch.run(command.replacing("X", with: name))
    #expect(try trades("\(scratch.path)/\(name).gz") == plain)
  }

  @Test("an archive's members are parts of their own, merged by time")
  func members() throws {
    let scratch = try Scratch()
    let file = try scratch.file("a.csv", "1,2,1,2,1700000000002,True,True\n")
    _ = try scratch.file("b.csv", "1,3,1,2,1700000000001,True,True\n")
    try scratch.run(
      "python3 -c \"import zipfile; z=zipfile.ZipFile('m.zip','w');"
        + " z.write('a.csv'); z.write('b.csv')\""
    )
    var request = ImportRequest(format: .binanceTrades, files: [scratch.path + "/m.zip"])
    request.symbol = "BTC/USDT"
    let all = try events(of: request)
    #expect(all.trades.map(\.price.ticks) == [3, 2])
    #expect(all.texts(.source) == ["m.zip/a.csv", "m.zip/b.csv"])
    request.files = [file, scratch.path + "/b.csv"]
    #expect(try events(of: request).trades == all.trades)
  }

  @Test(
    "a stream gives the events of the file, inferred from its first rows", .timeLimit(.minutes(1)))
  func streams() throws {
    let scratch = try Scratch()
    let plain = try trades(try scratch.file(name, rows))
    for command in ["cat X >pipe", "gzip -c X >pipe"] {
      try scratch.run("rm -f pipe && mkfifo pipe")
      let writer = try scratch.start(command.replacing("X", with: name))
      var request = ImportRequest(format: .binanceTrades, files: [scratch.path + "/pipe"])
      request.symbol = "BTCUSDT"
      #expect(try events(of: request).trades == plain)
      writer.waitUntilExit()
    }
  }

  @Test("digits finer than a stream's first rows are a fault that says so", .timeLimit(.minutes(1)))
  func streamDigits() throws {
    let scratch = try Scratch()
    let many = String(repeating: "1,2,1,2,1700000000002,True,True\n", count: 65_536)
    _ = try scratch.file("rows", many + "1,2.5,1,2,1700000000002,True,True\n")
    try scratch.run("mkfifo pipe")
    let writer = try scratch.start("cat rows >pipe")
    var request = ImportRequest(format: .binanceTrades, files: [scratch.path + "/pipe"])
    request.symbol = "BTCUSDT"
    #expect {
      try events(of: request)
    } throws: { error in
      guard case .malformed(_, 65_537, let rule) = error as? ImportError else { return false }
      return rule.contains("2.5") && rule.contains("finer than the rows looked at")
    }
    writer.waitUntilExit()
  }

  @Test(
    "damaged containers are refused",
    arguments: [
      "gzip -c X | head -c 3000 >Y", "(gzip -c X; echo rubbish) >Y",
      "gzip -c X >Y; printf 'A' | dd of=Y bs=1 seek=900 conv=notrunc 2>/dev/null",
      "gzip -c X | head -c -8 >Y; printf '12345678' >>Y",
      "python3 -c \"import zipfile; zipfile.ZipFile('Y','w',0).write('X')\";"
        + " printf 'A' | dd of=Y bs=1 seek=5000 conv=notrunc 2>/dev/null",
      "python3 -c \"import zipfile; zipfile.ZipFile('Y','w',8).write('X')\"; truncate -s -30 Y",
      "python3 -c \"import zipfile; zipfile.ZipFile('Y','w',zipfile.ZIP_BZIP2).write('X')\"",
    ])
  func damage(command: String) throws {
    let scratch = try Scratch()
    _ = try scratch.file(name, rows)
    try scratch.run(command.replacing("X", with: name).replacing("Y", with: "BTCUSDT.bad"))
    var request = ImportRequest(format: .binanceTrades, files: [scratch.path + "/BTCUSDT.bad"])
    // A flipped digit can look like a malformed row; skipping those, the checksum still finds it.
    request.onError = .skip
    #expect {
      try events(of: request)
    } throws: { error in
      if case .damaged = error as? ImportError { true } else { false }
    }
  }

  @Test("a missing file, a folder, and an empty file are told apart")
  func absence() throws {
    let scratch = try Scratch()
    let missing = scratch.path + "/BTCUSDT-none.csv"
    #expect(throws: ImportError.notFound(file: missing)) { try trades(missing) }
    #expect(throws: ImportError.unreadable(file: scratch.path, reason: "it is a folder")) {
      try trades(scratch.path)
    }
    let empty = try scratch.file(name, "")
    #expect(throws: ImportError.empty(file: empty)) {
      try trades(empty)
    }
  }

  @Test("a table of candles without rows is empty, whether or not it is known how long a bar is")
  func emptyTables() throws {
    let scratch = try Scratch()
    for text in ["", "\n\n", "time,open,high,low,close,volume\n"] {
      let empty = try scratch.file("BTCUSD.csv", text)
      for interval in [nil, Interval.minute] {
        var request = ImportRequest(format: .ohlcvCSV, files: [empty])
        request.candles.interval = interval
        #expect(throws: ImportError.empty(file: empty)) { try events(of: request) }
      }
    }
  }

  @Test("line ends, a byte order mark and a missing last line end do not matter")
  func lineEnds() throws {
    let row = "1,2,1,2,1700000000002,True,True"
    for text in [
      "\(row)\n\(row)\n", "\(row)\r\n\(row)\r\n", "\(row)\n\(row)", "\u{FEFF}\(row)\n\(row)\n",
    ] {
      #expect(try events(.binanceTrades, name, text).trades.count == 2)
    }
  }
}
