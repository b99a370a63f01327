/// Levels in blocks against a plain sorted array, under changes that split, join and empty blocks.

import Testing

@testable import TradingCore

@Suite("Levels in blocks")
struct LevelBlocksTests {
  /// The obvious thing with the same behaviour.
  private struct SortedLevels {
    var levels: [LevelBlocks.Level] = []

    mutating func put(_ lots: Int64, at key: Int64) {
      remove(at: key)
      let place = levels.firstIndex { $0.key > key } ?? levels.count
      levels.insert(LevelBlocks.Level(key: key, lots: lots), at: place)
    }

    mutating func remove(at key: Int64) { levels.removeAll { $0.key == key } }
  }

  private func expectEqual(_ blocks: LevelBlocks, _ sorted: SortedLevels, _ seed: String) {
    var found: [LevelBlocks.Level] = []
    blocks.visit { found.append($0) }
    #expect(found == sorted.levels, "seed \(seed)")
    #expect(blocks.count == found.count, "seed \(seed)")
    let fromLast = (0..<blocks.count).map { blocks[fromLast: $0] }
    #expect(fromLast == sorted.levels.reversed(), "seed \(seed)")
  }

  /// Seeds stand for how wide the keys spread and how often a level goes: dense and sparse, growing
  /// and shrinking.
  @Test("random changes leave what a sorted array has", arguments: [3, 40, 300, 5_000], 1...4)
  func random(spread: Int64, round: Int) {
    let seed = UInt64(spread) &* 31 &+ UInt64(round)
    var random = RandomSource(seed: seed, label: "levels in blocks")
    var (blocks, sorted) = (LevelBlocks(), SortedLevels())
    for step in 0..<4_000 {
      let key = Int64(random.next() % UInt64(2 * spread + 1)) - spread
      // Runs of removals empty and join blocks, runs of additions fill and split them.
      let removes = random.next() % 8 < (step / 1_000 % 2 == 0 ? 2 : 6)
      if removes {
        blocks.remove(at: key)
        sorted.remove(at: key)
      } else {
        let lots = Int64(random.next() % 100) + 1
        blocks.put(lots, at: key)
        sorted.put(lots, at: key)
      }
      let other = Int64(random.next() % UInt64(2 * spread + 1)) - spread
      let lots = sorted.levels.first { $0.key == other }?.lots ?? 0
      #expect(blocks.lots(at: other) == lots)
      #expect(blocks.count(from: other) == sorted.levels.count { $0.key >= other })
      if step % 500 == 499 { expectEqual(blocks, sorted, "\(seed)") }
    }
  }

  @Test("levels that come in rising, falling and alternating order all stay")
  func orders() {
    let rising = Array(Int64(0)..<1_000)
    let alternating = rising.map { $0 % 2 == 0 ? $0 : -$0 }
    for keys in [rising, rising.reversed(), alternating] {
      var (blocks, sorted) = (LevelBlocks(), SortedLevels())
      for key in keys {
        blocks.put(key + 2_000, at: key)
        sorted.put(key + 2_000, at: key)
      }
      expectEqual(blocks, sorted, "\(keys.prefix(3))")
      while let first = sorted.levels.first {
        blocks.removeFirst()
        sorted.remove(at: first.key)
      }
      #expect(blocks.count == 0 && blocks.lots(at: 5) == 0 && blocks.count(from: .min) == 0)
    }
  }

  @Test("the same levels are equal however they came to lie in blocks")
  func equality() {
    var (one, other) = (LevelBlocks(), LevelBlocks())
    for key in Int64(0)..<500 { one.put(1, at: key) }
    for key in (Int64(0)..<1_000).reversed() { other.put(1, at: key) }
    #expect(one != other)
    for key in Int64(500)..<1_000 { other.remove(at: key) }
    #expect(one == other)
    other.put(2, at: 250)
    #expect(one != other)
    other.removeAll()
    #expect(other == LevelBlocks())
  }

  /// Under optimisation this failed once, which `tools/torture orders` found.
  @Test("a copy keeps what it had")
  func copies() {
    var blocks = LevelBlocks()
    for key in Int64(0)..<40 { blocks.put(key + 1, at: key) }
    for key in Int64(0)..<40 {
      let before = blocks
      blocks.remove(at: key)
      #expect(before.lots(at: key) == key + 1 && blocks.lots(at: key) == 0)
    }
  }

  @Test("a book that moves for ever takes no more room than its levels need")
  func room() {
    var blocks = LevelBlocks()
    for key in Int64(0)..<200_000 {
      blocks.put(1, at: key)
      if key >= 1_000 { blocks.remove(at: key - 1_000) }
    }
    #expect(blocks.count == 1_000)
    #expect(blocks.slots.count <= 4_096)
  }
}
