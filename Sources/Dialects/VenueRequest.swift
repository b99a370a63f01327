/// A question to a venue, ready to be sent and not sent; and its answer.

/// How a request travels.
public enum VenueTransport: Sendable, Equatable {
  case http
  case webSocket
}

/// The verb of an HTTP request.
public enum HTTPMethod: String, Sendable {
  case get = "GET"
  case post = "POST"
  case put = "PUT"
  case delete = "DELETE"
}

/// A header of a request or an answer.
public struct HTTPHeader: Equatable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
}

/// A request as a value. It holds the account's key id and signature, so it describes itself without
/// them: a request can stand in a log, its text cannot.
public struct VenueRequest: Equatable, Sendable, CustomStringConvertible,
  CustomDebugStringConvertible
{
  /// What is sent.
  public enum Payload: Equatable, Sendable {
    /// `target` is path and query as they are signed; `body` is a form.
    case http(HTTPMethod, target: String, headers: [HTTPHeader], body: [UInt8])
    /// One text frame.
    case frame([UInt8])
  }

  public var payload: Payload
  /// The method and path, or the method's name: what may be logged.
  public var name: String
  /// What the answer names it by, on a WebSocket.
  public var id: Int64
  /// What it costs of the venue's limits.
  public var weight: Int64
  public var orders: Int64

  public var description: String { name }
  public var debugDescription: String { name }
}

/// An answer as it came.
public struct VenueResponse: Equatable, Sendable {
  /// The HTTP status; 0 for an answer on a WebSocket, whose frame has its own.
  public var status: Int
  public var headers: [HTTPHeader]
  public var body: [UInt8]

  public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8]) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  /// An answer that came as a frame.
  public init(frame: [UInt8]) { self.init(status: 0, body: frame) }

  /// The value of a header, whatever the case of its name.
  public subscript(header name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}
