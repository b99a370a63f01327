/// The texts of dimensions, and the values they stand for.

import Testing
import TradingCore

@testable import Research

@Suite("Search dimensions")
struct DimensionTests {
  @Test(
    "a text gives the values it names",
    arguments: [
      ("2..5", ["2", "3", "4", "5"]), ("20..60:20", ["20", "40", "60"]),
      ("20..59:20", ["20", "40"]), ("-1..1", ["-1", "0", "1"]), ("7..7", ["7"]),
      ("0.1..0.5:0.1", ["0.1", "0.2", "0.3", "0.4", "0.5"]),
      ("-0.3..0.3:0.3", ["-0.3", "0", "0.3"]), ("1..2:0.5", ["1", "1.5", "2"]),
      ("5ms..15ms:5ms", ["5ms", "10ms", "15ms"]), ("0.5%..1.5%:0.5%", ["0.5%", "1%", "1.5%"]),
      ("book|quote", ["book", "quote"]), ("9", ["9"]), ("1|10|100", ["1", "10", "100"]),
      ("log:1..4", ["1", "2", "3", "4"]), ("1e-7..3e-7:1e-7", ["1e-07", "2e-07", "3e-07"]),
    ])
  func values(text: String, expected: [String]) throws {
    let dimension = try dimension("x", text)
    let count = try #require(dimension.count)
    let ladder = try #require(dimension.ladder)
    #expect((0..<count).map { dimension.text(of: ladder.value($0)) } == expected)
    #expect((0..<count).allSatisfy { ladder.place(nearest: ladder.value($0)) == $0 })
  }

  @Test("numbers without a step are infinitely many", arguments: ["0.5..2", "log:0.001..0.1"])
  func endless(text: String) throws {
    #expect(try dimension("x", text).count == nil)
    #expect(try SearchSpace([dimension("x", text)]).gridCount == nil)
  }

  @Test(
    "a parameter that is a number takes a whole range as numbers, and the other way it is refused")
  func types() throws {
    #expect(
      try dimension("x", "1..3", isWhole: false).values == .number(1...3, step: nil, isLog: false))
    let said = searchRefusal { () throws(SearchError) in
      _ = try dimension("x", "1..2.5", isWhole: true)
    }
    #expect(said == "`x`: \"1..2.5\" must have whole numbers only")
  }

  @Test(
    "what is no set of values is refused with the way out",
    arguments: [
      ("5..2", "ends below its beginning"), ("1..", "is none of LOW..HIGH"),
      ("..3", "is none of LOW..HIGH"), ("1..3:0", "a step is a whole number from 1"),
      ("0.5..3:0", "a step is above 0"), ("0.5..3:-1", "a step is above 0"),
      ("log:0..5", "begins at 1"), ("log:0.0..0.5", "begins above 0"),
      ("log:1..9:2", "without a step"), ("log:0.1..0.9:0.1", "without a step"),
      ("a||b", "is none of"), ("a|b|a", "each once"), ("", "is none of"),
      ("1ms..5s", "is none of"), ("0..99999999999999999", "go to 2⁵³"),
      ("0.5..1e300:1e-9", "tiny part"), ("-1e308..1.5e308:0.5", "must be finite"),
      ("1..2:3:4", "is none of"),
    ])
  func refusals(text: String, says: String) {
    let said = searchRefusal { () throws(SearchError) in _ = try dimension("x", text) }
    #expect(said.contains(says), "\(said)")
    #expect(said.hasPrefix("`x`"))
  }

  @Test("a decimal step never shows the error of binary fractions")
  func decimals() throws {
    for digits in 1...12 {
      let step = decimalText(1, scale: digits)
      let dimension = try dimension("x", "0.\(String(repeating: "0", count: digits))..1:\(step)")
      let ladder = try #require(dimension.ladder)
      for place in [0, 1, 3, 7, 9] {
        let text = dimension.text(of: ladder.value(place))
        #expect(Double(text) == Double("\(place)e-\(digits)"))
      }
    }
  }

  @Test(
    "what is written is read as the same dimension",
    arguments: [
      "2..20", "20..200:10", "log:1..1000", "0.5..2.0", "0.0..4.0", "log:0.001..10.0",
      "0.0..1.0:0.25",
      "5ms..50ms:5ms", "10%..90%:40%", "book|quote", "9", "-1.5..1e+20", "1e-07..3e-07:1e-07",
    ])
  func form(text: String) throws {
    let once = try dimension("x", text)
    #expect(once.form == text)
    #expect(try dimension("x", once.form) == once)
  }
}
