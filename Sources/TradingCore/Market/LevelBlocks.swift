/// Price levels in rising order of key, in blocks of at most 64: a change moves the levels of one block,
/// however deep the book is, and the search reads a short index first.
///
/// Updates of a real book fall a few hundred levels behind the best price; in one sorted array each
/// new level there moves as many others.
struct LevelBlocks: Sendable {
  /// A price level; `key` rises towards the best price on either side.
  struct Level: Equatable, Sendable, BitwiseCopyable {
    var key: Int64
    var lots: Int64
  }

  /// Some consecutive levels: where they lie in `slots`, and the least key that belongs here.
  private struct Block: Sendable, BitwiseCopyable {
    var firstKey: Int64
    var start: Int32
    var count: Int32
  }

  /// A place between levels: a block by its rank and a place in it.
  private struct Place {
    var block: Int
    var offset: Int
  }

  /// The most levels in a block.
  private static let blockCapacity = 64
  /// A block and the one before it become one when they are together no longer than this.
  private static let mergedCount = 32

  private(set) var count = 0
  /// By rising keys; none is empty.
  private var blocks: ContiguousArray<Block> = []
  /// Room for levels, `blockCapacity` for each block and each vacancy.
  private(set) var slots: ContiguousArray<Level> = []
  /// Starts of room that no block uses.
  private var vacancies: ContiguousArray<Int32> = []

  /// The level `depth` places before the last, 0 being the last. O(1) near the last, O(blocks) else.
  @inline(__always)
  subscript(fromLast depth: Int) -> Level {
    precondition(depth >= 0 && depth < count, "no level \(depth) of \(count)")
    var rank = blocks.count - 1
    var left = depth
    while left >= Int(blocks[rank].count) {
      left -= Int(blocks[rank].count)
      rank -= 1
    }
    return slots[Int(blocks[rank].start) + Int(blocks[rank].count) - 1 - left]
  }

  /// How many levels have a key not below `key`. O(log n + blocks behind it).
  func count(from key: Int64) -> Int {
    guard count > 0 else { return 0 }
    let place = place(of: key)
    var found = Int(blocks[place.block].count) - place.offset
    for rank in place.block + 1..<blocks.count { found += Int(blocks[rank].count) }
    return found
  }

  /// The lots at a key, zero when there is no such level. O(log n).
  func lots(at key: Int64) -> Int64 {
    guard count > 0 else { return 0 }
    let place = place(of: key)
    return holds(key, at: place) ? slots[index(place)].lots : 0
  }

  /// Puts lots, more than zero, at a key, whether a level is there or not. O(log n + block).
  mutating func put(_ lots: Int64, at key: Int64) {
    if count == 0 { blocks.append(Block(firstKey: key, start: newRoom(), count: 0)) }
    let place = place(of: key)
    if holds(key, at: place) {
      slots[index(place)].lots = lots
    } else {
      insert(Level(key: key, lots: lots), at: roomy(place))
    }
  }

  /// Removes the level at a key, if there is one. O(log n + block).
  mutating func remove(at key: Int64) {
    guard count > 0 else { return }
    let place = place(of: key)
    if holds(key, at: place) { remove(at: place) }
  }

  /// Removes the level with the least key.
  mutating func removeFirst() {
    if count > 0 { remove(at: Place(block: 0, offset: 0)) }
  }

  mutating func removeAll() {
    for block in blocks { vacancies.append(block.start) }
    blocks.removeAll(keepingCapacity: true)
    count = 0
  }

  /// Looks at every level by rising keys.
  func visit(_ body: (Level) -> Void) {
    for block in blocks {
      let start = Int(block.start)
      for index in start..<start + Int(block.count) { body(slots[index]) }
    }
  }

  // MARK: Places

  /// The place of the first level with a key not below `key`, in the block where that key belongs.
  /// Halves without a branch on what it finds: updates fall anywhere in the book, and a mispredicted
  /// branch costs more than a step.
  @inline(__always)
  private func place(of key: Int64) -> Place {
    var rank = 0
    var width = blocks.count
    while width > 1 {
      let half = width / 2
      rank = blocks[rank + half].firstKey <= key ? rank + half : rank
      width -= half
    }
    var first = Int(blocks[rank].start)
    var left = Int(blocks[rank].count)
    while left > 0 {
      let half = left / 2
      let isBelow = slots[first + half].key < key
      first = isBelow ? first + half + 1 : first
      left = isBelow ? left - half - 1 : half
    }
    return Place(block: rank, offset: first - Int(blocks[rank].start))
  }

  @inline(__always)
  private func index(_ place: Place) -> Int { Int(blocks[place.block].start) + place.offset }

  @inline(__always)
  private func holds(_ key: Int64, at place: Place) -> Bool {
    place.offset < Int(blocks[place.block].count) && slots[index(place)].key == key
  }

  // MARK: Changes

  private mutating func insert(_ level: Level, at place: Place) {
    let first = index(place)
    let end = Int(blocks[place.block].start) + Int(blocks[place.block].count)
    move(first..<end, by: 1)
    slots[first] = level
    blocks[place.block].count += 1
    if place.offset == 0 { blocks[place.block].firstKey = level.key }
    count += 1
  }

  private mutating func remove(at place: Place) {
    let first = index(place)
    let end = Int(blocks[place.block].start) + Int(blocks[place.block].count)
    move(first + 1..<end, by: -1)
    blocks[place.block].count -= 1
    count -= 1
    tidy(place.block)
  }

  /// Gives up a block that is empty, and joins one that is short with the one before it.
  private mutating func tidy(_ rank: Int) {
    let left = Int(blocks[rank].count)
    if left == 0 { return giveUp(rank) }
    guard rank > 0, left + Int(blocks[rank - 1].count) <= LevelBlocks.mergedCount else { return }
    let from = Int(blocks[rank].start)
    let to = Int(blocks[rank - 1].start) + Int(blocks[rank - 1].count)
    move(from..<from + left, by: to - from)
    blocks[rank - 1].count += Int32(left)
    giveUp(rank)
  }

  private mutating func giveUp(_ rank: Int) {
    vacancies.append(blocks[rank].start)
    blocks.remove(at: rank)
  }

  /// The same place, in a block that can take one more level: a full one is halved first.
  private mutating func roomy(_ place: Place) -> Place {
    guard Int(blocks[place.block].count) == LevelBlocks.blockCapacity else { return place }
    let half = LevelBlocks.blockCapacity / 2
    let room = newRoom()
    let from = Int(blocks[place.block].start) + half
    move(from..<from + half, by: Int(room) - from)
    blocks[place.block].count = Int32(half)
    let upper = Block(firstKey: slots[Int(room)].key, start: room, count: Int32(half))
    blocks.insert(upper, at: place.block + 1)
    guard place.offset > half else { return place }
    return Place(block: place.block + 1, offset: place.offset - half)
  }

  private mutating func newRoom() -> Int32 {
    if let start = vacancies.popLast() { return start }
    let start = Int32(slots.count)
    slots.append(
      contentsOf: repeatElement(Level(key: 0, lots: 0), count: LevelBlocks.blockCapacity))
    return start
  }

  /// Copies levels to another place, which may overlap. Through the array's own subscript: under
  /// optimisation its `mutableSpan` was seen to write into storage shared with a copy (Swift 6.3.1).
  @inline(__always)
  private mutating func move(_ range: Range<Int>, by distance: Int) {
    if distance > 0 {
      for index in range.reversed() { slots[index + distance] = slots[index] }
    } else {
      for index in range { slots[index + distance] = slots[index] }
    }
  }
}

extension LevelBlocks: Equatable {
  /// Equal levels, however they lie in blocks. O(levels).
  static func == (one: LevelBlocks, other: LevelBlocks) -> Bool {
    guard one.count == other.count else { return false }
    return (0..<one.count).allSatisfy { one[fromLast: $0] == other[fromLast: $0] }
  }
}
