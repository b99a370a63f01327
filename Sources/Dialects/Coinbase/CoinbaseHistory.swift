/// Coinbase's candles of the past, newest first. Source: docs.cdp.coinbase.com, "Get Public Product Candles".

import TradingCore

/// The lengths of candles in Coinbase's words.
enum CoinbaseGranularity {
  private static let names: [(seconds: UInt32, name: String)] = [
    (60, "ONE_MINUTE"), (300, "FIVE_MINUTE"), (900, "FIFTEEN_MINUTE"), (1_800, "THIRTY_MINUTE"),
    (3_600, "ONE_HOUR"), (7_200, "TWO_HOUR"), (21_600, "SIX_HOUR"), (86_400, "ONE_DAY"),
  ]

  /// Seconds of the candles there are.
  static let lengths = names.map(\.seconds)

  /// - Throws: `DialectError.inexpressible` for a length that there is not.
  static func name(_ seconds: UInt32) throws(DialectError) -> String {
    guard let found = names.first(where: { $0.seconds == seconds }) else {
      throw .inexpressible("Coinbase has no candles of \(seconds) seconds")
    }
    return found.name
  }
}

extension CoinbaseRequests {
  /// Candles in one answer at most.
  static let mostCandles: Int64 = 350

  func candles(
    of instrument: InstrumentID, seconds: UInt32, from: Timestamp, to: Timestamp
  ) throws(DialectError) -> CoinbaseEndpoint {
    var endpoint = product(try directory.named(instrument).symbol)
    endpoint.path += "/candles"
    endpoint.parameters.add("start", "\(from.nanoseconds / 1_000_000_000)")
    endpoint.parameters.add("end", "\(to.nanoseconds / 1_000_000_000)")
    endpoint.parameters.add("granularity", try CoinbaseGranularity.name(seconds))
    endpoint.parameters.add("limit", Self.mostCandles)
    return endpoint
  }
}

extension CoinbaseAnswers {
  /// Adds the candles of a list.
  func candles(
    _ object: JSONObject, _ text: Span<UInt8>, into given: CandlePage
  ) throws(LineFault) -> CandlePage {
    var page = given
    for candle in try objects("candles", of: object, text) {
      var message = Message()
      let bar = try RawCandle(coinbase: candle, text, &message)
      try page.take(bar, from: try candle.time("start", text), rounded: message.rounded)
    }
    return page
  }
}
