/// How a recording goes, for whoever watches it.

public import TradingCore

/// Counts since the recording began.
public struct RecordingFigures: Sendable {
  /// Whether the venue's streams are carried at present.
  public var isConnected = false
  /// Frames of the venue, answers to subscriptions included.
  public var frames: UInt64 = 0
  /// Gaps that were found in what the venue sent, disconnections included.
  public var gaps: UInt64 = 0
  /// Messages that came before, on another link or in a snapshot.
  public var duplicates: UInt64 = 0
  /// Messages dropped because the journal was behind.
  public var dropped: UInt64 = 0
  /// Lines of the venue's bytes dropped because the disk was behind.
  public var rawDropped: UInt64 = 0
  /// Streams that the venue does not take, by `symbol@stream`, in the order it said so.
  public var refused: [String] = []
  /// What ended the recording, if anything but its owner did.
  public var failure: ExchangesError?
  /// Frames that break the venue's rules.
  public var malformed: UInt64 = 0
  public var connections: UInt64 = 0
  public var snapshots: UInt64 = 0
  /// Our clock minus the venue's time of the last event that had one: the way here, and the clocks'
  /// difference.
  public var lag: Interval?
  /// The last thing that a person should know, such as why a connection ended.
  public var trouble: String?
  /// Names of what was understood and became no event, with how often each came.
  public var others: [(name: String, count: UInt64)] = []

  public init() {}
}
