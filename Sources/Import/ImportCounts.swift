/// What an import read and made of it, for the closing report; the same numbers stand in the
/// journal as `notice` events where they matter to a reader.

public import TradingCore

/// Counts of one import, up to where it has come.
public struct ImportCounts: Equatable, Sendable {
  /// Lines read in the pass that makes events.
  public var lines: UInt64 = 0
  /// Lines left out because they broke a rule.
  public var skippedLines: UInt64 = 0
  /// Trades and aggregate trades.
  public var trades: UInt64 = 0
  /// Best-bid-and-ask messages.
  public var quotes: UInt64 = 0
  /// Depth messages; each became at least one event.
  public var depthMessages: UInt64 = 0
  /// Levels in depth messages.
  public var depthLevels: UInt64 = 0
  /// Book snapshots; each became at least one event.
  public var snapshots: UInt64 = 0
  /// Levels in book snapshots.
  public var snapshotLevels: UInt64 = 0
  /// Closed candles.
  public var candles: UInt64 = 0
  /// Lines with nothing to import: blank ones, headers, connection notes.
  public var framingLines: UInt64 = 0
  /// Per `NoticeCode.rawValue`: how often it happened, over all instruments.
  public var notices = [UInt64](repeating: 0, count: NoticeCode.allCases.count)
  /// Events handed out so far, definitions and notices included.
  public var events: UInt64 = 0

  /// Nothing yet.
  public init() {}

  /// How often `code` happened.
  public subscript(_ code: NoticeCode) -> UInt64 { notices[Int(code.rawValue)] }

  /// Messages that became market events.
  public var messages: UInt64 { trades + quotes + depthMessages + snapshots + candles }
}

/// How far an import has come, for a progress bar.
public struct ImportProgress: Equatable, Sendable {
  /// Compressed bytes read, over both passes.
  public var bytesRead: Int
  /// Compressed bytes to read; `nil` where an input is a stream.
  public var bytesTotal: Int?
}
