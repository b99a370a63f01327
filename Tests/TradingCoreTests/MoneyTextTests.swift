/// Money as people and programs read it: exact text, and the nearest double.
import Testing
import TradingCore

@Suite struct MoneyTextTests {
  @Test(
    "exact money text keeps every digit and no trailing zero",
    arguments: [
      (Int128(0), "0"), (1, "0.000000000000000001"), (-1, "-0.000000000000000001"),
      (1_500_000_000_000_000_000, "1.5"), (100_000_000_000_000_000_000_000, "100000"),
    ])
  func exactMoney(units: Int128, text: String) {
    #expect(Money(units: units).exactText == text)
  }

  @Test("the approximation of a whole amount is that amount")
  func wholeAmounts() {
    for whole in (0...2_000).map({ $0 * 997 }) + [100_000, 1 << 53, -100_000] {
      #expect(Money(units: Int128(whole) * Money.one.units).approximate == Double(whole))
    }
    #expect(Money(units: -1_500_000_000_000_000_000).approximate == -1.5)
  }
}
