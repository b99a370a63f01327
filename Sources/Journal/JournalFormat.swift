/// The constants of a journal on disk. The layout itself, down to the bit, is told in <doc:Format>, which
/// tests hold to this code.
///
/// A journal is a folder of segments. A sealed segment is an ordinary LZ4 file whose content is the
/// payloads of its blocks; everything that is ours rides in skippable frames:
///
///     header pages · blocks of definitions · data blocks, and between them heartbeats, checkpoints
///     and padding · footer with the trailer
///
/// Blocks. A block stands alone: every delta starts afresh, so it can be read without the ones before.
/// The writer measures its columns every `measureStride` events and closes the block when they reach
/// `blockPayloadTarget`; only counts and sizes decide, so the same events give the same bytes however
/// they were batched.
///
/// Trust. The order of checks never lets an unchecked number steer: a header's own XXH64, then its
/// salt, offset, index and sequence, then the lengths, then the XXH64 of the stored bytes, and only
/// then LZ4. The SHA-256 chain runs over *uncompressed* payloads (`HashChain`), because LZ4's output
/// differs between versions and is no identity. Checksums find accidents, the chain finds changes.
///
/// Durability. A live segment is called `.open` and is written over zeros. What was synced is vouched
/// for by the blocks and slots written later (the watermark): damage below it is corruption and is
/// never cut away, damage above it is what a crash leaves (`Recovery`).
public enum JournalFormat {
  /// The version whose readers refuse anything newer.
  public static let majorVersion: UInt16 = 1
  /// Raised when fields are appended; readers of 1.1 and later go on reading.
  public static let minorVersion: UInt16 = 1
  /// Bytes of the frame at offset 0: two pages, its own 8 header bytes included.
  public static let headerBytes = 8_192
  /// Where the second page, with the watermark slots, begins.
  public static let watermarkOffset = 4_096
  /// Bytes from one watermark slot to the next.
  public static let watermarkSlotBytes = 512
  /// Where the segment header's table of event versions begins.
  public static let schemaOffset = 3_840
  /// Bytes of that table: one for each kind id.
  public static let schemaBytes = 128
  /// What a live segment's every sync ends on, so that no page with durable bytes is written again.
  public static let pageBytes: UInt64 = 4_096
  /// Bytes of a block header without the 8 of its skippable frame.
  public static let blockHeaderBytes = 160
  /// Bytes of a skippable frame's own header: magic and length.
  public static let frameHeaderBytes = 8
  /// Bytes of the trailer, the last of a sealed segment.
  public static let trailerBytes = 32
  /// The payload size, measured before LZ4, at which a block closes: LZ4's window.
  public static let blockPayloadTarget = 65_536
  /// Events between two measurements of the open block.
  public static let measureStride = 1_024
  /// The most events in a block.
  public static let maxBlockEvents = 16_384
  /// The largest payload a reader allocates for.
  public static let maxPayloadBytes = 1 << 20
  /// The largest number of bytes stored for one payload: raw, with its frame around it.
  public static let maxStoredBytes = maxPayloadBytes + LZ4Frame.overheadBytes
  /// The size at which a segment is sealed and the next one begins, checked after each block.
  public static let segmentBytes: UInt64 = 64 << 20
  /// The largest footer a reader allocates for.
  public static let maxFooterBytes = 256 << 20
  /// The longest build text; it must fit into the segment header's page.
  public static let maxBuildBytes = 2_048
  /// The longest note of a checkpoint.
  public static let maxNoteBytes = 65_536
  /// LZ4 must save at least one part in this many, else the payload is stored raw.
  public static let smallestSaving = 20
  /// Payloads below this size are stored raw.
  public static let smallestCompressed = 512

  /// The skippable frame that opens a segment.
  static let headerMagic: UInt32 = 0x184D_2A50
  /// The skippable frame around a block header.
  static let blockMagic: UInt32 = 0x184D_2A51
  /// The skippable frame that closes a sealed segment.
  static let footerMagic: UInt32 = 0x184D_2A52
  /// The skippable frame around a checkpoint's note.
  static let noteMagic: UInt32 = 0x184D_2A53
  /// The skippable frame of zeros that fills a page before a sync.
  static let paddingMagic: UInt32 = 0x184D_2A54
  /// `89 'C' 'B' 'J' 0D 0A 1A 0A`: not text, and broken by any transfer that thinks it is.
  static let segmentMagic: UInt64 = 0x0A1A_0A0D_4A42_4389
  /// "CBJB".
  static let blockHeaderMagic: UInt32 = 0x424A_4243
  /// "CBJ-END\n", the last eight bytes of a sealed segment.
  static let trailerMagic: UInt64 = 0x0A44_4E45_2D4A_4243

  /// The name of the sealed segment that begins at `sequence`.
  public static func segmentName(first sequence: UInt64) -> String {
    SegmentName(first: sequence, isOpen: false).text
  }

  /// The first sequence that a sealed segment's name states; nil for any other name.
  static func firstSequence(of name: String) -> UInt64? {
    guard let name = SegmentName(name), !name.isOpen else { return nil }
    return name.first
  }
}
