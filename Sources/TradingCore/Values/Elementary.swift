/// Exponential, logarithm and hyperbolic tangent made of + − × ÷ only, so that every machine,
/// compiler and C library gives the same bits; the system's libm does not promise that.
///
/// Method and coefficients: S. Moshier, Cephes (tanh), and FDLIBM, Sun Microsystems 1993 (exp, log),
/// https://www.netlib.org/fdlibm. Each result is within 1 unit in the last place (2 for `tanh`).
public enum Elementary {
  /// eˣ. Overflows to infinity above 709.78, underflows through the subnormals to 0 below −745.13.
  /// NaN gives NaN.
  public static func exp(_ x: Double) -> Double { exponential(x, tail: 0) }

  /// The natural logarithm. −∞ at 0 of either sign, NaN below 0 and for NaN.
  public static func log(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    let (fraction, exponent) = split(x)
    let f = fraction - 1
    let s = f / (2 + f)
    let z = s * s
    let w = z * z
    let odd = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332))
    let even =
      z
      * (0.6666666666666735130
        + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)))
    let half = 0.5 * f * f
    let k = Double(exponent)
    return s * (half + (odd + even)) + k * ln2Low - half + f + k * ln2High
  }

  /// The hyperbolic tangent: ±1 beyond ±19.1, the sign of zero is kept, NaN gives NaN.
  public static func tanh(_ x: Double) -> Double {
    guard x.magnitude >= 0.625 else {
      guard x != 0 else { return x }
      let z = x * x
      let numerator =
        (-0.964399179425052238628 * z - 99.2877231001918586564) * z - 1614.68768441708447952
      let denominator =
        ((z + 112.811678491632931402) * z + 2235.48839060100448583) * z + 4844.06305325125486048
      return x + x * (z * (numerator / denominator))
    }
    let magnitude = 1 - 2 / (exp(2 * x.magnitude) + 1)
    return x < 0 ? -magnitude : magnitude
  }

  /// e^(x + tail) for a tail far smaller than x, rounded once.
  static func exponential(_ x: Double, tail: Double) -> Double {
    guard x == x else { return x }
    guard x < 710 else { return .infinity }
    guard x > -746 else { return 0 }
    let k = Int(x * 1.44269504088896338700 + (x < 0 ? -0.5 : 0.5))
    let high = x - Double(k) * ln2High
    let low = Double(k) * ln2Low - tail
    let r = high - low
    let z = r * r
    let c =
      r - z
      * (1.66666666666666019037e-01
        + z
        * (-2.77777777770155933842e-03
          + z
          * (6.61375632143793436117e-05
            + z * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08))))
    return scale(1 + (r * c / (2 - c) - low + high), byPowerOfTwo: k)
  }

  /// A positive finite `x` as fraction × 2^exponent with the fraction in √½ ..< √2.
  static func split(_ x: Double) -> (fraction: Double, exponent: Int) {
    let isSubnormal = x < 2.2250738585072014e-308
    let bits = (isSubnormal ? x * 18_014_398_509_481_984 : x).bitPattern
    var exponent = Int(bits >> 52) - 1_023 - (isSubnormal ? 54 : 0)
    var fraction = Double(bitPattern: bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000)
    if fraction >= 1.4142135623730951 {
      fraction *= 0.5
      exponent += 1
    }
    return (fraction, exponent)
  }

  /// `x` × 2^`k` for x in ½ ..< 2, rounded once even where the result is subnormal.
  private static func scale(_ x: Double, byPowerOfTwo k: Int) -> Double {
    if k > 1_023 { return x * 2 * power(k - 1) }
    if k < -1_022 { return x * power(k + 1_000) * power(-1_000) }
    return x * power(k)
  }

  private static func power(_ k: Int) -> Double { Double(bitPattern: UInt64(k + 1_023) << 52) }

  /// The upper 33 bits of ln 2 and the rest, so that k × `ln2High` is exact.
  private static let ln2High = 6.93147180369123816490e-01
  private static let ln2Low = 1.90821492927058770002e-10
}
