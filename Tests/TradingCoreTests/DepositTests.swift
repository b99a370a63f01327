/// Money that is put in and taken out while trading goes on is neither profit nor a fall, and a venue
/// that repeats what is known moves nothing.
import Testing

@testable import TradingCore

@Suite("Deposits and withdrawals")
struct DepositTests {
  /// Capital 1,000, holding 1,000 units bought at 1.00, with a tenth allowed to be lost.
  private func invested() -> Ledger {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    ledger.take(.limit(LimitChange(.maxDrawdown, value: 100_000)))
    ledger.take(.limit(LimitChange(.maxDailyDrawdown, value: 100_000)))
    ledger.fill("buy 1000000 @100 fee 0 of 1")
    return ledger
  }

  private func balance(_ whole: Int64) -> EventBody {
    .balance(AssetAmount(asset: AssetID(1), amount: Money(whole: whole)))
  }

  @Test("a balance that is known already disarms no limit and changes nothing")
  func repeated() {
    var ledger = invested()
    ledger.trade(95)
    let before = ledger.state
    ledger.take(balance(0))
    #expect(ledger.state.risk == before.risk && ledger.state.account == before.account)
    #expect(ledger.state.metrics == before.metrics)
    ledger.trade(90)
    #expect(ledger.state.risk.halt == .drawdown)
  }

  @Test(
    "peak, day's start and capital move with what is put in or taken out",
    arguments: [-200, 500] as [Int64], [true, false])
  func moves(amount: Int64, isBalance: Bool) {
    var ledger = invested()
    ledger.trade(95)
    let change = AssetAmount(asset: AssetID(1), amount: Money(whole: amount))
    ledger.take(isBalance ? .balance(change) : .adjustment(change))
    #expect(ledger.state.risk.peak == Money(whole: 1_000 + amount))
    #expect(ledger.state.risk.dayStart == Money(whole: 1_000 + amount))
    #expect(ledger.state.metrics.capital == Money(whole: 1_000 + amount))
    #expect(ledger.profit == Money(whole: -50) && ledger.state.risk.halt == nil)
    #expect(ledger.state.metrics.drawdown.peak == Money(whole: 1_000 + amount))
  }

  @Test("what is lost after a deposit halts at the limit of what is there then")
  func after() {
    var ledger = invested()
    ledger.take(balance(1_000))
    ledger.trade(81)
    #expect(ledger.state.risk.halt == nil)
    ledger.trade(80)
    #expect(ledger.state.risk.halt == .drawdown)
  }

  @Test("a coin is put in at its mark")
  func coin() {
    var ledger = invested()
    ledger.take(.adjustment(AssetAmount(asset: AssetID(2), amount: Money(whole: 10))))
    #expect(ledger.state.risk.peak == Money(whole: 1_020) && ledger.profit == .zero)
  }

  @Test("before the first order a balance is the opening capital", arguments: [true, false])
  func opening(hasOrdered: Bool) {
    var ledger = Ledger(capital: 1_000)
    ledger.trade(100)
    if hasOrdered { ledger.take(.order(Order(cause: 0, terms: RiskGateTests.buy(1, at: 90)))) }
    let began = ledger.state.metrics.firstTime
    ledger.take(balance(400))
    #expect(ledger.state.metrics.capital == Money(whole: 400))
    #expect((ledger.state.metrics.firstTime == began) == hasOrdered)
  }

  @Test(
    "a limit that looks at the whole account is taken for that alone",
    arguments: LimitKind.allCases.filter(\.isForAccountOnly), [true, false])
  func scopes(kind: LimitKind, isForBook: Bool) {
    var ledger = invested()
    let before = ledger.state.risk
    ledger.take(
      .limit(
        isForBook
          ? LimitChange(kind, value: 1, book: BookID(1))
          : LimitChange(kind, value: 1, instrument: InstrumentID(0))))
    #expect(ledger.state.anomalies.malformedFacts == 1 && ledger.state.risk == before)
  }
}
