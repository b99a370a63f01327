/// What makes a journal's content provable: a leaf per block and a chain over the leaves; `MerkleTree`
/// makes short proofs of the same leaves. The first byte keeps the kinds of input apart, as in
/// RFC 6962 section 2.1.
///
///     leaf   = SHA-256(00 ‖ logical header ‖ payload)
///     node   = SHA-256(01 ‖ left ‖ right)        (`MerkleTree`)
///     chain  = SHA-256(02 ‖ chain before ‖ leaf)
///     origin = SHA-256(03 ‖ journal id ‖ source id ‖ source chain head ‖ logic version)
///
/// Everything hashed is content: events and the identity, never offsets, compressed bytes or build.
struct HashChain: ~Copyable {
  /// The chain after the last block; at first the journal's origin or the predecessor's head.
  private(set) var head: SHA256Digest
  /// The leaf taken last.
  private(set) var lastLeaf = SHA256Digest.zero
  private var digest: Digest

  init(head: SHA256Digest) throws(JournalError) {
    self.head = head
    digest = try Digest()
  }

  /// Takes the next block and returns its leaf; `head` is then the chain with it.
  mutating func append(
    header: BlockHeader, payload: UnsafeRawPointer, count: Int
  ) -> SHA256Digest {
    var words = header.logicalWords
    digest.update(tag: 0x00)
    unsafe withUnsafeBytes(of: &words) { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe digest.update(base, count: buffer.count)
    }
    unsafe digest.update(payload, count: count)
    let leaf = digest.finish()
    digest.update(tag: 0x02)
    digest.update(head)
    digest.update(leaf)
    head = digest.finish()
    lastLeaf = leaf
    return leaf
  }

  /// The chain's beginning: binds every later value to the journal's identity.
  static func origin(of identity: JournalIdentity) throws(JournalError) -> SHA256Digest {
    var digest = try Digest()
    digest.update(tag: 0x03)
    digest.update(identity.id.bytes)
    digest.update(identity.source?.id.bytes ?? JournalID.zero.bytes)
    digest.update(identity.source?.chainHead ?? .zero)
    var version = ByteWriter()
    version.put(identity.logicVersion)
    digest.update(version.bytes)
    return digest.finish()
  }
}
