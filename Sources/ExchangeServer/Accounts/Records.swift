/// Numbered records of an account, the open ones at hand: its orders, and its lists of orders. However
/// long an exchange runs they stay bounded, and no request walks all of them to find what is open.

/// What is kept in `Records`.
protocol NumberedRecord {
  /// Rises from record to record.
  var id: Int64 { get }
  /// Whether something may still happen to it.
  var isOpen: Bool { get }
}

/// Records by rising id.
struct Records<Record: NumberedRecord> {
  private(set) var all: [Record] = []
  /// Ids of the open ones, rising.
  private(set) var open: [Int64] = []
  /// How many were forgotten.
  private(set) var forgotten = 0

  /// The most records kept. Beyond it the oldest half is forgotten, but for what is open in it.
  let capacity: Int

  init(capacity: Int = 1 << 17) { self.capacity = capacity }

  /// Takes a record, whose id is the highest so far.
  /// - Returns: records that were forgotten for it, mostly none.
  mutating func append(_ record: Record) -> [Record] {
    precondition(all.last.map { $0.id < record.id } ?? true, "Records: id \(record.id) is not new")
    let gone = makeRoom()
    all.append(record)
    if record.isOpen { open.append(record.id) }
    return gone
  }

  private mutating func makeRoom() -> [Record] {
    guard all.count >= capacity else { return [] }
    let gone = all.prefix(capacity / 2).filter { !$0.isOpen }
    let kept = all.prefix(capacity / 2).filter(\.isOpen)
    all.replaceSubrange(..<(capacity / 2), with: kept)
    forgotten += gone.count
    return gone
  }

  /// Takes a record out as if it had never been there.
  mutating func remove(_ id: Int64) -> Record? {
    guard let index = index(of: id) else { return nil }
    open.removeAll { $0 == id }
    return all.remove(at: index)
  }

  /// The place of a record. O(log n).
  func index(of id: Int64) -> Int? {
    let index = all.place { $0.id < id }
    return index < all.count && all[index].id == id ? index : nil
  }

  subscript(index: Int) -> Record {
    get { all[index] }
    _modify {
      let wasOpen = all[index].isOpen
      yield &all[index]
      note(all[index].id, wasOpen: wasOpen, isOpen: all[index].isOpen)
    }
  }

  /// The open records, oldest first. O(open · log n).
  var allOpen: [Record] { open.compactMap { index(of: $0).map { all[$0] } } }

  private mutating func note(_ id: Int64, wasOpen: Bool, isOpen: Bool) {
    guard wasOpen != isOpen else { return }
    let place = open.place { $0 < id }
    if isOpen { open.insert(id, at: place) } else { open.remove(at: place) }
  }
}
