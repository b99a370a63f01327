/// `cryptobot strategies …`: every strategy describes itself.

import Foundation
import Testing

@Suite("The strategies verbs")
struct StrategiesTests {
  @Test("the list names the five strategies the scenarios use")
  func list() throws {
    let run = try Command.run("strategies", "list")
    #expect(run.status == 0)
    for name in ["ema-cross", "mean-reversion", "breakout", "market-making", "buy-and-hold"] {
      #expect(run.output.contains("\(name) "), "no \(name)")
    }
  }

  @Test("show gives default, unit, type, range and help of every parameter in the JSON")
  func show() throws {
    let text = try Command.run("strategies", "show", "ema-cross").output
    let json = try Command.run("strategies", "show", "ema-cross", "--json").output
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let parameters = try #require(object["parameters"] as? [[String: Any]])
    #expect(!parameters.isEmpty)
    for parameter in parameters {
      #expect(text.contains(try #require(parameter["name"] as? String)))
      #expect(text.contains(try #require(parameter["help"] as? String)))
    }
  }

  @Test("an unknown name exits 64 and offers the nearest")
  func unknown() throws {
    let run = try Command.run("strategies", "show", "ema-cros")
    #expect(run.status == 64)
    #expect(run.errors.contains("did you mean `ema-cross`?"))
  }
}
