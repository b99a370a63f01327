/// When a venue's clock is looked at, and what is made of it.

import Testing
import TradingCore

@testable import Exchanges

@Suite("A venue's clock")
struct VenueClockTests {
  private static func time(_ seconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: 1_000_000_000_000 + seconds * 1_000_000_000)
  }

  /// Looks at `seconds`, at a venue that is so many seconds ahead.
  private static func look(
    _ clock: inout VenueClock, at seconds: Int64, ahead: Int64
  ) -> String? {
    clock.looks(at: time(seconds))
    return clock.sample(
      sent: time(seconds), received: time(seconds), venue: time(seconds + ahead))
  }

  @Test func `it is looked at every five minutes, and every five seconds while it is too far off`()
  {
    for (ahead, pause) in [(0, 300), (3, 5)] as [(Int64, Int64)] {
      var clock = VenueClock()
      let news = Self.look(&clock, at: 0, ahead: ahead)
      #expect((news != nil) == (ahead > 0))
      #expect(!clock.isDue(at: Self.time(pause - 1)))
      #expect(clock.isDue(at: Self.time(pause)))
      // Ours was set back.
      #expect(clock.isDue(at: Self.time(-1)))
    }
  }

  @Test func `orders go on with the first good sample behind a bad one`() {
    var clock = VenueClock()
    let bad = Self.look(&clock, at: 0, ahead: 3)
    #expect(bad == "our clock is 3000 ms behind the venue's; orders are held back")
    let same = Self.look(&clock, at: 5, ahead: 3)
    #expect(same == nil)
    let good = Self.look(&clock, at: 10, ahead: 0)
    #expect(good == "our clock is right again; orders go on")
    #expect(!clock.isBeyond)
  }
}
