/// The Merkle tree of RFC 6962 section 2.1, grown one leaf at a time: its root commits to every leaf
/// and their order, in 32 bytes. Only the roots of the full subtrees are kept, at most 64 of them.
///
///     leaf = SHA-256(00 ‖ entry)        made by `HashChain`
///     node = SHA-256(01 ‖ left ‖ right)
///
/// A journal has one tree over the leaves of all its data blocks, whose head the checkpoints sign;
/// each segment's footer holds the root over its own.

/// A growing tree. `~Copyable`, because it holds a running digest.
public struct MerkleTree: ~Copyable {
  /// Leaves so far.
  public private(set) var size: UInt64 = 0
  /// The roots of the full subtrees, the largest first: one for every set bit of `size`.
  private var subtrees: [SHA256Digest] = []
  private var hasher: TreeHasher

  /// An empty tree.
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public init() throws(JournalError) { hasher = try TreeHasher() }

  /// Adds a leaf at the end. O(1) amortised.
  /// - Parameter leaf: the leaf's hash, tag and all.
  public mutating func append(_ leaf: SHA256Digest) {
    var node = leaf
    var level = size
    while level & 1 == 1, let left = subtrees.popLast() {
      node = hasher.node(left, node)
      level >>= 1
    }
    subtrees.append(node)
    size += 1
  }

  /// The root over all leaves so far; of none it is the hash of nothing. O(log n).
  public mutating func root() -> SHA256Digest {
    guard var node = subtrees.last else { return hasher.nothing() }
    for left in subtrees.dropLast().reversed() { node = hasher.node(left, node) }
    return node
  }

  /// The root over `leaves`. O(n).
  /// - Throws: `JournalError.library` when libcrypto has no SHA-256 to give.
  public static func root(of leaves: some Sequence<SHA256Digest>) throws(JournalError)
    -> SHA256Digest
  {
    var tree = try MerkleTree()
    for leaf in leaves { tree.append(leaf) }
    return tree.root()
  }
}

/// The two hashes a tree is made of.
struct TreeHasher: ~Copyable {
  private var digest: Digest

  init() throws(JournalError) { digest = try Digest() }

  mutating func node(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
    digest.update(tag: 0x01)
    digest.update(left)
    digest.update(right)
    return digest.finish()
  }

  /// The root of the tree without leaves.
  mutating func nothing() -> SHA256Digest { digest.finish() }
}
