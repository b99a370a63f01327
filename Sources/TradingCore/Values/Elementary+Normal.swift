/// The normal distribution: what share lies below a value, and below which value a share lies. For
/// judgement (honesty statistics, search), never for books.
extension Elementary {
  /// The share of the standard normal distribution below `x`: 0 at −∞, ½ at 0, 1 at ∞; NaN for NaN.
  /// The error is below 2⁻⁵² absolutely; in the lower tail it is below (2 + x²) · 2⁻⁵² relatively.
  public static func normalShare(below x: Double) -> Double {
    0.5 * complementaryError(-x * 0.7071067811865476)
  }

  /// The value below which the share `p` of the standard normal distribution lies: −∞ at 0, ∞ at 1,
  /// NaN outside 0…1. Relative error below 10⁻¹⁵.
  ///
  /// Source: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution",
  /// Applied Statistics 37 (1988), routine PPND16.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * polynomial(centreAbove, r) / polynomial(centreBelow, r)
    }
    let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
    let magnitude =
      r <= 5
      ? polynomial(tailAbove, r - 1.6) / polynomial(tailBelow, r - 1.6)
      : polynomial(farAbove, r - 5) / polynomial(farBelow, r - 5)
    return q < 0 ? -magnitude : magnitude
  }

  /// 2/√π ∫ₓ^∞ e^(−t²) dt: 2 at −∞, 0 at ∞. Within 4 units in the last place.
  ///
  /// Method and coefficients: FDLIBM (s_erf.c), Sun Microsystems 1993.
  static func complementaryError(_ x: Double) -> Double {
    guard x == x else { return x }
    let size = x.magnitude
    if size < 0.84375 {
      let z = x * x
      let error = x * (polynomial(nearAbove, z) / polynomial(nearBelow, z))
      return x < 0.25 ? 1 - (x + error) : 0.5 - (error + (x - 0.5))
    }
    if size < 1.25 {
      let s = size - 1
      let rest = polynomial(oneAbove, s) / polynomial(oneBelow, s)
      return x > 0 ? 1 - errorAtOne - rest : 1 + (errorAtOne + rest)
    }
    guard size < 28 else { return x > 0 ? 0 : 2 }
    let tail = errorTail(size)
    return x > 0 ? tail : 2 - tail
  }

  /// The complementary error for x in 1.25 ..< 28; the square is split so that it does not round.
  private static func errorTail(_ x: Double) -> Double {
    let s = 1 / (x * x)
    let ratio =
      x < 1 / 0.35
      ? polynomial(middleAbove, s) / polynomial(middleBelow, s)
      : polynomial(outerAbove, s) / polynomial(outerBelow, s)
    let z = Double(bitPattern: x.bitPattern & 0xFFFF_FFFF_0000_0000)
    return exp(-z * z - 0.5625) * exp((z - x) * (z + x) + ratio) / x
  }

  /// A polynomial by Horner's rule, lowest power first.
  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }

  // The error function at 1, in the 24 bits that the fits beside it start from.
  private static let errorAtOne = 0.845062911510467529297
  private static let nearAbove = [
    1.28379167095512558561e-01, -3.25042107247001499370e-01, -2.84817495755985104766e-02,
    -5.77027029648944159157e-03, -2.37630166566501626084e-05,
  ]
  private static let nearBelow = [
    1, 3.97917223959155352819e-01, 6.50222499887672944485e-02, 5.08130628187576562776e-03,
    1.32494738004321644526e-04, -3.96022827877536812320e-06,
  ]
  private static let oneAbove = [
    -2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
    3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
    -2.16637559486879084300e-03,
  ]
  private static let oneBelow = [
    1, 1.06420880400844228286e-01, 5.40397917702171048937e-01, 7.18286544141962662868e-02,
    1.26171219808761642112e-01, 1.36370839120290507362e-02, 1.19844998467991074170e-02,
  ]
  private static let middleAbove = [
    -9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01,
    -6.23753324503260060396e+01, -1.62396669462573470355e+02, -1.84605092906711035994e+02,
    -8.12874355063065934246e+01, -9.81432934416914548592e+00,
  ]
  private static let middleBelow = [
    1, 1.96512716674392571292e+01, 1.37657754143519042600e+02, 4.34565877475229228821e+02,
    6.45387271733267880336e+02, 4.29008140027567833386e+02, 1.08635005541779435134e+02,
    6.57024977031928170135e+00, -6.04244152148580987438e-02,
  ]
  private static let outerAbove = [
    -9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01,
    -1.60636384855821916062e+02, -6.37566443368389627722e+02, -1.02509513161107724954e+03,
    -4.83519191608651397019e+02,
  ]
  private static let outerBelow = [
    1, 3.03380607434824582924e+01, 3.25792512996573918826e+02, 1.53672958608443695994e+03,
    3.19985821950859553908e+03, 2.55305040643316442583e+03, 4.74528541206955367215e+02,
    -2.24409524465858183362e+01,
  ]
  private static let centreAbove = [
    3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ]
  private static let centreBelow = [
    1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
    21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
  ]
  private static let tailAbove = [
    1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550,
    3.64784832476320460504, 1.27045825245236838258, 0.241780725177450611770,
    0.0227238449892691845833, 7.74545014278341407640e-4,
  ]
  private static let tailBelow = [
    1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
    0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4,
    1.05075007164441684324e-9,
  ]
  private static let farAbove = [
    6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580,
    0.296560571828504891230, 0.0265321895265761230930, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ]
  private static let farBelow = [
    1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
    2.04426310338993978564e-15,
  ]
}
