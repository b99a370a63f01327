/// A journal's newest checkpoint, found by walking through block headers: what is published off the
/// machine, and what a proof leads to.

/// A checkpoint, the note it stands in, and the key that signed it.
public struct SignedCheckpoint: Equatable, Sendable {
  /// What is signed.
  public let checkpoint: Checkpoint
  /// The note.
  public let note: SignedNote
  /// The key, and its note.
  public let key: VerifierKey

  /// The newest checkpoint of the journal in `path`; `nil` when it has none. O(blocks), decoding none.
  /// - Throws: what is damaged; `.falseNote` when no key of the journal signed it.
  public static func newest(in path: String) throws(JournalError) -> SignedCheckpoint? {
    var notes = NoteSearch()
    let folder = Folder(path, on: SystemDisk())
    for name in try folder.segments() { try notes.search(try folder.openSegment(name)) }
    return try notes.newest(in: path)
  }
}

/// Gathers a journal's notes: the keys, and the last checkpoint.
struct NoteSearch {
  private var keys: [VerifierKey] = []
  private var last: (note: SignedNote, checkpoint: Checkpoint)?

  /// Walks through a segment's headers, decoding nothing.
  mutating func search(_ segment: borrowing SegmentReader) throws(JournalError) {
    var walk = BlockWalk(behind: segment.header)
    while walk.offset < segment.footerOffset {
      switch try walk.step(in: segment.file) {
      case .data(let block): walk.pass(block)
      case .padding(let bytes): walk.pass(padding: bytes)
      case .control(let block):
        if block.kind == .checkpoint { try take(try segment.noteText(block)) }
        walk.pass(block)
      case .footer, .end: return
      case .damage(let reason):
        throw .damagedHeader(segment: segment.name, reason: "at byte \(walk.offset): \(reason)")
      }
    }
  }

  private mutating func take(_ text: String) throws(JournalError) {
    guard let note = SignedNote(text) else { return }
    if let key = KeyNote(note.text) { keys.append(try key.verifier()) }
    if let checkpoint = Checkpoint(note.text) { last = (note, checkpoint) }
  }

  /// The last checkpoint with its key.
  func newest(in path: String) throws(JournalError) -> SignedCheckpoint? {
    guard let last else { return nil }
    guard let key = keys.last(where: { last.note.isSigned(by: $0) }) else {
      throw .falseNote(
        path: path, reason: "no key of this journal signed its newest checkpoint")
    }
    return SignedCheckpoint(checkpoint: last.checkpoint, note: last.note, key: key)
  }
}
