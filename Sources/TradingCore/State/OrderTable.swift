/// The orders that are alive, and a short memory of those that are not.

/// Live orders sorted by id, in a dense array that never holds more than `capacity`.
public struct OrderTable: Equatable, Sendable, CanonicallyDecodable {
  /// The most live orders; the gate refuses what would exceed it.
  public static let capacity = 4_096
  /// How many closed ids are remembered, so that late duplicates are told from strangers.
  public static let memory = 256

  public private(set) var live: ContiguousArray<LiveOrder> = []
  private var closed = ContiguousArray<OrderID>(repeating: .none, count: OrderTable.memory)
  private var closedBooks = ContiguousArray<BookID>(repeating: BookID(0), count: OrderTable.memory)
  private var closedCount = 0

  public init() {}

  /// The live order with an id. O(log n).
  public subscript(id: OrderID) -> LiveOrder? {
    index(of: id).map { live[$0] }
  }

  /// Whether there has never been an order.
  var isUnused: Bool { live.isEmpty && closedCount == 0 }

  /// Whether an id was closed not long ago.
  public func wasClosed(_ id: OrderID) -> Bool { id != .none && closed.contains(id) }

  /// The books of all orders that are remembered, one for each order.
  var books: [BookID] { live.map(\.terms.book) + closedBooks }

  /// The book that an order closed not long ago traded for. O(memory).
  func bookOfClosed(_ id: OrderID) -> BookID? {
    closed.firstIndex(of: id).map { closedBooks[$0] }
  }

  /// Lots that orders on a side of an instrument may still trade, counting unknown orders as live, but
  /// for one order. `book` counts one book's orders alone, `.all` everybody's. O(live orders).
  public func working(
    _ instrument: InstrumentID, _ side: Side, of book: BookID = .all, without id: OrderID = .none
  ) -> Int64 {
    var lots: Int64 = 0
    for index in live.indices
    where live[index].terms.instrument == instrument && live[index].terms.side == side
      && (book == .all || live[index].terms.book == book) && live[index].id != id
    {
      lots = lots.addingClamped(countedLots(at: index))
    }
    return lots
  }

  /// The same of a book's orders that trade now, without those that wait for a trigger or for their
  /// entry: what a new target takes for done. O(live orders).
  func underway(_ instrument: InstrumentID, _ side: Side, of book: BookID) -> Int64 {
    var lots: Int64 = 0
    for order in live
    where order.terms.instrument == instrument && order.terms.side == side
      && order.terms.book == book && !order.terms.type.waitsForTrigger
      && order.terms.list.role != .exit
    {
      lots = lots.addingClamped(order.open.lots)
    }
    return lots
  }

  /// What the live order at an index may trade beside those before it in its list, by its quantity or
  /// by that of an amendment under way, whichever is larger: of two alternatives the larger counts once,
  /// and an exit counts for what its entry has filled. O(1).
  public func countedLots(at index: Int) -> Int64 {
    let open = live[index].reservedLots
    var counted: Int64 = 0
    for distance in 0..<live[index].terms.list.offset {
      counted = max(counted, lotsBefore(index, distance + 1))
    }
    return max(0, open.subtractingClamped(counted))
  }

  /// Lots of an order that are counted with the one so many places before it in its list, whose ids
  /// follow each other: those of its entry, and of an alternative that is reduce-only as it is.
  private func lotsBefore(_ index: Int, _ distance: Int) -> Int64 {
    let id = live[index].id.raw &- UInt64(distance)
    for place in max(0, index - distance)..<index where live[place].id.raw == id {
      let terms = live[place].terms
      let isAlike = terms.reduceOnly == live[index].terms.reduceOnly
      return isAlike || terms.list.role == .entry ? live[place].open.lots : 0
    }
    return 0
  }

  /// Takes an order in, with its quantity in lots, and a child with its parent; false when there is no
  /// room for it.
  mutating func add(
    _ id: OrderID, _ terms: OrderTerms, open: Quantity, parent: OrderID = .none
  ) -> Bool {
    guard live.count < OrderTable.capacity else { return false }
    live.append(LiveOrder(id: id, terms: terms, open: open, status: .pending, parent: parent))
    return true
  }

  /// The venue has the order; one that is being canceled stays so.
  mutating func accept(_ id: OrderID) -> Bool {
    guard let index = index(of: id) else { return false }
    if live[index].status != .canceling { live[index].status = .working }
    return true
  }

  /// Changes the status of a live order; false when there is none.
  mutating func mark(_ id: OrderID, _ status: OrderStatus) -> Bool {
    guard let index = index(of: id) else { return false }
    live[index].status = status
    return true
  }

  /// Takes filled lots off an order, closing it when nothing is left; false when there is none or
  /// when the fill is larger than what was open. An order in the quote asset ends by a report only.
  mutating func fill(_ id: OrderID, _ quantity: Quantity) -> Bool {
    guard let index = index(of: id) else { return false }
    let left = live[index].fill(quantity)
    if live[index].terms.flags.contains(.inQuote) { return true }
    if left <= 0 { close(at: index) }
    return left >= 0
  }

  /// Notes that an order is to be amended: until the answer the larger quantity counts.
  mutating func ask(_ change: AmendTerms) {
    if let index = index(of: change.order) { live[index].ask(change) }
  }

  /// Sets price and whole quantity as the venue says they are, closing the order when all of it is
  /// filled; false when there is none.
  mutating func amend(_ change: Amended) -> Bool {
    guard let index = index(of: change.order) else { return false }
    live[index].amend(change.price, change.quantity)
    if live[index].open == .zero, !live[index].terms.flags.contains(.inQuote) { close(at: index) }
    return true
  }

  /// Removes an order that can no longer trade; false when there is none.
  mutating func close(_ id: OrderID) -> Bool {
    guard let index = index(of: id) else { return false }
    close(at: index)
    return true
  }

  private mutating func close(at index: Int) {
    closed[closedCount % OrderTable.memory] = live[index].id
    closedBooks[closedCount % OrderTable.memory] = live[index].terms.book
    closedCount += 1
    live.remove(at: index)
  }

  private func index(of id: OrderID) -> Int? {
    var low = 0
    var high = live.count
    while low < high {
      let middle = (low + high) / 2
      if live[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low < live.count && live[low].id == id ? low : nil
  }

  public func encode(into bytes: inout CanonicalBytes) {
    bytes.append(live.count)
    for order in live { order.encode(into: &bytes) }
    bytes.append(closedCount)
    for index in closed.indices {
      bytes.append(closed[index].raw)
      bytes.append(closedBooks[index].raw)
    }
  }

  public init(canonical reader: inout CanonicalReader) throws(CanonicalError) {
    live = try reader.takeArray(atMost: OrderTable.capacity)
    let isSorted = zip(live, live.dropFirst()).allSatisfy { $0.id < $1.id }
    try reader.expect(isSorted, "live orders out of order")
    let areOfBooks = live.allSatisfy { $0.terms.book.hasRoom }
    try reader.expect(areOfBooks, "a live order of a book beyond the last one")
    closedCount = try reader.takeTally()
    for index in closed.indices {
      closed[index] = try reader.take()
      closedBooks[index] = BookID(try reader.take())
      try reader.expect(closedBooks[index].hasRoom, "a book beyond the last one")
    }
  }
}
