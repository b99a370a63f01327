/// Hexadecimal text of hashes and ids, lower case, two digits a byte.

/// A 64-bit hash as people read it: 16 digits.
public func hexadecimal(_ value: UInt64) -> String {
  hexadecimal((0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) })
}

/// Bytes in their order. O(n).
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  String(decoding: bytes.flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }, as: UTF8.self)
}

private func hexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
