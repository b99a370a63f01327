/// Tables of features from events: when there is a row, which markets, and that what waits has an end.
import Testing
import TradingCore

@testable import Research

@Suite("A table of features")
struct FeatureTableTests {
  private static let definitions = (UInt16(0)..<2).map { definition(of: $0) }

  private static func definition(of id: UInt16, tickScale: Int = 2) -> EventBody {
    .instrument(
      InstrumentDefinition(
        instrument: InstrumentID(id), base: AssetID(id), quote: AssetID(2),
        tick: Decimal64(mantissa: 1, scale: tickScale), lot: Decimal64(mantissa: 1, scale: 3)))
  }

  private static func trade(_ milliseconds: Int64, of id: UInt16 = 0) -> Event {
    event(
      milliseconds,
      .trade(
        Trade(
          instrument: InstrumentID(id), price: Price(ticks: 9_999), quantity: Quantity(lots: 1),
          aggressor: .buy, id: 0)))
  }

  private static func event(_ milliseconds: Int64, _ body: EventBody) -> Event {
    Event(receiveTime: Timestamp(nanoseconds: milliseconds * 1_000_000), body)
  }

  private static func quote(_ milliseconds: Int64, _ bid: Int64, of id: UInt16 = 0) -> Event {
    event(
      milliseconds,
      .quote(
        Quote(
          instrument: InstrumentID(id), bidPrice: Price(ticks: bid),
          bidQuantity: Quantity(lots: 1), askPrice: Price(ticks: bid + 2),
          askQuantity: Quantity(lots: 1), updateID: 0)))
  }

  private static func gap(_ milliseconds: Int64) -> Event {
    event(
      milliseconds,
      .gap(Gap(instrument: InstrumentID(0), stream: .quote, count: 1, reason: .overflow)))
  }

  /// Rows as `time in ms: numbers`, of events behind the definitions.
  private func rows(
    _ events: [Event], _ pace: String, labels: [String] = [], symbols: [String] = [],
    to last: FoldLimit = .none
  ) throws -> [String] {
    let request = FeatureRequest(
      choices: [try FeatureChoice(spelled: "mid")], pace: try FeaturePace(pace), symbols: symbols,
      to: last, labels: try labels.map { try #require(FeatureLabel($0)) })
    var table = try FeatureTable(request)
    var rows: [String] = []
    let give: (FeatureRow) -> Void = { row in
      let numbers = row.numbers.map { $0.map { "\($0)" } ?? "-" }.joined(separator: " ")
      rows.append("\(row.symbol) \(row.time.nanoseconds / 1_000_000): \(numbers)")
    }
    for event in Self.definitions.map({ Self.event(0, $0) }) + events where !table.isComplete {
      try table.take(event, give)
    }
    try table.finish(give)
    return rows
  }

  @Test("instants stand where something came since the last, and hold what came at them")
  func instants() throws {
    let events = [
      Self.quote(900, 9_999), Self.quote(1_000, 10_099), Self.quote(1_001, 10_199),
      Self.quote(5_300, 10_299), Self.quote(7_000, 10_399),
    ]
    #expect(try rows(events, "1s") == ["#0 1000: 101.0", "#0 2000: 102.0", "#0 6000: 103.0"])
    #expect(try rows(events, "quote").count == 5)
    #expect(try rows(events, "trade") == [])
  }

  @Test("a table ends with its last event's row, however the journal is cut into batches")
  func lastRow() throws {
    let events = [900, 1_000, 1_001, 1_400, 2_700, 2_800, 2_900, 9_000].map {
      Self.quote($0, 9_999)
    }
    let whole = try rows(events, "1s")
    #expect(whole.count == 3)
    let sequences: [Sequence64] = [4, 6, 9]
    for last in 3...Sequence64(events.count + 2) {
      let expected = whole.enumerated().filter { sequences[$0.offset] <= last }
      #expect(try rows(events, "1s", to: .sequence(last)) == expected.map(\.element), "to \(last)")
    }
    #expect(try rows(events, "1s", to: .time(Timestamp(nanoseconds: 2_000_000_000))).count == 2)
  }

  @Test("bars do not span a new grid, and a market has to be defined")
  func grids() throws {
    let coarse = Self.event(1_500, Self.definition(of: 0, tickScale: 1))
    let events = [Self.trade(1_000), Self.trade(1_100), coarse, Self.trade(1_600)]
    #expect(try rows(Array(events.prefix(2)), "ticks:1").count == 2)
    #expect(throws: FeatureError.newGrid("#0", at: 5)) { try rows(events, "ticks:1") }
    #expect(try rows(events, "ticks:1", to: .sequence(4)).count == 2)
    #expect(try rows(events, "trade").count == 3)
    let same = Self.event(1_500, Self.definition(of: 0))
    #expect(try rows([events[0], same, events[3]], "ticks:1").count == 2)
    for pace in ["ticks:1", "trade", "1s"] {
      #expect(throws: FeatureError.undefined("#2", at: 4)) {
        try rows([events[0], Self.trade(1_000, of: 2)], pace)
      }
    }
    #expect(try rows([events[0], Self.trade(1_000, of: 2)], "trade", symbols: ["#0"]).count == 1)
  }

  @Test("a line of CSV quotes what it must")
  func csv() throws {
    let row = FeatureRow(
      time: Timestamp(nanoseconds: 1), sequence: 7, symbol: "A,\"B\"", numbers: [0.1, nil])
    #expect(
      FeatureText.line(row) == "1970-01-01T00:00:00.000000001Z,1,7,\"A,\"\"B\"\"\",0.1,\n")
  }

  @Test("labels are of the quotes at their horizon, and of none behind a loss or the end")
  func labels() throws {
    let events = [
      Self.quote(1_000, 9_999), Self.quote(2_000, 10_999), Self.quote(2_001, 11_999),
      Self.quote(2_500, 12_499), Self.gap(2_900), Self.quote(2_950, 9_999),
      Self.quote(4_000, 9_999),
    ]
    #expect(
      try rows(events, "quote", labels: ["1s", "500ms"]) == [
        "#0 1000: 100.0 \(110.0 / 100 - 1) 0.0", "#0 2000: 110.0 - \(125.0 / 110 - 1)",
        "#0 2001: 120.0 - \(125.0 / 120 - 1)", "#0 2500: 125.0 - -", "#0 2950: 100.0 0.0 0.0",
        "#0 4000: 100.0 - -",
      ])
  }

  @Test("markets have rows of their own; one that never came is named")
  func markets() throws {
    let events = [Self.quote(900, 9_999), Self.quote(950, 4_999, of: 1), Self.quote(1_500, 9_999)]
    #expect(try rows(events, "1s") == ["#0 1000: 100.0", "#1 1000: 50.0"])
    #expect(try rows(events, "1s", symbols: ["#1"]) == ["#1 1000: 50.0"])
    #expect(throws: FeatureError.noSuchMarket("ETH", known: ["#0", "#1"])) {
      try rows(events, "1s", symbols: ["ETH"])
    }
    #expect(throws: FeatureError.noSuchMarket("#1", known: ["#0"])) {
      try rows(events, "1s", symbols: ["#1"], to: .sequence(3))
    }
    #expect(throws: FeatureError.noMarket) { try rows([], "1s") }
    #expect(throws: FeatureError.noMarket) { try rows(events, "1s", to: .sequence(2)) }
  }

  @Test("rows that wait for labels have an end, and what is asked twice is refused")
  func limits() throws {
    let events = (0...Int64(FeatureTable.mostWaiting)).map { Self.quote(1_000 + $0 / 100, 9_999) }
    #expect(throws: FeatureError.tooManyWait(label: "label_return_1h")) {
      try rows(events, "quote", labels: ["1s", "1h"])
    }
    #expect(try rows(events, "quote", labels: ["100ms"]).count == events.count)
    #expect(throws: FeatureError.twice("label_return_1s")) {
      try rows([], "1s", labels: ["1s", "1s"])
    }
  }

  @Test("text says which feature, with what")
  func spelling() throws {
    #expect(
      try FeatureChoice(spelled: "level_ofi:levels=2,window=0.5").columns.map(\.name) == [
        "level_ofi_levels_2_window_0.5_1", "level_ofi_levels_2_window_0.5_2",
      ])
    for text in [
      "", "ofi:window=x", "ofi:span=3", "ofi:window=-1", "depth:levels=1.5", "ofi:", "ofi:window",
      "ofi:window=1e1", "ofi:window=3,", "ofi:,window=3", "ofi:window=3,window=4", "offi",
    ] {
      #expect(throws: FeatureError.self) { try FeatureChoice(spelled: text) }
    }
  }
}
