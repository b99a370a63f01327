/// Coinbase's refusals, to what became of a request. Source: docs.cdp.coinbase.com, "Advanced Trade API
/// errors" and the failure reasons of its order endpoints.

import TradingCore

/// What an HTTP status and a text mean.
enum CoinbaseErrors {
  /// What an answer that is no success says; `nil` for a success. A status of 500 and more leaves the
  /// outcome open, and is not asked about here.
  static func outcome(_ response: VenueResponse) -> VenueOutcome? {
    guard !(200...299).contains(response.status) else { return nil }
    let text = words(response.body)
    switch response.status {
    case 429:
      return .limited(isBan: false, wait: CoinbaseLimits.wait(in: response.headers), until: nil)
    case 401, 403:
      return .unauthorised(VenueRejection(code: response.status, reason: .other, text: text))
    case 404: return .noSuchOrder
    default:
      return .rejected(VenueRejection(code: response.status, reason: .malformed, text: text))
    }
  }

  /// `message`, else `error`, else the bytes as they came; at most 200 characters.
  private static func words(_ body: [UInt8]) -> String {
    var json = JSONScanner()
    let object = try? JSONObject(body.span, &json)
    for key in ["message", "error"] as [StaticString] {
      if let words = try? object?.words(key, body.span), !words.isEmpty {
        return String(words.prefix(200))
      }
    }
    return String(String(decoding: body.prefix(800), as: UTF8.self).prefix(200))
  }
}
