/// Indicators by the text people ask for them with.
import Testing

@testable import TradingCore

@Suite("Indicators by name")
struct IndicatorRequestTests {
  @Test("have their defaults where nothing is set, and their name for a heading")
  func plain() throws {
    let request = try IndicatorRequest("macd")
    #expect(request.values == ParameterValues(defaultsOf: request.entry.parameters))
    #expect(request.label == "macd")
    #expect(request.columns == ["macd.line", "macd.signal", "macd.histogram"])
    #expect(try IndicatorRequest("rsi").columns == ["rsi"])
    #expect(try request.make().warmUp == 34)
  }

  @Test("take what is set, and say it in the heading")
  func settings() throws {
    let request = try IndicatorRequest("bollinger:length=50,width=2.5")
    #expect(request.values.whole("length") == 50)
    #expect(request.values["width"] == 2.5)
    #expect(request.columns.first == "bollinger(length=50 width=2.5).lower")
    #expect(try request.make().warmUp == 50)
  }

  @Test(
    "say what is wrong",
    arguments: [
      ("", "there is no indicator ``"), ("rsii", "did you mean `rsi`?"),
      ("rsi:", "`` is not a parameter and its number"),
      ("rsi:20", "`20` is not a parameter and its number, as in length=20"),
      ("rsi:length", "`length` is not a parameter"), ("rsi:length=", "is not a parameter"),
      ("rsi:length=ten", "is not a parameter and its number"),
      ("rsi:lenght=10", "did you mean `length`?"), ("rsi:length=0", "it may be 1…10000"),
      ("rsi:length=2.5", "must be a whole number"), ("rsi:length=14,", "`` is not a parameter"),
      ("macd:fast=30", "`fast` must not exceed `slow`"), ("rsi:length=1e3", "is not a parameter"),
      ("rsi:length=3,length=4", "`length` is set twice"),
      ("rsi:,length=3", "`` is not a parameter"),
    ])
  func refusals(text: String, part: String) {
    #expect {
      try IndicatorRequest(text)
    } throws: {
      "\($0)".contains(part)
    }
  }
}
