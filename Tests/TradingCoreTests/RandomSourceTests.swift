/// The generators against published vectors, and the mappings against what they promise.
import Testing

@testable import TradingCore

@Suite("Random numbers")
struct RandomSourceTests {
  @Test("xoshiro256** gives the reference sequence for the state 1, 2, 3, 4")
  func reference() {
    var source = RandomSource(state: (1, 2, 3, 4))
    let expected: [UInt64] = [
      11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
      607_988_272_756_665_600, 16_172_922_978_634_559_625, 8_476_171_486_693_032_832,
      10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
    ]
    #expect(expected.map { _ in source.next() } == expected)
  }

  @Test("SplitMix64 gives the reference sequence for 1234567")
  func splitter() {
    var splitter = SplitMix64(state: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(expected.map { _ in splitter.next() } == expected)
  }

  @Test("equal seeds and labels give equal streams, any other pair another")
  func streams() {
    func first(_ seed: UInt64, _ label: String) -> [UInt64] {
      var source = RandomSource(seed: seed, label: label)
      return (0..<8).map { _ in source.next() }
    }
    #expect(first(7, "flow") == first(7, "flow"))
    #expect(first(7, "flow") != first(8, "flow"))
    #expect(first(7, "flow") != first(7, "fair"))
  }

  @Test("bounded numbers stay in range and every value is as likely", arguments: [1, 2, 3, 10, 97])
  func bounded(bound: UInt64) {
    var source = RandomSource(seed: 11, label: "bounded")
    var counts = [Int](repeating: 0, count: Int(bound))
    for _ in 0..<100_000 { counts[Int(source.below(bound))] += 1 }
    let mean = 100_000 / Double(bound)
    for (value, count) in counts.enumerated() {
      #expect((Double(count) - mean).magnitude <= 5 * mean.squareRoot(), "seed 11, \(value)")
    }
  }

  @Test("ranges reach both ends, the widest included")
  func ranges() {
    var source = RandomSource(seed: 12, label: "ranges")
    let drawn = (0..<1_000).map { _ in source.integer(in: -2...2) }
    #expect(drawn.min() == -2 && drawn.max() == 2)
    #expect((0..<10).contains { _ in source.integer(in: .min ... .max) < 0 })
    #expect(source.integer(in: 5...5) == 5)
  }

  @Test("normal and exponential deviates have the moments of their distributions")
  func moments() {
    var source = RandomSource(seed: 13, label: "moments")
    let count = 400_000
    var (sum, squares, fourth, waits, squaredWaits) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for _ in 0..<count {
      let normal = source.normal()
      sum += normal
      squares += normal * normal
      fourth += normal * normal * normal * normal
      let wait = source.exponential()
      waits += wait
      squaredWaits += wait * wait
    }
    let n = Double(count)
    #expect((sum / n).magnitude < 0.01)
    #expect((squares / n - 1).magnitude < 0.01)
    #expect((fourth / n - 3).magnitude < 0.1)
    #expect((waits / n - 1).magnitude < 0.01)
    #expect((squaredWaits / n - 2).magnitude < 0.05)
  }
}
