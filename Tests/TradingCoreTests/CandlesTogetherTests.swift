/// Candles of two instruments that close together, through the whole engine: nobody acts between them.
import Testing

@testable import TradingCore

@Suite("Candles that close together")
struct CandlesTogetherTests {
  /// Bids after the first instrument's first candle, and takes the bid back at the second's.
  private struct Regret: Strategy {
    static let name = "regret"
    static let summary = "For tests."
    static let parameters: [Parameter] = []
    init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {}
    init() {}
    var warmUpBars: Int { 0 }

    mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
      guard case .candle(let candle) = event.body else { return }
      if candle.instrument == InstrumentID(1) {
        decisions.cancelAll(InstrumentID(0))
      } else if candle.open == Price(ticks: 100) {
        decisions.order(RiskGateTests.buy(5, at: 95))
      }
    }

    func encode(into bytes: inout CanonicalBytes) {}
  }

  private func reports(_ text: String) throws -> [String] {
    try SimulationScript(text) { $0.rule = .candle }.run(Regret()).reports
  }

  @Test("a candle fills what somebody who saw only its neighbour would take back")
  func hindsight() throws {
    let found = try reports(
      """
      60 candle 100 110 90 105
      120 beside 100 110 90 105
      120 candle 107 110 90 102
      """)
    #expect(found == ["60 accepted", "120 buy 5 @95 maker"])
  }

  @Test("what was seen a second before may be acted on")
  func foresight() throws {
    let found = try reports(
      """
      60 candle 100 110 90 105
      119 beside 100 110 90 105
      120 candle 107 110 90 102
      """)
    #expect(found == ["60 accepted", "119 canceled"])
  }
}
