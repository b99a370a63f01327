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

  /// Takes note of an id that a definition of the journal gave; of a name or an id that comes twice the first
  /// stands. O(assets).
  /// - Returns: false where the id has another name.
  @discardableResult
  func note(_ id: AssetID, as name: String) -> Bool {
    names.withLock { names in
      while names.count <= id.index { names.append("") }
      if names[id.index].isEmpty, !names.contains(name) { names[id.index] = name }
      return names[id.index] == name
    }
  }

  /// The id of a name, the next one where it has none. O(assets).
  /// - Parameter use: told the id; where it says that nothing came of it, a new id stays free.
  /// - Returns: the id, and whether it is new; `nil` where nothing came of it and when there is no room.
  func give(to name: String, _ use: (AssetID) -> Bool) -> (id: AssetID, isNew: Bool)? {
    names.withLock { names in
      let known = names.firstIndex(of: name)
      let id = AssetID(UInt16(known ?? names.count))
      guard known != nil || names.count < Self.capacity, use(id) else { return nil }
      if known == nil { names.append(name) }
      return (id, known == nil)
    }
  }
}
