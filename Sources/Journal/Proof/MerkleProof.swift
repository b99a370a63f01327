/// Proofs about Merkle trees and their checks: that a leaf stands in a tree, and that a tree is the
/// beginning of a longer one. Source: RFC 6962 sections 2.1.1 and 2.1.2 for what a proof holds,
/// RFC 9162 sections 2.1.3.2 and 2.1.4.2 for the checks.

/// The nodes beside the way from a leaf to the root, the lowest first.
///
/// A proof binds leaf, index and root. The tree's size only says which nodes must be there, so it has
/// to come from where the root comes from: the signed checkpoint.
public struct InclusionProof: Equatable, Sendable {
  /// The leaf's place, counted from 0.
  public var index: UInt64
  /// Leaves in the tree.
  public var treeSize: UInt64
  /// At most 64 hashes.
  public var path: [SHA256Digest]

  public init(index: UInt64, treeSize: UInt64, path: [SHA256Digest]) {
    self.index = index
    self.treeSize = treeSize
    self.path = path
  }

  /// Makes the proof for one of `leaves`, the leaves of the whole tree. O(n).
  /// - Precondition: `index` is one of theirs.
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public init(of index: Int, in leaves: [SHA256Digest]) throws(JournalError) {
    precondition(leaves.indices.contains(index), "InclusionProof: leaf \(index) of \(leaves.count)")
    let levels = try TreeLevels(leaves)
    self.init(
      index: UInt64(index), treeSize: UInt64(leaves.count), path: levels.climb(from: index))
  }

  /// Whether `leaf` stands at `index` in the tree with this root. O(log n).
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public func proves(_ leaf: SHA256Digest, under root: SHA256Digest) throws(JournalError) -> Bool {
    guard index < treeSize else { return false }
    var hasher = try TreeHasher()
    var (place, last, node) = (index, treeSize - 1, leaf)
    for beside in path {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        node = hasher.node(beside, node)
        while place & 1 == 0, place > 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        node = hasher.node(node, beside)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 && node == root
  }
}

/// The nodes that show a tree to be the beginning of a longer one.
public struct ConsistencyProof: Equatable, Sendable {
  /// Leaves in the earlier tree.
  public var firstSize: UInt64
  /// Leaves in the later tree.
  public var secondSize: UInt64
  /// At most 65 hashes.
  public var path: [SHA256Digest]

  public init(firstSize: UInt64, secondSize: UInt64, path: [SHA256Digest]) {
    self.firstSize = firstSize
    self.secondSize = secondSize
    self.path = path
  }

  /// Makes the proof that the first `size` of `leaves` made the earlier tree. O(n).
  /// - Precondition: 0 < `size` ≤ `leaves.count`.
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public init(from size: Int, to leaves: [SHA256Digest]) throws(JournalError) {
    precondition(size > 0, "ConsistencyProof: from an empty tree")
    precondition(size <= leaves.count, "ConsistencyProof: \(size) of \(leaves.count)")
    self.init(firstSize: UInt64(size), secondSize: UInt64(leaves.count), path: [])
    guard size < leaves.count else { return }
    let levels = try TreeLevels(leaves)
    // The last full subtree of the earlier tree is a node of both; from there the way leads up.
    let level = size.trailingZeroBitCount
    let place = (size >> level) - 1
    if size != 1 << level { path.append(levels.node(place, level: level)) }
    path += levels.climb(from: place, level: level)
  }

  /// Whether the tree with the first root is the beginning of the one with the second. O(log n).
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public func proves(_ first: SHA256Digest, isPrefixOf second: SHA256Digest) throws(JournalError)
    -> Bool
  {
    guard firstSize > 0, firstSize < secondSize else {
      return firstSize == secondSize && path.isEmpty && first == second
    }
    var hasher = try TreeHasher()
    var rest = path[...]
    guard let start = firstSize.nonzeroBitCount == 1 ? first : rest.popFirst() else { return false }
    var (place, last) = (firstSize - 1, secondSize - 1)
    while place & 1 == 1 { (place, last) = (place >> 1, last >> 1) }
    var (before, after) = (start, start)
    for beside in rest {
      guard last > 0 else { return false }
      if place & 1 == 1 || place == last {
        before = hasher.node(beside, before)
        after = hasher.node(beside, after)
        while place & 1 == 0, place > 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        after = hasher.node(after, beside)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 && before == first && after == second
  }
}

/// All nodes of a tree, level by level; a last node without a partner rises as it is.
private struct TreeLevels {
  private var levels: [[SHA256Digest]]

  init(_ leaves: [SHA256Digest]) throws(JournalError) {
    var hasher = try TreeHasher()
    levels = [leaves]
    while let below = levels.last, below.count > 1 {
      var above: [SHA256Digest] = []
      above.reserveCapacity((below.count + 1) / 2)
      for left in stride(from: 0, to: below.count, by: 2) {
        above.append(
          left + 1 < below.count ? hasher.node(below[left], below[left + 1]) : below[left])
      }
      levels.append(above)
    }
  }

  func node(_ place: Int, level: Int) -> SHA256Digest { levels[level][place] }

  /// The nodes beside the way from a node up to the root.
  func climb(from place: Int, level: Int = 0) -> [SHA256Digest] {
    var place = place
    var path: [SHA256Digest] = []
    for nodes in levels[level...] {
      if nodes.indices.contains(place ^ 1) { path.append(nodes[place ^ 1]) }
      place >>= 1
    }
    return path
  }
}
