/// What the simulation takes from a feed that is itself a run's journal, and what it leaves there.
import Testing

@testable import TradingCore

@Suite("The simulated source")
struct SimulatedSourceTests {
  private static func fee(_ taker: Int64) -> EventBody {
    .fee(FeeSchedule(instrument: .none, maker: 0, taker: taker))
  }

  private static let trade = EventBody.trade(
    Trade(
      instrument: InstrumentID(0), price: Price(ticks: 100), quantity: Quantity(lots: 1),
      aggressor: .buy, id: 1))

  private static func text(_ subject: TextSubject, _ text: String) -> [EventBody] {
    Text.run(subject: subject, id: 0, text).map { .text($0) }
  }

  /// What a source over a feed hands out behind its preamble.
  private func taken(from feed: [EventBody], preamble: [EventBody]) throws -> [Event] {
    func facts(_ bodies: [EventBody]) -> [Event] {
      bodies.map { Event(receiveTime: Timestamp(nanoseconds: 1), $0) }
    }
    var source = SimulatedSource(feed: ArrayFeed(facts(feed)), preamble: facts(preamble))
    var events: [Event] = []
    var event = Event.blank
    while try source.next(&event) { events.append(event) }
    return Array(events.dropFirst(preamble.count))
  }

  @Test("an earlier run's fees hold only where the run has none of its own")
  func fees() throws {
    let feed = [Self.fee(500_000), Self.trade]
    #expect(try taken(from: feed, preamble: [Self.fee(0)]).map(\.kind) == [.trade])
    #expect(try taken(from: feed, preamble: []).map(\.kind) == [.fee, .trade])
  }

  @Test("an earlier run's name and its strategies' names stay behind, the market's do not")
  func names() throws {
    let market = Self.text(.instrument, "BTCUSDT") + Self.text(.asset, "BTC") + [Self.trade]
    let old =
      Self.text(.strategy, "ema-cross")
      + Self.text(.scenario, "a text of more than one event: long")
    let found = try taken(from: old + market, preamble: Self.text(.strategy, "breakout"))
    #expect(found.map(\.body.kind) == [.text, .text, .trade])
    #expect(found == (try taken(from: market, preamble: [])))
  }
}
