/// What a venue still allows us to ask: its own limits, its own counts, and its bans. Source: Binance
/// spot, rest-api.md "Limits" and enums.md "Rate limiters".

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

/// So much of a kind in each window of the venue's clock.
public struct RateLimit: Sendable, Equatable {
  public var kind: RateKind
  public var window: Interval
  public var most: Int64

  public init(_ kind: RateKind, per window: Interval, most: Int64) {
    self.kind = kind
    self.window = window
    self.most = most
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
      let current = time.floored(to: limit.window)
      if current > start { (start, used) = (current, 0) }
    }
  }

  private var counters: [Counter] = []
  /// Nothing may leave before this moment, after the venue said stop.
  public private(set) var blockedUntil = Timestamp.distantPast
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
    guard time >= blockedUntil else {
      delays += 1
      return .wait(until: blockedUntil)
    }
    var earliest = time
    for index in counters.indices {
      counters[index].roll(to: time)
      let cost = cost(of: counters[index].limit.kind, weight: weight, orders: orders)
      if cost == 0 { continue }
      guard cost <= counters[index].limit.most else { return .never }
      if counters[index].used + cost > counters[index].limit.most {
        earliest = max(earliest, counters[index].start + counters[index].limit.window)
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

  /// The venue refused a request for too many of them: nothing leaves until then. A block is never
  /// shortened.
  public mutating func block(until time: Timestamp, isBan: Bool) {
    if isBan { bannedUntil = max(bannedUntil, time) }
    blockedUntil = max(blockedUntil, time)
  }

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
