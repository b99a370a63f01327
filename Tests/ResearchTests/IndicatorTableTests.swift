/// Rows of bars with indicators: what stands in them, and when a benchmark is seen.
import Testing

@testable import Research
@testable import TradingCore

@Suite("Tables of indicators")
struct IndicatorTableTests {
  static let minute = Interval.minute

  static func definition(_ id: UInt16, scale: Int = 2) -> Event {
    let tick = Decimal64(mantissa: 1, scale: scale)
    return Event(
      receiveTime: Timestamp(nanoseconds: 0),
      .instrument(
        InstrumentDefinition(
          instrument: InstrumentID(id), base: AssetID(id), quote: AssetID(9), tick: tick, lot: tick)
      ))
  }

  static func candle(_ id: UInt16, _ number: Int64, _ close: Int64, seconds: UInt32 = 60) -> Event {
    let start = Timestamp(nanoseconds: number * minute.nanoseconds)
    let candle = Candle(
      instrument: InstrumentID(id), intervalSeconds: seconds, open: Price(ticks: close),
      high: Price(ticks: close + 5), low: Price(ticks: close - 5), close: Price(ticks: close),
      volume: Quantity(lots: 7))
    return Event(receiveTime: start + candle.interval, venueTime: start, .candle(candle))
  }

  static func trade(_ id: UInt16, _ seconds: Int64, _ price: Int64) -> Event {
    let time = Timestamp(nanoseconds: seconds * Interval.second.nanoseconds)
    let trade = Trade(
      instrument: InstrumentID(id), price: Price(ticks: price), quantity: Quantity(lots: 3),
      aggressor: .sell, id: 0)
    return Event(receiveTime: time, venueTime: time, .trade(trade))
  }

  static func names(scales: Int...) -> Names {
    var names = Names()
    for (id, scale) in scales.enumerated() { names.learn(definition(UInt16(id), scale: scale)) }
    return names
  }

  static func table(
    _ requests: [String], of origin: BarOrigin = .candles, spec: String? = nil, isPair: Bool = false
  ) throws -> IndicatorTable {
    let spec = try spec.map { try BarSpec($0) }
    return try IndicatorTable(
      try requests.map { try IndicatorRequest($0) },
      main: BarStream(InstrumentID(0), of: origin, spec: spec),
      other: isPair ? BarStream(InstrumentID(1), of: origin, spec: spec) : nil)
  }

  static func rows(
    _ start: IndicatorTable, _ events: [Event], _ names: Names = names(scales: 2, 4)
  ) throws -> [IndicatorRow] {
    var table = start
    return try events.flatMap { try table.take($0, names) } + table.finish()
  }

  @Test("hold a bar and all answers, none before an indicator is warm")
  func plain() throws {
    let table = try Self.table(["sma:length=3", "donchian:length=2"])
    #expect(
      table.columns == ["sma(length=3)", "donchian(length=2).lower", "donchian(length=2).upper"])
    let rows = try Self.rows(
      table, [100, 200, 600].enumerated().map { Self.candle(0, Int64($0), Int64($1)) })
    #expect(rows.map(\.bar.close.ticks) == [100, 200, 600])
    #expect(rows.map(\.values) == [[nil, nil, nil], [nil, 0.95, 2.05], [3, 1.95, 6.05]])
  }

  @Test("of other instruments and other kinds of events see nothing")
  func others() throws {
    let events = [Self.candle(1, 0, 10), Self.trade(0, 5, 20), Self.definition(0)]
    #expect(try Self.rows(try Self.table(["sma:length=1"]), events).isEmpty)
  }

  @Test("take a benchmark's close of the same time, whichever comes first, on its own grid")
  func benchmark() throws {
    let (ours, theirs) = ([100, 120, 90, 150], [5_000, 5_100, 5_050, 5_300])
    var expected = try IndicatorRequest("correlation:length=2").make()
    let values = zip(ours, theirs).map { own, other in
      let price = Double(own) / 100
      return expected.update(
        IndicatorSample(
          bar: FullBar(open: price, high: price, low: price, close: price, volume: 0),
          benchmark: Double(other) / 10_000))
    }
    for flipped in [false, true] {
      let events = ours.indices.flatMap { place in
        let pair = [
          Self.candle(0, Int64(place), Int64(ours[place])),
          Self.candle(1, Int64(place), Int64(theirs[place])),
        ]
        return flipped ? pair.reversed() : pair
      }
      let table = try Self.table(["correlation:length=2"], isPair: true)
      #expect(try Self.rows(table, events).map(\.values) == values, "flipped \(flipped)")
    }
  }

  @Test("compare nothing before the benchmark's first bar, and its last one while it rests")
  func gaps() throws {
    let events = [
      Self.candle(0, 0, 100), Self.candle(0, 1, 110), Self.candle(1, 1, 50), Self.candle(0, 2, 130),
      Self.candle(0, 3, 125), Self.candle(1, 3, 55),
    ]
    let rows = try Self.rows(
      try Self.table(["beta:length=2", "sma:length=1"], isPair: true), events)
    #expect(rows.map { $0.values[1] } == [1, 1.1, 1.3, 1.25])
    // Pairs: (110, 50), (130, 50), (125, 55): the third is the first with two returns.
    #expect(rows.map { $0.values[0] == nil } == [true, true, true, false])
  }

  @Test("end bars of trades with a trade of either instrument")
  func tradesEitherWay() throws {
    let events = [
      Self.trade(0, 10, 100), Self.trade(1, 20, 5_000), Self.trade(1, 130, 5_100),
      Self.trade(0, 200, 90), Self.trade(0, 300, 80),
    ]
    let table = try Self.table(
      ["correlation:length=2"], of: .trades, spec: "1m", isPair: true)
    let rows = try Self.rows(table, events)
    #expect(rows.map(\.bar.close.ticks) == [100, 90])
    #expect(rows.map { $0.values[0] == nil } == [true, false])
  }

  @Test("say what is wrong")
  func refusals() throws {
    #expect(throws: IndicatorTableError.repeated("sma")) { try Self.table(["sma", "ema", "sma"]) }
    #expect(throws: IndicatorTableError.needsBenchmark("beta")) { try Self.table(["beta"]) }
    let mixed = [Self.candle(0, 0, 1), Self.candle(0, 0, 1, seconds: 300)]
    #expect(throws: IndicatorTableError.mixedCandles(.minute, Interval("5m") ?? .zero)) {
      try Self.rows(try Self.table([]), mixed)
    }
    #expect(throws: BarError.self) {
      try Self.rows(try Self.table([], spec: "ticks:3"), [Self.candle(0, 0, 1)])
    }
    #expect(throws: IndicatorTableError.undefined("#0")) {
      try Self.rows(try Self.table([]), [Self.candle(0, 0, 1)], Names())
    }
    var table = try Self.table([])
    _ = try table.take(Self.candle(0, 0, 1), Self.names(scales: 2))
    _ = try table.take(Self.candle(0, 1, 1), Self.names(scales: 2))
    #expect(throws: IndicatorTableError.newGrid("#0")) {
      try table.take(Self.candle(0, 2, 1), Self.names(scales: 3))
    }
  }

  @Test("are written exactly, and empty or null where nothing is known")
  func text() throws {
    let definition = try #require(Self.names(scales: 2).definition(InstrumentID(0)))
    let table = try Self.table(["sma:length=2", "rsi"], of: .trades, spec: "1m")
    let events = [Self.trade(0, 10, 101), Self.trade(0, 30, 99), Self.trade(0, 60, 200)]
    let row = try #require(
      try Self.rows(table, events + [Self.trade(0, 200, 1)], Self.names(scales: 2)).last)
    let csv = IndicatorText(.csv, columns: table.columns)
    #expect(
      csv.header == "open_time,open_time_ns,close_time,close_time_ns,open,high,low,close,volume,"
        + "turnover,trades,buy_volume,sma(length=2),rsi\n")
    #expect(
      csv.line(row, of: definition)
        == "1970-01-01T00:01:00Z,60000000000,1970-01-01T00:02:00Z,120000000000,"
        + "2.00,2.00,2.00,2.00,0.03,0.06,1,0.00,1.495,\n")
    let json = IndicatorText(.jsonLines, columns: table.columns)
    #expect(json.header.isEmpty)
    #expect(
      json.line(row, of: definition)
        == #"{"open_time":"1970-01-01T00:01:00Z","open_time_ns":60000000000,"#
        + #""close_time":"1970-01-01T00:02:00Z","close_time_ns":120000000000,"open":"2.00","#
        + #""high":"2.00","low":"2.00","close":"2.00","volume":"0.03","turnover":"0.06","trades":1,"#
        + #""buy_volume":"0.00","sma(length=2)":1.495,"rsi":null}"# + "\n")
    let lines = IndicatorText(.table, columns: table.columns)
    #expect(lines.header == "         close time         close  sma(length=2)           rsi\n")
    #expect(
      lines.line(row, of: definition)
        == "1970-01-01 00:02:00          2.00         1.4950             –\n")
  }

  @Test("are told for every indicator, in the list, the page and the JSON")
  func words() throws {
    let list = IndicatorWords.list
    for entry in IndicatorRegistry.all {
      let page = try IndicatorWords.text(entry)
      #expect(list.contains("  \(entry.name) ") && list.contains(entry.summary))
      #expect(page.split(separator: "\n").allSatisfy { $0.count <= TerminalReport.width })
      for output in entry.outputs { #expect(page.contains(output)) }
      for parameter in entry.parameters { #expect(page.contains("\n\(parameter.name) ")) }
      #expect(page.contains("TA-Lib"))
      let json = try IndicatorWords.json(entry).members
      #expect(json.map(\.0).contains("definition"))
      #expect(json.first { $0.0 == "family" }?.1 != .string(""))
    }
  }
}
