/// The `risk` part of a scenario: every limit, its scopes, and what is said of a key that is none.
import Testing
import TradingCore

@testable import Research

@Suite("Limits in scenarios")
struct RiskReaderTests {
  @Test("the word default stands for three limits")
  func defaults() throws {
    let limits = try scenario(scenarioText("risk: default")).limits
    #expect(
      limits == [
        ScenarioLimit(kind: .riskPerTrade, value: 20_000),
        ScenarioLimit(kind: .maxPosition, value: 100_000),
        ScenarioLimit(kind: .maxDailyDrawdown, value: 50_000),
      ])
  }

  @Test("every kind of limit has a key")
  func kinds() throws {
    let shares = """
      maxPosition: 1%, maxOrder: 1%, riskPerTrade: 1%, assumedStop: 1%, grossExposure: 1%,
      netExposure: 1%, priceCollar: 1%, correlatedExposure: 1%, correlationThreshold: 1%,
      volatilityTarget: 1%, kellyFraction: 1%, maxDrawdown: 1%, maxDailyDrawdown: 1%
      """.split(separator: "\n").joined()
    let text = "risk: {\(shares), maxOpenOrders: 5, orderRate: 6, flattenOnHalt: true}"
    let limits = try scenario(scenarioText(text)).limits
    #expect(Set(limits.map(\.kind)) == Set(LimitKind.allCases))
    for limit in limits {
      let value: Int64? =
        switch limit.kind {
        case .maxOpenOrders: 5
        case .orderRate: 6
        case .flattenOnHalt: 1
        default: 10_000
        }
      #expect(limit.value == value, "\(limit.kind)")
    }
  }

  @Test("symbols and books narrow a limit")
  func scopes() throws {
    let text = """
      risk:
        maxPosition: 10%
        BTCUSDT: {maxPosition: 5%, orderRate: 2}
        books:
          ema-cross: {maxOrder: 1%, BTCUSDT: {maxOrder: 2%}}
          slow: {maxOrder: 3%}
      """
    let limits = try scenario(scenarioText(text)).limits
    #expect(
      limits == [
        ScenarioLimit(kind: .maxPosition, value: 100_000),
        ScenarioLimit(kind: .maxOrder, value: 10_000, book: "ema-cross"),
        ScenarioLimit(kind: .maxOrder, value: 20_000, symbol: "BTCUSDT", book: "ema-cross"),
        ScenarioLimit(kind: .maxOrder, value: 30_000, book: "slow"),
        ScenarioLimit(kind: .maxPosition, value: 50_000, symbol: "BTCUSDT"),
        ScenarioLimit(kind: .orderRate, value: 2, symbol: "BTCUSDT"),
      ])
  }

  @Test(
    "what is no limit is refused by name",
    arguments: [
      ("risk: defaults", "`risk` must be a map of limits, or the word `default`"),
      ("risk: {maxPostion: 5%}", "unknown key `risk.maxPostion`; did you mean `risk.maxPosition`?"),
      (
        "risk: {BTCUSDT: {maxDrawdwn: 5%}}",
        "unknown key `risk.BTCUSDT.maxDrawdwn`"
      ),
      ("risk: {BTCUSDT: {flattenOnHalt: true}}", "unknown key `risk.BTCUSDT.flattenOnHalt`"),
      ("risk: {orderRate: 0}", "`risk.orderRate`: \"0\" is not a whole number from 1"),
      ("risk: {netExposure: -1%}", "`risk.netExposure`: \"-1%\" is not a share such as 10%"),
      ("risk: {flattenOnHalt: 2}", "`risk.flattenOnHalt`: \"2\" is not one of true, false"),
      ("risk: {books: {a: {b: {maxOrdr: 1%}}}}", "did you mean `risk.books.a.b.maxOrder`?"),
    ])
  func refusals(text: String, expected: String) {
    #expect(refusal(scenarioText(text)).contains(expected))
  }
}
