/// What is held of one instrument as lots in the order they were opened, closed first in, first out.
///
/// `Position` tells the same by average cost. Both take the same moves, so realised profit less cost is
/// the same in both after every fill, and where nothing is held so is realised profit: the methods only
/// disagree on when profit is realised.

/// An amount that was opened by one fill, or by several where lots were merged.
public struct OpenLot: Equatable, Sendable, BitwiseCopyable {
  /// Base asset, negative when short.
  public var amount: Money
  /// What it cost in quote units, signed like the amount.
  public var cost: Money
  /// When it was opened; of merged lots the earliest.
  public var time: Timestamp
}

/// A lot, or part of one, that a fill closed.
public struct ClosedLot: Equatable, Sendable, BitwiseCopyable {
  public var instrument: InstrumentID
  /// Base asset, negative when it was short.
  public var amount: Money
  /// What it had cost, and what closing it brought (`exit`: cost, when short), signed like the amount.
  public var cost: Money
  public var exit: Money
  public var entryTime: Timestamp
  public var exitTime: Timestamp
  /// Profit before fees, in quote units.
  public var profit: Money { exit - cost }
}

public struct FIFOLots: Equatable, Sendable {
  /// The most open lots of a position. When another is opened the two oldest become one: nothing is
  /// lost but the border between them.
  public static let capacity = 256

  private var items: ContiguousArray<OpenLot> = []
  /// Where the oldest open lot is in `items`; those before are closed.
  private var first = 0
  /// What the open lots cost together, in quote units, signed like the amount.
  public private(set) var cost = Money.zero
  /// Profit of what was closed, before fees, in quote units.
  public private(set) var realised = Money.zero
  /// How often two lots became one because there was no room for another.
  public private(set) var mergeCount: UInt64 = 0

  public init() {}

  /// The open lots, oldest first. O(lots).
  public var open: [OpenLot] { Array(items[first...]) }
  public var count: Int { items.count - first }

  public static func == (left: Self, right: Self) -> Bool {
    left.cost == right.cost && left.realised == right.realised
      && left.mergeCount == right.mergeCount
      && left.items[left.first...] == right.items[right.first...]
  }

  /// Profit of what is held at a price, before fees, where `amount` is what the lots hold together;
  /// `nil` when the value is beyond what is booked.
  public func unrealised(
    of amount: Money, at price: Price, _ definition: InstrumentDefinition
  ) -> Money? {
    definition.value(of: amount, at: price).map { $0 - cost }
  }

  /// Closes the oldest lots that the move is against, then opens a lot of what is left of it. `closed`
  /// sees each lot, or part of a lot, that ends. Amortised O(lots closed + 1).
  mutating func apply(
    _ move: BaseMove, at time: Timestamp, closed: (ClosedLot) -> Void = { _ in }
  ) {
    var rest = move
    while rest.amount.units != 0, first < items.count,
      (items[first].amount.units < 0) != (rest.amount.units < 0)
    {
      closed(closeOldest(rest.split(items[first].amount.magnitude), at: time))
    }
    if first > 0, first == items.count { forgetClosed() }
    if rest.amount.units != 0 { open(rest, at: time) } else { realised -= rest.cost }
  }

  private mutating func closeOldest(_ closing: BaseMove, at time: Timestamp) -> ClosedLot {
    let lot = items[first]
    let moved = lot.cost.scaled(
      by: closing.amount.magnitude.units, over: lot.amount.magnitude.units)
    realised -= closing.cost + moved
    cost -= moved
    items[first].amount += closing.amount
    items[first].cost -= moved
    if items[first].amount.units == 0 { first += 1 }
    return ClosedLot(
      instrument: closing.instrument, amount: -closing.amount, cost: moved, exit: -closing.cost,
      entryTime: lot.time, exitTime: time)
  }

  private mutating func open(_ opening: BaseMove, at time: Timestamp) {
    if count == FIFOLots.capacity { mergeOldest() }
    if items.count >= 2 * FIFOLots.capacity { forgetClosed() }
    cost += opening.cost
    items.append(OpenLot(amount: opening.amount, cost: opening.cost, time: time))
  }

  private mutating func mergeOldest() {
    items[first + 1].amount += items[first].amount
    items[first + 1].cost += items[first].cost
    items[first + 1].time = items[first].time
    first += 1
    mergeCount += 1
  }

  /// Gives the room of closed lots back; the array keeps it.
  private mutating func forgetClosed() {
    items.removeFirst(first)
    first = 0
  }

  /// Whether every number is small enough to be exact.
  var isBookable: Bool { cost.isBookable && realised.isBookable }
}

extension FIFOLots: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(count)
    for lot in items[first...] { lot.encode(into: &bytes) }
    for money in [cost, realised] { bytes.append(money) }
    bytes.append(mergeCount)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    items = try reader.takeArray(atMost: FIFOLots.capacity)
    let signs = items.map { $0.amount.units.signum() }
    let isOneSided = signs.allSatisfy { $0 != 0 && $0 == signs[0] }
    try reader.expect(isOneSided, "open lots that are empty or of both sides")
    (cost, realised) = (try reader.take(), try reader.take())
    mergeCount = try reader.takeTally()
  }
}

extension OpenLot: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    // No array of the two: there are hundreds of lots, and each array would be taken from the heap.
    bytes.append(amount)
    bytes.append(cost)
    bytes.append(time)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (amount, cost) = (try reader.take(), try reader.take())
    time = try reader.take()
  }
}
