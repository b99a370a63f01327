/// Powers with real exponents. The logarithm is carried in two `Double`s (about 100 bits), because
/// an error in it is multiplied by the exponent: with 53 bits, 2^1000 would lose its last three
/// digits.
///
/// Arithmetic on pairs: T. J. Dekker, "A floating-point technique for extending the available
/// precision", Numerische Mathematik 18 (1971).
extension Elementary {
  /// `base` to the power of `exponent`, within 1 unit in the last place; the special values are
  /// those of IEEE 754 `pow`: anything to the power 0 and 1 to any power are 1, and a negative base
  /// needs an integral exponent, else the result is NaN.
  public static func pow(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 || base == 1 { return 1 }
    guard base == base, exponent == exponent else { return .nan }
    if exponent.magnitude == .infinity { return powerOfInfinity(base, exponent) }
    let isNegative = base.sign == .minus && isOdd(exponent)
    if base == -1, isIntegral(exponent) { return isNegative ? -1 : 1 }
    if base == 0 || base.magnitude == .infinity {
      let grows = (base == 0) == (exponent < 0)
      return (isNegative ? -1 : 1) * (grows ? .infinity : 0)
    }
    if base < 0, !isIntegral(exponent) { return .nan }
    let magnitude = positivePower(base.magnitude, exponent)
    return isNegative ? -magnitude : magnitude
  }

  private static func powerOfInfinity(_ base: Double, _ exponent: Double) -> Double {
    if base.magnitude == 1 { return 1 }
    return (base.magnitude > 1) == (exponent > 0) ? .infinity : 0
  }

  private static func positivePower(_ base: Double, _ exponent: Double) -> Double {
    let logarithm = preciseLog(base)
    let estimate = logarithm.high * exponent
    if estimate > 710 { return .infinity }
    if estimate < -746 { return 0 }
    let product = logarithm * exponent
    return exponential(product.high, tail: product.low)
  }

  /// log x for positive finite x by 2·artanh((m−1)/(m+1)); the series ends below 2⁻⁷⁴ of its sum.
  private static func preciseLog(_ x: Double) -> Pair {
    let (fraction, exponent) = split(x)
    let s = Pair(high: fraction - 1, low: 0) / Pair(sum: fraction, 1)
    let z = s * s
    var series = Pair(high: 0, low: 0)
    for denominator in stride(from: 29.0, through: 1, by: -2) {
      series = z * series + Pair(high: 1, low: 0) / Pair(high: denominator, low: 0)
    }
    let ln2 = Pair(high: 0.6931471805599453, low: 2.3190468138462996e-17)
    return ln2 * Double(exponent) + (s * series) * 2
  }

  private static func isIntegral(_ x: Double) -> Bool {
    x.magnitude >= 4_503_599_627_370_496 || Double(Int64(x)) == x
  }

  private static func isOdd(_ x: Double) -> Bool {
    x.magnitude < 9_007_199_254_740_992 && Double(Int64(x)) == x && Int64(x) & 1 == 1
  }
}

/// A number as the unevaluated sum of two `Double`s, the low one below half an ulp of the high one.
private struct Pair {
  var high: Double
  var low: Double

  init(high: Double, low: Double) {
    self.high = high
    self.low = low
  }

  /// a + b exactly.
  init(sum a: Double, _ b: Double) {
    high = a + b
    let part = high - a
    low = (a - (high - part)) + (b - part)
  }

  /// a × b exactly, for factors below 2⁹⁹⁶ whose product does not underflow.
  init(product a: Double, _ b: Double) {
    let (aHigh, aLow) = Pair.halves(a)
    let (bHigh, bLow) = Pair.halves(b)
    high = a * b
    low = ((aHigh * bHigh - high) + aHigh * bLow + aLow * bHigh) + aLow * bLow
  }

  private static func halves(_ x: Double) -> (Double, Double) {
    let scaled = x * 134_217_729
    let high = scaled - (scaled - x)
    return (high, x - high)
  }

  static func + (left: Pair, right: Pair) -> Pair {
    let sum = Pair(sum: left.high, right.high)
    return Pair(sum: sum.high, sum.low + left.low + right.low)
  }

  static func * (left: Pair, right: Pair) -> Pair {
    let product = Pair(product: left.high, right.high)
    return Pair(sum: product.high, product.low + (left.high * right.low + left.low * right.high))
  }

  static func * (left: Pair, right: Double) -> Pair { left * Pair(high: right, low: 0) }

  static func / (left: Pair, right: Pair) -> Pair {
    let first = left.high / right.high
    let rest = left + right * -first
    return Pair(sum: first, rest.high / right.high)
  }
}
