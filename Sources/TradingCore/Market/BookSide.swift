/// One side of an order book: price levels in a sorted array with the best level last, because
/// nearly every change is near the best price and costs a short move there.
public struct BookSide: Equatable, Sendable, CanonicallyEncodable {
  /// A price level; `key` rises towards the best price on either side.
  struct Level: Equatable, Sendable, BitwiseCopyable {
    var key: Int64
    var lots: Int64
  }

  /// The most levels kept; beyond it the level farthest from the best price is dropped.
  public static let capacity = 32_768

  public let side: Side
  private(set) var levels: ContiguousArray<Level> = []
  /// Levels dropped because the side was full.
  public private(set) var droppedCount: UInt64 = 0

  public init(_ side: Side) { self.side = side }

  public var count: Int { levels.count }
  public var isEmpty: Bool { levels.isEmpty }

  /// The best price and what is there; `nil` when the side is empty.
  public var best: (price: Price, quantity: Quantity)? {
    levels.isEmpty ? nil : self[0]
  }

  /// The level `depth` places behind the best one; 0 is the best. O(1).
  public subscript(depth: Int) -> (price: Price, quantity: Quantity) {
    let level = levels[levels.count - 1 - depth]
    return (Price(ticks: sign &* level.key), Quantity(lots: level.lots))
  }

  /// How many levels are at a price or better. O(levels).
  func count(upTo price: Price) -> Int {
    let key = sign &* price.ticks
    var count = 0
    while count < levels.count, levels[levels.count - 1 - count].key >= key { count += 1 }
    return count
  }

  /// The quantity at a price, zero when there is none. O(log n).
  public func quantity(at price: Price) -> Quantity {
    let key = sign &* price.ticks
    let position = position(of: key)
    guard position < levels.count, levels[position].key == key else { return .zero }
    return Quantity(lots: levels[position].lots)
  }

  /// Sets the absolute quantity at a price; zero (or less, which cannot be) removes the level.
  /// O(log n + distance to the best).
  mutating func set(_ price: Price, _ quantity: Quantity) {
    let key = sign &* price.ticks
    let position = position(of: key)
    let exists = position < levels.count && levels[position].key == key
    if quantity.lots <= 0 {
      if exists { levels.remove(at: position) }
    } else if exists {
      levels[position].lots = quantity.lots
    } else {
      levels.insert(Level(key: key, lots: quantity.lots), at: position)
      if levels.count > BookSide.capacity {
        levels.removeFirst()
        droppedCount &+= 1
      }
    }
  }

  mutating func removeAll() { levels.removeAll(keepingCapacity: true) }

  private var sign: Int64 { side == .buy ? 1 : -1 }

  /// Index of the first level with a key not below `key`. Halves without a branch on what it finds:
  /// updates fall anywhere in the book, and a mispredicted branch costs more than a step.
  private func position(of key: Int64) -> Int {
    var first = 0
    var count = levels.count
    while count > 0 {
      let half = count / 2
      let isBelow = levels[first + half].key < key
      first = isBelow ? first + half + 1 : first
      count = isBelow ? count - half - 1 : half
    }
    return first
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(droppedCount)
    bytes.append(levels.count)
    for level in levels {
      bytes.append(level.key)
      bytes.append(level.lots)
    }
  }

  /// Reads what `encode` wrote of this side. O(levels).
  /// - Throws: `CanonicalError`, also for levels out of order or without a quantity.
  init(_ side: Side, canonical reader: inout CanonicalReader) throws(CanonicalError) {
    self.side = side
    droppedCount = try reader.take()
    let count = try reader.takeCount(atMost: BookSide.capacity)
    levels.reserveCapacity(count)
    for _ in 0..<count {
      let level = Level(key: try reader.take(), lots: try reader.take())
      let isNext = levels.last.map { $0.key < level.key } ?? true
      try reader.expect(isNext && level.lots > 0, "a level of \(level.lots) lots at \(level.key)")
      levels.append(level)
    }
  }
}
