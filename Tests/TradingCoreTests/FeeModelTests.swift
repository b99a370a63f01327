/// Fees: tables computed by hand, every small amount against schoolbook rounding, and tiers by the
/// volume of thirty days.
import Testing

@testable import TradingCore

@Suite("Fee model")
struct FeeModelTests {
  private static let base = AssetID(0)
  private static let quote = AssetID(1)
  private static let third = AssetID(2)
  private static let instrument = InstrumentID(0)

  /// Tick 0.01, lot 0.001: a lot at a tick is worth 0.00001.
  private static let definition = InstrumentDefinition(
    instrument: instrument, base: base, quote: quote, tick: Decimal64(mantissa: 1, scale: 2),
    lot: Decimal64(mantissa: 1, scale: 3))

  private static func account(decimals: UInt8 = 8, third amount: Int64 = 0) -> Account {
    var account = Account()
    account.reserve(third)
    account.commissionDecimals = [decimals, decimals, decimals]
    account.balances[third.index] = Money(units: Int128(amount) * Money.one.units)
    return account
  }

  private static func charge(
    _ schedule: FeeSchedule, _ side: Side = .buy, ticks: Int64, lots: Int64,
    _ liquidity: Liquidity = .taker, decimals: UInt8 = 8, third amount: Int64 = 0,
    _ kind: AccountKind = .spot, unit: Money? = nil
  ) -> FeeModel.Charge? {
    var model = FeeModel()
    model.apply(schedule)
    return model.charge(
      definition, side, Price(ticks: ticks), Quantity(lots: lots), liquidity,
      account(decimals: decimals, third: amount), kind, at: .distantPast, assetPrice: { _ in unit })
  }

  private static func schedule(
    _ rate: Int64, _ currency: FeeCurrency = .quote, _ basis: FeeBasis = .value,
    discount: Int64 = 0
  ) -> FeeSchedule {
    FeeSchedule(
      instrument: .none, maker: -rate, taker: rate, currency: currency,
      asset: currency == .asset ? third : .none, basis: basis, discount: discount)
  }

  @Test(
    "a taker's fee by hand: 12.345 BTC at 100.00 are 1,234.50",
    arguments: [
      // basis, currency, rate 10⁻⁸, side, fee 10⁻⁸, asset
      (FeeBasis.value, FeeCurrency.quote, Int64(100_000), Side.buy, Int64(123_450_000), quote),
      (.value, .quote, 100_000, .sell, 123_450_000, quote),
      (.value, .received, 100_000, .buy, 1_234_500, base),  // 0.1 % of 12.345
      (.value, .received, 100_000, .sell, 123_450_000, quote),
      (.quantity, .quote, 250_000_000, .buy, 3_086_250_000, quote),  // 2.50 for each BTC
      (.quantity, .received, 250_000_000, .buy, 30_862_500, base),  // the same at 100.00
      (.fill, .quote, 75_000_000, .sell, 75_000_000, quote),  // 0.75 a fill
      (.fill, .received, 75_000_000, .buy, 750_000, base),
    ])
  func byHand(
    basis: FeeBasis, currency: FeeCurrency, rate: Int64, side: Side, fee: Int64, asset: AssetID
  ) {
    let schedule = Self.schedule(rate, currency, basis)
    let taker = Self.charge(schedule, side, ticks: 10_000, lots: 12_345)
    #expect(taker == FeeModel.Charge(fee: fee, asset: asset))
    let maker = Self.charge(schedule, side, ticks: 10_000, lots: 12_345, .maker)
    #expect(maker == FeeModel.Charge(fee: -fee, asset: asset), "the rebate mirrors the fee")
  }

  @Test("fees and rebates round half to even, for every small value, rate and precision")
  func rounding() {
    var wrong: [String] = []
    for decimals in [0, 2, 8] as [UInt8] {
      // Rates that put the half-way points of each precision among the values.
      let scale = decimals == 0 ? 50_000_000 : decimals == 2 ? 500_000 : 100
      for step in Int64(-6)...6 {
        for lots in Int64(1)...40 {
          for ticks in [1, 5, 99, 100_000] as [Int64] {
            let rate = step * Int64(scale)
            let charge = Self.charge(
              Self.schedule(rate), ticks: ticks, lots: lots, decimals: decimals)
            // The value is ticks · lots · 10⁻⁵, the fee that by rate · 10⁻⁸, in 10^−decimals.
            let expected = MoneyArithmeticTests.halfEven(
              Int128(ticks * lots) * Int128(rate) * Int128(powerOfTen(Int(decimals))),
              10_000_000_000_000)
            if charge.map({ Int128($0.fee) }) != expected {
              wrong.append("\(decimals) \(rate) \(lots)×\(ticks): \(String(describing: charge))")
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }

  @Test(
    "half of a unit goes to the even neighbour, by hand",
    arguments: [
      // value in 10⁻⁵, rate 10⁻⁸, decimals, fee
      (Int64(50_000), Int64(100_000_000), UInt8(0), Int64(0)), (150_000, 100_000_000, 0, 2),
      (250_000, 100_000_000, 0, 2), (350_000, 100_000_000, 0, 4), (250_001, 100_000_000, 0, 3),
      (-0, 100_000_000, 0, 0), (250_000, -100_000_000, 0, -2), (350_000, -100_000_000, 0, -4),
      (500, 100_000_000, 2, 0), (1_500, 100_000_000, 2, 2), (2_500, 100_000_000, 2, 2),
      (2_501, 100_000_000, 2, 3), (2_500, -100_000_000, 2, -2), (1, 50_000, 8, 0),
      (3, 50_000, 8, 2), (5, 50_000, 8, 2), (5, 50_001, 8, 3), (5, -50_000, 8, -2),
    ])
  func halves(value: Int64, rate: Int64, decimals: UInt8, fee: Int64) {
    let charge = Self.charge(Self.schedule(rate), ticks: value, lots: 1, decimals: decimals)
    #expect(charge?.fee == fee)
  }

  @Test("a discount is taken off before the one rounding, for every small value")
  func discount() {
    var wrong = 0
    let unit = Money(units: 2 * Money.one.units)
    for discount in [0, 1, 12_345_678, 25_000_000, 50_000_000, 99_999_999, 100_000_000] as [Int64] {
      for lots in Int64(1)...60 {
        let schedule = Self.schedule(1_000_000, .asset, discount: discount)
        let charge = Self.charge(
          schedule, ticks: 50_000, lots: lots, decimals: 2, third: 1_000, unit: unit)
        // Worth lots · 0.5 in quote and half as many of the asset; 1 % of it, less the discount.
        let expected = MoneyArithmeticTests.halfEven(
          Int128(lots) * Int128(100_000_000 - discount), 400 * 100_000_000 / 100)
        if charge?.asset != Self.third || charge.map({ Int128($0.fee) }) != expected { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test("a third asset pays only where it has a price and the account has enough of it")
  func thirdAsset() {
    let schedule = Self.schedule(1_000_000, .asset, discount: 25_000_000)
    let price = Money(units: 5 * Money.one.units)
    func asset(_ amount: Int64, _ kind: AccountKind, _ unit: Money?) -> AssetID? {
      // A value of 1,000: the fee is 10 in quote, 1.5 of the asset at 5 after the discount.
      Self.charge(schedule, ticks: 100_000, lots: 1_000, third: amount, kind, unit: unit)?.asset
    }
    #expect(asset(2, .spot, price) == Self.third)
    #expect(asset(1, .spot, price) == Self.quote)
    #expect(asset(0, .margin, price) == Self.third)
    #expect(asset(2, .spot, nil) == Self.quote)
    #expect(asset(2, .spot, .zero) == Self.quote)
    let paid = Self.charge(schedule, ticks: 100_000, lots: 1_000, third: 2, unit: price)
    #expect(paid?.fee == 150_000_000)
    let undiscounted = Self.charge(schedule, ticks: 100_000, lots: 1_000, unit: nil)
    #expect(undiscounted?.fee == 1_000_000_000, "the quote asset knows no discount")
    let rebate = Self.charge(schedule, ticks: 100_000, lots: 1_000, .maker, unit: price)
    #expect(rebate == FeeModel.Charge(fee: -200_000_000, asset: Self.third), "nor a rebate")
  }

  @Test("a fee beyond 64 bits is none")
  func tooLarge() {
    #expect(Self.charge(Self.schedule(.max), ticks: 1 << 40, lots: 1 << 40) == nil)
  }
}

/// Tiers: which one holds, from when, and what changes them.
@Suite("Fee tiers")
struct FeeTierTests {
  private static let instrument = InstrumentID(3)

  private static func tier(
    _ from: Int64, _ taker: Int64, _ instrument: InstrumentID = .none
  ) -> FeeSchedule {
    FeeSchedule(
      instrument: instrument, maker: 0, taker: taker, fromVolume: from * 100_000_000)
  }

  private static func day(_ day: Int64, _ second: Int64 = 0) -> Timestamp {
    Timestamp(nanoseconds: (day * 86_400 + second) * 1_000_000_000)
  }

  private static func money(_ amount: Int64) -> Money {
    Money(units: Int128(amount) * Money.one.units)
  }

  @Test("a day's volume moves tiers from the next UTC day on, and thirty days long")
  func days() {
    var model = FeeModel()
    for tier in [(0, 100), (1_000, 80), (2_000, 60)] {
      model.apply(Self.tier(Int64(tier.0), Int64(tier.1)))
    }
    func taker(_ day: Int64, _ second: Int64 = 0) -> Int64 {
      model.schedule(Self.instrument, at: Self.day(day, second)).taker
    }
    model.note(value: Self.money(1_500), at: Self.day(100, 5))
    #expect(taker(100, 86_399) == 100)
    #expect(taker(101) == 80)
    model.note(value: Self.money(499), at: Self.day(101, 86_399))
    #expect(taker(102) == 80, "1,999 in all")
    model.note(value: Self.money(1), at: Self.day(102))
    #expect(taker(102, 86_399) == 80)
    #expect(taker(103) == 60, "2,000 in all")
    #expect(taker(130) == 60, "the 30 days are 100…129")
    #expect(taker(131) == 100, "500 of 101…130")
    #expect(taker(5_000) == 100)
  }

  @Test("the volume of thirty days is the sum of a list of fills, whatever their days")
  func volume() {
    for seed in UInt64(1)...20 {
      var random = RandomSource(seed: seed, label: "days")
      var volume = MonthlyVolume()
      var fills: [(day: Int64, value: Int64)] = []
      var day = random.integer(in: -50...50)
      for _ in 0..<200 {
        day += random.chance(0.3) ? random.integer(in: 0...40) : 0
        let value = random.integer(in: 1...1_000)
        volume.note(Self.money(value), at: Self.day(day, random.integer(in: 0...86_399)))
        fills.append((day, value))
        for later in [0, 1, 2, 29, 30, 31, 60] as [Int64] {
          let asked = day + later
          let counted = fills.filter { $0.day < asked && $0.day >= asked - 30 }
          let expected = Self.money(counted.reduce(0) { $0 + $1.value })
          #expect(volume.before(Self.day(asked, 7)) == expected, "seed \(seed)")
        }
      }
    }
  }

  @Test("an instrument's own tiers hold before the general ones; a new first tier begins anew")
  func schedules() {
    var model = FeeModel()
    let now = Self.day(10)
    func taker() -> Int64 { model.schedule(Self.instrument, at: now).taker }
    #expect(taker() == 0)
    model.apply(Self.tier(0, 100))
    #expect(taker() == 100)
    model.apply(Self.tier(5, 40, Self.instrument))
    #expect(taker() == 40, "the lowest tier holds where its volume was not reached")
    model.apply(Self.tier(0, 50, Self.instrument))
    #expect(taker() == 50)
    model.note(value: Self.money(5), at: Self.day(1))
    #expect(taker() == 50, "the tier from 5 went with the old schedule")
    model.apply(Self.tier(5, 45, Self.instrument))
    #expect(taker() == 45)
    model.apply(Self.tier(5, 44, Self.instrument))
    #expect(taker() == 44)
    for from in Int64(6)..<200 { model.apply(Self.tier(from, from, Self.instrument)) }
    model.note(value: Self.money(1_000), at: Self.day(2))
    #expect(taker() == 67, "64 tiers: from 0, 5 and 6…67")
  }
}
