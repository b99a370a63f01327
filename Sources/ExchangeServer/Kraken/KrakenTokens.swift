/// What connections in Kraken's language sign in with: tokens that a key is given over HTTP. Source:
/// docs.kraken.com, REST, "Get Websockets Token".

internal import TradingCore

/// A token and whose it is.
struct KrakenToken: Sendable {
  let text: String
  let trader: Int
  /// The key that it was given to: it ends with that.
  let key: String
  /// Until when it opens a session; within one it has no end.
  let end: Timestamp
}

/// The latest tokens.
struct KrakenTokens: Sendable {
  private var tokens: [KrakenToken] = []
  /// How many there ever were.
  private(set) var count: Int64 = 0

  /// How long a token waits for its session.
  static let life = Interval(nanoseconds: 900_000_000_000)
  /// The most that are remembered; beyond it the oldest is worth nothing any more.
  static let capacity = 256

  mutating func add(_ token: KrakenToken) {
    if tokens.count == Self.capacity { tokens.removeFirst() }
    count += 1
    tokens.append(token)
  }

  /// The token of a text; `nil` for one that was never given or is too old. O(tokens).
  func find(_ text: String, at now: Timestamp) -> KrakenToken? {
    tokens.last { $0.text == text && now < $0.end }
  }
}

extension ExchangeDesk {
  /// Gives a key a token. From then on its account pays its fees as Kraken takes them: in the quote asset.
  mutating func giveToken(to place: (account: Int, key: Int), at now: Timestamp) -> KrakenToken {
    traders[place.account].payInQuote(publishedFees, at: now)
    let key = traders[place.account].keys[place.key].key.id
    let number = krakenTokens.count
    let token = KrakenToken(
      text: clientID(number, 11) + clientID(number, 12), trader: place.account, key: key,
      end: now + KrakenTokens.life)
    krakenTokens.add(token)
    return token
  }

  /// The account and the key of a request on a connection, by its token; a key that has ended leaves a trace.
  /// - Throws: `invalidSession` for a token that opens none, `invalidKey` where its key has ended.
  mutating func krakenSession(
    _ call: KrakenCall, on id: Int, at now: Timestamp
  ) throws(KrakenError) -> (trader: Int, key: String, token: String) {
    let text = call.parameters["token"] ?? ""
    let open = connections[id]?.userStreams.first { !text.isEmpty && $0.token == text }
    let found =
      open.map { ($0.trader, $0.key) }
      ?? krakenTokens.find(text, at: now).map { ($0.trader, $0.key) }
    guard let (trader, key) = found else { throw .invalidSession }
    do throws(APIError) {
      let place = try self.trader(withKey: key, at: now)
      traders[place.account].keys[place.key].signed += 1
    } catch { throw .invalidKey }
    return (trader, key, text)
  }
}
