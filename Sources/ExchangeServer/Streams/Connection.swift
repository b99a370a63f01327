/// A WebSocket connection as the exchange sees it, and what is sent over it.

public import TradingCore

/// Something to be done on a connection.
public struct Delivery: Sendable {
  public enum Action: Equatable, Sendable {
    /// A text message.
    case text([UInt8])
    case ping([UInt8])
    /// The end, with its status code (RFC 6455, section 7.4).
    case close(UInt16)
  }

  public let connection: Int
  public let action: Action
  /// How much later than at once: a fault.
  public var delay = Interval.zero
  /// What `ExchangeDesk.left` is to be told when the network has taken it; `nil` for what is not counted.
  public var mark: TallyMark?
}

/// A connection.
struct Connection {
  enum Kind {
    /// Market streams.
    case market
    /// The WebSocket API.
    case api
    /// Kraken's language.
    case kraken
    /// Coinbase's language.
    case coinbase
  }

  let id: Int
  let kind: Kind
  let address: String
  private(set) var opened: Timestamp
  /// Whether messages name their stream.
  var isCombined = false
  /// VenueNames as the client spelled them, in order.
  var streams: [String] = []
  var lastPing: Timestamp
  var lastPong: Timestamp
  var messages = CountWindow(width: .second)

  // Coinbase's and Kraken's.
  /// The number of the next message; of Kraken's only those about an account are numbered, from 1.
  private var sequence: Int64 = 0
  /// Heartbeats made, of Coinbase's.
  var heartbeats: Int64 = 0

  // The WebSocket API's.
  var session: Int?
  /// The key that the session was signed in with.
  var sessionKey = ""
  var authorized = Timestamp.none
  var showsLimits = true
  var userStreams: [UserStream] = []
  var lastUserStream: Int64 = -1

  struct UserStream {
    let id: Int64
    let trader: Int
    /// What it was asked for with: it ends with that.
    let key: String
    /// Where its events are counted.
    let tally: Int64
    /// What requests on its connection carry, in Kraken's language.
    var token = ""
  }

  init(id: Int, kind: Kind, address: String, at now: Timestamp) {
    self.id = id
    self.kind = kind
    self.address = address
    opened = now
    lastPing = now
    lastPong = now
  }

  /// Numbers a message: those that a fault leaves out, too, for that is how a loss is seen.
  mutating func takeSequence() -> Int64 {
    defer { sequence += 1 }
    return sequence
  }

  mutating func shift(by step: Interval) {
    opened = opened + step
    lastPing = lastPing + step
    lastPong = lastPong + step
  }

  /// How long a connection lives, how often it is asked whether it does, and how long for an answer.
  static let lifetime = Interval(nanoseconds: 24 * Interval.hour.nanoseconds)
  static let pingInterval = Interval(nanoseconds: 20_000_000_000)
  static let pongPatience = Interval.minute
  /// Most messages a second that a market connection may send, and streams it may have.
  static let mostMessages: Int64 = 5
  static let mostStreams = 1_024
}
