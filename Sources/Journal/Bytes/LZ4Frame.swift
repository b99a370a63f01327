/// One LZ4 frame around one payload; the only file that calls liblz4.
///
/// The frame is written and read here byte by byte, so that a reader accepts exactly the one form
/// that the writer makes: independent blocks, content size present, no LZ4 checksums (XXH64 covers
/// all of its bytes), one block, raw when compression saves too little. Source: the LZ4 frame format,
/// https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
internal import CLZ4
internal import TradingCore

/// Compresses payloads into frames; owns liblz4's working memory, so nothing is allocated per block.
@safe struct LZ4Compressor: ~Copyable {
  private let state: UnsafeMutableRawPointer

  init() {
    let size = Int(LZ4_sizeofState())
    unsafe state = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
  }

  deinit { unsafe state.deallocate() }

  /// Writes the frame for `count` bytes of `payload` to `output`, which must have room for
  /// `LZ4Frame.bound(count)` bytes.
  /// - Returns: the bytes written, and whether the payload is stored raw.
  func frame(
    _ payload: UnsafeRawPointer, count: Int, into output: UnsafeMutableRawPointer
  ) -> (bytes: Int, raw: Bool) {
    precondition(count > 0 && count <= JournalFormat.maxPayloadBytes, "LZ4Frame: \(count) bytes")
    let start = LZ4Frame.prefixBytes
    let most = count - max(1, count / JournalFormat.smallestSaving)
    var stored = 0
    if count >= JournalFormat.smallestCompressed {
      stored = unsafe Int(
        LZ4_compress_fast_extState(
          state, payload.assumingMemoryBound(to: CChar.self),
          (output + start).assumingMemoryBound(to: CChar.self), Int32(count), Int32(most), 1))
    }
    let raw = stored == 0
    if raw {
      unsafe (output + start).copyMemory(from: payload, byteCount: count)
      stored = count
    }
    let prefix = LZ4Frame.prefix(payload: count, stored: stored, raw: raw)
    unsafe output.storeBytes(of: prefix.0, as: UInt64.self)
    unsafe output.storeBytes(of: prefix.1, toByteOffset: 8, as: UInt64.self)
    unsafe output.storeBytes(of: prefix.2, toByteOffset: 15, as: UInt32.self)
    unsafe output.storeBytes(of: 0, toByteOffset: start + stored, as: UInt32.self)
    return (start + stored + 4, raw)
  }
}

/// The frame's form, and reading it back.
enum LZ4Frame {
  /// Magic, flags, block size, content size, header checksum, then the block's length.
  static let prefixBytes = 19
  /// What a frame adds to a raw payload: the prefix and the end mark.
  static let overheadBytes = 23

  /// Room that a frame of `count` payload bytes needs while it is made.
  static func bound(_ count: Int) -> Int {
    Int(LZ4_compressBound(Int32(count))) + overheadBytes + 8
  }

  /// The frame's first 19 bytes: 0…7, 8…15 and, overlapping by one byte, 15…18.
  static func prefix(payload: Int, stored: Int, raw: Bool) -> (UInt64, UInt64, UInt32) {
    let flags: UInt64 = 0x68  // version 01, independent blocks, content size
    let maximum: UInt64 = payload <= 65_536 ? 0x40 : payload <= 262_144 ? 0x50 : 0x60
    let size = UInt64(payload)
    let descriptor = (flags | maximum << 8 | size << 16, size >> 48)
    let checksum = UInt64(XXH32.hash10(descriptor.0, UInt16(truncatingIfNeeded: descriptor.1)) >> 8)
    let first = 0x184D_2204 | flags << 32 | maximum << 40 | (size & 0xFFFF) << 48
    let second = size >> 16 | (checksum & 0xFF) << 48
    let length = UInt32(stored) | (raw ? 0x8000_0000 : 0)
    return (first, second | UInt64(length & 0xFF) << 56, length)
  }

  /// Reads a frame that must hold exactly `count` payload bytes, into `output` with room for them.
  /// The stored bytes should have been checked before; hostile ones fail but never overrun.
  static func payload(
    of frame: UnsafeRawPointer, bytes: Int, count: Int, into output: UnsafeMutableRawPointer
  ) throws(Malformed) {
    guard count > 0, count <= JournalFormat.maxPayloadBytes, bytes > overheadBytes else {
      throw Malformed("a frame of \(bytes) bytes cannot hold \(count)")
    }
    let stored = bytes - overheadBytes
    let length = unsafe frame.loadUnaligned(fromByteOffset: 15, as: UInt32.self)
    let raw = length & 0x8000_0000 != 0
    let expected = prefix(payload: count, stored: stored, raw: raw)
    let agrees =
      unsafe frame.loadUnaligned(as: UInt64.self) == expected.0
      && frame.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == expected.1
      && length == expected.2
      && frame.loadUnaligned(fromByteOffset: prefixBytes + stored, as: UInt32.self) == 0
    guard agrees, !raw || stored == count else {
      throw Malformed("the LZ4 frame is not of our form")
    }
    if raw {
      unsafe output.copyMemory(from: frame + prefixBytes, byteCount: count)
      return
    }
    let written = unsafe LZ4_decompress_safe(
      (frame + prefixBytes).assumingMemoryBound(to: CChar.self),
      output.assumingMemoryBound(to: CChar.self), Int32(stored), Int32(count))
    guard written == count else { throw Malformed("LZ4 gives \(written) of \(count) bytes") }
  }
}

/// The 32-bit xxHash of exactly ten bytes: the LZ4 frame's header checksum needs no more.
/// Source: the xxHash specification, https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
enum XXH32 {
  static func hash10(_ low: UInt64, _ high: UInt16) -> UInt32 {
    var hash: UInt32 = 0x1656_67B1 &+ 10
    for word in [UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32)] {
      hash = rotate(hash &+ word &* 0xC2B2_AE3D, 17) &* 0x27D4_EB2F
    }
    for byte in [UInt32(high & 0xFF), UInt32(high >> 8)] {
      hash = rotate(hash &+ byte &* 0x1656_67B1, 11) &* 0x9E37_79B1
    }
    hash = (hash ^ (hash >> 15)) &* 0x85EB_CA77
    hash = (hash ^ (hash >> 13)) &* 0xC2B2_AE3D
    return hash ^ (hash >> 16)
  }

  private static func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 {
    (value << bits) | (value >> (32 - bits))
  }
}
