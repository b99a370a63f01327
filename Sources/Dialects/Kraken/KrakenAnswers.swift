/// Kraken's answers, by the action they answer: REST's `{"error":[…],"result":…}`. Source: docs.kraken.com,
/// REST.

import TradingCore

/// Reads one answer.
struct KrakenAnswers {
  /// Reads an answer over HTTP.
  func read(
    _ text: Span<UInt8>, to action: VenueAction, into batch: inout FrameBatch
  ) throws(LineFault) -> VenueOutcome {
    var json = JSONScanner()
    let envelope = try JSONObject(text, &json)
    if let error = try firstError(envelope, text) { return KrakenErrors.outcome(error) }
    var result = try envelope.place("result", text)
    switch action {
    case .ping: break
    case .time:
      let second = try JSONObject(text, &result).integer("unixtime", text)
      batch.venueTime = Timestamp(nanoseconds: try TimeUnit.seconds.nanoseconds(second))
      batch.venueResolution = .second
    case .exchangeInformation: batch.instruments = try KrakenPairs.read(text, &result)
    default: throw LineFault("nobody asked for this")
    }
    return .done
  }

  /// The first error of an answer; what begins with `W` is a warning beside a result.
  private func firstError(
    _ envelope: JSONObject, _ text: Span<UInt8>
  ) throws(LineFault) -> String? {
    guard var list = envelope.find("error", text) else { return nil }
    try list.expect(UInt8(ascii: "["), text)
    var isFirst = true
    while try list.nextElement(text, isFirst: isFirst) {
      isFirst = false
      let range = try list.string(text)
      if text[range.lowerBound] == UInt8(ascii: "W") { continue }
      return String(decoding: range.prefix(400).map { text[$0] }, as: UTF8.self)
    }
    return nil
  }
}
