/// Impact against a search with whole numbers, and the minute of volume against a list of trades.
import Testing

@testable import TradingCore

@Suite("Impact and volume")
struct ImpactTests {
  private static func price(
    _ impact: Impact, _ side: Side, _ ticks: Int64, lots: Int64 = 1, volume: Int64 = 1,
    limit: Int64? = nil
  ) -> Int64 {
    impact.price(
      side, Price(ticks: ticks), lots: lots, volume: volume, limit: limit.map(Price.init(ticks:))
    ).ticks
  }

  @Test(
    "the page's formulas, by hand",
    arguments: [
      // model, strength 10⁻⁶, price, lots, volume, buy pays, sell gets
      (
        ImpactModel.none, Int64(1_000), Int64(100_000), Int64(5), Int64(10), Int64(100_000),
        Int64(100_000)
      ),
      (.fixed, 0, 100_000, 5, 10, 100_000, 100_000),
      (.fixed, 1_000, 100_000, 5, 10, 100_100, 99_900),  // 0.1 % of 100,000
      (.fixed, 1, 100_000, 5, 10, 100_001, 99_999),  // a tenth of a tick, rounded up
      (.linear, 1_000, 100_000, 5, 10, 100_050, 99_950),  // half of 0.1 %
      (.linear, 1_000, 100_000, 1, 3, 100_034, 99_966),  // 33.3…
      (.linear, 1_000, 100_000, 20, 10, 100_200, 99_800),  // twice what traded
      (.linear, 1_000, 100_000, 5, 0, 100_100, 99_900),  // nothing traded: a share of 1
      (.squareRoot, 1_000, 100_000, 1, 4, 100_050, 99_950),  // √¼
      (.squareRoot, 1_000, 100_000, 4, 1, 100_200, 99_800),
      (.squareRoot, 1_000, 100_000, 1, 2, 100_071, 99_929),  // 70.71…
      (.squareRoot, 1_000, 100_000, 9, 0, 100_100, 99_900),
      (.fixed, 1_000, -100_000, 5, 10, -99_900, -100_100),  // a price below zero
      (.fixed, 3_000_000, 100, 5, 10, 200, 1),  // at most the whole price, and a tick is left
      (.linear, .max, .max, .max, 1, .max, 1), (.squareRoot, .max, 1, .max, 1, 2, 1),
    ])
  func formulas(
    model: ImpactModel, strength: Int64, price: Int64, lots: Int64, volume: Int64, buy: Int64,
    sell: Int64
  ) {
    let impact = Impact(model, strength: strength)
    #expect(Self.price(impact, .buy, price, lots: lots, volume: volume) == buy)
    #expect(Self.price(impact, .sell, price, lots: lots, volume: volume) == sell)
  }

  @Test("no price goes beyond the order's limit")
  func limits() {
    let impact = Impact(.fixed, strength: 10_000)
    for room in Int64(0)...12 {
      #expect(Self.price(impact, .buy, 1_000, limit: 1_000 + room) == 1_000 + min(room, 10))
      #expect(Self.price(impact, .sell, 1_000, limit: 1_000 - room) == 1_000 - min(room, 10))
    }
  }

  @Test("moves are the smallest whole ticks that cover the exact part, for all small numbers")
  func exhaustive() {
    var wrong: [String] = []
    for strength in [1, 17, 250_000, 333_333] as [Int64] {
      for lots in Int64(1)...7 {
        for volume in Int64(1)...7 {
          for ticks in [1, 2, 3, 10, 97, 1_000, 65_537] as [Int64] {
            let linear = Self.price(
              Impact(.linear, strength: strength), .buy, ticks, lots: lots, volume: volume)
            let root = Self.price(
              Impact(.squareRoot, strength: strength), .buy, ticks, lots: lots, volume: volume)
            let part = Int128(ticks) * Int128(strength)
            let covers = { (move: Int128) in
              move * 1_000_000 * Int128(volume) >= part * Int128(lots)
            }
            let coversRoot = { (move: Int128) in
              move * move * 1_000_000_000_000 * Int128(volume) >= part * part * Int128(lots)
            }
            for (paid, covers) in [(linear, covers), (root, coversRoot)] {
              let move = Int128(paid - ticks)
              guard move < ticks else { continue }  // The whole price is the most.
              if !covers(move) || covers(move - 1) {
                wrong.append("\(strength) \(lots)/\(volume) of \(ticks): \(move)")
              }
            }
          }
        }
      }
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
  }

  @Test("the root of a whole number is the smallest whose square reaches it")
  func roots() {
    for square in UInt128(0)...20_000 {
      let root = Impact.rootAbove(square)
      #expect(root * root >= square && (root == 0 || (root - 1) * (root - 1) < square))
    }
    for shift in 1...63 {
      let root = UInt128(1) << UInt128(shift)
      #expect(Impact.rootAbove(root * root) == root)
      #expect(Impact.rootAbove(root * root + 1) == root + 1)
      #expect(Impact.rootAbove(root * root - 1) == root)
    }
    #expect(Impact.rootAbove(.max) == UInt128(1) << 64)
  }

  @Test("a minute of volume is the sum over its sixty seconds, whatever the trades")
  func volume() {
    for seed in UInt64(1)...20 {
      var random = RandomSource(seed: seed, label: "volume")
      var traded = TradedVolume()
      var trades: [(second: Int64, lots: Int64)] = []
      var nanoseconds = random.integer(in: -100_000_000_000...100_000_000_000)
      for _ in 0..<400 {
        let longest: Int64 = random.chance(0.05) ? 90_000_000_000 : 3_000_000_000
        nanoseconds += random.integer(in: 0...longest)
        let time = Timestamp(nanoseconds: nanoseconds)
        let lots = random.integer(in: 1...1_000)
        traded.note(Quantity(lots: lots), at: time)
        trades.append((Int64((Double(nanoseconds) / 1e9).rounded(.down)), lots))
        for later in [0, 1, 30, 59, 60, 61] as [Int64] {
          let second = (trades.last?.second ?? 0) + later
          let expected = trades.filter { $0.second > second - 60 }.reduce(0) { $0 + $1.lots }
          let asked = Timestamp(nanoseconds: second * 1_000_000_000 + 999_999_999)
          #expect(traded.lots(at: asked) == expected, "seed \(seed)")
        }
      }
    }
  }

  @Test("a trade out of order counts in the latest second, and sums stay within 64 bits")
  func oddTrades() {
    var traded = TradedVolume()
    #expect(traded.lots(at: Timestamp(nanoseconds: 5)) == 0)
    traded.note(Quantity(lots: 3), at: Timestamp(nanoseconds: 100_000_000_000))
    traded.note(Quantity(lots: 4), at: Timestamp(nanoseconds: 10_000_000_000))
    #expect(traded.lots(at: Timestamp(nanoseconds: 10_000_000_000)) == 7)
    #expect(traded.lots(at: Timestamp(nanoseconds: 159_000_000_000)) == 7)
    #expect(traded.lots(at: Timestamp(nanoseconds: 160_000_000_000)) == 0)
    for _ in 0..<3 {
      traded.note(Quantity(lots: .max), at: Timestamp(nanoseconds: 160_000_000_000))
    }
    #expect(traded.lots(at: Timestamp(nanoseconds: 161_000_000_000)) == .max)
    traded.note(Quantity(lots: 1), at: Timestamp(nanoseconds: .max))
    #expect(traded.lots(at: Timestamp(nanoseconds: .max)) == 1)
  }
}
