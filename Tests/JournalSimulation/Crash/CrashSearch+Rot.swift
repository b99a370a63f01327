/// Damages what no crash damages: below what is known durable it must be reported and nothing may be
/// changed; above, what is left must be a prefix.
import DiskSimulation
import Journal

/// Where planted damage begins, and what it is called in a counter-example.
private struct Damage {
  var segment: String
  var what: String
  var offset: UInt64
  /// Whether everything behind the offset is gone.
  var isCut = false
  /// Whether bytes of another time or page of the file stand there: an older watermark is true too.
  var isOld = false

  /// What has to be said of it.
  enum Demand {
    case report
    /// Every event is still to be there.
    case nothingLost
    /// Events that were not known durable may be missing.
    case prefix
    /// A report, or else every event.
    case either
  }

  /// - Parameters:
  ///   - durable: bytes of the open segment that are known durable.
  ///   - isEmpty: whether it holds no event; nothing then says how far its padding goes.
  func demand(_ durable: UInt64, isEmpty: Bool) -> Demand {
    let isWatermark = !isCut && (4_096..<8_192).contains(offset)
    guard segment.hasSuffix(".open") else { return isWatermark && isOld ? .either : .report }
    if isWatermark { return .nothingLost }
    if isEmpty, offset >= 8_192 { return .either }
    return offset < durable ? .report : .prefix
  }
}

extension CrashSearch {
  /// Flips every `stride`-th bit of every segment that `script` leaves, cuts each to every
  /// `stride`-th length, and loses, zeroes, garbles and misdirects each of its pages.
  package mutating func rot(_ script: Script, stride: Int = 1) throws(CounterExample) {
    let recording = journal.record(script)
    let example = begin(script, recording)
    var whole = recording.image
    whole.settle()
    for name in whole.names(JournalUnderTest.path) where name.contains(".lz4") {
      let path = JournalUnderTest.path + "/" + name
      let bytes = whole.contents(path)
      let end = min(bytes.count, (bytes.lastIndex { $0 != 0 } ?? 0) + 64)
      for bit in Swift.stride(from: 0, to: end * 8, by: stride) {
        let damage = Damage(
          segment: name, what: "bit \(bit % 8) of byte \(bit / 8) turned",
          offset: UInt64(bit / 8))
        try expect(damage, whole, recording, example) { (image) throws(SystemError) in
          try image.flip(bit: bit % 8, at: damage.offset, in: path)
        }
      }
      for length in Swift.stride(from: 0, to: end, by: stride) where length < bytes.count {
        let damage = Damage(
          segment: name, what: "cut to \(length) bytes", offset: UInt64(length), isCut: true)
        try expect(damage, whole, recording, example) { (image) throws(SystemError) in
          try image.cut(path, to: damage.offset)
        }
      }
      for page in 0..<(end + journal.pageBytes - 1) / journal.pageBytes {
        try rot(page, of: name, whole, recording, example)
      }
    }
  }

  /// Replaces one page by what it was before, by zeros, by garbage and by each other page.
  private mutating func rot(
    _ page: Int, of name: String, _ whole: DiskImage, _ recording: Recording,
    _ example: CounterExample
  ) throws(CounterExample) {
    let path = JournalUnderTest.path + "/" + name
    let offset = UInt64(page * journal.pageBytes)
    for other in PageDamage.all(of: page, in: path, whole) {
      var damage = Damage(segment: name, what: "page \(page) \(other)", offset: offset)
      damage.isOld = other.isOfTheFile
      try expect(damage, whole, recording, example) { (image) throws(SystemError) in
        try image.damage(page, in: path, other)
      }
    }
  }

  private mutating func expect(
    _ damage: Damage, _ whole: DiskImage, _ recording: Recording, _ example: CounterExample,
    _ plant: (inout DiskImage) throws(SystemError) -> Void
  ) throws(CounterExample) {
    var image = whole
    var example = example
    example.fault = "\(damage.segment): \(damage.what)"
    do throws(SystemError) { try plant(&image) } catch {
      throw example.because("the damage could not be planted: \(error)")
    }
    switch damage.demand(recording.durableOffset, isEmpty: recording.endsEmpty) {
    case .report: try expectReport(image, damage, recording, example)
    case .nothingLost: try expectEvents(image, recording.promise.appended, recording, example)
    case .either where journal.isRefused(journal.disk(image)): tally.reported += 1
    case .either: try expectEvents(image, recording.promise.appended, recording, example)
    case .prefix: try expectEvents(image, recording.promise.acknowledged, recording, example)
    }
  }

  /// Recovery and readers refuse the journal, and nothing is changed.
  private mutating func expectReport(
    _ image: DiskImage, _ damage: Damage, _ recording: Recording, _ example: CounterExample
  ) throws(CounterExample) {
    tally.reported += 1
    guard journal.isRefused(journal.disk(image)) else {
      throw example.because("readers accept it")
    }
    guard damage.segment.hasSuffix(".open") else { return }
    let disk = journal.disk(image)
    do throws(JournalError) {
      try journal.recover(disk)
    } catch {
      guard disk.image.fingerprint == image.fingerprint else {
        throw example.because("recovery reports it, and changes the journal all the same")
      }
      return
    }
    throw example.because("recovery accepts it")
  }

  /// Recovery succeeds, and at least the events up to `sequence` are there.
  private mutating func expectEvents(
    _ image: DiskImage, _ sequence: UInt64, _ recording: Recording, _ example: CounterExample
  ) throws(CounterExample) {
    tally.harmless += 1
    let promise = Recording.Promise(
      acknowledged: sequence, appended: recording.promise.appended)
    try check(image, promise, nesting: false, example)
  }
}
