/// Texts of a venue, read by its dialect: what every dialect's tests begin with.

import Dialects
import Testing
import TradingCore

/// When every frame of a test arrives.
let arrival = Timestamp(nanoseconds: 1_700_000_000_000_000_000)

extension VenueDialect where Self: ~Copyable {
  /// What a text on a link means, and what it says.
  mutating func read(
    _ text: String, on link: LinkID = 1, at time: Timestamp = arrival
  ) throws -> (meaning: FrameMeaning, batch: FrameBatch) {
    var batch = FrameBatch()
    let bytes = Array(text.utf8)
    let meaning = try decode(bytes.span, on: link, at: time, into: &batch)
    return (meaning, batch)
  }

  /// What an answer's text to an action means, one of those that the request was made for, and what it says.
  mutating func hear(
    _ text: String, to action: VenueAction, among actions: Int = 1, status: Int = 200,
    headers: [HTTPHeader] = []
  ) throws -> (outcome: VenueOutcome, batch: FrameBatch) {
    var batch = FrameBatch()
    let response = VenueResponse(
      status: status, headers: headers, body: Array(text.utf8), actions: actions)
    return (try answer(response, to: action, at: arrival, into: &batch), batch)
  }
}

extension VenueOutcome {
  /// Where what was asked for goes on; `nil` where it does not.
  var next: String? { if case .halfway(let next) = self { next } else { nil } }
}

/// Expects that an answer cannot be read, and that nothing of it stays in the batch.
func expectRefused<Dialect: VenueDialect & ~Copyable>(
  _ text: String, as action: VenueAction, by dialect: inout Dialect,
  at place: SourceLocation = #_sourceLocation
) throws {
  var batch = FrameBatch()
  let response = VenueResponse(status: 200, body: Array(text.utf8))
  do throws(DialectError) {
    let outcome = try dialect.answer(response, to: action, at: arrival, into: &batch)
    Issue.record("\(outcome) was made of \(text)", sourceLocation: place)
  } catch {
    #expect(batch.events.isEmpty && batch.instruments.isEmpty, sourceLocation: place)
    #expect(batch.lastTrade == nil && batch.oddMessages == 0, sourceLocation: place)
  }
}

extension String {
  /// Without white space at its end, so that every cut is one.
  var trimmed: String {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
