/// A request as it reaches the exchange, and what goes back, whatever carried it.

public import TradingCore

/// An HTTP request, its body read.
public struct HTTPCall: Sendable {
  public var method: String
  /// The path without the query, percent-encoding left as it is.
  public var path: String
  /// The query as sent, without `?`.
  public var query: [UInt8]
  public var body: [UInt8]
  /// The headers, by names in lower case.
  public var headers: [String: String]
  /// Who asks; weights are counted by address.
  public var address: String

  public init(
    method: String, path: String, query: [UInt8] = [], body: [UInt8] = [],
    headers: [String: String] = [:], address: String = "127.0.0.1"
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.headers = headers
    self.address = address
  }
}

/// What goes back.
public struct HTTPAnswer: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)] = []
  public var body: [UInt8]
  /// How much later than at once it goes out: a fault.
  public var delay = Interval.zero
  /// Whether the connection is closed instead of answering: a fault.
  public var isLost = false

  init(_ status: Int, _ body: [UInt8]) {
    self.status = status
    self.body = body
  }

  init(_ error: APIError) {
    self.init(error.status, error.body)
    if let seconds = error.retryAfter { headers.append(("Retry-After", String(seconds))) }
  }
}

/// A request whose sender is known.
struct Call {
  let endpoint: Endpoint
  let parameters: RequestParameters
  /// Whose it is; `nil` for what everybody may ask.
  let trader: Int?
  let now: Timestamp
}
