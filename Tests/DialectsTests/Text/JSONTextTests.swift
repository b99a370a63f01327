/// JSON that we write and objects that we take apart, against the system's reader; names by hash.

import Foundation
import Testing
import TradingCore

@testable import Dialects

@Suite("JSON written and taken apart")
struct JSONTextTests {
  @Test("every text reads back as itself", arguments: [5])
  func texts(seed: UInt64) throws {
    var numbers = SeededNumbers(seed: seed)
    let alphabet =
      Array("a\"\\\n\t\u{0}\u{1f}/é１🙂 ") + (0..<32).map { Character(UnicodeScalar(UInt8($0))) }
    for _ in 0..<2_000 {
      let length = Int.random(in: 0...12, using: &numbers)
      let text = String(
        (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &numbers)] })
      let data = Data(jsonText(text).utf8)
      let back = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
      #expect(back as? String == text, "seed \(seed)")
    }
  }

  @Test("an object's keys lead to their values, null to none")
  func object() throws {
    let text = #"{"a":1,"bc":"x\"y","list":[1,{"a":2}],"none":null,"is":true,"when":1700000000000}"#
    let bytes = Array(text.utf8)
    var json = JSONScanner()
    let object = try JSONObject(bytes.span, &json)
    #expect(json.position == bytes.count)
    #expect(try object.integer("a", bytes.span) == 1)
    #expect(try object.words("bc", bytes.span) == #"x\"y"#)
    #expect(try object.boolean("is", bytes.span))
    #expect(try object.time("when", bytes.span).nanoseconds == 1_700_000_000_000_000_000)
    #expect(object.find("none", bytes.span) == nil)
    #expect(object.find("b", bytes.span) == nil)
    #expect(throws: LineFault.self) { try object.integer("none", bytes.span) }
    for length in 0..<bytes.count {
      let cut = Array(bytes[..<length])
      #expect(throws: LineFault.self) {
        var json = JSONScanner()
        _ = try JSONObject(cut.span, &json)
      }
    }
  }

  @Test("thousands of names are found by their bytes in either case")
  func symbols() throws {
    let table = SymbolTable()
    for number in 0..<5_000 {
      let index = try table.index(of: "SYM\(number)USDT")
      #expect(index == number)
    }
    for number in stride(from: 4_999, through: 0, by: -1) {
      let text = Array("x:sym\(number)usdt@trade".utf8)
      let range = 2..<text.count - 6
      #expect(table.find(text.span, range) == number)
      #expect(table.name(number) == "SYM\(number)USDT")
    }
    let stranger = Array("SYM5000USDT".utf8)
    #expect(table.find(stranger.span, stranger.indices) == nil)
    let closed = SymbolTable(isOpen: false)
    #expect(throws: LineFault.self) { try closed.index(of: stranger.span, stranger.indices) }
  }
}
