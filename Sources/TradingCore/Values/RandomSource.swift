/// Random numbers from a seed: the same on every machine, and a stream of its own for every label,
/// so that one user drawing more numbers never shifts another's.

/// The xoshiro256** generator, period 2²⁵⁶ − 1. Source: D. Blackman and S. Vigna, "Scrambled linear
/// pseudorandom number generators" (2021), https://prng.di.unimi.it/xoshiro256starstar.c.
///
/// It does not conform to `RandomNumberGenerator`: the standard library does not promise how it maps
/// bits to a range, and a journal must not depend on it.
public struct RandomSource: Equatable, Sendable, BitwiseCopyable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64
  /// The second of a pair of normal deviates, NaN when there is none.
  private var spareNormal: Double

  /// A stream for `seed` and `label`: SplitMix64, started from the label's hash under the seed,
  /// gives the four words of state.
  public init(seed: UInt64, label: String) {
    var splitter = SplitMix64(state: XXH64.hash(Array(label.utf8), seed: seed))
    self.init(state: (splitter.next(), splitter.next(), splitter.next(), splitter.next()))
  }

  /// A stream from its four words, which must not all be zero.
  init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(state.0 | state.1 | state.2 | state.3 != 0, "RandomSource: the state is all zero")
    (s0, s1, s2, s3) = state
    spareNormal = .nan
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = s3 << 45 | s3 >> 19
    return result
  }

  /// A whole number in 0 ..< `bound`, each equally likely. `bound` must not be 0.
  ///
  /// Source: D. Lemire, "Fast random integer generation in an interval" (2019).
  public mutating func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "RandomSource.below: the bound is 0")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  /// A whole number in `range`, each equally likely.
  public mutating func integer(in range: ClosedRange<Int64>) -> Int64 {
    let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
    guard width < .max else { return Int64(bitPattern: next()) }
    return range.lowerBound &+ Int64(bitPattern: below(width + 1))
  }

  /// A `Double` in 0 ..< 1: a multiple of 2⁻⁵³, each equally likely.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Whether an event of this probability happens.
  public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// A standard normal deviate, by the polar method of G. Marsaglia (1964); two draws give two.
  public mutating func normal() -> Double {
    if !spareNormal.isNaN {
      defer { spareNormal = .nan }
      return spareNormal
    }
    while true {
      let u = 2 * uniform() - 1
      let v = 2 * uniform() - 1
      let square = u * u + v * v
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * Elementary.log(square) / square).squareRoot()
      spareNormal = v * factor
      return u * factor
    }
  }

  /// An exponential deviate of mean 1: the wait between events that come once per unit of time.
  public mutating func exponential() -> Double { -Elementary.log(1 - uniform()) }

  public static func == (left: Self, right: Self) -> Bool {
    left.s0 == right.s0 && left.s1 == right.s1 && left.s2 == right.s2 && left.s3 == right.s3
      && left.spareNormal.bitPattern == right.spareNormal.bitPattern
  }
}

/// The generator that spreads a seed over a larger state. Source: S. Vigna,
/// https://prng.di.unimi.it/splitmix64.c.
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
