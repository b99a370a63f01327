/// The sizes and times by which a live journal is kept, all in one place.
internal import TradingCore

/// Limits of a live journal.
package struct LiveLimits: Sendable {
  /// Bytes of a segment, zeros included, before it is sealed.
  package var segmentBytes: UInt64 = JournalFormat.segmentBytes
  /// Room that one more block and its padding may need; a segment with less left is full.
  package var blockReserve: UInt64 = 192 << 10
  /// Bytes kept back on the disk so that a full disk leaves room for the last segment.
  package var ballastBytes: UInt64 = 256 << 20

  package init() {}
}

/// What a live writer is told of the world, which it never asks itself.
package struct LiveSurroundings: Sendable {
  /// The wall clock at the start.
  package var now: Int64
  /// The machine's monotonic clock at the start, in nanoseconds.
  package var monotonic: Int64
  /// The machine's boot id.
  package var bootID: JournalID
  /// The program that writes, for the segment headers.
  package var build: String
  /// The identity a journal gets that does not exist yet.
  package var newIdentity: JournalIdentity
  /// The folder of the keys that sign checkpoints; nil: none is signed.
  package var keys: String?

  package init(
    now: Int64, monotonic: Int64, bootID: JournalID, build: String, newIdentity: JournalIdentity,
    keys: String? = nil
  ) {
    self.now = now
    self.monotonic = monotonic
    self.bootID = bootID
    self.build = build
    self.newIdentity = newIdentity
    self.keys = keys
  }
}
