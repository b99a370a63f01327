/// Texts of a venue, read by its dialect: what every dialect's tests begin with.

import Dialects
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

  /// What an answer's text to an action means, and what it says.
  mutating func hear(
    _ text: String, to action: VenueAction, status: Int = 200, headers: [HTTPHeader] = []
  ) throws -> (outcome: VenueOutcome, batch: FrameBatch) {
    var batch = FrameBatch()
    let response = VenueResponse(status: status, headers: headers, body: Array(text.utf8))
    return (try answer(response, to: action, at: arrival, into: &batch), batch)
  }
}
