/// Prices, quantities and money as integers, and the only products between them. No `Double` ever
/// enters the books: a price is a count of ticks, a quantity a count of lots, money a count of
/// 10⁻¹⁸ of its asset, so that tick × lot is exact.

/// A price in ticks of its instrument. May be zero or negative only where a venue says so.
public struct Price: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var ticks: Int64
  public init(ticks: Int64) { self.ticks = ticks }
  public static let zero = Price(ticks: 0)
  public static func < (left: Self, right: Self) -> Bool { left.ticks < right.ticks }
}

/// A quantity in lots of its instrument, signed where it is a position.
public struct Quantity: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var lots: Int64
  public init(lots: Int64) { self.lots = lots }
  public static let zero = Quantity(lots: 0)
  public static func < (left: Self, right: Self) -> Bool { left.lots < right.lots }
}

/// An amount of one asset in units of 10⁻¹⁸, signed. The range is ±1.7 × 10²⁰ whole units.
///
/// Sums that leave the range stay at its end, so that no event can stop a replay; the books halt
/// long before, at `largestBooked`, and from there on no longer claim to be exact.
public struct Money: Equatable, Hashable, Comparable, Sendable, BitwiseCopyable {
  public var units: Int128
  public init(units: Int128) { self.units = units }
  public static let zero = Money(units: 0)
  /// Decimal digits behind the point of one unit.
  public static let scale = 18
  /// Units in one whole coin.
  public static let one = Money(units: 1_000_000_000_000_000_000)
  /// The largest magnitude that is booked (about 4 × 10¹⁹ coins): a balance, a position, a sum of
  /// fees. One event moves a number by at most `InstrumentDefinition.largestValue`, a quarter of
  /// this, so the halt comes before anything is clamped.
  public static let largestBooked = Money(units: 1 << 125)
  /// The ends of the range; symmetrical, so that a negation always fits.
  private static var most: Money { Money(units: .max) }
  private static var least: Money { Money(units: -.max) }

  public static func < (left: Self, right: Self) -> Bool { left.units < right.units }

  public static func + (left: Self, right: Self) -> Self {
    let (sum, overflow) = left.units.addingReportingOverflow(right.units)
    return overflow ? (left.units < 0 ? least : most) : Money(units: sum)
  }

  public static func - (left: Self, right: Self) -> Self {
    let (difference, overflow) = left.units.subtractingReportingOverflow(right.units)
    return overflow ? (left.units < 0 ? least : most) : Money(units: difference)
  }

  public static prefix func - (value: Self) -> Self { zero - value }
  public static func += (left: inout Self, right: Self) { left = left + right }
  public static func -= (left: inout Self, right: Self) { left = left - right }

  public var magnitude: Money { units < 0 ? -self : self }

  /// Whether the amount is small enough to be booked.
  var isBookable: Bool { units.magnitude <= Money.largestBooked.units.magnitude }

  /// The amount in whole coins as a `Double`, for judgement and display, never for books: exact for
  /// whole amounts up to 2⁵³, elsewhere within one unit in the last place. (10²³ is no `Double`, so
  /// dividing all units by 10¹⁸ would make 100,000 coins 99,999.99999999999.)
  public var approximate: Double {
    let (whole, part) = units.quotientAndRemainder(dividingBy: Money.one.units)
    // Sixty-four bits are converted much faster, and to the same numbers.
    let coins = Int64(exactly: whole).map { Double($0) } ?? Double(whole)
    return coins + Double(Int64(part)) / 1e18
  }

  /// This amount × `numerator` ÷ `denominator`, rounded half to even, through a 256-bit product so
  /// that nothing overflows on the way. `denominator` must not be zero; a result beyond the range
  /// stays at its end.
  public func scaled(by numerator: Int128, over denominator: Int128) -> Money {
    precondition(denominator != 0, "Money.scaled: the denominator is zero")
    if numerator == denominator, units != .min { return self }
    let (product, overflow) = units.multipliedReportingOverflow(by: numerator)
    if overflow || product == .min { return scaledWide(by: numerator, over: denominator) }
    return Money(units: Money.quotientHalfEven(product, denominator))
  }

  /// `product` ÷ `divisor`, half to even. Neither may be the least 128-bit number.
  private static func quotientHalfEven(_ product: Int128, _ divisor: Int128) -> Int128 {
    let (quotient, remainder) = product.quotientAndRemainder(dividingBy: divisor)
    guard remainder != 0 else { return quotient }
    let distance = divisor.magnitude - remainder.magnitude
    let roundsAway =
      remainder.magnitude > distance
      || (remainder.magnitude == distance && quotient & 1 == 1)
    guard roundsAway else { return quotient }
    return (product < 0) == (divisor < 0) ? quotient + 1 : quotient - 1
  }

  /// The same through 256 bits, for products that need them; several times slower.
  @inline(never)
  private func scaledWide(by numerator: Int128, over denominator: Int128) -> Money {
    let negative = (units < 0) != ((numerator < 0) != (denominator < 0))
    let product = units.magnitude.multipliedFullWidth(by: numerator.magnitude)
    let divisor = denominator.magnitude
    guard product.high < divisor else { return negative ? .least : .most }
    var (quotient, remainder) = divisor.dividingFullWidth(product)
    let distance = divisor - remainder
    let roundsUp = remainder > distance || (remainder == distance && quotient & 1 == 1)
    if roundsUp, quotient < .max { quotient += 1 }
    let magnitude = Int128(clamping: quotient)
    return Money(units: negative ? -magnitude : magnitude)
  }

  /// This amount rounded half to even onto a grid of `decimals` digits (0…18); clamped like `scaled`.
  public func rounded(toDecimals decimals: Int) -> Money {
    let step = Int128(powerOfTen(Money.scale - decimals))
    return scaled(by: 1, over: step).scaled(by: step, over: 1)
  }
}

/// 10^`exponent` for 0…18. O(1).
@inline(__always)
public func powerOfTen(_ exponent: Int) -> Int64 { powersOfTen[exponent] }

private let powersOfTen: InlineArray<19, Int64> = [
  1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
  10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
  1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000,
  1_000_000_000_000_000_000,
]
