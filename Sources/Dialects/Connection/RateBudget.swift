/// What a venue still allows us to ask: its own limits, its own counts, and its bans. Source: Binance
/// spot, rest-api.md "Limits" and enums.md "Rate limiters"; docs.kraken.com, "Spot REST Rate Limits".

public import TradingCore

/// What a limit counts.
public enum RateKind: Sendable, Equatable, CaseIterable {
  /// The weight of requests, by network address.
  case weight
  /// Orders placed, by account.
  case orders
  /// Requests, whatever their weight.
  case requests
}

/// So much of a kind in each window of the venue's clock, or a count that falls all the time.
public struct RateLimit: Sendable, Equatable {
  public var kind: RateKind
  /// Of a count that falls, the time in which it does so by one.
  public var window: Interval
  public var most: Int64
  /// Whether the count falls one by one, and not to zero at a window's end.
  public private(set) var falls = false

  public init(_ kind: RateKind, per window: Interval, most: Int64) {
    self.kind = kind
    self.window = window
    self.most = most
  }

  /// A count that falls by one in each `window` and must never be beyond `most`.
  public static func falling(_ kind: RateKind, oneIn window: Interval, most: Int64) -> RateLimit {
    var limit = RateLimit(kind, per: window, most: most)
    limit.falls = true
    return limit
  }
}

/// What a venue says is used of a limit in the present window.
public struct RateUse: Sendable, Equatable {
  public var kind: RateKind
  public var window: Interval
  public var used: Int64

  public init(_ kind: RateKind, per window: Interval, used: Int64) {
    (self.kind, self.window, self.used) = (kind, window, used)
  }
}

/// Counts requests before they leave. Windows stand still on the venue's clock (a minute begins at its
/// second 0), so all times are the venue's: `ClockSkew.venueTime`.
public struct RateBudget: Equatable, Sendable {
  /// Whether a request may leave.
  public enum Permit: Equatable, Sendable {
    /// Now; it is counted.
    case go
    /// Not before this moment. Nothing is counted.
    case wait(until: Timestamp)
    /// Never: it alone is beyond a limit.
    case never
  }

  private struct Counter: Equatable, Sendable {
    var limit: RateLimit
    var start = Timestamp.distantPast
    var used: Int64 = 0

    mutating func roll(to time: Timestamp) {
      guard !limit.falls else { return fall(to: time) }
      let current = time.floored(to: limit.window)
      if current > start { (start, used) = (current, 0) }
    }

    /// A count of zero begins to fall when something is counted, and what is begun of a step stays begun.
    private mutating func fall(to time: Timestamp) {
      guard used > 0 else {
        start = time
        return
      }
      let steps = max(0, (time - start).nanoseconds / limit.window.nanoseconds)
      used = max(0, used - steps)
      start = used > 0 ? start + Interval(nanoseconds: steps * limit.window.nanoseconds) : time
    }

    /// When so much more can be counted, at the latest.
    func opening(for cost: Int64) -> Timestamp {
      let steps = limit.falls ? used + cost - limit.most : 1
      return start + Interval(nanoseconds: steps * limit.window.nanoseconds)
    }
  }

  private var counters: [Counter] = []
  /// Nothing that weighs may leave before this moment, after the venue said stop.
  public private(set) var blockedUntil = Timestamp.distantPast
  /// Nothing at all may.
  private var stoppedUntil = Timestamp.distantPast
  /// When the last ban ends.
  private var bannedUntil = Timestamp.distantPast
  /// Requests that were made to wait, for the operator.
  public private(set) var delays: UInt64 = 0

  /// No limits known yet: everything may leave until `adopt`.
  public init() {}

  /// Takes the limits that the venue publishes, in place of those known. Counts of limits that stay are
  /// kept.
  public mutating func adopt(_ limits: [RateLimit]) {
    let old = counters
    counters = limits.filter { $0.window.nanoseconds > 0 }.map { limit in
      var counter = Counter(limit: limit)
      if let known = old.first(where: {
        $0.limit.kind == limit.kind && $0.limit.window == limit.window
      }) {
        (counter.start, counter.used) = (known.start, known.used)
      }
      return counter
    }
  }

  /// The limits in force.
  public var limits: [RateLimit] { counters.map(\.limit) }

  /// Asks to send one request of a weight with so many orders in it, and counts it if it may go.
  public mutating func reserve(weight: Int64, orders: Int64 = 0, at time: Timestamp) -> Permit {
    let blocked = weight > 0 ? blockedUntil : stoppedUntil
    guard time >= blocked else {
      delays += 1
      return .wait(until: blocked)
    }
    var earliest = time
    for index in counters.indices {
      counters[index].roll(to: time)
      let cost = cost(of: counters[index].limit.kind, weight: weight, orders: orders)
      if cost == 0 { continue }
      guard cost <= counters[index].limit.most else { return .never }
      if counters[index].used + cost > counters[index].limit.most {
        earliest = max(earliest, counters[index].opening(for: cost))
      }
    }
    guard earliest == time else {
      delays += 1
      return .wait(until: earliest)
    }
    for index in counters.indices {
      counters[index].used += cost(of: counters[index].limit.kind, weight: weight, orders: orders)
    }
    return .go
  }

  private func cost(of kind: RateKind, weight: Int64, orders: Int64) -> Int64 {
    switch kind {
    case .weight: weight
    case .orders: orders
    case .requests: 1
    }
  }

  /// Takes a count from an answer at `time` to what was asked at `asked`. The venue counts what others at
  /// our address use as well, so a higher count than ours is taken; a lower one is only an answer that
  /// was overtaken, unless a fill gave orders back. An answer under way while a window ended may count
  /// either window, so it counts for none: the next one tells.
  public mutating func observe(_ use: RateUse, asked: Timestamp, at time: Timestamp) {
    for index in counters.indices
    where counters[index].limit.kind == use.kind && counters[index].limit.window == use.window {
      guard asked.floored(to: use.window) == time.floored(to: use.window) else { continue }
      counters[index].roll(to: time)
      let counted = counters[index].used
      // Room for sums, whatever a venue says.
      let used = min(max(0, use.used), Int64.max / 2)
      counters[index].used = use.kind == .orders ? used : max(counted, used)
    }
  }

  /// The venue refused a request for too many of them: nothing leaves until then, but what weighs nothing
  /// where the request was one that does. A block is never shortened. A count that falls is higher there
  /// than here: it is at its most from `now` on.
  public mutating func block(
    until time: Timestamp, isBan: Bool, weight: Int64 = 0, now: Timestamp = .distantPast
  ) {
    if isBan { bannedUntil = max(bannedUntil, time) }
    blockedUntil = max(blockedUntil, time)
    guard weight > 0, !isBan else {
      stoppedUntil = max(stoppedUntil, time)
      return
    }
    for index in counters.indices where counters[index].limit.falls {
      counters[index].roll(to: now)
      if counters[index].used < counters[index].limit.most {
        (counters[index].start, counters[index].used) = (now, counters[index].limit.most)
      }
    }
  }

  /// As `block`, for as long as an outcome `limited` says.
  /// - Parameters:
  ///   - wait: of the outcome, as is `until`, which goes before it.
  ///   - pause: how long where neither is told; a ban then lasts as long as the shortest there is.
  ///   - weight: of the request that was refused.
  ///   - time: when the answer came.
  /// - Returns: the end.
  public mutating func block(
    isBan: Bool, wait: Interval?, until: Timestamp?, pause: Interval, weight: Int64 = 0,
    at time: Timestamp
  ) -> Timestamp {
    let end = until ?? time + (wait ?? (isBan ? max(pause, Self.shortestBan) : pause))
    block(until: end, isBan: isBan, weight: weight, now: time)
    return end
  }

  /// Binance bans for 2 minutes at first, and for longer whoever does not heed it.
  private static var shortestBan: Interval { Interval(nanoseconds: 120_000_000_000) }

  /// Whether a ban and not only a pause keeps requests back at `time`.
  public func isBanned(at time: Timestamp) -> Bool { time < bannedUntil }

  /// How much of a limit is used in the window of `time`; `nil` for a limit that is not known.
  public func used(_ kind: RateKind, per window: Interval, at time: Timestamp) -> Int64? {
    guard
      var counter = counters.first(where: {
        $0.limit.kind == kind && $0.limit.window == window
      })
    else { return nil }
    counter.roll(to: time)
    return counter.used
  }
}
