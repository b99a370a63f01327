/// What a client says on a connection in Kraken's language, and why it may be refused. Source:
/// docs.kraken.com, Spot WebSocket v2.

internal import Dialects
internal import TradingCore

/// A text message of a client.
struct KrakenCall {
  let method: String
  /// As sent; `nil` without one.
  let requestID: Int64?
  /// Values by name: text without its quotes, everything else as it stands.
  let parameters: RequestParameters

  /// - Throws: for text that is no request.
  init(_ bytes: [UInt8]) throws(LineFault) {
    let text = bytes.span
    var json = JSONScanner()
    let call = try JSONObject(text, &json)
    try json.finish(text)
    method = text.string(try call.string("method", text))
    requestID = call.find("req_id", text) == nil ? nil : try call.integer("req_id", text)
    guard var place = call.find("params", text) else {
      parameters = RequestParameters()
      return
    }
    parameters = RequestParameters(try JSONForm.members(&place, text))
  }

  var channel: String { parameters["channel"] ?? "" }
  /// A book's depth, a candle's minutes.
  var depth: Int64? { parameters["depth"].flatMap { Int64($0) } }
  var interval: Int64? { parameters["interval"].flatMap { Int64($0) } }
  var wantsSnapshot: Bool? { parameters["snapshot"].flatMap { Bool($0) } }
  /// The symbols of a subscription.
  var symbols: [String] { parameters.list("symbol") }

  /// The channel's name with its parameter; `nil` for one that there is not.
  var topic: KrakenTopic? {
    switch channel {
    case "trade": .trade
    case "ticker": .ticker
    case "book": KrakenTopic(name: "book\(depth ?? 10)")
    case "ohlc": KrakenTopic(name: "ohlc\(interval ?? 1)")
    default: nil
    }
  }
}

extension RequestParameters {
  /// What a request over HTTP says in a form or in JSON; `nil` where it says neither.
  init?(krakenBody call: HTTPCall) {
    guard call.headers["content-type"]?.hasPrefix("application/json") == true else {
      guard let form = try? RequestParameters(query: [], body: call.body) else { return nil }
      self = form
      return
    }
    var json = JSONScanner()
    guard let items = try? JSONForm.members(&json, call.body.span),
      (try? json.finish(call.body.span)) != nil
    else { return nil }
    self.init(items)
  }

  /// The texts of an array; none where it is absent or something else.
  func list(_ name: String) -> [String] {
    guard let text = self[name] else { return [] }
    return (try? JSONForm.elements(Array(text.utf8))) ?? []
  }
}

/// Why something was not done, in Kraken's words: `<severity><category>:<what>`. Source: docs.kraken.com,
/// "Error messages".
struct KrakenError: Error, Equatable {
  let text: String

  init(_ text: String) { self.text = text }

  static let invalidKey = KrakenError("EAPI:Invalid key")
  static let invalidSignature = KrakenError("EAPI:Invalid signature")
  static let invalidNonce = KrakenError("EAPI:Invalid nonce")
  static let permissionDenied = KrakenError("EGeneral:Permission denied")
  static let invalidSession = KrakenError("ESession:Invalid session")
  static let tooMany = KrakenError("EAPI:Rate limit exceeded")
  static let lockedOut = KrakenError("EGeneral:Temporary lockout")
  static let internalError = KrakenError("EGeneral:Internal error")
  static let unknownMethod = KrakenError("EGeneral:Unknown method")
  static let unknownPair = KrakenError("EQuery:Unknown asset pair")
  static let unknownOrder = KrakenError("EOrder:Unknown order")
  static let tooLate = KrakenError("EService:Deadline elapsed")

  /// A parameter that is missing or wrong.
  static func arguments(_ name: String) -> KrakenError {
    KrakenError("EGeneral:Invalid arguments:\(name)")
  }

  /// What the matching has against an order.
  init(_ reason: RejectReason) {
    switch reason {
    case .insufficientBalance: self.init("EOrder:Insufficient funds")
    case .unknownOrder: self = .unknownOrder
    case .rateLimit: self.init("EOrder:Rate limit exceeded")
    case .wouldMatch: self.init("EOrder:Post only order")
    case .lotSize, .marketLotSize: self.init("EOrder:Order minimum not met")
    case .notional: self.init("EOrder:Cost minimum not met")
    case .priceFilter, .percentPrice, .wouldTrigger, .trailingDelta:
      self.init("EOrder:Invalid price")
    case .maxOrders, .maxAlgoOrders, .maxIcebergOrders, .maxAmends:
      self.init("EOrder:Orders limit exceeded")
    case .maxPosition: self.init("EOrder:Positions limit exceeded")
    case .marketClosed: self.init("EService:Market in cancel_only mode")
    case .noLiquidity: self.init("EOrder:No liquidity")
    case .reduceOnly: self.init("EOrder:Reduce only:No position exists")
    case .other, .filter, .icebergParts, .selfTrade, .expiredByDate, .listEnded, .malformed:
      self = .arguments("order")
    }
  }
}
