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

/// A header of a request or an answer. It describes itself by its name alone, for its value may be a key.
public struct HTTPHeader: Equatable, Sendable, Redacted {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

  /// The name.
  public var description: String { name }
}

/// A request as a value. It holds the account's key id and signature, so it describes itself without
/// them: a request can stand in a log, its text cannot.
public struct VenueRequest: Equatable, Sendable, Redacted {
  /// What is sent. It describes itself without query, headers, form and text.
  public enum Payload: Equatable, Sendable, Redacted {
    /// `target` is path and query as they are signed; `body` is a form.
    case http(HTTPMethod, target: String, headers: [HTTPHeader], body: [UInt8])
    /// One text frame.
    case frame([UInt8])

    /// The verb and the path, or how long the frame is.
    public var description: String {
      switch self {
      case .http(let method, let target, _, let body):
        "\(method.rawValue) \(target.prefix { $0 != "?" }), \(body.count) bytes"
      case .frame(let bytes): "a frame of \(bytes.count) bytes"
      }
    }
  }

  public var payload: Payload
  /// The method and path, or the method's name: what may be logged.
  public var name: String
  /// What the answer names it by, on a WebSocket.
  public var id: Int64
  /// What it costs of the venue's limits.
  public var weight: Int64
  public var orders: Int64
  /// What a subscription is to, where it is not to all that was asked for at once.
  public var streams: [MarketStream]?

  /// The name and the id.
  public var description: String { "\(name) \(id)" }
}

/// What holds a key or a signature and so shows nothing but its description, whoever asks: a print, an
/// interpolation, a debugger's `dump`, a mirror.
public protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
}

extension Redacted {
  /// The same as the description.
  public var debugDescription: String { description }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// An answer as it came.
public struct VenueResponse: Equatable, Sendable {
  /// The HTTP status; 0 for an answer on a WebSocket, whose frame has its own.
  public var status: Int
  public var headers: [HTTPHeader]
  public var body: [UInt8]
  /// How many actions the request was made for: of a list a venue may say only how many it carried out.
  public var actions: Int

  public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8], actions: Int = 1) {
    (self.status, self.headers, self.body) = (status, headers, body)
    self.actions = actions
  }

  /// An answer that came as a frame.
  public init(frame: [UInt8]) { self.init(status: 0, body: frame) }

  /// Whether it is a success whose body is one JSON value from end to end: nothing of it was lost on the way,
  /// so asking again brings the same.
  package var isWhole: Bool {
    guard (200...299).contains(status) else { return false }
    var json = JSONScanner()
    do throws(LineFault) {
      try json.skipValue(body.span)
      try json.finish(body.span)
    } catch { return false }
    return true
  }

  /// What it is called where it cannot be read: a status that is no success says that somebody else may have
  /// answered.
  func title(of venue: String) -> String {
    let isSuccess = status == 0 || (200...299).contains(status)
    return "an answer of \(venue)" + (isSuccess ? "" : " (HTTP \(status))")
  }

  /// The value of a header, whatever the case of its name.
  public subscript(header name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}
