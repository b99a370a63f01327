/// The user's word for times against moments worked out elsewhere.

import Dialects
import Testing

@testable import Import

@Suite("Times in the user's format")
struct TimeFormatTests {
  @Test("a time format reads what it describes and refuses the rest")
  func formats() throws {
    let cases: [(String, String, Int64)] = [
      ("%Y%m%d %H:%M", "20180501 13:05", 1_525_179_900_000_000_000),
      ("%d.%m.%Y %H:%M:%S.%f", "1.5.2018 13:05:00.25", 1_525_179_900_250_000_000),
      ("%m/%d/%Y", "05/01/2018", 1_525_132_800_000_000_000),
    ]
    for (format, text, expected) in cases {
      let bytes = Array(text.utf8)
      var position = 0
      #expect(try TimeFormat(format).nanoseconds(bytes.span, &position) == expected)
    }
    #expect(throws: ImportError.self) { try TimeFormat("%Y-%q-%d %m") }
    #expect(throws: ImportError.self) { try TimeFormat("%H:%M") }
    #expect(throws: LineFault.self) {
      let bytes = Array("2018-05-01".utf8)
      var position = 0
      _ = try TimeFormat("%Y/%m/%d").nanoseconds(bytes.span, &position)
    }
  }
}
