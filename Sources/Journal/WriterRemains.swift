/// What a writer that was killed leaves: a hidden folder beside its target, which nobody will ever give its
/// name. It is as large as the journal was by then, so the next one into the same name clears it away.
internal import TradingCore

extension JournalWriter {
  /// The hidden folder that a journal grows in.
  static func hiddenPrefix(of name: String) -> String { "." + name + ".partial-" }

  /// Removes the hidden folders of a journal whose writers are dead. One is only taken for that when no
  /// process has its number, nobody holds it, and it has segments and nothing else in it.
  /// - Parameter folder: the journal's name.
  /// - Returns: what was removed.
  /// - Throws: `.io` where it cannot be.
  public static func clearRemains(beside folder: String) throws(JournalError) -> [String] {
    let disk = SystemDisk()
    let (path, name) = Folder.split(folder)
    let parent = Folder(path, on: disk)
    guard parent.exists else { return [] }
    var removed: [String] = []
    for found in try parent.names() where isRemains(found, of: name) {
      let remains = Folder(parent.path(of: found), on: disk)
      guard !disk.isLink(remains.path), try remains.holdsSegmentsOnly(),
        let held = try remains.hold()
      else { continue }
      try withExtendedLifetime(held) { () throws(JournalError) in try remains.removeAll() }
      removed.append(remains.path)
    }
    return removed
  }

  /// Whether a name is a hidden folder's, of a process that is no more.
  private static func isRemains(_ found: String, of name: String) -> Bool {
    let prefix = hiddenPrefix(of: name)
    guard found.hasPrefix(prefix) else { return false }
    // A number behind the process' tells two folders of it apart.
    let numbers = found.dropFirst(prefix.count)
      .split(separator: "-", omittingEmptySubsequences: false).map { Int32($0) }
    guard (1...2).contains(numbers.count), numbers.allSatisfy({ $0 ?? 0 > 0 }),
      let process = numbers[0]
    else { return false }
    return !isAlive(process)
  }
}

extension Folder {
  fileprivate func holdsSegmentsOnly() throws(JournalError) -> Bool {
    do throws(JournalError) { return try names().allSatisfy { SegmentName($0) != nil } } catch {
      // It went away meanwhile, or is a file.
      switch error {
      case .missing, .notAJournal: return false
      default: throw error
      }
    }
  }
}
