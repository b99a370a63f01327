/// One side of an order book: price levels from the best one on, with what was dropped when full.
public struct BookSide: Equatable, Sendable, CanonicallyEncodable {
  /// The most levels kept; beyond it the level farthest from the best price is dropped.
  public static let capacity = 32_768

  public let side: Side
  /// By rising key, which is the price of a bid and minus the price of an ask: the best is last.
  private var levels = LevelBlocks()
  /// Levels dropped because the side was full.
  public private(set) var droppedCount: UInt64 = 0

  public init(_ side: Side) { self.side = side }

  public var count: Int { levels.count }
  public var isEmpty: Bool { levels.count == 0 }

  /// The best price and what is there; `nil` when the side is empty.
  public var best: (price: Price, quantity: Quantity)? {
    levels.count == 0 ? nil : self[0]
  }

  /// The level `depth` places behind the best one; 0 is the best. O(1) near the best, O(levels / 32) else.
  public subscript(depth: Int) -> (price: Price, quantity: Quantity) {
    let level = levels[fromLast: depth]
    return (Price(ticks: sign &* level.key), Quantity(lots: level.lots))
  }

  /// How many levels are at a price or better. O(log n + levels / 32).
  func count(upTo price: Price) -> Int { levels.count(from: sign &* price.ticks) }

  /// The quantity at a price, zero when there is none. O(log n).
  public func quantity(at price: Price) -> Quantity {
    Quantity(lots: levels.lots(at: sign &* price.ticks))
  }

  /// Sets the absolute quantity at a price; zero (or less, which cannot be) removes the level. O(log n).
  mutating func set(_ price: Price, _ quantity: Quantity) {
    let key = sign &* price.ticks
    guard quantity.lots > 0 else { return levels.remove(at: key) }
    levels.put(quantity.lots, at: key)
    if levels.count > BookSide.capacity {
      levels.removeFirst()
      droppedCount &+= 1
    }
  }

  mutating func removeAll() { levels.removeAll() }

  private var sign: Int64 { side == .buy ? 1 : -1 }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(droppedCount)
    bytes.append(levels.count)
    levels.visit { level in
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
    var last: Int64?
    for _ in 0..<count {
      let (key, lots): (Int64, Int64) = (try reader.take(), try reader.take())
      let isNext = last.map { $0 < key } ?? true
      try reader.expect(isNext && lots > 0, "a level of \(lots) lots at \(key)")
      levels.put(lots, at: key)
      last = key
    }
  }
}
