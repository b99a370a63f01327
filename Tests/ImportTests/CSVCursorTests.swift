/// Fields of a CSV line that are no numbers.

import Testing

@testable import Import

@Suite("Fields of a CSV line")
struct CSVCursorTests {
  @Test(
    "a truth is one of eight words and nothing that looks like one",
    arguments: [
      ("true", true), ("True", true), ("TRUE", true), ("1", true), ("false", false),
      ("False", false), ("FALSE", false), ("0", false), ("\"true\"", true), ("trux", nil),
      ("tRUE", nil), ("falsy", nil), ("fffff", nil), ("Q", nil), ("q", nil), ("10", nil), ("", nil),
    ] as [(String, Bool?)])
  func truths(text: String, expected: Bool?) {
    var cursor = CSVCursor()
    let line = Array((text + ",x").utf8)
    #expect((try? cursor.boolean(line.span, "maker")) == expected)
  }
}
