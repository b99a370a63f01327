/// A snapshot as a file, `snapshot-<sequence, 20 digits>.cbs` in the journal's folder. Like a segment
/// it is an ordinary LZ4 file with what is ours in skippable frames: `lz4 -dc` yields the state's
/// canonical bytes and behind them the companion's. All integers are little endian.
///
///     offset 0     skippable frame 0x184D2A55, the header, 136 bytes behind the frame's own 8:
///                    magic u64 · version u32 · logic version u32 · journal id 16 · sequence u64
///                    anchor's sequence u64 and chain head 32 · fingerprint u64 · state bytes,
///                    companion bytes u64 · reserved 16 (zero) · XXH64 of the frame up to here
///     then         the bytes in LZ4 frames of at most 1 MiB (`LZ4Frame`)
///     at the end   skippable frame 0x184D2A55: XXH64 of all before this frame
internal import TradingCore

enum SnapshotFile {
  /// The skippable frames around header and checksum.
  static let frameMagic: UInt32 = 0x184D_2A55
  /// `89 'C' 'B' 'S' 0D 0A 1A 0A`.
  static let magic: UInt64 = 0x0A1A_0A0D_5342_4389
  /// Raised with every change of the layout; a snapshot of another version is not used.
  static let version: UInt32 = 1
  /// The header with its frame.
  static let headerBytes = 144
  /// The last frame.
  static let endBytes = 16
  /// The most bytes that a state and its companion may have: four million book levels.
  static let maxContentBytes = 64 << 20
  /// The most bytes of a file, if nothing can be compressed.
  static let maxFileBytes =
    headerBytes + endBytes + maxContentBytes / pieceBytes * LZ4Frame.bound(pieceBytes)

  static let pieceBytes = JournalFormat.maxPayloadBytes
}

// MARK: Writing

extension SnapshotFile {
  /// The whole file.
  /// - Throws: `.limit` when the state is larger than a snapshot may be.
  static func bytes(of snapshot: Snapshot) throws(JournalError) -> [UInt8] {
    var canonical = CanonicalBytes()
    snapshot.state.encode(into: &canonical)
    let content = canonical.bytes + snapshot.companion
    guard content.count <= maxContentBytes else {
      throw .limit("a snapshot of \(content.count) bytes")
    }
    var writer = ByteWriter()
    putHeader(of: snapshot, canonical, to: &writer)
    for start in stride(from: 0, to: content.count, by: pieceBytes) {
      put(content[start..<min(start + pieceBytes, content.count)], to: &writer)
    }
    let sum = writer.hash()
    writer.put(frameMagic)
    writer.put(UInt32(8))
    writer.put(sum)
    return writer.bytes
  }

  private static func putHeader(
    of snapshot: Snapshot, _ canonical: CanonicalBytes, to writer: inout ByteWriter
  ) {
    writer.put(frameMagic)
    writer.put(UInt32(headerBytes - JournalFormat.frameHeaderBytes))
    writer.put(magic)
    writer.put(version)
    writer.put(snapshot.logicVersion.version)
    writer.put(snapshot.journal.low)
    writer.put(snapshot.journal.high)
    writer.put(snapshot.sequence)
    writer.put(snapshot.anchor.sequence)
    writer.put(snapshot.anchor.head)
    writer.put(canonical.fingerprint)
    writer.put(UInt64(canonical.bytes.count))
    writer.put(UInt64(snapshot.companion.count))
    writer.pad(to: headerBytes - 8)
    writer.put(writer.hash())
  }

  private static func put(_ piece: ArraySlice<UInt8>, to writer: inout ByteWriter) {
    let compressor = LZ4Compressor()
    let room = LZ4Frame.bound(piece.count)
    let frame = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, filled in
      unsafe piece.withUnsafeBytes { input in
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        filled = unsafe compressor.frame(from, count: input.count, into: to).bytes
      }
    }
    writer.put(bytes: frame)
  }
}

// MARK: Reading

extension SnapshotFile {
  /// What the header says, before anything is decompressed.
  private struct Header {
    var journal: JournalID
    var logicVersion: LogicVersion
    var sequence: Sequence64
    var anchor: ChainAnchor
    var fingerprint: UInt64
    var stateBytes: Int
    var companionBytes: Int
  }

  /// The snapshot in a file's bytes. Total: hostile bytes are refused, never followed.
  static func snapshot(in bytes: [UInt8]) throws(Malformed) -> Snapshot {
    var reader = ByteReader(bytes)
    let header = try takeHeader(&reader, bytes)
    let content = try content(of: bytes, header)
    let canonical = Array(content[..<header.stateBytes])
    guard XXH64.hash(canonical) == header.fingerprint else {
      throw Malformed("the state does not have the fingerprint of the header")
    }
    guard header.logicVersion == .current else {
      throw Malformed(
        "it follows logic version \(header.logicVersion.version), this build "
          + "\(LogicVersion.current.version)")
    }
    let state = try state(canonical)
    guard state.sequence == header.sequence else {
      throw Malformed("the state is that of sequence \(state.sequence)")
    }
    return Snapshot(
      journal: header.journal, logicVersion: header.logicVersion, anchor: header.anchor,
      state: state, companion: Array(content[header.stateBytes...]))
  }

  private static func hash(of bytes: [UInt8], upTo end: Int) -> UInt64 {
    unsafe XXH64.hash(bytes.span.bytes.extracting(0..<end))
  }

  private static func state(_ canonical: [UInt8]) throws(Malformed) -> State {
    do throws(CanonicalError) {
      return try State(canonicalBytes: canonical)
    } catch { throw Malformed("the state cannot be read: \(error)") }
  }

  private static func takeHeader(
    _ reader: inout ByteReader, _ bytes: [UInt8]
  ) throws(Malformed) -> Header {
    guard bytes.count >= headerBytes + endBytes else { throw Malformed("the file is too short") }
    guard try reader.take(UInt32.self) == frameMagic,
      try reader.take(UInt32.self) == UInt32(headerBytes - JournalFormat.frameHeaderBytes),
      try reader.take(UInt64.self) == magic
    else { throw Malformed("this is not a snapshot") }
    let version = try reader.take(UInt32.self)
    guard version == Self.version else {
      throw Malformed("it is of version \(version), this build reads \(Self.version)")
    }
    let logic = LogicVersion(version: try reader.take())
    let journal = JournalID(low: try reader.take(), high: try reader.take())
    let sequence = try reader.take(UInt64.self)
    let anchor = ChainAnchor(sequence: try reader.take(), head: try SHA256Digest(&reader))
    let fingerprint = try reader.take(UInt64.self)
    let sizes = (try reader.take(UInt64.self), try reader.take(UInt64.self))
    try reader.expectZeros(upTo: headerBytes - 8)
    guard try reader.take(UInt64.self) == hash(of: bytes, upTo: headerBytes - 8) else {
      throw Malformed("the header's checksum does not match")
    }
    let most = UInt64(maxContentBytes)
    guard sizes.0 > 0, sizes.0 <= most, sizes.1 <= most - sizes.0, anchor.sequence <= sequence
    else { throw Malformed("the header cannot be") }
    return Header(
      journal: journal, logicVersion: logic, sequence: sequence, anchor: anchor,
      fingerprint: fingerprint, stateBytes: Int(sizes.0), companionBytes: Int(sizes.1))
  }

  /// Checks the last frame and unpacks what stands between it and the header.
  private static func content(
    of bytes: [UInt8], _ header: Header
  ) throws(Malformed) -> [UInt8] {
    let end = bytes.count - endBytes
    var last = ByteReader(Array(bytes[end...]))
    guard try last.take(UInt32.self) == frameMagic, try last.take(UInt32.self) == 8,
      try last.take(UInt64.self) == hash(of: bytes, upTo: end)
    else { throw Malformed("the checksum does not match") }
    var content: [UInt8] = []
    let total = header.stateBytes + header.companionBytes
    var offset = headerBytes
    while content.count < total {
      let count = min(pieceBytes, total - content.count)
      let frame = try frame(at: offset, in: bytes, upTo: end)
      content += try payload(of: frame, count: count)
      offset += frame.count
    }
    guard offset == end else { throw Malformed("bytes stand behind the state") }
    return content
  }

  /// One LZ4 frame, as long as its block's length field says.
  private static func frame(
    at offset: Int, in bytes: [UInt8], upTo end: Int
  ) throws(Malformed) -> ArraySlice<UInt8> {
    guard end - offset >= LZ4Frame.overheadBytes else { throw Malformed("a frame is cut short") }
    var field = ByteReader(
      Array(bytes[offset + LZ4Frame.prefixBytes - 4..<offset + LZ4Frame.prefixBytes]))
    let stored = Int(try field.take(UInt32.self) & 0x7FFF_FFFF)
    guard stored <= end - offset - LZ4Frame.overheadBytes else {
      throw Malformed("a frame is cut short")
    }
    return bytes[offset..<offset + LZ4Frame.overheadBytes + stored]
  }

  private static func payload(
    of frame: ArraySlice<UInt8>, count: Int
  ) throws(Malformed) -> [UInt8] {
    var problem: Malformed?
    let payload = unsafe [UInt8](unsafeUninitializedCapacity: count) { output, filled in
      unsafe frame.withUnsafeBytes { input in
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        do throws(Malformed) {
          try unsafe LZ4Frame.payload(of: from, bytes: input.count, count: count, into: to)
          filled = count
        } catch { problem = error }
      }
    }
    if let problem { throw problem }
    return payload
  }
}
