/// One folder of a simulated disk: the names on the platter, the names as they are now, and the
/// changes between them, of which a crash keeps any that do not build on a lost one.

/// What a name stands for.
package enum Node: Equatable, Sendable {
  case file(Int)
  case folder(Int)
}

/// An entry of a folder.
package struct Entry: Equatable, Sendable {
  package var name: String
  package var node: Node
}

/// A change of names since the last sync of the folder.
struct NameChange: Sendable {
  enum Kind: Sendable {
    case link
    case unlink
    case rename(from: String)
  }
  var kind: Kind
  var name: String
  var node: Node
  /// A failed sync has given it up: no later sync makes it durable, unless the name is changed anew.
  var isAbandoned = false

  /// Whether both change one name, so that the later one builds on the earlier.
  func touches(_ other: NameChange) -> Bool {
    if name == other.name { return true }
    if case .rename(let from) = kind, other.names(from) { return true }
    return other.isRename(from: name)
  }

  private func names(_ text: String) -> Bool { name == text || isRename(from: text) }

  private func isRename(from text: String) -> Bool {
    if case .rename(let from) = kind { return from == text }
    return false
  }
}

package struct FolderImage: Sendable {
  private(set) var durable: [Entry] = []
  package private(set) var entries: [Entry] = []
  private(set) var pending: [NameChange] = []

  func node(_ name: String) -> Node? { entries.first { $0.name == name }?.node }

  mutating func link(_ name: String, _ node: Node) {
    change(NameChange(kind: .link, name: name, node: node))
  }

  mutating func unlink(_ name: String, _ node: Node) {
    change(NameChange(kind: .unlink, name: name, node: node))
  }

  /// The node is under one of the two names at every moment, and only one.
  mutating func rename(_ from: String, to name: String, _ node: Node) {
    change(NameChange(kind: .rename(from: from), name: name, node: node))
  }

  private mutating func change(_ change: NameChange) {
    Self.apply(change, to: &entries)
    pending.append(change)
  }

  private static func apply(_ change: NameChange, to entries: inout [Entry]) {
    entries.removeAll { $0.name == change.name }
    switch change.kind {
    case .unlink: return
    case .link: break
    case .rename(let from): entries.removeAll { $0.name == from }
    }
    entries.append(Entry(name: change.name, node: change.node))
  }

  /// Makes durable what no failed sync has given up, with all it builds on: a folder's names are written
  /// as they are, so a name that is changed anew is written whatever became of it before.
  mutating func sync() {
    var isWritten = pending.map { !$0.isAbandoned }
    for later in pending.indices.reversed() where isWritten[later] {
      for earlier in 0..<later where pending[later].touches(pending[earlier]) {
        isWritten[earlier] = true
      }
    }
    for place in pending.indices where isWritten[place] { Self.apply(pending[place], to: &durable) }
    pending = pending.indices.filter { !isWritten[$0] }.map { pending[$0] }
  }

  /// A sync that failed.
  mutating func abandon() {
    for place in pending.indices { pending[place].isAbandoned = true }
  }

  /// The subsets of the pending changes a crash may keep, as bit masks: whatever builds on a lost
  /// change is lost. With more than `limit` changes, only the beginnings of their order.
  func subsets(limit: Int = 8) -> [UInt64] {
    guard pending.count <= limit else {
      return (0...pending.count).map { $0 >= 64 ? .max : (UInt64(1) << UInt64($0)) - 1 }
    }
    return (UInt64(0)..<(1 << UInt64(pending.count))).filter(isClosed)
  }

  private func isClosed(_ mask: UInt64) -> Bool {
    for later in pending.indices where mask & (1 << UInt64(later)) != 0 {
      for earlier in 0..<later where mask & (1 << UInt64(earlier)) == 0 {
        if pending[later].touches(pending[earlier]) { return false }
      }
    }
    return true
  }

  /// What a crash leaves.
  mutating func settle(_ mask: UInt64) {
    for (place, change) in pending.enumerated() where mask & (1 << UInt64(place)) != 0 {
      Self.apply(change, to: &durable)
    }
    pending = []
    entries = durable
  }
}
