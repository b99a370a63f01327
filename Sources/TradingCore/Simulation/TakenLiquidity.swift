/// Lots that our orders took from one side of a recorded market, by price: the recording still shows
/// them, and no later order may take them again. Nearly always empty or a handful of prices.
struct TakenLiquidity: Sendable {
  private struct Entry: BitwiseCopyable {
    var price: Price
    var lots: Int64
  }

  private var entries: ContiguousArray<Entry> = []

  var isEmpty: Bool { entries.isEmpty }

  /// Lots taken at a price. O(prices).
  func lots(at price: Price) -> Int64 {
    for entry in entries where entry.price == price { return entry.lots }
    return 0
  }

  mutating func add(_ lots: Int64, at price: Price) {
    if let index = entries.firstIndex(where: { $0.price == price }) {
      entries[index].lots = entries[index].lots.addingClamped(lots)
    } else {
      entries.append(Entry(price: price, lots: lots))
    }
  }

  /// The recorded quantity at a price went from one to another: lots that left were lots we had taken.
  mutating func follow(_ price: Price, from before: Int64, to after: Int64) {
    guard let index = entries.firstIndex(where: { $0.price == price }) else { return }
    if after > 0 { entries[index].lots -= max(0, before - after) }
    if after <= 0 || entries[index].lots <= 0 { entries.remove(at: index) }
  }

  mutating func removeAll(where isGone: (Price) -> Bool) {
    entries.removeAll { isGone($0.price) }
  }

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }
}
