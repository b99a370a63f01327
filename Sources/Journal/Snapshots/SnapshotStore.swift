/// The snapshots in a journal's folder: naming, writing so that none is ever half there, and reading
/// only what belongs to this journal.
public import TradingCore

/// The snapshots of one journal.
public struct SnapshotStore: Sendable {
  /// How many are kept unless the maker says otherwise.
  public static let defaultKept = 3

  private let folder: Folder

  /// - Parameter journal: the journal's folder.
  public init(of journal: String) { self.init(of: journal, on: SystemDisk()) }

  /// As the public one, on any disk.
  package init(of journal: String, on disk: any Disk) { folder = Folder(journal, on: disk) }

  /// The sequences of the snapshots in the folder, newest first, whatever is in them.
  public var sequences: [Sequence64] {
    get throws(JournalError) {
      try folder.names().compactMap(Self.sequence(of:)).reversed()
    }
  }

  /// Writes a snapshot durably under its name, then removes older ones, and what is left of older ones
  /// that were never finished. Those beyond the snapshot's own sequence are left alone.
  /// - Parameter kept: how many are left, this one included; at least 1.
  /// - Returns: the bytes of the file.
  /// - Throws: `.limit` when it is too large, `.io` when the disk refuses; nothing new is then left.
  @discardableResult
  public func write(
    _ snapshot: Snapshot, keeping kept: Int = defaultKept
  ) throws(JournalError) -> UInt64 {
    let bytes = try SnapshotFile.bytes(of: snapshot)
    let name = Self.name(snapshot.sequence)
    let file = try create(name)
    let unfinished = Folder.split(file.path).name
    do throws(JournalError) {
      try file.write(bytes, at: 0)
      try file.sync()
      try folder.rename(unfinished, to: name)
    } catch {
      discard(unfinished)
      throw error
    }
    try folder.sync()
    try prune(before: snapshot.sequence, keeping: max(1, kept))
    return UInt64(bytes.count)
  }

  /// A new file beside the place of the snapshot `name`, which no other process writes to.
  /// - Throws: `.io`, also when `maxUnfinished` processes write it or have died over it.
  private func create(_ name: String) throws(JournalError) -> SegmentFile {
    var number = 1
    while true {
      do throws(JournalError) {
        return try folder.open("\(name).\(number)\(Self.unfinished)", .create)
      } catch {
        guard error.isExistingFile, number < Self.maxUnfinished else { throw error }
        number += 1
      }
    }
  }

  /// Removes all but the `kept` newest snapshots up to `sequence`, and the rests older than those.
  private func prune(before sequence: Sequence64, keeping kept: Int) throws(JournalError) {
    let older = try sequences.filter { $0 <= sequence }
    for sequence in older.dropFirst(kept) { try folder.removeIfPresent(Self.name(sequence)) }
    guard let oldest = older.prefix(kept).last else { return }
    for name in try folder.names() where name.hasSuffix(Self.unfinished) {
      guard let sequence = Self.owner(of: name), sequence < oldest else { continue }
      try folder.removeIfPresent(name)
    }
  }

  /// Removes what a failed write left. That this fails too is no news: the name says what it is.
  private func discard(_ name: String) {
    do throws(JournalError) { try folder.removeIfPresent(name) } catch { return }
  }

  /// The snapshot at `sequence`, if it is whole, of this journal and of this build's rules.
  /// - Parameter facts: what the journal says of itself.
  /// - Throws: `.unusableSnapshot` with the reason, and nothing else.
  public func read(_ sequence: Sequence64, facts: JournalFacts) throws(JournalError) -> Snapshot {
    func unusable(_ reason: String) -> JournalError {
      .unusableSnapshot(snapshot: Self.name(sequence), reason: reason)
    }
    guard sequence <= facts.lastSequence else {
      throw unusable("it is newer than the journal, which ends at sequence \(facts.lastSequence)")
    }
    let snapshot: Snapshot
    let anchor: ChainAnchor
    do throws(JournalError) {
      snapshot = try load(sequence)
      anchor = try ChainAnchor(in: folder, atOrBefore: sequence)
    } catch {
      if case .unusableSnapshot = error { throw error }
      throw unusable("\(error)")
    }
    guard snapshot.journal == facts.identity.id else {
      throw unusable("it belongs to another journal")
    }
    guard snapshot.sequence == sequence else {
      throw unusable("it holds sequence \(snapshot.sequence)")
    }
    guard snapshot.anchor == anchor else { throw unusable("its chain head is not in the journal") }
    return snapshot
  }

  /// The snapshot in the file for `sequence`, whosever it is.
  private func load(_ sequence: Sequence64) throws(JournalError) -> Snapshot {
    let name = Self.name(sequence)
    let file = try folder.open(name, .read)
    let size = try file.size()
    guard size <= UInt64(SnapshotFile.maxFileBytes) else {
      throw .unusableSnapshot(snapshot: name, reason: "it is larger than a snapshot can be")
    }
    let bytes = try file.read(Int(size), at: 0)
    do throws(Malformed) {
      return try SnapshotFile.snapshot(in: bytes)
    } catch { throw .unusableSnapshot(snapshot: name, reason: error.reason) }
  }
}

extension SnapshotStore {
  private static let prefix = "snapshot-"
  private static let suffix = ".cbs"
  /// What a name ends with, behind a number, until the file is durable.
  private static let unfinished = ".tmp"
  /// The most files in which one snapshot is begun, and not finished.
  private static let maxUnfinished = 100

  /// The name of the snapshot at `sequence`.
  public static func name(_ sequence: Sequence64) -> String {
    prefix + SegmentName.digits(sequence) + suffix
  }

  /// The sequence that a snapshot's name states; nil for any other name.
  static func sequence(of name: String) -> Sequence64? {
    guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
    guard let sequence = UInt64(name.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count))
    else { return nil }
    return Self.name(sequence) == name ? sequence : nil
  }

  /// Whether a file of this name is a snapshot or the rest of one that was never finished.
  static func owns(_ name: String) -> Bool { owner(of: name) != nil }

  /// The sequence of the snapshot that a file is, or would have been; nil for any other file.
  private static func owner(of name: String) -> Sequence64? {
    guard name.hasSuffix(unfinished) else { return sequence(of: name) }
    let begun = name.dropLast(unfinished.utf8.count)
    guard let dot = begun.lastIndex(of: "."), UInt64(begun[begun.index(after: dot)...]) != nil
    else { return nil }
    return sequence(of: String(begun[..<dot]))
  }
}
