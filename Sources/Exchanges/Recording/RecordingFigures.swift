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
  /// Links that carried everything.
  public var connections: UInt64 = 0
  /// Links that the venue ended, or that never opened.
  public var failedLinks: UInt64 = 0
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

extension RecordingFigures {
  /// Several venues' together: counts are sums, connected is who has all of them, the lag the longest.
  public static func together(_ all: [RecordingFigures]) -> RecordingFigures {
    guard var sum = all.first else { return RecordingFigures() }
    for one in all.dropFirst() { sum.add(one) }
    return sum
  }

  private mutating func add(_ other: RecordingFigures) {
    isConnected = isConnected && other.isConnected
    frames += other.frames
    gaps += other.gaps
    duplicates += other.duplicates
    dropped += other.dropped
    // One queue holds the lines of all.
    rawDropped = max(rawDropped, other.rawDropped)
    refused += other.refused
    failure = failure ?? other.failure
    malformed += other.malformed
    connections += other.connections
    failedLinks += other.failedLinks
    snapshots += other.snapshots
    lag = [lag, other.lag].compactMap(\.self).max()
    let troubles = [trouble, other.trouble].compactMap(\.self)
    trouble = troubles.isEmpty ? nil : troubles.joined(separator: "; ")
    for (name, count) in other.others {
      if let known = others.firstIndex(where: { $0.name == name }) {
        others[known].count += count
      } else {
        others.append((name, count))
      }
    }
  }
}
