/// The journal on a disk that lies: a small part of what `tools/torture crash` tries, the same every
/// time, with its counts; and the bugs that this very suite must notice.
import DiskSimulation
import Journal
import JournalSimulation
import Testing
import TradingCore

/// A torn tail behind a heartbeat, and three segments of two processes.
private let scripts =
  [
    Script([ScriptStep(pages: 1, after: .vouched), ScriptStep(pages: 1, after: .written)]),
    Script([
      ScriptStep(pages: 1, after: .rolled), ScriptStep(pages: 1, after: .restarted),
      ScriptStep(pages: 1, after: .synced),
    ]),
  ]

/// A search that a debug build does in seconds.
private func suite(_ part: CrashSuite.Part) -> CrashSuite {
  var suite = CrashSuite([part], part == .fail ? [scripts[0]] : scripts)
  suite.limits.outcomes = 12
  suite.limits.nestedPerMoment = 1
  suite.limits.nestedOutcomes = 1
  suite.limits.deepStride = 256
  suite.limits.faultOutcomes = 1
  suite.stride = 4_001
  return suite
}

@Suite("The journal on a disk that lies")
struct CrashTests {
  @Test("no crash loses an acknowledged event, and none is called corrupt")
  func crashes() throws {
    var crashes = suite(.crash)
    crashes.scripts = [scripts[0]]
    let tally = try crashes.run(on: JournalUnderTest())
    print(tally)
    #expect(tally.states > 500 && tally.nested > 100 && tally.deep > 0)
    #expect(tally.acknowledged > 0 && tally.cut > 0)
  }

  @Test("nor does one that tears single sectors")
  func sectors() throws {
    var sectors = suite(.crash)
    sectors.limits.nestedPerMoment = 0
    sectors.limits.outcomes = 24
    let tally = try sectors.run(on: JournalUnderTest(pageBytes: 512))
    print(tally)
    #expect(tally.states > 500 && tally.cut > 0)
  }

  @Test("recovery builds on no name that a killed writer gave and the disk has not")
  func namesOfTheKilled() throws {
    let recording = JournalUnderTest().record(
      Script([ScriptStep(pages: 1, after: .rolled), ScriptStep(pages: 1, after: .written)]))
    let roll = try #require(
      recording.trace.lastIndex { $0.kind == .rename && $0.names("71.lz4.open") })
    let killed = try #require(recording.moments.first { $0.operation == roll + 1 }).image
    var plan = SimDisk.Plan()
    plan.keepsMoments = true
    let disk = SimDisk(killed, plan: plan)
    _ = try Recovery.run(in: JournalUnderTest.path, on: disk)
    var outcomes: UInt64 = 0
    for moment in disk.moments {
      let choices = CrashChoices(of: moment.image, keeping: ["tail"])
      for number in 0..<min(choices.count, 48) {
        let crashed = SimDisk(choices.outcome(number))
        _ = try Recovery.run(in: JournalUnderTest.path, on: crashed)
        _ = try JournalVerifier.verify(JournalUnderTest.path, on: crashed)
        outcomes += 1
      }
    }
    print("\(outcomes) power cuts in \(disk.moments.count) moments of recovery")
  }

  @Test("a key that a killed writer kept is the key after a power cut too")
  func keyOfTheKilled() throws {
    var plan = SimDisk.Plan()
    (plan.keepsMoments, plan.keepsTrace) = (true, true)
    let disk = SimDisk(DiskImage(), plan: plan)
    let id = JournalID(low: 1, high: 2)
    _ = try KeyVault(folder: "keys", journal: id, on: disk).signer(at: .distantPast)
    let rename = try #require(disk.trace.lastIndex { $0.kind == .rename })
    let killed = try #require(disk.moments.first { $0.operation == rename + 1 }).image
    let next = SimDisk(killed)
    _ = try KeyVault(folder: "keys", journal: id, on: next).signer(at: .distantPast)
    let choices = CrashChoices(of: next.image)
    for number in 0..<choices.count {
      #expect(choices.outcome(number).names("keys") == ["\(id).key"])
    }
  }

  @Test("no failing call loses an acknowledged event, and the writer stops for good")
  func failures() throws {
    let tally = try suite(.fail).run(on: JournalUnderTest())
    print(tally)
    #expect(tally.faults > 200 && tally.overcome > 0 && tally.overcome < tally.faults)
  }

  @Test("rot below the watermark is always reported, above it leaves a prefix")
  func rot() throws {
    let tally = try suite(.rot).run(on: JournalUnderTest())
    print(tally)
    #expect(tally.reported > 100 && tally.harmless > 10)
  }

  @Test("segments that are missing, foreign, doubled or swapped are refused")
  func disorder() throws {
    let tally = try suite(.disorder).run(on: JournalUnderTest())
    print(tally)
    #expect(tally.reported > 10)
  }

  @Test("the suite notices every planted bug", arguments: PlantedBug.allCases)
  func mutants(bug: PlantedBug) {
    let found: Bool
    do throws(CounterExample) {
      _ = try suite(bug.noticedBy).run(on: JournalUnderTest(bug: bug))
      found = false
    } catch {
      print("\(bug.rawValue): \(error.reason)")
      found = true
    }
    #expect(found, "\(bug.rawValue) survives")
  }
}

extension Operation {
  /// Whether the call is about a file whose name ends so.
  fileprivate func names(_ end: String) -> Bool { path.hasSuffix(end) }
}
