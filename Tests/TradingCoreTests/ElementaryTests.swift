/// Our own exp, log, pow and tanh against the C library's, in units in the last place.
import Foundation
import Testing

@testable import TradingCore

@Suite("Elementary functions")
struct ElementaryTests {
  /// How many representable numbers lie between two results; 0 for two NaNs.
  static func distance(_ left: Double, _ right: Double) -> UInt64 {
    if left.isNaN || right.isNaN { return left.isNaN && right.isNaN ? 0 : .max }
    func place(_ x: Double) -> Int64 {
      let bits = Int64(bitPattern: x.bitPattern)
      return bits < 0 ? Int64.min &- bits : bits
    }
    let (left, right) = (place(left), place(right))
    return left > right ? UInt64(left &- right) : UInt64(right &- left)
  }

  static let special: [Double] = [
    0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, .infinity, -.infinity, .nan, .leastNonzeroMagnitude,
    -.leastNonzeroMagnitude,
    2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308, 709.78, 709.79,
    -708.4, -745.13, -745.14, 1e-300, 1e300, 0.625, 0.6249999999999999, 20, 1.0000000000000002,
    0.9999999999999999, 9_007_199_254_740_991, 9_007_199_254_740_992, 4_503_599_627_370_497,
  ]

  @Test("exp is within one unit in the last place of the C library, subnormal results included")
  func exponential() {
    var random = RandomSource(seed: 1, label: "exp")
    for _ in 0..<200_000 {
      let x = (random.uniform() - 0.5) * 1_500
      #expect(Self.distance(Elementary.exp(x), Foundation.exp(x)) <= 1, "seed 1, x = \(x)")
    }
    for x in Self.special {
      #expect(Self.distance(Elementary.exp(x), Foundation.exp(x)) <= 1, "x = \(x)")
    }
  }

  @Test("log is within one unit in the last place of the C library over all magnitudes")
  func logarithm() {
    var random = RandomSource(seed: 2, label: "log")
    for round in 0..<200_000 {
      let bits = random.next() >> 1
      let x = round.isMultiple(of: 2) ? Double(bitPattern: bits) : 0.5 + random.uniform()
      #expect(Self.distance(Elementary.log(x), Foundation.log(x)) <= 1, "seed 2, x = \(x)")
    }
    for x in Self.special {
      #expect(Self.distance(Elementary.log(x), Foundation.log(x)) <= 1, "x = \(x)")
    }
  }

  @Test("tanh is within two units in the last place of the C library")
  func hyperbolicTangent() {
    var random = RandomSource(seed: 3, label: "tanh")
    for round in 0..<200_000 {
      let x = (random.uniform() - 0.5) * (round.isMultiple(of: 2) ? 2 : 50)
      #expect(Self.distance(Elementary.tanh(x), Foundation.tanh(x)) <= 2, "seed 3, x = \(x)")
    }
    for x in Self.special {
      #expect(Self.distance(Elementary.tanh(x), Foundation.tanh(x)) <= 2, "x = \(x)")
    }
    #expect(Elementary.tanh(-0.0).sign == .minus)
  }

  @Test("pow is within one unit in the last place of the C library over its whole range")
  func power() {
    var random = RandomSource(seed: 4, label: "pow")
    for round in 0..<100_000 {
      let base = Double(bitPattern: random.next() >> 1)
      guard base.isFinite, base > 0 else { continue }
      let reach = 740 / Swift.max(Foundation.log(base).magnitude, 1e-12)
      let near = 1 + (random.uniform() - 0.5) * 1e-3
      let pair =
        round.isMultiple(of: 2)
        ? (base, (2 * random.uniform() - 1) * reach) : (near, random.uniform() * 365_000)
      #expect(
        Self.distance(Elementary.pow(pair.0, pair.1), Foundation.pow(pair.0, pair.1)) <= 1,
        "seed 4, \(pair)")
    }
  }

  @Test("pow treats every pair of special values as IEEE 754 says")
  func powerOfSpecialValues() {
    for base in Self.special {
      for exponent in Self.special {
        let ours = Elementary.pow(base, exponent)
        let theirs = Foundation.pow(base, exponent)
        #expect(Self.distance(ours, theirs) <= 1, "\(base) ^ \(exponent): \(ours), \(theirs)")
        if ours == 0 { #expect(ours.sign == theirs.sign, "\(base) ^ \(exponent)") }
      }
    }
  }

  @Test("the bits are the same everywhere: a digest of 40,000 results is pinned")
  func pinnedBits() {
    var random = RandomSource(seed: 5, label: "bits")
    var bytes: [UInt8] = []
    for _ in 0..<10_000 {
      let x = random.uniform() * 40 - 20
      let results = [
        Elementary.exp(x), Elementary.log(x.magnitude), Elementary.tanh(x),
        Elementary.pow(x.magnitude, x),
      ]
      for result in results {
        withUnsafeBytes(of: result.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    #expect(XXH64.hash(bytes) == 4_526_229_869_014_709_941)
  }
}
