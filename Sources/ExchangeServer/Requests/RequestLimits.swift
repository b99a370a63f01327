/// How much an address may ask and an account may order in a stretch of time, and what happens when
/// that is exceeded. Source: Binance spot API, rest-api.md, "LIMITS".

public import TradingCore

/// The limits in force.
public struct LimitSettings: Equatable, Sendable {
  /// Weight of all requests of an address in a minute.
  public var weight: Int64 = 6_000
  /// Orders of an account in ten seconds, and in a day.
  public var tenSeconds: Int64 = 50
  public var day: Int64 = 160_000
  /// How long an address is banned that goes on asking after it was told to stop.
  public var ban = Interval(nanoseconds: 120_000_000_000)
  /// The tier by which every key's questions in Kraken's language are counted; `nil` for no such count.
  public var krakenTier: KrakenTier?

  public init() {}
}

/// What each address has used.
struct RequestLimits: Sendable {
  private struct Usage: Sendable {
    var weight = CountWindow(width: .minute)
    /// Requests since the first that was refused in this window.
    var refused = CountWindow(width: .minute)
    var bannedUntil = Timestamp.distantPast
  }

  var settings = LimitSettings()
  private var usages: [String: Usage] = [:]

  /// Requests that may be refused before an address is banned.
  static let patience: Int64 = 20

  /// Counts a request, even one that is refused.
  /// - Throws: 429 beyond the limit, 418 during a ban.
  mutating func count(
    _ weight: Int64, from address: String, at now: Timestamp
  ) throws(APIError) {
    var usage = usages[address] ?? Usage()
    defer { usages[address] = usage }
    if usage.bannedUntil > now { throw Self.banned(until: usage.bannedUntil, at: now) }
    usage.weight.add(weight, at: now)
    guard usage.weight.count(at: now) > settings.weight else { return }
    usage.refused.add(1, at: now)
    if usage.refused.count(at: now) > Self.patience {
      usage.bannedUntil = now + settings.ban
      throw Self.banned(until: usage.bannedUntil, at: now)
    }
    var error = APIError(
      -1003,
      "Too much request weight used; current limit is \(settings.weight) request weight per "
        + "1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.",
      status: 429)
    error.retryAfter = Self.seconds(from: now, to: usage.weight.end(at: now))
    throw error
  }

  /// Counts what is never refused: a connection.
  mutating func charge(_ weight: Int64, from address: String, at now: Timestamp) {
    usages[address, default: Usage()].weight.add(weight, at: now)
  }

  /// What an address has used in the running minute.
  func used(by address: String, at now: Timestamp) -> Int64 {
    usages[address]?.weight.count(at: now) ?? 0
  }

  /// Bans an address: a fault on demand.
  mutating func ban(_ address: String, until end: Timestamp) {
    usages[address, default: Usage()].bannedUntil = end
  }

  private static func banned(until end: Timestamp, at now: Timestamp) -> APIError {
    var error = APIError(
      -1003,
      "Way too much request weight used; IP banned until \(end.milliseconds). "
        + "Please use WebSocket Streams for live updates to avoid bans.", status: 418)
    error.retryAfter = seconds(from: now, to: end)
    error.data = JSONText.object { json in
      json.set("serverTime", now.milliseconds)
      json.set("retryAfter", end.milliseconds)
    }
    return error
  }

  private static func seconds(from now: Timestamp, to end: Timestamp) -> Int64 {
    max(1, ((end - now).nanoseconds + 999_999_999) / 1_000_000_000)
  }
}
