/// The keys of a venue in a scenario.

import Testing
import TradingCore

@testable import Research

@Suite("Venues in scenarios")
struct VenueReaderTests {
  private func venue(_ keys: String) throws -> VenueChoice? {
    let text = """
      source: {venue: {name: kraken\(keys)}}
      instruments: [BTC/USD]
      strategy: {name: observer}
      account: spot
      reportIn: USD
      fees: {maker: 0.1%, taker: 0.1%}
      """
    return try scenario(text).source.onlyVenue
  }

  @Test(
    "a dead man's switch is the venue's usual one, off, or waits whole seconds up to a day",
    arguments: [
      ("", VenueChoice.SwitchChoice.usual), (", deadMansSwitch: off", .off),
      (", deadMansSwitch: 1s", .after(.second)),
      (", deadMansSwitch: 2m", .after(.minute + .minute)),
      (", deadMansSwitch: 24h", .after(.day)),
    ])
  func deadMansSwitch(keys: String, wish: VenueChoice.SwitchChoice) throws {
    #expect(try venue(keys)?.deadMansSwitch == wish)
  }

  @Test(
    "another time is refused with the times there are",
    arguments: ["500ms", "0s", "1500ms", "25h", "yes", "60"])
  func badTimes(time: String) {
    let error = #expect(throws: ScenarioError.self) { try venue(", deadMansSwitch: \(time)") }
    let words = "\(error.map { "\($0)" } ?? "")"
    #expect(words.contains("source.venue.deadMansSwitch") && words.contains("from 1s to 24h"))
  }
}
