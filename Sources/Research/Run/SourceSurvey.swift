/// What a source holds, seen before the run: definitions, kinds of events, times. Scenarios are
/// matched against it, so that a wrong symbol is refused before the first event.

public import Journal
public import TradingCore

/// Candles of one width of an instrument.
public struct CandleStream: Equatable, Sendable {
  public var instrument: InstrumentID
  public var width: Interval
}

/// A source's identity and what it offers.
public struct SourceSurvey: Sendable {
  /// As the scenario names it.
  public var name: String
  /// The source journal's id and chain head in hex; empty for a generator.
  public var id: String
  public var chainHead: String
  /// The journal the facts come from; `nil` for a generator.
  public var journal: JournalSource?
  /// Bytes that differ when the facts do: part of the run journal's identity.
  public var digest: [UInt8]
  public var names: Names
  /// Receive time of the very first event, a definition as a rule.
  public var headTime: Timestamp
  /// Receive times of the first and the last market event.
  public var firstTime: Timestamp
  public var lastTime: Timestamp
  public var hasTrades: Bool
  public var hasQuotes: Bool
  public var hasBooks: Bool
  public var hasCandles: Bool
  /// The candles it begins with, each once.
  public var candles: [CandleStream] = []
  /// Events in it, where that is known beforehand.
  public var eventCount: UInt64?

  /// The fill rule to use when the scenario names none: the first of book-conservative, quote, candle
  /// that the data supports; a recording of trades alone leaves only same-event.
  public var defaultFillRule: FillRule {
    if hasBooks { return .bookConservative }
    if hasQuotes { return .quote }
    return hasCandles ? .candle : .sameEvent
  }

  /// Why a fill rule cannot work on this data; `nil` when it can.
  public func objection(to rule: FillRule) -> String? {
    switch rule {
    case .bookConservative where !hasBooks, .bookProbabilistic where !hasBooks:
      "the source has no order book (depth with a snapshot)"
    case .quote where !hasQuotes: "the source has no quotes"
    case .candle where !hasCandles: "the source has no candles"
    case .sameEvent where !hasTrades && !hasCandles: "the source has neither trades nor candles"
    default: nil
    }
  }
}
