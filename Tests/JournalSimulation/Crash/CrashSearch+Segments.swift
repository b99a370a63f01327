/// Takes segments away, doubles, swaps and replaces them: whatever a folder then lacks or holds too
/// much of, nobody takes it for the journal.
import DiskSimulation
import Journal

extension CrashSearch {
  /// Disorders the segments that `script` leaves in every way.
  ///
  /// One way is left out: when a process has only one segment and that is the journal's last, nothing
  /// in the folder says that it was ever there; a checkpoint published elsewhere does.
  package mutating func disorder(_ script: Script) throws(CounterExample) {
    let recording = journal.record(script)
    let example = begin(script, recording)
    var whole = recording.image
    whole.settle()
    var stranger = journal
    stranger.journal = 2
    var foreign = stranger.record(script).image
    foreign.settle()
    let folder = JournalUnderTest.path + "/"
    let names = whole.names(JournalUnderTest.path).filter { $0.contains(".lz4") }
    guard names.count > 1 else { return }
    for name in names {
      if name != names.last || script.rollsLast {
        try refuse("\(name) is missing", whole, example) { (image) throws(SystemError) in
          try image.lose(folder + name)
        }
      }
      try refuse("\(name) is another journal's", whole, example) { (image) throws(SystemError) in
        try image.put(foreign.contents(folder + name), as: folder + name)
      }
      for other in names where other != name {
        try refuse("\(name) is \(other)", whole, example) { (image) throws(SystemError) in
          try image.put(whole.contents(folder + other), as: folder + name)
        }
        try refuse("\(name) and \(other) swapped", whole, example) { (image) throws(SystemError) in
          try image.put(whole.contents(folder + other), as: folder + name)
          try image.put(whole.contents(folder + name), as: folder + other)
        }
      }
    }
  }

  private mutating func refuse(
    _ what: String, _ whole: DiskImage, _ example: CounterExample,
    _ plant: (inout DiskImage) throws(SystemError) -> Void
  ) throws(CounterExample) {
    var image = whole
    var example = example
    example.fault = what
    do throws(SystemError) { try plant(&image) } catch {
      throw example.because("the damage could not be planted: \(error)")
    }
    tally.reported += 1
    guard journal.isRefusedByAll(image) else { throw example.because("the journal is accepted") }
  }
}

extension Script {
  /// Whether the last segment was begun by the process that had written the one before.
  fileprivate var rollsLast: Bool {
    let starts =
      steps.dropLast().map(\.after) + (steps.last?.after == .restarted ? [.restarted] : [])
    return starts.last { $0 == .rolled || $0 == .restarted } == .rolled
  }
}
