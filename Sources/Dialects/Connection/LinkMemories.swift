/// What a dialect remembers of each connection: counters, books, candles that have not closed.

/// What is remembered of one link. A new one may take up where the link heard last has come to.
protocol LinkMemory {
  var id: LinkID { get }
  init(_ id: LinkID, after last: Self?)
}

/// The memories of the links heard from last. A link that still speaks is never forgotten for one that was
/// tried and failed: the one that has been silent longest goes.
struct LinkMemories<Memory: LinkMemory> {
  /// A link, its successor, and what may still come of those before.
  static var capacity: Int { 4 }

  /// The one heard last stands last.
  private var all: [Memory] = []

  init() {}

  subscript(place: Int) -> Memory {
    _read { yield all[place] }
    _modify { yield &all[place] }
  }

  /// Where the link that speaks now is remembered; a number not seen before is a new link. It holds until
  /// another link speaks.
  mutating func place(of id: LinkID) -> Int {
    if all.last?.id == id { return all.count - 1 }
    if let known = all.firstIndex(where: { $0.id == id }) {
      all.append(all.remove(at: known))
    } else {
      all.append(Memory(id, after: all.last))
      if all.count > Self.capacity { all.removeFirst() }
    }
    return all.count - 1
  }
}
