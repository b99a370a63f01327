/// Several venues in one journal: whose ids, names and losses are whose.

import Dialects
import Testing
import TradingCore

@testable import Exchanges

@Suite("Venues of one journal")
struct VenuePlaceTests {
  private func plan(_ venue: String, _ symbols: [String]) throws -> RecordingPlan {
    try RecordingPlan(
      venue: venue, symbols: symbols, streams: ["trade"],
      hosts: VenueRegistry.entry(venue).profile.hosts)
  }

  private func spec(_ symbol: String, _ base: String, _ quote: String) -> InstrumentSpec {
    var spec = InstrumentSpec(symbol: symbol, base: base, quote: quote)
    spec.tick = Decimal64(mantissa: 1, scale: 2)
    spec.lot = Decimal64(mantissa: 1, scale: 5)
    return spec
  }

  /// Two plans of one dialect, as if it were two venues.
  private func twoVenues() throws -> [RecordingPlan] {
    var plans = [try plan("binance", ["BTCUSDT", "ETHUSDT"]), try plan("binance", ["BTCUSDT"])]
    for index in plans.indices { plans[index].place = .several(index, "venue\(index + 1)") }
    return plans
  }

  /// The texts of a subject by id.
  private func names(_ events: [Event], _ subject: TextSubject) -> [String] {
    var names: [String] = []
    for event in events {
      guard case .text(let text) = event.body, text.subject == subject else { continue }
      if text.flags.contains(.first) { names.append("\(text.id)=") }
      names[names.count - 1] += String(decoding: text.utf8, as: UTF8.self)
    }
    return names
  }

  @Test("the only venue is 0 and keeps its names")
  func only() throws {
    let plans = try RecordingPlan.together([plan("binance", ["BTCUSDT"])])
    let market = try RecordedMarket(plans[0], [spec("BTCUSDT", "BTC", "USDT")])
    let events = market.events(at: .distantPast)
    #expect(names(events, .venue) == ["0=binance"])
    #expect(names(events, .instrument) == ["0=BTCUSDT"])
    #expect(names(events, .asset) == ["0=BTC", "1=USDT"])
    #expect(plans[0].place.report(.any).endsAll)
  }

  @Test("each of several counts from 1, and has ids of its own and its name before its symbols")
  func several() throws {
    let plans = try twoVenues()
    let first = try RecordedMarket(
      plans[0], [spec("BTCUSDT", "BTC", "USDT"), spec("ETHUSDT", "ETH", "USDT")])
    let second = try RecordedMarket(
      plans[1], [spec("BTCUSDT", "BTC", "USDT")], after: first.given)
    let events = first.events(at: .distantPast) + second.events(at: .distantPast)
    #expect(names(events, .venue) == ["1=binance", "2=binance"])
    #expect(
      names(events, .instrument) == [
        "0=venue1:BTCUSDT", "1=venue1:ETHUSDT", "2=venue2:BTCUSDT",
      ])
    #expect(
      names(events, .asset) == [
        "0=venue1:BTC", "1=venue1:USDT", "2=venue1:ETH", "3=venue2:BTC", "4=venue2:USDT",
      ])
    #expect(events.filter { $0.kind == .logicVersion }.count == 1)
    #expect(first.directory.instrument("BTCUSDT")?.instrument == InstrumentID(0))
    #expect(second.directory.instrument("BTCUSDT")?.instrument == InstrumentID(2))
    #expect(!plans[1].place.report(.any).endsAll)
  }

  @Test("a venue knows its own names in the journal and no other's")
  func ownNames() throws {
    let plans = try twoVenues()
    #expect(plans[1].place.ownName("venue2:BTC/USD") == "BTC/USD")
    #expect(plans[1].place.ownName("venue1:BTC/USD") == nil)
    #expect(VenuePlace.only.ownName("BTC/USD") == "BTC/USD")
  }

  @Test("what is said of a venue names it where there are several")
  func words() throws {
    #expect(try twoVenues()[1].place.words("connection 2: cut") == "venue2: connection 2: cut")
    #expect(VenuePlace.only.words("connection 2: cut") == "connection 2: cut")
  }

  @Test("a venue that is named twice is refused by name")
  func repeated() throws {
    let plan = try plan("binance", ["BTCUSDT"])
    #expect(throws: ExchangesError.repeatedVenue("binance")) {
      try RecordingPlan.together([plan, plan])
    }
  }

  @Test("more instruments than a journal has ids for are refused")
  func tooMany() throws {
    var given = GivenIDs()
    given.instruments = UInt16(InstrumentID.capacity)
    #expect(throws: ExchangesError.tooMany("instruments")) {
      try RecordedMarket(
        plan("binance", ["BTCUSDT"]), [spec("BTCUSDT", "BTC", "USDT")], after: given)
    }
  }

  @Test("figures of several venues are added up")
  func figures() {
    var (one, two) = (RecordingFigures(), RecordingFigures())
    (one.isConnected, one.gaps, one.others) = (true, 2, [("ticker", 3)])
    (two.gaps, two.failure, two.others) = (5, .refused("no"), [("ticker", 4), ("status", 1)])
    (one.trouble, two.trouble) = ("one: cut", "two: late")
    let sum = RecordingFigures.together([one, two])
    #expect(!sum.isConnected)
    #expect(sum.gaps == 7)
    #expect(sum.failure == .refused("no"))
    #expect(sum.others.map(\.name) == ["ticker", "status"])
    #expect(sum.others.map(\.count) == [7, 1])
    #expect(sum.trouble == "one: cut; two: late")
    #expect(RecordingFigures.together([one]).trouble == "one: cut")
  }
}
