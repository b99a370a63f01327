/// The other way to pack a column: values in runs of 128, each run with just the bits its largest
/// value needs. It wins where values are spread evenly (random sizes, nanosecond clocks), where whole
/// bytes waste half of one on average; length tables win where most values are small and some large.
///
/// A bit-packed column's data: one width byte per run (0…56, or 64), then the runs one after the
/// other, each rounded up to whole bytes, the first value in the lowest bits.
enum BitPacking {
  /// Values in a run.
  static let run = 128

  /// The width stored for values that together set these bits.
  @inline(__always)
  static func width(of bits: UInt64) -> Int {
    let width = 64 - bits.leadingZeroBitCount
    return width > 56 ? 64 : width
  }

  /// Bytes of a run of `count` values.
  @inline(__always)
  static func bytes(_ count: Int, width: Int) -> Int { (count * width + 7) / 8 }

  /// Writes a run, with up to eight bytes of slack behind it.
  static func pack(
    _ values: UnsafePointer<UInt64>, _ count: Int, width: Int,
    into output: UnsafeMutableRawPointer
  ) {
    var word: UInt64 = 0
    var filled = 0
    var cursor = unsafe output
    for index in 0..<count {
      let value = unsafe values[index]
      word |= value &<< UInt64(truncatingIfNeeded: filled)
      filled &+= width
      guard filled >= 64 else { continue }
      unsafe cursor.storeBytes(of: word, as: UInt64.self)
      unsafe cursor += 8
      filled &-= 64
      word = filled == 0 ? 0 : value &>> UInt64(truncatingIfNeeded: width &- filled)
    }
    unsafe cursor.storeBytes(of: word, as: UInt64.self)
  }

  /// Reads a run; up to eight bytes behind it may be read as well.
  static func unpack(
    _ input: UnsafeRawPointer, _ count: Int, width: Int,
    into values: UnsafeMutablePointer<UInt64>
  ) {
    guard width < 64 else {
      for index in 0..<count {
        unsafe values[index] = input.loadUnaligned(fromByteOffset: 8 &* index, as: UInt64.self)
      }
      return
    }
    let mask: UInt64 = (1 &<< UInt64(truncatingIfNeeded: width)) &- 1
    var bit = 0
    for index in 0..<count {
      let word = unsafe input.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self)
      unsafe values[index] = (word &>> UInt64(truncatingIfNeeded: bit & 7)) & mask
      bit &+= width
    }
  }
}
