/// CRC-32 over a few bytes at a time: what Kraken lets a rebuilt book be checked with. Source: ISO 3309 and
/// RFC 1952 section 8 (polynomial 0xEDB88320, reflected).

/// A checksum in the making.
package struct CRC32: Equatable, Sendable {
  private var register: UInt32 = .max

  package init() {}

  /// The checksum of everything added so far; 0 of nothing.
  package var value: UInt32 { ~register }

  package mutating func add(_ byte: UInt8) {
    register = CRC32.table[Int((register ^ UInt32(byte)) & 0xff)] ^ register >> 8
  }

  /// Adds a number's decimal digits, without leading zeros; none for zero.
  package mutating func add(digitsOf number: UInt64) {
    var divisor: UInt64 = 1
    while number / divisor >= 10 { divisor *= 10 }
    guard number > 0 else { return }
    while divisor > 0 {
      add(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }

  /// What each byte does to the register.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in
      value & 1 == 1 ? 0xedb8_8320 ^ value >> 1 : value >> 1
    }
  }
}
