/// The file that holds the key of a journal's checkpoints: outside the journal, readable by its owner
/// alone, and never holding more than the present key.
///
///     0  the seed, 32 bytes (RFC 8032) · 32  XXH64 of the rest u64 · 40  the signed key note, text
///
/// A key is replaced in an order that leaves the old or the new one whole, whenever the power goes:
/// write beside it, fsync, rename, fsync the folder; then the old file's bytes, which no name leads to
/// any more, are overwritten. (A file system that copies on write, and flash, may keep them below.)
package import TradingCore

/// Where the key of one journal is kept.
public struct KeyVault: Sendable {
  /// The largest file that is read.
  private static let maxBytes = UInt64(40 + SignedNote.maxBytes)
  private static let noteOffset: UInt64 = 40

  private let folder: Folder
  private let journal: JournalID
  private var name: String { "\(journal).key" }
  private var partial: String { "\(journal).key.partial" }

  /// - Parameters:
  ///   - folder: made, with the folders above it, when a key is first kept.
  ///   - journal: the journal whose key it is.
  public init(folder: String, journal: JournalID) {
    self.init(folder: folder, journal: journal, on: SystemDisk())
  }

  package init(folder: String, journal: JournalID, on disk: any Disk) {
    self.folder = Folder(folder, on: disk)
    self.journal = journal
  }

  /// The key's file.
  public var path: String { folder.path(of: name) }

  /// The signer for a session: with the key that is kept, else with a first one.
  /// - Parameter time: when the session begins, in event time.
  /// - Throws: `.key` when the key is not private, not whole or not this journal's; `.io`.
  package func signer(at time: Timestamp) throws(JournalError) -> CheckpointSigner {
    if let key = try load() {
      // Whoever kept it may have died before its name was durable.
      try folder.sync()
      return CheckpointSigner(key, since: nil, keep: keep)
    }
    let key = try CheckpointKey.first(of: journal)
    try keep(key)
    return CheckpointSigner(key, since: time, keep: keep)
  }

  /// The key that is kept; `nil` when there is none.
  func load() throws(JournalError) -> CheckpointKey? {
    guard folder.has(name) else { return nil }
    try expectPrivate(folder.path)
    try expectPrivate(path)
    let file = try folder.open(name, .read)
    let bytes = try file.size()
    guard bytes > Self.noteOffset, bytes <= Self.maxBytes else { throw damaged }
    var seed = try file.read(Ed25519PrivateKey.seedBytes, at: 0)
    defer { Secret.wipe(&seed) }
    let sum = try file.read(8, at: Self.noteOffset - 8)
    let text = try file.read(Int(bytes - Self.noteOffset), at: Self.noteOffset)
    guard sum == hash(of: text), let note = SignedNote(String(decoding: text, as: UTF8.self)),
      let key = CheckpointKey.kept(try Ed25519PrivateKey(seed: seed), note: note, of: journal)
    else { throw damaged }
    return key
  }

  /// Keeps `key` in place of the one before it, whose bytes are overwritten.
  func keep(_ key: borrowing CheckpointKey) throws(JournalError) {
    try makeFolder(folder.path)
    try expectPrivate(folder.path)
    try folder.removeIfPresent(partial)
    let old = folder.has(name) ? try folder.open(name, .update) : nil
    try write(key)
    try folder.rename(partial, to: name)
    try folder.sync()
    if let old {
      try old.write([UInt8](repeating: 0, count: Int(try old.size())), at: 0)
      try old.sync()
    }
  }

  /// Takes the key away of a journal that is no more.
  func forget() throws(JournalError) {
    guard folder.has(name) else { return }
    let file = try folder.open(name, .update)
    try file.write([UInt8](repeating: 0, count: Int(try file.size())), at: 0)
    try file.sync()
    try folder.remove(name)
    try folder.sync()
  }

  /// Writes the file beside its place.
  private func write(_ key: borrowing CheckpointKey) throws(JournalError) {
    let text = Array(key.note.description.utf8)
    let file = try folder.open(partial, .create)
    try makePrivate(folder.path(of: partial))
    try unsafe key.key.withSeed { (seed) throws(JournalError) in
      guard let base = seed.baseAddress else { return }
      try unsafe file.write(base, count: seed.count, at: 0)
    }
    try file.write(hash(of: text) + text, at: Self.noteOffset - 8)
    try file.sync()
  }

  private func hash(of text: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.put(XXH64.hash(text))
    return writer.bytes
  }

  private var damaged: JournalError {
    .key(
      path: path,
      reason:
        "this is not a whole key of journal \(journal); restore it, or move it away and a new "
        + "key begins, which `journal verify` will report as a break")
  }
}

extension KeyVault {
  /// Makes a folder that only this user can enter, and those above it that are missing.
  private func makeFolder(_ path: String) throws(JournalError) {
    var missing: [String] = []
    var rest = path
    while !folder.disk.exists(rest) {
      missing.append(rest)
      rest = Folder.split(rest).parent
    }
    for path in missing.reversed() {
      try Folder(path, on: folder.disk).create()
      try makePrivate(path)
      try Folder(Folder.split(path).parent, on: folder.disk).sync()
    }
  }

  private func makePrivate(_ path: String) throws(JournalError) {
    do throws(SystemError) { try folder.disk.makePrivate(path) } catch {
      throw .io(operation: "chmod", path: path, error)
    }
  }

  /// Throws unless nobody else can read what is at `path`.
  private func expectPrivate(_ path: String) throws(JournalError) {
    let isPrivate: Bool
    do throws(SystemError) { isPrivate = try folder.disk.isPrivate(path) } catch {
      throw .io(operation: "stat", path: path, error)
    }
    guard isPrivate else {
      throw .key(
        path: path,
        reason: "others can read it, or it is not yours: a key that others know signs nothing; "
          + "`chmod -R go= FOLDER` if nobody did, else move the key away and a new one begins")
    }
  }
}
