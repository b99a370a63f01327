/// A whole segment of arbitrary bytes through reader and verifier: each reads it or refuses it, and what
/// the verifier calls whole the reader reads to its last event.
import DiskSimulation
import Journal
import JournalSimulation
import TradingCore

enum SegmentProperty {
  static func run(_ input: [UInt8]) throws -> FuzzOutcome {
    guard let segment = FuzzInput(input) else { return .refused }
    let disk = try segment.disk()
    _ = try? events(on: disk, verifying: false, acceptingOpen: true)
    jump(on: disk, input[input.count - 1])
    guard let report = try? JournalVerifier.verify("j", on: disk) else { return .refused }
    let (found, verified) = (try events(on: disk, acceptingOpen: true), report.facts.lastSequence)
    return UInt64(found.count) == verified
      ? .held : .broken("\(found.count) events are read of \(verified) verified")
  }

  /// Seeks by sequence and by time; either finds something, or says why not.
  private static func jump(on disk: SimDisk, _ place: UInt8) {
    guard
      var reader = try? JournalReader(
        opening: "j", on: disk, verifying: false, acceptingOpen: true)
    else { return }
    var batch = EventBatch()
    if (try? reader.seek(to: Sequence64(place))) != nil { _ = try? reader.next(into: &batch) }
    let time = Timestamp(nanoseconds: Int64(place) * 1_000_000)
    if (try? reader.seek(toTime: time)) != nil { _ = try? reader.next(into: &batch) }
  }
}
