/// Which request subscribes to which streams, so that a venue's refusal of one can be told as what is
/// missing.

internal import Dialects
internal import TradingCore

/// The requests that make a link complete.
struct SubscriptionPlan {
  private(set) var requests: [VenueRequest] = []
  /// By request.
  private var streams: [[MarketStream]] = []

  /// Streams asked for together, so that a refusal costs few.
  static let mostTogether = 100

  /// - Throws: `DialectError` for streams the venue has no words for, or not together.
  init<Dialect: VenueDialect & ~Copyable>(
    _ all: [MarketStream], in dialect: inout Dialect
  ) throws(DialectError) {
    // What the venue allows of all together is known only by asking for all together.
    _ = try dialect.subscriptions(to: all, firstID: 1)
    for part in Self.parts(all) {
      let frames = try dialect.subscriptions(to: part, firstID: Int64(requests.count + 1))
      requests += frames
      streams += frames.map { $0.streams ?? part }
    }
  }

  /// The streams that are lost when a request is refused.
  func streams(of request: VenueRequest) -> [MarketStream] {
    requests.firstIndex { $0.id == request.id }.map { streams[$0] } ?? []
  }

  /// In order; those of one instrument stay together where they are not too many by themselves.
  static func parts(_ all: [MarketStream]) -> [[MarketStream]] {
    var parts: [[MarketStream]] = []
    var start = all.startIndex
    while start < all.endIndex {
      var end = min(start + mostTogether, all.endIndex)
      if end < all.endIndex {
        let instrument = all[end].instrument
        let first = all[start..<end].firstIndex { $0.instrument == instrument } ?? end
        if first > start { end = first }
      }
      parts.append(Array(all[start..<end]))
      start = end
    }
    return parts
  }
}
