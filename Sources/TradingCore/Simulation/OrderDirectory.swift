/// Which instrument each live order is of. Ids come in rising order, so it is a sorted array that is
/// appended to; cancels and lists find their orders by it.
struct OrderDirectory: Sendable {
  private struct Entry: BitwiseCopyable {
    var id: OrderID
    var instrument: InstrumentID
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

  mutating func insert(_ id: OrderID, _ instrument: InstrumentID) {
    entries.insert(Entry(id: id, instrument: instrument), at: place(of: id))
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
