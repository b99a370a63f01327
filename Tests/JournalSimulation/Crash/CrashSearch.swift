/// Tries everything a crash may leave of a recorded run, at every moment, and crashes the restart
/// too: what was acknowledged must be there, what is there must be what was appended, and nothing
/// that is only a crash may be called corrupt.
import DiskSimulation
import Journal
import TradingCore

package struct CrashSearch {
  package internal(set) var tally = CrashTally()
  let journal: JournalUnderTest
  let limits: CrashLimits
  var numbers: RandomSource
  private var seen: Set<UInt64> = []
  private(set) var stream = EventStream(seed: 0)

  /// - Parameter seed: what is drawn where there are too many outcomes to try them all.
  package init(_ journal: JournalUnderTest, limits: CrashLimits = CrashLimits(), seed: UInt64 = 1) {
    self.journal = journal
    self.limits = limits
    numbers = RandomSource(seed: seed, label: "crash")
  }

  /// Runs the script once and crashes it everywhere.
  package mutating func crash(_ script: Script) throws(CounterExample) {
    let recording = journal.record(script)
    var example = begin(script, recording)
    if let failure = recording.failure {
      example.reason = "the writer failed on a healthy disk: \(failure)"
      throw example
    }
    for moment in recording.moments {
      tally.moments += 1
      do throws(CounterExample) {
        try crash(moment, recording.promise(at: moment.operation), example)
      } catch {
        var error = error
        error.trace = recording.trace.prefix(moment.operation).map(\.description)
        throw error
      }
    }
  }

  /// Starts a script's search anew: promises of one script say nothing of another's disks.
  mutating func begin(_ script: Script, _ recording: Recording) -> CounterExample {
    tally.scripts += 1
    seen.removeAll(keepingCapacity: true)
    stream = recording.stream
    return CounterExample(
      script: script.description, pageBytes: journal.pageBytes, crashes: [], reason: "")
  }

  /// Kills the process at one moment of the script, then tries the outcomes of a power cut there.
  private mutating func crash(
    _ moment: SimDisk.Moment, _ promise: Recording.Promise, _ example: CounterExample
  ) throws(CounterExample) {
    var killed = example
    killed.crashes.append((moment.operation, nil))
    try check(moment.image, promise, nesting: limits.nestedPerMoment > 0, killed)
    let choices = CrashChoices(of: moment.image, keeping: JournalUnderTest.kept)
    if choices.count <= limits.outcomes { tally.exhausted += 1 }
    let stride = max(1, min(choices.count, limits.outcomes) / max(1, limits.nestedPerMoment))
    var turn: UInt64 = 0
    try outcomes(choices, limits.outcomes, moment, example) {
      (search, image, example) throws(CounterExample) in
      let isNested = search.limits.nestedPerMoment > 0 && turn % stride == 0
      turn += 1
      try search.check(image, promise, nesting: isNested, example)
    }
  }

  /// Gives all outcomes, or `limit` drawn at random where there are more.
  mutating func outcomes(
    _ choices: CrashChoices, _ limit: UInt64, _ moment: SimDisk.Moment, _ example: CounterExample,
    _ body: (inout CrashSearch, DiskImage, CounterExample) throws(CounterExample) -> Void
  ) throws(CounterExample) {
    for turn in 0..<min(choices.count, limit) {
      let number = choices.count <= limit ? turn : numbers.below(choices.count)
      var example = example
      example.crashes.append((moment.operation, number))
      try body(&self, choices.outcome(number), example)
    }
  }

  /// Recovers one disk and holds it to the promise; then, when `nesting`, goes on and crashes that.
  mutating func check(
    _ image: DiskImage, _ promise: Recording.Promise, nesting: Bool, _ example: CounterExample
  ) throws(CounterExample) {
    let key = image.fingerprint &+ promise.acknowledged &* 0x9E37_79B9_7F4A_7C15
    guard seen.insert(key).inserted else {
      tally.repeated += 1
      return
    }
    tally.count(example.crashes.count, promise)
    let disk = journal.disk(image)
    do throws(JournalError) { try journal.recover(disk) } catch {
      throw example.because("recovery calls a crash corrupt: \(error)")
    }
    let found = try read(disk, promise, example)
    try expectSettled(disk, example)
    guard nesting else { return }
    let settled = Recording.Promise(acknowledged: promise.acknowledged, appended: found)
    try crashRestart(image, settled, example)
  }

  /// The last sequence of a recovered journal, which must keep the promise.
  private mutating func read(
    _ disk: SimDisk, _ promise: Recording.Promise, _ example: CounterExample
  ) throws(CounterExample) -> UInt64 {
    let found: UInt64
    do throws(JournalError) { found = try journal.lastSequence(on: disk, of: stream) } catch {
      throw example.because("the recovered journal cannot be read: \(error)")
    }
    if journal.signs, let problem = journal.problem(of: disk) {
      throw example.because("the signed notes do not hold: \(problem)")
    }
    guard found >= promise.acknowledged else {
      throw example.because("\(promise.acknowledged) events were acknowledged, \(found) are there")
    }
    guard found <= promise.appended else {
      throw example.because("\(promise.appended) events were appended, \(found) are there")
    }
    if found < promise.appended { tally.cut += 1 }
    return found
  }

  /// A second recovery finds nothing to do.
  private func expectSettled(
    _ disk: SimDisk, _ example: CounterExample
  ) throws(CounterExample) {
    let before = disk.image.fingerprint
    do throws(JournalError) { try journal.recover(disk) } catch {
      throw example.because("the second recovery fails: \(error)")
    }
    guard disk.image.fingerprint == before else {
      throw example.because("the second recovery changes the journal")
    }
  }

  /// Restarts on the crashed disk, appends, syncs and seals, and crashes all of that.
  private mutating func crashRestart(
    _ image: DiskImage, _ promise: Recording.Promise, _ example: CounterExample
  ) throws(CounterExample) {
    let recording = journal.goOn(image, promise, stream)
    if let failure = recording.failure {
      throw example.because("a new writer cannot go on: \(failure)")
    }
    for moment in recording.moments {
      let choices = CrashChoices(of: moment.image, keeping: JournalUnderTest.kept)
      try outcomes(choices, limits.nestedOutcomes, moment, example) {
        (search, image, example) throws(CounterExample) in
        let isDeep =
          example.crashes.count < 4 && search.numbers.below(search.limits.deepStride) == 0
        try search.check(
          image, recording.promise(at: moment.operation), nesting: isDeep, example)
      }
    }
  }
}

extension CrashTally {
  fileprivate mutating func count(_ crashes: Int, _ promise: Recording.Promise) {
    states += 1
    if crashes == 2 { nested += 1 }
    if crashes > 2 { deep += 1 }
    acknowledged += promise.acknowledged
  }
}

extension CounterExample {
  func because(_ reason: String) -> CounterExample {
    var example = self
    example.reason = reason
    return example
  }
}
