/// The process that is killed: records a generated stream at full speed and tells on its standard
/// output how far the journal says it has come.
import Foundation
import Journal
import JournalSimulation
import TradingCore

/// One line of the report: what survives this process, what survives the machine.
struct Acknowledged {
  var written: UInt64
  var durable: UInt64

  static let byteCount = 16
}

/// What a recording's journal is kept by.
func surroundings(seed: UInt64) throws -> LiveSurroundings {
  let chance = withUnsafeBytes(of: seed) { Array($0) }
  return LiveSurroundings(
    now: Int64(Date().timeIntervalSince1970 * 1e9), monotonic: 1, bootID: .zero, build: "torture",
    newIdentity: try JournalIdentity(inputs: chance, scenario: "torture"))
}

/// Never returns but by a failure: somebody kills the process.
func recordUntilKilled(_ options: inout Options) throws {
  guard let folder = options.text("--folder") else { throw Failure.usage("record needs --folder") }
  let seed: UInt64 = try options.number("--seed", 1)
  var limits = LiveLimits()
  limits.segmentBytes = try options.number("--segment", JournalFormat.segmentBytes)
  limits.ballastBytes = 1 << 20
  try options.finish()
  let journal = try LiveJournal(opening: folder, limits, surroundings(seed: seed)) { _ in }
  Thread.detachNewThread { report(journal) }
  let stream = EventStream(seed: seed)
  var next = journal.firstSequence
  while true {
    let count = 1 + Int(next % 4_096)
    try journal.append(stream.batch(from: next, count: count))
    next += UInt64(count)
  }
}

/// Asks for durability again and again and writes down each answer.
private func report(_ journal: LiveJournal) {
  while true {
    let progress = journal.progress
    let line = Acknowledged(written: progress.written, durable: progress.durable)
    let sent = withUnsafeBytes(of: line) { write(1, $0.baseAddress, $0.count) }
    guard sent == Acknowledged.byteCount else { return }
    do { try journal.durable(upTo: max(progress.written, progress.durable + 1)) } catch { return }
  }
}
