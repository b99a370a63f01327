/// `torture full`: a journal on a file system that fills up. Nothing acknowledged may be lost, the
/// error says what to do, and the journal goes on once there is room again.
import Foundation
import Journal
import JournalSimulation
import TradingCore

struct FullCommand {
  private let folder: String
  private static let size = 24 << 20

  init(_ options: inout Options) throws {
    folder = scratch(&options) + "torture-full-\(getpid())"
    try options.finish()
  }

  func run() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let isMounted = mount("tmpfs", folder, "tmpfs", 0, "size=\(Self.size)") == 0
    defer { if isMounted { umount2(folder, Int32(MNT_DETACH)) } }
    if isMounted {
      say("a tmpfs of \(Self.size >> 20) MiB")
      try fill { [folder] in try FileManager.default.removeItem(atPath: folder + "/filler") }
    } else {
      say("a tmpfs may not be mounted here; a limit on the size of files instead")
      try limited()
    }
  }

  /// Files may not become as large as a segment's file of zeros.
  private func limited() throws {
    signal(SIGXFSZ, SIG_IGN)
    var before = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before)
    var small = before
    small.rlim_cur = rlim_t(1 << 20)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small)
    defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) }
    do {
      _ = try open()
      throw Loss(description: "a journal was opened although no segment fits")
    } catch let error as JournalError { try expectAdvice(error) }
  }

  private var journal: String { folder + "/journal" }

  private func open() throws -> LiveJournal {
    var limits = LiveLimits()
    limits.segmentBytes = 4 << 20
    limits.ballastBytes = 5 << 20
    return try LiveJournal(opening: journal, limits, surroundings(seed: 1)) { condition in
      say("announced: \(condition)")
    }
  }

  private func fill(_ makeRoom: () throws -> Void) throws {
    try Data(count: 4 << 20).write(to: URL(fileURLWithPath: folder + "/filler"))
    let stream = EventStream(seed: 1)
    var live: LiveJournal? = try open()
    var next: UInt64 = 1
    var durable: UInt64 = 0
    var failure: (any Error)?
    while failure == nil {
      do {
        try live?.append(stream.batch(from: next, count: 2_000))
        next += 2_000
        try live?.durable(upTo: next - 1)
        durable = next - 1
      } catch { failure = error }
      guard next < 50_000_000 else { throw Loss(description: "the disk never was full") }
    }
    try expectAdvice(failure)
    live = nil
    try makeRoom()
    let again = try open()
    let found = again.firstSequence - 1
    guard found >= durable else {
      throw Loss(description: "\(durable) events were durable, \(found) are there")
    }
    try again.append(stream.batch(from: found + 1, count: 100))
    try again.close()
    try compare(stream, found + 100)
    say("full after \(durable) durable events, \(found) kept; went on once there was room")
  }

  private func expectAdvice(_ error: (any Error)?) throws {
    let text = error.map { "\($0)" } ?? ""
    say("the error: \(text)")
    guard text.contains("space") || text.contains("room") || text.contains("large") else {
      throw Loss(description: "the error does not say what to do")
    }
  }

  private func compare(_ stream: EventStream, _ count: UInt64) throws {
    var reader = try JournalReader(opening: journal)
    var batch = EventBatch()
    var last: UInt64 = 0
    while try reader.next(into: &batch) {
      for event in batch.events {
        last += 1
        guard event == stream.event(last) else {
          throw Loss(description: "event \(last) is not what was appended")
        }
      }
    }
    guard last == count else { throw Loss(description: "\(count) events expected, \(last) found") }
  }
}
