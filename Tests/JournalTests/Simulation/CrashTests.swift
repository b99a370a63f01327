/// The journal on a disk that lies: a small part of what `tools/torture crash` tries, the same every
/// time, with its counts; and the bugs that this very suite must notice.
import JournalSimulation
import Testing

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
    let tally = try suite(.crash).run(on: JournalUnderTest())
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
