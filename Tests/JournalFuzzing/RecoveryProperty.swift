/// A segment whose writer died, with arbitrary bytes in it. Recovery refuses it and changes nothing, or
/// keeps a beginning of it that verifies; doing it again changes nothing more, and the journal goes on.
import DiskSimulation
import Journal
import JournalSimulation
import TradingCore

enum RecoveryProperty {
  static func run(_ input: [UInt8]) throws -> FuzzOutcome {
    var choices = input
    if !choices.isEmpty { choices[0] |= 1 }
    guard let segment = FuzzInput(choices) else { return .refused }
    let disk = try segment.disk()
    let recovered: [RecoveredSegment]
    do throws(JournalError) { recovered = try openLive(on: disk).recovered } catch {
      return refused(error, disk.image, segment)
    }
    let problem = try kept(recovered, disk.image, segment) ?? goesOn(on: disk)
    return problem.map { .broken($0) } ?? .held
  }

  /// After a refusal the bytes are still there, under their old name or sealed.
  private static func refused(
    _ error: JournalError, _ image: DiskImage, _ segment: FuzzInput
  ) -> FuzzOutcome {
    let isUntouched = image.contents("j/" + segment.name) == segment.bytes
    if isUntouched || image.names("j").contains(where: { $0.hasSuffix(".lz4") }) { return .refused }
    return .broken("the segment was changed and then refused: \(error)")
  }

  /// What recovery says it kept is a beginning of what was there, but for the watermarks.
  private static func kept(
    _ recovered: [RecoveredSegment], _ image: DiskImage, _ segment: FuzzInput
  ) -> String? {
    guard recovered.count == 1, let done = recovered.first else {
      return "\(recovered.count) segments recovered of 1"
    }
    let now = image.contents("j/" + done.segment)
    let isEmpty = !image.names("j").contains(done.segment)
    if isEmpty || segment.isUnchanged(upTo: Int(done.keptBytes), in: now) { return nil }
    return "\(done.keptBytes) bytes were to be kept and are not as they were"
  }

  /// The journal can be opened again and again, closed, read and verified.
  private static func goesOn(on disk: SimDisk) throws -> String? {
    let before = try events(on: disk, acceptingOpen: true)
    let second = try openLive(on: disk)
    if let cut = second.recovered.first(where: { $0.cutBytes > 0 }) {
      return "\(cut.cutBytes) bytes were cut of what recovery had left"
    }
    try second.close()
    let report = try JournalVerifier.verify("j", on: disk)
    let after = try events(on: disk)
    if before != after { return "\(before.count) events became \(after.count)" }
    return report.facts.ending == .ended ? nil : "it is not ended when closed"
  }
}

extension FuzzInput {
  /// Whether `other` begins with as many bytes of this segment; the page of watermarks may differ.
  fileprivate func isUnchanged(upTo count: Int, in other: [UInt8]) -> Bool {
    let pages = JournalFormat.watermarkOffset..<JournalFormat.headerBytes
    return other.count >= count && bytes.count >= count
      && bytes[..<pages.lowerBound] == other[..<pages.lowerBound]
      && bytes[pages.upperBound..<count] == other[pages.upperBound..<count]
  }
}
