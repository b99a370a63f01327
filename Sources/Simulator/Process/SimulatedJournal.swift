/// The journal of a simulated process: the production writer on a simulated disk, with its schedule, and
/// without its thread. Waiting for the disk takes virtual time, in which the rest of the world goes on.

import DiskSimulation
import Journal
import TradingCore

final class SimulatedJournal: DurableSink {
  private unowned let life: Life
  private var writer: LiveWriter?
  private var schedule = CommitSchedule()
  private var failure: JournalError?
  private var random: RandomSource
  private var alarm: Timestamp?

  init(_ writer: consuming LiveWriter, _ life: Life) {
    self.life = life
    self.writer = consume writer
    random = life.stage.random("journal \(life.number)")
  }

  private var now: Int64 { life.stage.now.nanoseconds }

  // MARK: The engine's side

  func append(_ batch: borrowing EventBatch) throws(EngineFault) {
    try life.mayDie(.killAtEffect, "before events are journalled")
    life.run.take(batch)
    attempt { (writer) throws(JournalError) in try writer.append(batch) }
    schedule.took(at: now)
    try expectHealth()
    promise()
    setAlarm()
  }

  func secure(upTo sequence: Sequence64, durably: Bool) throws(EngineFault) {
    try life.mayDie(.killAtEffect, "before the journal is made durable")
    try expectHealth()
    if life.stage.plant != .sendBeforeSync || !durably {
      carryOut(
        schedule.action(at: now, wantsWritten: !durably, wantsDurable: durably))
    }
    life.stage.timeline.run(until: life.stage.now + latency())
    try expectHealth()
    try life.mayDie(.killAtEffect, "when the journal is durable")
  }

  /// How long a disk takes: mostly less than a millisecond, now and then much longer.
  private func latency() -> Interval {
    let isSlow = random.chance(0.01)
    return Interval(
      nanoseconds: random.integer(in: isSlow ? 50_000_000...2_000_000_000 : 50_000...900_000))
  }

  private func expectHealth() throws(EngineFault) {
    try life.expectLife()
    if let failure { throw .journal(failure.description) }
  }

  // MARK: The thread that is none

  private func carryOut(_ action: CommitSchedule.Action) {
    attempt { (writer) throws(JournalError) in try writer.carryOut(action) }
    schedule.did(action, at: now)
    promise()
    setAlarm()
  }

  private func attempt(_ body: (inout LiveWriter) throws(JournalError) -> Void) {
    guard failure == nil, var open = writer.take() else { return }
    do throws(JournalError) { try body(&open) } catch {
      failure = error
      life.stage.tell("the journal has failed: \(error)")
    }
    writer = consume open
  }

  private func promise() {
    guard failure == nil, let tail = tail else { return }
    life.run.promise(written: tail.writtenSequence, durable: tail.durableSequence)
  }

  /// What is written and what is durable; `nil` without a writer.
  var tail: PublishedTail? {
    guard let open = writer.take() else { return nil }
    let tail = open.tail
    writer = consume open
    return tail
  }

  private func setAlarm() {
    guard let deadline = schedule.deadline, failure == nil else { return }
    let time = Timestamp(nanoseconds: deadline)
    guard alarm.map({ time < $0 }) ?? true else { return }
    alarm = time
    life.stage.timeline.at(time) { [weak self] in self?.ring() }
  }

  private func ring() {
    alarm = nil
    guard life.isAlive, failure == nil, writer != nil else { return }
    carryOut(schedule.action(at: now, wantsWritten: false, wantsDurable: false))
  }

  /// Seals the journal.
  func close() throws(JournalError) {
    if let failure { throw failure }
    guard let open = writer.take() else { return }
    try open.close()
  }
}
