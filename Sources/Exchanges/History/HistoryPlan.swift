/// What of the past is to be downloaded: a venue, its symbols, a length of candles and a span.

public import Dialects
public import TradingCore

/// A download, before it begins.
public struct HistoryPlan: Sendable {
  /// The market as it would be recorded: these candles are those of that stream.
  let market: RecordingPlan
  /// The venue's own words about its past.
  let history: CandleHistory
  /// The candles' length.
  public let width: Interval
  /// No candle begins before it.
  public let from: Timestamp
  /// None ends behind it.
  public let to: Timestamp

  /// - Parameters:
  ///   - interval: a length such as `1m`, which the venue must have.
  ///   - from: the first candle is the first that begins there or later.
  ///   - to: the last candle is the last that has ended by then; what is still to come is left out.
  ///   - authority: a PEM file of certificates to trust beside the system's.
  /// - Throws: `.unknownVenue`, `.repeatedSymbol`, `.unknownStream` for a length that the venue has not,
  ///   `.noHistory` where no whole candle is in the span.
  public init(
    venue: String, symbols: [String], interval: String, from: Timestamp, to: Timestamp,
    hosts: VenueHosts, authority: String? = nil
  ) throws(ExchangesError) {
    history = try VenueRegistry.entry(venue).profile.history
    guard let width = Interval(interval), let seconds = Self.seconds(of: width),
      history.lengths.contains(seconds)
    else {
      throw .unknownStream(
        "\(venue) has no candles of `\(interval)`; it has \(history.names.joined(separator: ", "))")
    }
    var market = try RecordingPlan(
      venue: venue, symbols: symbols, streams: ["kline_" + CandleHistory.name(seconds)],
      hosts: hosts)
    market.authority = authority
    (self.market, self.width) = (market, width)
    let first = from.floored(to: width)
    self.from = first < from ? first + width : first
    self.to = to.floored(to: width)
    guard self.from < self.to else {
      throw .noHistory(
        "no candle of \(CandleHistory.name(seconds)) begins and ends between \(from.iso8601) and "
          + "\(to.iso8601); name an earlier beginning or a later end")
    }
  }

  private static func seconds(of width: Interval) -> UInt32? {
    width.nanoseconds % Interval.second.nanoseconds == 0
      ? UInt32(exactly: width.nanoseconds / Interval.second.nanoseconds) : nil
  }

  /// The venue's name.
  public var venue: String { market.venue }
  /// Upper case, each once, in the order that breaks ties.
  public var symbols: [String] { market.symbols }
  /// The length in seconds.
  public var seconds: UInt32 { UInt32(width.nanoseconds / Interval.second.nanoseconds) }
  /// The length as people write it.
  public var interval: String { CandleHistory.name(seconds) }

  /// How many candles of a symbol the span up to `end` has at most.
  func count(upTo end: Timestamp) -> Int64 { (end - from).nanoseconds / width.nanoseconds }

  /// Where the page that begins at `start` ends.
  func pageEnd(from start: Timestamp, before end: Timestamp) -> Timestamp {
    min(end, start + Interval(nanoseconds: Int64(history.page) * width.nanoseconds))
  }
}
