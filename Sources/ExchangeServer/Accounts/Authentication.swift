/// Who asks: keys, signatures and timestamps. Source: Binance spot API, "Request security" of
/// rest-api.md and web-socket-api.md.

internal import Dialects
internal import TradingCore

/// What a request says of its sender.
struct Claim {
  var apiKey: String?
  var signature: String?
  /// The bytes that were signed.
  var payload: [UInt8] = []

  /// An HTTP request's: query and body as sent, without the signature and without anything between.
  init(_ call: HTTPCall, _ parameters: RequestParameters) {
    apiKey = call.headers["x-mbx-apikey"]
    // A `+` that was not encoded is a space by now; no signature has spaces.
    signature = parameters["signature"].map { $0.replacing(" ", with: "+") }
    payload = Claim.unsigned(call.query) + Claim.unsigned(call.body)
  }

  /// A frame's: its parameters by name, each as `name=value`, joined by `&`.
  init(frame parameters: RequestParameters) {
    apiKey = parameters["apiKey"]
    signature = parameters["signature"]
    let sorted = parameters.items.filter { $0.name != "signature" }.sorted { $0.name < $1.name }
    payload = Array(sorted.map { "\($0.name)=\($0.value)" }.joined(separator: "&").utf8)
  }

  private static func unsigned(_ form: [UInt8]) -> [UInt8] {
    let parts = form.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
      .filter { !$0.starts(with: Array("signature=".utf8)) }
    return Array(parts.joined(separator: [UInt8(ascii: "&")]))
  }
}

extension ExchangeDesk {
  /// The account with a key, and the key's place in it; a key that has ended has left a trace.
  /// - Throws: -2014 without a key, -2015 for one that is not known or has ended.
  mutating func trader(
    withKey key: String?, at now: Timestamp
  ) throws(APIError) -> (account: Int, key: Int) {
    guard let key, !key.isEmpty else { throw .badKeyFormat }
    guard let place = place(ofKey: key) else { throw .unknownKey }
    guard now < traders[place.account].keys[place.key].end else {
      traders[place.account].keys[place.key].late += 1
      throw .unknownKey
    }
    return place
  }

  /// The account that signed a request.
  /// - Throws: what is wrong with key, time or signature, in this order.
  mutating func signer(
    of claim: Claim, _ parameters: RequestParameters, at now: Timestamp
  ) throws(APIError) -> Int {
    let (index, key) = try trader(withKey: claim.apiKey, at: now)
    guard let signature = claim.signature, !signature.isEmpty else { throw .missing("signature") }
    try checkTime(parameters, at: now)
    guard traders[index].keys[key].key.verifier.accepts(signature, over: claim.payload) else {
      throw .badSignature
    }
    traders[index].keys[key].signed += 1
    return index
  }

  /// Whether a signed request is neither early nor late.
  /// - Throws: -1021, and -1102 or -1100 for parameters that say no time.
  func checkTime(_ parameters: RequestParameters, at now: Timestamp) throws(APIError) {
    guard let sent = try parameters.time("timestamp") else { throw .missing("timestamp") }
    let window = try receiveWindow(parameters)
    guard sent < now + .second else { throw .early }
    guard now - sent <= window else { throw .late }
  }

  /// How late a request may be; three decimals of a millisecond are allowed, a minute the most.
  private func receiveWindow(_ parameters: RequestParameters) throws(APIError) -> Interval {
    guard let text = try parameters.text("recvWindow") else {
      return Interval(nanoseconds: 5_000_000_000)
    }
    let number = try MarketGrid.decimal(text, "recvWindow", decimals: 3)
    guard let microseconds = number.rescaled(to: 3), microseconds.mantissa <= 60_000_000 else {
      throw APIError(
        -1102, "'recvWindow' contains unexpected value. Cannot be greater than 60000.")
    }
    return Interval(nanoseconds: microseconds.mantissa * 1_000)
  }
}
