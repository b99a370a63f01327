/// Which instrument each live order is of, and its place in its list. Ids come in rising order, so it
/// is a sorted array that is appended to; cancels and lists find their orders by it.
struct OrderDirectory: Sendable {
  private struct Entry: BitwiseCopyable {
    var id: OrderID
    var instrument: InstrumentID
    var list: ListPlace
  }

  private var entries: ContiguousArray<Entry> = []

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }

  /// The instrument of a live order. O(log n).
  subscript(id: OrderID) -> InstrumentID? {
    let index = place(of: id)
    guard index < entries.count, entries[index].id == id else { return nil }
    return entries[index].instrument
  }

  /// The place in its list of a live order. O(log n).
  func list(of id: OrderID) -> ListPlace? {
    let index = place(of: id)
    guard index < entries.count, entries[index].id == id else { return nil }
    return entries[index].list
  }

  /// Takes an order in, unless it is there already.
  mutating func insert(_ order: RestingOrder) {
    let index = place(of: order.id)
    if index < entries.count, entries[index].id == order.id { return }
    let entry = Entry(
      id: order.id, instrument: order.terms.instrument, list: order.terms.list)
    entries.insert(entry, at: index)
  }

  mutating func remove(_ id: OrderID) {
    let index = place(of: id)
    if index < entries.count, entries[index].id == id { entries.remove(at: index) }
  }

  private func place(of id: OrderID) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < id { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
