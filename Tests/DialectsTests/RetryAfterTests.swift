/// `Retry-After` as each venue may send it: seconds, dates, and what says nothing.

import Testing
import TradingCore

@testable import Dialects

@Suite("How long a venue wants to be left alone")
struct RetryAfterTests {
  private static func moment(_ text: String) -> Timestamp? { Timestamp(utc: text) }

  @Test func `Seconds are a span, and more than there are stay the most`() throws {
    for (text, seconds) in [("0", 0), ("7", 7), ("086400", 86_400)] as [(String, Int64)] {
      let wait = Interval(nanoseconds: seconds * 1_000_000_000)
      #expect(RetryAfter(text) == .wait(wait), "\(text)")
    }
    for text in ["9223372036854775807", "99999999999999999999999999"] {
      guard case .wait(let wait)? = RetryAfter(text) else {
        Issue.record("\(text) says nothing")
        continue
      }
      #expect(wait > Interval(nanoseconds: 290 * 365 * Interval.day.nanoseconds))
    }
  }

  @Test(
    "A date is read in each of its three forms",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37"),
      ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37"),
      ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37"),
      ("Sat, 29 Feb 2028 23:59:59 GMT", "2028-02-29T23:59:59"),
      ("Thursday, 01-Jan-26 00:00:00 GMT", "2026-01-01T00:00:00"),
    ])
  func dates(text: String, time: String) throws {
    let moment = try #require(Self.moment(time))
    #expect(RetryAfter(text) == .until(moment))
  }

  @Test(
    "What is neither says nothing",
    arguments: [
      "", "-5", "+5", "1.5", "soon", "7 s", "Sun, 31 Feb 2027 08:49:37 GMT",
      "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:-1:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
      "Sun, 06 Nov 19940 08:49:37 GMT", "1994-11-06T08:49:37Z", "٣",
    ])
  func nonsense(text: String) { #expect(RetryAfter(text) == nil) }

  @Test func `At every venue it is the end of a limit whose text names none`() throws {
    let date = HTTPHeader("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")
    let until = try #require(Self.moment("1994-11-06T08:49:37"))
    let expected = VenueOutcome.limited(isBan: false, wait: nil, until: until)
    let response = VenueResponse(status: 429, headers: [date], body: Array("slower".utf8))
    #expect(try Self.answer(BinanceDialect.self, response) == expected)
    #expect(try Self.answer(KrakenDialect.self, response) == expected)
    #expect(try Self.answer(CoinbaseDialect.self, response) == expected)
  }

  private static func answer<Dialect: VenueDialect & SendableMetatype & ~Copyable>(
    _: Dialect.Type, _ response: VenueResponse
  ) throws -> VenueOutcome {
    var dialect = Dialect(
      hosts: Dialect.profile.hosts, orders: ClientOrderIDs(journal: 0), credentials: nil,
      window: .second)
    var batch = FrameBatch()
    return try dialect.answer(response, to: .time, at: Timestamp(nanoseconds: 1), into: &batch)
  }
}
