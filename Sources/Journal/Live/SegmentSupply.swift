/// Makes the next segment's file of zeros while the last one is still being written, and watches the
/// disk's room: ballast first, then no new risk, then stop.
internal import TradingCore

struct SegmentSupply: Sendable {
  private let folder: Folder
  private let limits: LiveLimits

  /// The name of the file that only takes room.
  static let ballast = "ballast"

  init(_ folder: Folder, _ limits: LiveLimits) {
    self.folder = folder
    self.limits = limits
  }

  /// Keeps room on the disk that can be given up later, as far as there is any to keep.
  func layBallast() throws(JournalError) {
    guard limits.ballastBytes > 0, try !isBallastThere() else { return }
    let space = try folder.space()
    guard space.free > limits.ballastBytes + 2 * limits.segmentBytes else { return }
    let file = try folder.open(Self.ballast, .create)
    do throws(JournalError) { try file.reserve(limits.ballastBytes) } catch {
      try folder.removeIfPresent(Self.ballast)
    }
  }

  /// Whether the ballast of an earlier process is there; what is left of one that never got its size goes.
  private func isBallastThere() throws(JournalError) -> Bool {
    guard folder.has(Self.ballast) else { return false }
    if try folder.open(Self.ballast, .read).size() >= limits.ballastBytes { return true }
    try folder.remove(Self.ballast)
    return false
  }

  /// A file of zeros, and the disk's room behind it. When the disk is full the ballast goes first.
  /// - Parameter number: a number of this file's own.
  /// - Returns: no segment when there is no room at all.
  /// - Throws: `.io` for anything but a full disk.
  func next(
    _ number: Int
  ) throws(JournalError) -> (segment: PreparedSegmentBox?, condition: JournalCondition) {
    if let segment = try make(number) { return (segment, try condition()) }
    guard folder.has(Self.ballast) else { return (nil, .full) }
    try folder.remove(Self.ballast)
    guard let segment = try make(number) else { return (nil, .full) }
    return (segment, .lastSegment)
  }

  /// The disk's room as it is now.
  func condition() throws(JournalError) -> JournalCondition {
    let space = try folder.space()
    return JournalCondition(
      free: space.free, total: space.total, segmentBytes: limits.segmentBytes)
  }

  /// A file of zeros; nil when the disk is full.
  private func make(_ number: Int) throws(JournalError) -> PreparedSegmentBox? {
    do throws(JournalError) {
      return PreparedSegmentBox(
        try PreparedSegment.make(number, in: folder, bytes: limits.segmentBytes))
    } catch {
      guard error.isDiskFull else { throw error }
      return nil
    }
  }
}
