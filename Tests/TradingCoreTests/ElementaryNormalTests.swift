/// The normal distribution against the C library's error function, published values and itself.
import Foundation
import Testing

@testable import TradingCore

@Suite("Normal distribution")
struct ElementaryNormalTests {
  @Test("the complementary error function is within four units in the last place of the C library")
  func complementaryError() {
    var random = RandomSource(seed: 6, label: "erfc")
    for round in 0..<200_000 {
      let x = (random.uniform() - 0.45) * [2, 6, 56, 1e-6][round % 4]
      // Below 2⁻¹⁰²² the C library rounds a subnormal once, the product of two exponentials twice.
      guard Foundation.erfc(x) > 1e-300 else { continue }
      let distance = ElementaryTests.distance(
        Elementary.complementaryError(x), Foundation.erfc(x))
      #expect(distance <= 4, "seed 6, x = \(x)")
    }
    for x in ElementaryTests.special {
      let ours = Elementary.complementaryError(x)
      #expect(ElementaryTests.distance(ours, Foundation.erfc(x)) <= 4, "x = \(x)")
    }
  }

  @Test(
    "shares and quantiles are the published ones",
    arguments: [
      (0.5, 0.0), (0.025, -1.959963984540054), (0.95, 1.6448536269514722),
      (0.99, 2.3263478740408408), (0.25, -0.6744897501960817), (0.001, -3.090232306167813),
      (1e-20, -9.262340089798408),
    ])
  func published(share: Double, value: Double) {
    #expect((Elementary.normalQuantile(share) - value).magnitude <= 1e-15 * max(1, value.magnitude))
    let back = Elementary.normalShare(below: value)
    #expect((back - share).magnitude <= share * (2 + value * value) * 0x1p-52, "\(back)")
  }

  @Test("a quantile's share is the share again, over all magnitudes of both tails")
  func roundTrip() {
    var random = RandomSource(seed: 7, label: "quantile")
    for round in 0..<100_000 {
      let p =
        round.isMultiple(of: 2)
        ? random.uniform() : Elementary.exp(-700 * random.uniform())
      guard p > 0 else { continue }
      let x = Elementary.normalQuantile(p)
      let slack = p * (4 + x * x) * 0x1p-50
      #expect((Elementary.normalShare(below: x) - p).magnitude <= slack, "seed 7, p = \(p)")
      if p >= 0x1p-40, p < 0.5 {
        let mirrored = Elementary.normalQuantile(1 - p)
        #expect((mirrored + x).magnitude <= 1e-3 * x.magnitude, "seed 7, p = \(p)")
      }
    }
  }

  @Test("what lies outside the distribution has no quantile, and its ends are infinite")
  func ends() {
    #expect(Elementary.normalQuantile(0) == -.infinity)
    #expect(Elementary.normalQuantile(1) == .infinity)
    for p in [-0.1, 1.1, .nan] { #expect(Elementary.normalQuantile(p).isNaN) }
    #expect(Elementary.normalShare(below: -.infinity) == 0)
    #expect(Elementary.normalShare(below: .infinity) == 1)
    #expect(Elementary.normalShare(below: .nan).isNaN)
  }

  @Test("the bits are the same everywhere: a digest of 20,000 results is pinned")
  func pinnedBits() {
    var random = RandomSource(seed: 8, label: "bits")
    var bytes: [UInt8] = []
    for _ in 0..<10_000 {
      let results = [
        Elementary.normalShare(below: random.uniform() * 60 - 30),
        Elementary.normalQuantile(random.uniform()),
      ]
      for result in results {
        withUnsafeBytes(of: result.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
    }
    #expect(XXH64.hash(bytes) == 2_630_130_622_298_971_667)
  }
}
