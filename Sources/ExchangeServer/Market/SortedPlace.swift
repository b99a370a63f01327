/// Binary search, for everything here that is kept in order.

extension RandomAccessCollection {
  /// The place of the first element that is not before what a test says, where those before it stand
  /// first. O(log n).
  func place(where isBefore: (Element) -> Bool) -> Index {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = index(low, offsetBy: distance(from: low, to: high) / 2)
      if isBefore(self[middle]) { low = index(after: middle) } else { high = middle }
    }
    return low
  }
}
