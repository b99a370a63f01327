/// `torture kill`: starts a writer, kills it, recovers what it left, compares; over and over, several
/// times on the same journal, then on a new one.
import Foundation
import Journal
import JournalSimulation
import TradingCore

struct KillCommand {
  private let rounds: Int
  private let seed: UInt64
  private let folder: String
  /// Rounds on one journal.
  private static let roundsPerJournal = 10

  init(_ options: inout Options) throws {
    rounds = try options.number("--rounds", 500)
    seed = try options.number("--seed", UInt64.random(in: 1...999_999))
    folder = scratch(&options) + "torture-kill-\(getpid())"
    try options.finish()
  }

  func run() throws {
    say("seed \(seed), \(rounds) rounds in \(folder)")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var numbers = RandomSource(seed: seed, label: "kill")
    var tally = KillTally()
    for round in 0..<rounds {
      let journal = folder + "/journal-\(round / Self.roundsPerJournal)"
      let isFirst = round % Self.roundsPerJournal == 0
      if isFirst { tally.verified = 0 }
      do {
        try kill(journal, round, isFirst: isFirst, &numbers, &tally)
        if round % Self.roundsPerJournal == Self.roundsPerJournal - 1 || round == rounds - 1 {
          _ = try JournalVerifier.verify(journal)
          try FileManager.default.removeItem(atPath: journal)
        }
      } catch {
        throw Loss(description: "round \(round), seed \(seed), kept in \(journal): \(error)")
      }
      if round % 50 == 49 { say("\(round + 1) rounds: \(tally)") }
    }
    try FileManager.default.removeItem(atPath: folder)
    say("every acknowledged event is there: \(rounds) rounds, \(tally)")
  }

  /// One life of a writer, and what is left of it.
  private func kill(
    _ journal: String, _ round: Int, isFirst: Bool, _ numbers: inout RandomSource,
    _ tally: inout KillTally
  ) throws {
    let journalSeed = seed &+ UInt64(round / Self.roundsPerJournal)
    // Small segments make it roll many times in a life; whole ones show how long recovery takes.
    let segment = numbers.below(2) == 0 ? JournalFormat.segmentBytes : 2 << 20
    // One in five dies while it opens the journal, the others after their first word.
    let isEarly = numbers.below(5) == 0
    let milliseconds = UInt32(numbers.below(isEarly ? 60 : 500))
    let said = try live(journal, journalSeed, segment, isEarly: isEarly, milliseconds)
    guard FileManager.default.fileExists(atPath: journal) else { return }
    let open = openBytes(journal)
    let (begin, used) = (Date(), clock())
    _ = try Recovery.run(in: journal, on: SystemDisk())
    let processor = Double(clock() - used) / Double(CLOCKS_PER_SEC)
    tally.note(seconds: Date().timeIntervalSince(begin), processor: processor, bytes: open)
    let last = try check(journal, EventStream(seed: journalSeed), from: tally.verified)
    guard last >= said.written, last >= said.durable else {
      throw Loss(
        description: "\(said.written) events were written, \(said.durable) durable, \(last) found")
    }
    tally.acknowledged += max(said.written, tally.verified) - tally.verified
    tally.events += last - tally.verified
    tally.verified = last
  }

  /// Starts the writer, lets it live, kills it; what it said last.
  private func live(
    _ journal: String, _ seed: UInt64, _ segment: UInt64, isEarly: Bool, _ milliseconds: UInt32
  ) throws -> Acknowledged {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "record", "--folder", journal, "--seed", String(seed), "--segment", String(segment),
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    var report = Data()
    if !isEarly {
      report = try pipe.fileHandleForReading.read(upToCount: Acknowledged.byteCount) ?? Data()
    }
    usleep(milliseconds * 1_000)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    guard process.terminationReason == .uncaughtSignal else {
      throw Loss(description: "the writer ended by itself, status \(process.terminationStatus)")
    }
    report += pipe.fileHandleForReading.readDataToEndOfFile()
    var last = Acknowledged(written: 0, durable: 0)
    let whole = report.count / Acknowledged.byteCount * Acknowledged.byteCount
    guard whole > 0 else { return last }
    withUnsafeMutableBytes(of: &last) { target in
      _ = report[(whole - Acknowledged.byteCount)..<whole].copyBytes(to: target)
    }
    return last
  }

  /// Compares every event behind `start` with what the generator gives.
  private func check(
    _ journal: String, _ stream: EventStream, from start: UInt64
  ) throws -> UInt64 {
    guard hasSegments(journal) else { return 0 }
    var reader = try JournalReader(opening: journal)
    var last = start
    guard reader.facts.lastSequence > start else { return reader.facts.lastSequence }
    try reader.seek(to: start + 1)
    var batch = EventBatch()
    while try reader.next(into: &batch) {
      for event in batch.events {
        last += 1
        guard event == stream.event(last) else {
          throw Loss(description: "event \(last) is not what was appended")
        }
      }
    }
    return last
  }

  private func names(_ journal: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: journal)) ?? []
  }

  private func hasSegments(_ journal: String) -> Bool {
    names(journal).contains { $0.hasSuffix(".lz4") }
  }

  /// Bytes of the segments that are not sealed.
  private func openBytes(_ journal: String) -> Int {
    names(journal).filter { $0.hasSuffix(".open") }.reduce(0) { total, name in
      let facts = try? FileManager.default.attributesOfItem(atPath: journal + "/" + name)
      return total + ((facts?[.size] as? Int) ?? 0)
    }
  }
}

/// What the rounds add up to.
struct KillTally: CustomStringConvertible {
  var events: UInt64 = 0
  var acknowledged: UInt64 = 0
  /// The last event compared in the present journal.
  var verified: UInt64 = 0
  /// Seconds that recoveries took for 64 MiB, by the clock and of the processor, where at least one
  /// whole segment was open.
  private var elapsed: [Double] = []
  private var worked: [Double] = []

  mutating func note(seconds: Double, processor: Double, bytes: Int) {
    guard bytes >= Int(JournalFormat.segmentBytes) else { return }
    let share = Double(JournalFormat.segmentBytes) / Double(bytes)
    elapsed.append(seconds * share)
    worked.append(processor * share)
  }

  var description: String {
    """
    \(events) events compared, \(acknowledged) of them acknowledged; recovery of a 64 MiB segment, \
    \(elapsed.count) times: \(Self.spread(elapsed)), of the processor \(Self.spread(worked))
    """
  }

  private static func spread(_ seconds: [Double]) -> String {
    let sorted = seconds.sorted().map { Int(($0 * 1_000).rounded()) }
    guard let most = sorted.last else { return "none" }
    return "\(sorted[sorted.count / 2]) ms in the middle, \(most) ms at most"
  }
}
