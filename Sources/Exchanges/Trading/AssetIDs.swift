/// Ids of a journal's assets, given out in one place: the accounts of several venues name assets on threads
/// of their own, and no two assets may get the same.

internal import Synchronization
internal import TradingCore

package final class AssetIDs: Sendable {
  /// Names as the journal has them, by id; empty for an id without one.
  private let names = Mutex<[String]>([])

  /// Most assets that a journal has ids for.
  static let capacity = AssetID.capacity

  package init() {}

  /// Takes note of an id that a definition of the journal gave. O(assets).
  func note(_ id: AssetID, as name: String) {
    names.withLock { names in
      while names.count <= id.index { names.append("") }
      if names[id.index].isEmpty, !names.contains(name) { names[id.index] = name }
    }
  }

  /// Gives a name the next id. O(assets).
  /// - Parameter use: told the id; where it says that nothing came of it, the id stays free.
  /// - Returns: `nil` for that, for a name that has an id, and when there is no room.
  func give(to name: String, _ use: (AssetID) -> Bool) -> AssetID? {
    names.withLock { names in
      guard !names.contains(name), names.count < Self.capacity else { return nil }
      let id = AssetID(UInt16(names.count))
      guard use(id) else { return nil }
      names.append(name)
      return id
    }
  }
}
