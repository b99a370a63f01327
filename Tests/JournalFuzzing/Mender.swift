/// Puts the checksums of a segment right after its bytes were changed, so that what is behind them is
/// tested and not only they. Written from the format pages, without the code that it helps to test.
import Journal
import TradingCore

/// A segment's bytes while they are mended.
struct Mender {
  private(set) var bytes: [UInt8]
  /// The chain before the next block.
  private var chain: [UInt8] = []

  /// Page 1, slots, blocks with their chain as far as payloads are stored raw, and the footer.
  static func mended(_ segment: [UInt8]) -> [UInt8] {
    guard segment.count >= JournalFormat.headerBytes else { return segment }
    var mender = Mender(bytes: segment)
    mender.mendHeader()
    mender.mendFrames()
    return mender.bytes
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func mendHeader() {
    if bytes.word(at: 80) == .max, let origin { bytes.replaceSubrange(104..<136, with: origin) }
    put(XXH64.hash(Array(bytes[..<4_088])), at: 4_088)
    let salt = bytes.word(at: 56)
    for slot in [4_096, 4_608] {
      put(XXH64.hash(Array(bytes[slot..<slot + 24]), seed: salt), at: slot + 24)
    }
    chain = Array(bytes[104..<136])
  }

  /// Where the chain of a first segment begins: id, source and logic version.
  private var origin: [UInt8]? {
    try? Digest.sha256([3] + bytes[24..<40] + bytes[168..<220]).bytes
  }

  private mutating func mendFrames() {
    var offset = JournalFormat.headerBytes
    while offset + 8 <= bytes.count {
      switch bytes.half(at: offset) {
      case 0x184D_2A51 where offset + 168 <= bytes.count: mendBlock(&offset)
      case 0x184D_2A54: offset += 8 + min(Int(bytes.half(at: offset + 4)), bytes.count)
      case 0x184D_2A52: return mendFooter(offset)
      default: return
      }
    }
  }

  /// Mends one block and goes behind it.
  private mutating func mendBlock(_ offset: inout Int) {
    let header = offset + 8
    let stored = offset + 168..<min(offset + 168 + Int(bytes.half(at: header + 80)), bytes.count)
    put(bytes.word(at: 56), at: header + 8)
    put(UInt64(offset), at: header + 16)
    put(XXH64.hash(Array(bytes[stored])), at: header + 96)
    let (kind, codec) = (bytes[header + 6], bytes[header + 7])
    switch (kind, codec) {
    case (0, 0): chain = Array(bytes[header + 104..<header + 136])
    case (0, _): link(header, Array(bytes[stored].dropFirst(19).dropLast(4)))
    default: break
    }
    if kind != 1 { bytes.replaceSubrange(header + 104..<header + 136, with: chain) }
    put(XXH64.hash(Array(bytes[header..<header + 152])), at: header + 152)
    offset = stored.upperBound
  }

  /// Takes a raw payload into the chain.
  private mutating func link(_ header: Int, _ payload: [UInt8]) {
    // Index, first sequence, count and flags, four bounds; then the payload's length as a word.
    let logical = Array(bytes[header + 24..<header + 80])
    let length = Array(bytes[header + 84..<header + 88]) + [0, 0, 0, 0]
    guard let leaf = try? Digest.sha256([0] + logical + length + payload),
      let next = try? Digest.sha256([2] + chain + leaf.bytes)
    else { return }
    chain = next.bytes
  }

  private mutating func mendFooter(_ offset: Int) {
    guard bytes.count >= offset + 140 + 32 else { return }
    let length = bytes.count - offset
    let trailer = bytes.count - 32
    put(UInt32(truncatingIfNeeded: length - 8), at: offset + 4)
    bytes.replaceSubrange(offset + 72..<offset + 104, with: chain)
    put(UInt64(offset), at: trailer)
    put(UInt64(length), at: trailer + 8)
    put(XXH64.hash(Array(bytes[offset..<trailer + 16])), at: trailer + 16)
    bytes.replaceSubrange(trailer + 24..<trailer + 32, with: Array("CBJ-END\n".utf8))
  }

  private mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
    bytes.put(value, at: offset)
  }
}

extension [UInt8] {
  /// Eight bytes as a number, the lowest first.
  func word(at offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(self[offset + $1]) << UInt64(8 * $1) }
  }

  /// Four bytes as a number, the lowest first.
  func half(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << UInt32(8 * $1) }
  }

  /// Writes a number, the lowest byte first.
  mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
    for index in 0..<value.bitWidth / 8 {
      self[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
    }
  }
}
