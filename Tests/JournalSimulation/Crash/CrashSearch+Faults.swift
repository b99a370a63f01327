/// Fails every call of a run in turn, each in every way, until a run meets the fault no more: the
/// writer stops for good, and whoever restarts finds what was acknowledged, with power cut or without.
import DiskSimulation
import Journal

extension CrashSearch {
  /// Fails each call of the script's run, once and for good.
  package mutating func fail(_ script: Script) throws(CounterExample) {
    for fault in Fault.kinds {
      for isLasting in [false, true] {
        var operation = 0
        while try fail(script, fault, at: operation, isLasting: isLasting) { operation += 1 }
      }
    }
  }

  /// One run with one fault; false when the run was over before it.
  private mutating func fail(
    _ script: Script, _ fault: (name: String, kind: Fault.Kind), at operation: Int, isLasting: Bool
  ) throws(CounterExample) -> Bool {
    // Calls that are interrupted or cut short for ever never end, and never happen.
    if isLasting, fault.name == "EINTR" || fault.name == "short" { return false }
    let recording = journal.record(
      script, faults: [Fault(fault.kind, at: operation, isLasting: isLasting)])
    guard recording.hits > 0 else { return false }
    var example = begin(script, recording)
    tally.faults += 1
    if recording.failure == nil { tally.overcome += 1 }
    example.fault = "\(fault.name) at call \(operation)" + (isLasting ? " and all later ones" : "")
    example.trace = recording.trace.map(\.description)
    guard !recording.wentOn else { throw example.because("the writer goes on after a failure") }
    try check(recording.image, recording.promise, nesting: false, example)
    let choices = CrashChoices(of: recording.image, keeping: JournalUnderTest.kept)
    let end = SimDisk.Moment(operation: recording.trace.count, image: recording.image)
    let promise = recording.promise
    try outcomes(choices, limits.faultOutcomes, end, example) {
      (search, image, example) throws(CounterExample) in
      try search.check(image, promise, nesting: false, example)
    }
    return true
  }

  /// Crashes the script once at each moment, then fails each call of the restart in turn.
  package mutating func failRestarts(_ script: Script) throws(CounterExample) {
    let recording = journal.record(script)
    let example = begin(script, recording)
    for moment in recording.moments {
      let choices = CrashChoices(of: moment.image, keeping: JournalUnderTest.kept)
      let promise = recording.promise(at: moment.operation)
      try outcomes(choices, 1, moment, example) {
        (search, image, example) throws(CounterExample) in
        for fault in Fault.kinds {
          var operation = 0
          while try search.failRestart(image, promise, fault, at: operation, example) {
            operation += 1
          }
        }
      }
    }
  }

  private mutating func failRestart(
    _ image: DiskImage, _ promise: Recording.Promise, _ fault: (name: String, kind: Fault.Kind),
    at operation: Int, _ example: CounterExample
  ) throws(CounterExample) -> Bool {
    let recording = journal.goOn(image, promise, stream, faults: [Fault(fault.kind, at: operation)])
    guard recording.hits > 0 else { return false }
    var example = example
    tally.faults += 1
    if recording.failure == nil { tally.overcome += 1 }
    example.fault = "\(fault.name) at call \(operation) of the restart"
    guard !recording.wentOn else { throw example.because("the writer goes on after a failure") }
    try check(recording.image, recording.promise, nesting: false, example)
    let end = SimDisk.Moment(operation: operation, image: recording.image)
    let choices = CrashChoices(of: recording.image, keeping: JournalUnderTest.kept)
    try outcomes(choices, 2, end, example) {
      (search, image, example) throws(CounterExample) in
      try search.check(image, recording.promise, nesting: false, example)
    }
    return true
  }
}
