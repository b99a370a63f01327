/// JSON strings straight into bytes, for lines written by the million.

internal import TradingCore

extension [UInt8] {
  /// Appends a string in quotes with JSON's escapes (RFC 8259, section 7).
  mutating func appendQuoted(_ text: String) {
    append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        append(UInt8(ascii: "\\"))
        append(byte)
      case 0..<0x20:
        append(contentsOf: "\\u00\(hexadecimal([byte]))".utf8)
      default:
        append(byte)
      }
    }
    append(UInt8(ascii: "\""))
  }
}
