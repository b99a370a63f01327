/// What stops trading and starts it again, in the state and through the whole engine.
import Testing

@testable import TradingCore

@Suite("Halts")
struct HaltTests {
  /// Capital 1,000, holding 500,000 lots (500 units) bought at 1.00.
  private func invested(_ limits: [LimitChange]) -> Ledger {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    for limit in limits { ledger.take(.limit(limit)) }
    ledger.fill("buy 500000 @100 fee 0 of 1")
    return ledger
  }

  private static let day = Interval.day.nanoseconds

  /// A trade on a day counted from the first.
  private func trade(_ ledger: inout Ledger, _ ticks: Int64, day: Int64, second: Int64 = 0) {
    let time = day * Self.day + second * Interval.second.nanoseconds
    reduce(
      &ledger.state,
      Event(
        receiveTime: Timestamp(nanoseconds: time),
        .trade(
          Trade(
            instrument: InstrumentID(0), price: Price(ticks: ticks), quantity: Quantity(lots: 1),
            aggressor: .buy, id: 0))))
  }

  @Test("a fall from the peak halts exactly at its limit", arguments: [(81, false), (80, true)])
  func drawdown(price: Int64, halts: Bool) {
    var ledger = invested([LimitChange(.maxDrawdown, value: 100_000)])
    ledger.trade(price)
    #expect((ledger.state.risk.halt == .drawdown) == halts)
    #expect(ledger.state.risk.fallFromPeak(ledger.state.account.equity) == (100 - price) * 5_000)
  }

  @Test("equity at or below zero halts without any limit", arguments: [(34, false), (33, true)])
  func insolvency(price: Int64, halts: Bool) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.fill("buy 1500000 @100 fee 0 of 1")
    ledger.trade(price)
    #expect((ledger.state.risk.halt == .insolvency) == halts)
  }

  @Test("the peak moves up with equity and the limit with it")
  func peak() {
    var ledger = invested([LimitChange(.maxDrawdown, value: 100_000)])
    ledger.trade(200)
    ledger.trade(171)
    #expect(ledger.state.risk.halt == nil)
    ledger.trade(170)
    #expect(ledger.state.risk.halt == .drawdown)
  }

  @Test("the day's fall is measured from before its first event, so a gap overnight counts")
  func dailyGap() {
    var ledger = invested([LimitChange(.maxDailyDrawdown, value: 50_000)])
    trade(&ledger, 91, day: 0, second: 90)
    #expect(ledger.state.risk.halt == nil)
    trade(&ledger, 82, day: 1)
    #expect(ledger.state.risk.halt == nil, "0.045 of equity at the day's start")
    trade(&ledger, 72, day: 2)
    #expect(ledger.state.risk.halt == .dailyDrawdown)
  }

  @Test("each UTC day starts anew")
  func days() {
    var ledger = invested([LimitChange(.maxDailyDrawdown, value: 50_000)])
    for (place, price) in [Int64(96), 92, 88, 84].enumerated() {
      trade(&ledger, price, day: Int64(place) + 1)
      trade(&ledger, price - 1, day: Int64(place) + 1, second: 5)
      #expect(ledger.state.risk.halt == nil)
    }
  }

  @Test("resume forgives what was lost, and the limit counts from there")
  func resume() {
    var ledger = invested([LimitChange(.maxDrawdown, value: 100_000)])
    ledger.trade(80)
    ledger.take(.resume(HaltCommand(reason: 0)))
    #expect(ledger.state.risk.halt == nil)
    ledger.trade(63)
    #expect(ledger.state.risk.halt == nil)
    ledger.trade(62)
    #expect(ledger.state.risk.halt == .drawdown)
  }

  @Test("a limit that is taken away halts no more")
  func removal() {
    var ledger = invested([LimitChange(.maxDrawdown, value: 100_000)])
    ledger.take(.limit(LimitChange(.maxDrawdown, value: -1)))
    ledger.trade(1)
    #expect(ledger.state.risk.halt == nil)
  }

  @Test(
    "through the engine: a drawdown halts, says so, cancels every order, lets only reductions by")
  func engine() throws {
    let orders = (0..<70).map { "2 buy 1 @\(50 - $0 / 10)" }.joined(separator: "\n")
    let script = SimulationScript(
      "1 quote 99 101\n1 trade 100\n\(orders)\n3 buy 500000\n4 trade 70\n5 quote 69 71\n6 buy 1\n"
        + "7 sell 500000\n8 resume\n9 buy 1"
    ) {
      $0.balances = [0, 1_000, 0]
      $0.more = [.limit(LimitChange(.maxDrawdown, value: 100_000))]
    }
    let reports = try script.run().reports
    #expect(reports.filter { $0 == "2 accepted" }.count == 70)
    #expect(reports.filter { $0 == "4 canceled" }.count == 70)
    let rest = reports.filter { !$0.hasPrefix("2 ") && !$0.hasSuffix("canceled") }
    #expect(
      rest == [
        "3 accepted", "3 buy 500000 @101 taker", "4 alert drawdownHalt 155000",
        "6 refused halted 1 0", "7 accepted", "7 sell 500000 @69 taker", "9 accepted",
        "9 buy 1 @71 taker",
      ])
  }

  @Test("an operator's halt cancels without an alert, and flatten closes what is held")
  func operatorCommands() throws {
    let script = SimulationScript(
      "1 quote 99 101\n1 trade 100\n2 buy 5\n2 sell 5 @120\n3 halt\n4 buy 1\n5 flatten")
    #expect(
      try script.run().reports == [
        "2 accepted", "2 buy 5 @101 taker", "2 accepted", "3 canceled", "4 refused halted 0 0",
        "5 accepted", "5 sell 5 @99 taker", "5 alert flattened 0",
      ])
  }
}
