/// Bytes as text and back, against Foundation's and the standard's own examples.

import Foundation
import Testing
import TradingCore

@Suite("Base 64")
struct Base64Tests {
  @Test(
    "is as RFC 4648 section 10 shows",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func standardVectors(plain: String, coded: String) {
    #expect(Base64.text(Array(plain.utf8)) == coded)
    #expect(Base64.bytes(coded) == Array(plain.utf8))
  }

  @Test("gives back every pair of bytes, and accepts one text for each value")
  func everyPair() {
    for value in 0...UInt16.max {
      let bytes = [UInt8(value >> 8), UInt8(value & 0xFF)]
      #expect(Base64.bytes(Base64.text(bytes)) == bytes)
    }
    for text in ["Zg", "Zg=", "Zh==", "Zm9=", "Zm9v====", "=", "====", "Z===", "Zm9v\n", "Zm-v"] {
      #expect(Base64.bytes(text) == nil, "\(text)")
    }
  }

  @Test("is Foundation's for every length and a seed", arguments: [11, 12])
  func foundation(seed: UInt64) {
    var numbers = RandomSource(seed: seed, label: "bytes")
    for length in 0..<70 {
      let bytes = (0..<length).map { _ in UInt8(numbers.integer(in: 0...255)) }
      let text = Base64.text(bytes)
      #expect(text == Data(bytes).base64EncodedString(), "seed \(seed), length \(length)")
      #expect(Base64.bytes(text) == bytes, "seed \(seed), length \(length)")
    }
  }
}

@Suite("Hexadecimal text")
struct HexTextTests {
  @Test("every byte reads itself back in either case, and nothing else is read")
  func everyByte() {
    for byte in UInt8.min ... .max {
      let text = hexadecimal([byte])
      #expect(text == (byte < 16 ? "0" : "") + String(byte, radix: 16))
      #expect(hexBytes(text) == [byte])
      #expect(hexBytes(text.uppercased()) == [byte])
      let isDigit = UnicodeScalar(byte).properties.isASCIIHexDigit
      #expect((hexValue(byte) != nil) == isDigit)
    }
    for wrong in ["0", "0g", " 0", "0x", "012", "１２"] {
      #expect(hexBytes(wrong) == nil, "\(wrong)")
    }
  }
}
