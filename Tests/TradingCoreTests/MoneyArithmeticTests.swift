/// Exact arithmetic against a slow oracle: schoolbook division with the half-even rule spelled out.
import Testing

@testable import TradingCore

@Suite("Money arithmetic")
struct MoneyArithmeticTests {
  /// Half-even by trial: the whole number nearest to `product` ÷ `divisor`, the even one of two.
  static func halfEven(_ product: Int128, _ divisor: Int128) -> Int128 {
    let negative = (product < 0) != (divisor < 0)
    let (n, d) = (product.magnitude, divisor.magnitude)
    let below = Int128(n / d)
    let twice = 2 * (n % d)
    let rounded = twice > d || (twice == d && below % 2 != 0) ? below + 1 : below
    return negative ? -rounded : rounded
  }

  @Test("scaling rounds half to even, for every small amount, numerator and denominator")
  func scaledExhaustively() {
    var wrong = 0
    for units in Int128(-40)...40 {
      for numerator in Int128(-12)...12 {
        for denominator in Int128(-12)...12 where denominator != 0 {
          let scaled = Money(units: units).scaled(by: numerator, over: denominator).units
          if scaled != Self.halfEven(units * numerator, denominator) { wrong += 1 }
        }
      }
    }
    #expect(wrong == 0)
  }

  @Test(
    "scaling agrees with wide division wherever the product fits, and inverts where it does not")
  func scaledAtRandom() {
    var random = RandomSource(seed: 7, label: "scaled")
    for _ in 0..<20_000 {
      let units = Int128(random.integer(in: .min ... .max))
      let numerator = Int128(random.integer(in: .min ... .max))
      let denominator = Int128(random.integer(in: 1...(.max)))
      let scaled = Money(units: units).scaled(by: numerator, over: denominator).units
      #expect(scaled == Self.halfEven(units * numerator, denominator), "seed 7")
      let large = units &* 3_000_000_000_000_000_000
      let there = Money(units: large).scaled(by: denominator, over: denominator)
      #expect(there.units == large, "seed 7")
    }
  }

  @Test("what leaves the range stays at its end")
  func clamped() {
    let most = Money(units: .max)
    #expect(most + .one == most)
    #expect(-most - .one == -most)
    #expect(-Money(units: .min) == most)
    #expect(Money(units: .min).magnitude == most)
    #expect(most.scaled(by: .max, over: 1) == most)
    #expect(most.scaled(by: -2, over: 1) == -most)
    #expect(Money(units: .min).scaled(by: 1, over: 1) == -most)
    #expect(most.rounded(toDecimals: 0) == most)
    #expect(Money.one + Money.one == Money(units: 2 * Money.one.units))
  }

  @Test("rounding to a grid is rounding the quotient, for each number of decimals")
  func rounded() {
    for decimals in 0...18 {
      let step = Int128(powerOfTen(18 - decimals))
      for half in Int128(-9)...9 {
        for nudge in Int128(-1)...1 {
          let units = half * step / 2 + nudge
          let rounded = Money(units: units).rounded(toDecimals: decimals).units
          #expect(rounded == Self.halfEven(units, step) * step)
        }
      }
    }
  }

  @Test("powers of ten are products of tens")
  func powers() {
    var product: Int64 = 1
    for exponent in 0...18 {
      #expect(powerOfTen(exponent) == product)
      if exponent < 18 { product *= 10 }
    }
  }

  @Test(
    "a decimal at fewer digits is the nearest, the even one of two, and says when it is not exact")
  func rescaled() throws {
    for mantissa in Int64(-1_250)...1_250 {
      for scale in 0...4 {
        for target in 0...6 {
          let result = try #require(
            Decimal64(mantissa: mantissa, scale: scale).rescaled(to: target))
          let product = Int128(mantissa) * Int128(powerOfTen(target))
          let divisor = Int128(powerOfTen(scale))
          #expect(Int128(result.mantissa) == Self.halfEven(product, divisor))
          #expect(result.exact == (product % divisor == 0))
        }
      }
    }
    #expect(Decimal64(mantissa: .max, scale: 0).rescaled(to: 1) == nil)
    #expect(Decimal64(mantissa: .min, scale: 18).rescaled(to: 0)?.mantissa == -9)
    #expect(Decimal64(mantissa: 0, scale: 0).rescaled(to: 40)?.mantissa == 0)
  }

  @Test("what can be valued is what stays within the largest value")
  func canValue() {
    let definition = InstrumentDefinition(
      instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
      tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 5))
    let numbers: [Int64] = [0, 1, -1, 1 << 20, 1 << 31, -(1 << 40), 1 << 52, 1 << 62, .max, .min]
    for ticks in numbers {
      for lots in numbers {
        // 10^11 × ticks × lots and 10^13 × lots in the widest integer there is, as doubles.
        let value = Double(ticks) * Double(lots) * 1e11
        let amount = Double(lots) * 1e13
        let fits = Swift.max(value.magnitude, amount.magnitude) <= 0x1p123
        #expect(definition.canValue(Price(ticks: ticks), Quantity(lots: lots)) == fits)
      }
    }
  }

  @Test("time stays at its ends and days are whole")
  func time() {
    let last = Timestamp(nanoseconds: .max)
    #expect(last + .day == last)
    #expect(Timestamp.distantPast - .day == .distantPast)
    #expect(last - Timestamp.distantPast == Interval(nanoseconds: .max))
    #expect(Timestamp.distantPast - last == Interval(nanoseconds: .min))
    for nanoseconds in Int64(-25)...25 {
      let floored = Timestamp(nanoseconds: nanoseconds).floored(to: Interval(nanoseconds: 7))
      #expect(floored.nanoseconds % 7 == 0)
      #expect((0..<7).contains(nanoseconds - floored.nanoseconds))
    }
  }
}
