/// What the exchange answers when it does not do what was asked: code, text and HTTP status as its
/// documents have them (Binance spot API, errors.md).

/// An error as a client sees it.
public struct APIError: Error, Equatable, Sendable {
  public var status: Int
  public var code: Int
  public var message: String
  /// The `data` member of the answer, JSON already; only cancel-replace and bans have one.
  var data: [UInt8]?
  /// Seconds for the `Retry-After` header.
  var retryAfter: Int64?

  init(_ code: Int, _ message: String, status: Int = 400) {
    self.status = status
    self.code = code
    self.message = message
  }

  /// The body of an HTTP answer, which is also the `error` member of a WebSocket answer.
  var body: [UInt8] {
    JSONText.object { json in
      json.set("code", code)
      json.set("msg", message)
      if let data { json.set("data", raw: data) }
    }
  }
}

extension APIError {
  // MARK: Parameters

  static func missing(_ name: String) -> APIError {
    APIError(
      -1102, "Mandatory parameter '\(name)' was not sent, was empty/null, or malformed.")
  }

  static func missing(_ name: String, or other: String) -> APIError {
    APIError(-1102, "Param '\(name)' or '\(other)' must be sent, but both were empty/null!")
  }

  static func empty(_ name: String) -> APIError {
    APIError(-1105, "Parameter '\(name)' was empty.")
  }

  static func unwanted(_ name: String) -> APIError {
    APIError(-1106, "Parameter '\(name)' sent when not required.")
  }

  static func illegal(_ name: String, range: String) -> APIError {
    APIError(
      -1100, "Illegal characters found in parameter '\(name)'; legal range is '\(range)'.")
  }

  static func invalid(_ name: String) -> APIError {
    APIError(-1130, "Data sent for parameter '\(name)' is not valid.")
  }

  static func tooPrecise(_ name: String) -> APIError {
    APIError(-1111, "Parameter '\(name)' has too much precision.")
  }

  static func overflow(_ name: String) -> APIError {
    APIError(-1108, "Parameter '\(name)' overflowed.")
  }

  static let duplicate = APIError(-1101, "Duplicate values for a parameter detected.")
  static let badSymbol = APIError(-1121, "Invalid symbol.")
  static let badInterval = APIError(-1120, "Invalid interval.")
  static let badSide = APIError(-1117, "Invalid side.")
  static let badType = APIError(-1116, "Invalid orderType.")
  static let badTimeInForce = APIError(-1115, "Invalid timeInForce.")
  static let badJSON = APIError(-1135, "Invalid JSON Request")

  // MARK: Keys and time

  static let badKeyFormat = APIError(-2014, "API-key format invalid.", status: 401)
  static let unknownKey = APIError(
    -2015, "Invalid API-key, IP, or permissions for action.", status: 401)
  static let badSignature = APIError(-1022, "Signature for this request is not valid.")
  static let late = APIError(-1021, "Timestamp for this request is outside of the recvWindow.")
  static let early = APIError(
    -1021, "Timestamp for this request was 1000ms ahead of the server's time.")

  // MARK: Orders

  static func rejected(_ text: String) -> APIError { APIError(-2010, text) }
  static func filter(_ name: String) -> APIError { APIError(-1013, "Filter failure: \(name)") }
  static let duplicateOrder = APIError.rejected("Duplicate order sent.")
  static let unknownOrder = APIError(-2011, "Unknown order sent.")
  static let unknownAmended = APIError(-2038, "Unknown order sent.")
  static let noAmendment = APIError(-2038, "Order amend is not supported for this symbol.")
  static let archived = APIError(
    -2026,
    "Order was canceled or expired with no executed qty over 90 days ago and has been archived.")
  static let noSuchOrder = APIError(-2013, "Order does not exist.")
  static let noReferencePrice = APIError(-2043, "This symbol doesn't have a reference price.")
  static let badRestriction = APIError(
    -1145, "`cancelRestrictions` has to be either `ONLY_NEW` or `ONLY_PARTIALLY_FILLED`.")
  static let unsupported = APIError(-1014, "Unsupported order combination.")
  static let timeout = APIError(
    -1007,
    "Timeout waiting for response from backend server. "
      + "Send status unknown; execution status unknown.", status: 504)
}
