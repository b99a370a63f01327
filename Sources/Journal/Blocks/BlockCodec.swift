/// Payload → LZ4 → XXH64 → header, and back: one block at a time, in buffers that are kept.
internal import TradingCore

/// Makes the bytes of a block out of a filled `PayloadEncoder`.
@safe struct BlockEncoder: ~Copyable {
  /// The open block.
  var payload = PayloadEncoder()
  private let compressor = LZ4Compressor()
  private var scratch: UnsafeMutableRawPointer
  private var scratchBytes = 1 << 18
  private var header = ByteWriter()
  /// The finished block: header frame and LZ4 frame, `blockBytes` of them.
  private(set) var block: UnsafeMutableRawPointer
  private(set) var blockBytes = 0
  /// Events of the finished block by kind id.
  private(set) var kinds = InlineArray<128, UInt32>(repeating: 0)

  private static let prefix = BlockHeader.frameBytes

  init() {
    unsafe scratch = .allocate(byteCount: scratchBytes, alignment: 16)
    unsafe block = .allocate(
      byteCount: Self.prefix + LZ4Frame.bound(JournalFormat.maxPayloadBytes), alignment: 16)
  }

  deinit {
    unsafe scratch.deallocate()
    unsafe block.deallocate()
  }

  /// Closes the open block into `block` and begins the next one.
  /// - Parameter header: kind, salt, place and watermark; the rest is filled in here.
  /// - Returns: the leaf of a data block; zero for others, which are not in the chain.
  mutating func close(
    _ header: inout BlockHeader, chain: inout HashChain
  ) throws(JournalError) -> SHA256Digest {
    let bytes = try encodePayload()
    header.count = UInt32(payload.count)
    kinds = payload.kinds
    header.bounds = payload.bounds
    header.bitmap = payload.bitmap
    header.payloadBytes = UInt32(bytes)
    var leaf = SHA256Digest.zero
    if header.kind == .data {
      leaf = unsafe chain.append(header: header, payload: scratch, count: bytes)
      header.chain = chain.head
    }
    let frame = unsafe block + Self.prefix
    let (stored, raw) = unsafe compressor.frame(scratch, count: bytes, into: frame)
    header.codec = raw ? 1 : 0
    header.storedBytes = UInt32(stored)
    header.storedHash = unsafe XXH64.hash(RawSpan(_unsafeStart: frame, byteCount: stored))
    writeHeader(header)
    blockBytes = Self.prefix + stored
    payload.removeAll()
    return leaf
  }

  private mutating func encodePayload() throws(JournalError) -> Int {
    let bound = payload.bound
    if bound > scratchBytes {
      unsafe scratch.deallocate()
      scratchBytes = bound
      unsafe scratch = .allocate(byteCount: bound, alignment: 16)
    }
    let bytes = unsafe payload.finish(into: scratch)
    guard bytes <= JournalFormat.maxPayloadBytes else {
      throw .limit("a payload of \(bytes) bytes")
    }
    return bytes
  }

  private mutating func writeHeader(_ value: BlockHeader) {
    header.removeAll()
    value.write(to: &header)
    unsafe header.bytes.withUnsafeBytes { buffer in
      unsafe UnsafeMutableRawBufferPointer(start: block, count: Self.prefix).copyMemory(
        from: buffer)
    }
  }
}

/// Checks the bytes of a block and loads its events into a `PayloadDecoder`.
@safe struct BlockDecoder: ~Copyable {
  /// The block being handed out.
  var payload = PayloadDecoder()
  private var schema = SchemaVersions.current
  private let stored: UnsafeMutableRawPointer

  init() {
    unsafe stored = .allocate(byteCount: JournalFormat.maxStoredBytes, alignment: 16)
  }

  deinit { unsafe stored.deallocate() }

  /// Reads the header frame at `offset`.
  static func header(
    in file: borrowing SegmentFile, at offset: UInt64
  ) throws(JournalError) -> Result<BlockHeader, Malformed> {
    let bytes = try file.read(
      JournalFormat.frameHeaderBytes + JournalFormat.blockHeaderBytes, at: offset)
    do throws(Malformed) {
      guard bytes.count == JournalFormat.frameHeaderBytes + JournalFormat.blockHeaderBytes else {
        throw Malformed("the file ends within a block header")
      }
      let header = try BlockHeader(bytes)
      guard header.offset == offset else { throw Malformed("the block belongs to another offset") }
      return .success(header)
    } catch { return .failure(error) }
  }

  /// Reads and checks the stored bytes that follow `header`.
  mutating func check(
    _ header: BlockHeader, in file: borrowing SegmentFile
  ) throws(JournalError) -> Malformed? {
    let bytes = Int(header.storedBytes)
    guard bytes <= JournalFormat.maxStoredBytes,
      header.payloadBytes > 0, header.payloadBytes <= JournalFormat.maxPayloadBytes,
      header.count > 0, header.count <= JournalFormat.maxBlockEvents
    else { return Malformed("the block is larger than a block can be") }
    let offset = header.offset + UInt64(BlockHeader.frameBytes)
    guard try unsafe file.read(bytes, at: offset, into: stored) == bytes else {
      return Malformed("the file ends within a block")
    }
    guard unsafe XXH64.hash(RawSpan(_unsafeStart: stored, byteCount: bytes)) == header.storedHash
    else { return Malformed("the stored bytes do not match their checksum") }
    return nil
  }

  /// Reads, checks and decompresses the payload that follows `header`; `payload` then holds it.
  mutating func load(
    _ header: BlockHeader, from file: borrowing SegmentFile
  ) throws(JournalError) -> Malformed? {
    if let problem = try check(header, in: file) { return problem }
    let bytes = Int(header.storedBytes)
    do throws(Malformed) {
      let raw = unsafe stored.loadUnaligned(fromByteOffset: 15, as: UInt32.self) >> 31
      guard raw == UInt32(header.codec) else { throw Malformed("the codec does not match") }
      try unsafe LZ4Frame.payload(
        of: stored, bytes: bytes, count: Int(header.payloadBytes), into: payload.payload)
    } catch { return error }
    return nil
  }

  /// Unpacks the loaded payload; its events can then be taken.
  /// - Parameter schema: the versions its segment was written with.
  mutating func unpack(_ header: BlockHeader, _ schema: SchemaVersions) -> Malformed? {
    do throws(Malformed) {
      if schema != self.schema {
        payload.upcasters = try schema.upcasters()
        self.schema = schema
      }
      try payload.load(bytes: Int(header.payloadBytes), count: Int(header.count))
    } catch { return error }
    return nil
  }
}

extension BlockHeader {
  /// Bytes of the whole skippable frame.
  static let frameBytes = JournalFormat.frameHeaderBytes + JournalFormat.blockHeaderBytes
}
