/// A venue's order book rebuilt from a snapshot and incremental updates, with the synchronisation
/// rule Binance documents (How to manage a local order book correctly, spot API, web-socket-streams).
///
/// The rule: updates that come before the snapshot wait; those whose last id is not above the
/// snapshot's are dropped; the first one applied must reach back to the snapshot's id + 1; each
/// following one must continue without a jump. After a jump the book is invalid until the next
/// snapshot; a snapshot older than a valid book is dropped. A strategy or a simulation must not use an invalid book.

/// One level of an update or a snapshot with the ids of its message.
public struct BookLevel: Equatable, Sendable, BitwiseCopyable {
  public var price: Price
  public var quantity: Quantity
  public var firstUpdateID: Int64
  public var lastUpdateID: Int64
  public var side: Side
  /// The message held no level; price and quantity mean nothing.
  public var isEmpty: Bool
  public var isFirstOfRun: Bool
  public var isLastOfRun: Bool

  public init(
    side: Side, price: Price, quantity: Quantity, firstUpdateID: Int64, lastUpdateID: Int64,
    isEmpty: Bool, isFirstOfRun: Bool, isLastOfRun: Bool
  ) {
    self.price = price
    self.quantity = quantity
    self.firstUpdateID = firstUpdateID
    self.lastUpdateID = lastUpdateID
    self.side = side
    self.isEmpty = isEmpty
    self.isFirstOfRun = isFirstOfRun
    self.isLastOfRun = isLastOfRun
  }
}

/// Where a book stands between snapshot and updates.
public enum BookStatus: UInt8, Sendable, BitwiseCopyable {
  /// No snapshot yet, or a jump in the ids since: levels mean nothing.
  case waiting = 0
  /// A snapshot is arriving level by level.
  case loading = 1
  /// In step with the venue.
  case valid = 2
}

public struct OrderBook: Equatable, Sendable, CanonicallyDecodable {
  public private(set) var bids = BookSide(.buy)
  public private(set) var asks = BookSide(.sell)
  public private(set) var status = BookStatus.waiting
  /// The id of the last update applied.
  public private(set) var updateID: Int64 = 0
  /// Jumps in the update ids so far.
  public private(set) var gapCount: UInt64 = 0
  /// Messages dropped because the book already held them.
  public private(set) var staleCount: UInt64 = 0
  /// Updates that wait for a snapshot, oldest first.
  private var waiting: ContiguousArray<BookLevel> = []
  private var skipsRun = false

  /// The most levels that wait for a snapshot; when full, what waits is dropped and counted a gap.
  public static let waitingCapacity = 65_536

  public init() {}

  public var isValid: Bool { status == .valid }

  /// Whether the best bid is at or above the best ask, which no sound book is.
  public var isCrossed: Bool {
    guard let bid = bids.best, let ask = asks.best else { return false }
    return bid.price >= ask.price
  }

  /// Every level: bids from the best price down, then asks from the best price up. O(levels).
  public var allLevels: [(side: Side, price: Price, quantity: Quantity)] {
    (0..<bids.count).map { (.buy, bids[$0].price, bids[$0].quantity) }
      + (0..<asks.count).map { (.sell, asks[$0].price, asks[$0].quantity) }
  }

  /// Takes one level of a snapshot; levels whose first was never seen are left out, and so is a snapshot
  /// that is older than a valid book: it would take the book back, and the next update would not fit.
  mutating func load(_ level: BookLevel) {
    if level.isFirstOfRun {
      if status == .valid, level.lastUpdateID < updateID {
        staleCount &+= 1
        return
      }
      bids.removeAll()
      asks.removeAll()
      status = .loading
    }
    guard status == .loading else { return }
    updateID = level.lastUpdateID
    set(level)
    if level.isLastOfRun { finishLoading() }
  }

  /// Takes one level of an incremental update.
  mutating func update(_ level: BookLevel) {
    guard status == .valid else { return wait(level) }
    if level.isFirstOfRun { admitRun(level) }
    guard status == .valid else { return wait(level) }
    if skipsRun { return }
    set(level)
    if level.isLastOfRun { updateID = level.lastUpdateID }
  }

  /// The venue or the recording lost something: nothing in the book can be trusted any more.
  mutating func invalidate() {
    guard status != .waiting else { return }
    status = .waiting
    waiting.removeAll(keepingCapacity: true)
  }

  private mutating func admitRun(_ level: BookLevel) {
    skipsRun = level.lastUpdateID <= updateID
    if skipsRun {
      staleCount &+= 1
    } else if level.firstUpdateID > updateID &+ 1 {
      gapCount &+= 1
      invalidate()
    }
  }

  private mutating func wait(_ level: BookLevel) {
    if waiting.count == OrderBook.waitingCapacity {
      waiting.removeAll(keepingCapacity: true)
      gapCount &+= 1
    }
    waiting.append(level)
  }

  /// What is left of a message whose beginning was lost must not be applied: it is skipped, and the
  /// next message then shows the jump.
  private mutating func finishLoading() {
    status = .valid
    skipsRun = true
    let late = waiting
    waiting.removeAll(keepingCapacity: true)
    for level in late { update(level) }
  }

  private mutating func set(_ level: BookLevel) {
    guard !level.isEmpty else { return }
    switch level.side {
    case .buy: bids.set(level.price, level.quantity)
    case .sell: asks.set(level.price, level.quantity)
    }
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(status.rawValue)
    bytes.append(updateID)
    bytes.append(gapCount)
    bytes.append(staleCount)
    bytes.append(skipsRun)
    bids.encode(into: &bytes)
    asks.encode(into: &bytes)
    bytes.append(waiting.count)
    for level in waiting { level.encode(into: &bytes) }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (status, updateID) = (try reader.take(), try reader.take())
    (gapCount, staleCount) = (try reader.take(), try reader.take())
    skipsRun = try reader.take()
    bids = try BookSide(.buy, canonical: &reader)
    asks = try BookSide(.sell, canonical: &reader)
    waiting = try reader.takeArray(atMost: OrderBook.waitingCapacity)
  }
}

extension BookLevel: CanonicallyDecodable {
  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(price)
    bytes.append(quantity)
    bytes.append(firstUpdateID)
    bytes.append(lastUpdateID)
    bytes.append(side.rawValue)
    bytes.append(isEmpty)
    bytes.append(isFirstOfRun)
    bytes.append(isLastOfRun)
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    (price, quantity) = (try reader.take(), try reader.take())
    (firstUpdateID, lastUpdateID) = (try reader.take(), try reader.take())
    (side, isEmpty) = (try reader.take(), try reader.take())
    (isFirstOfRun, isLastOfRun) = (try reader.take(), try reader.take())
  }
}
