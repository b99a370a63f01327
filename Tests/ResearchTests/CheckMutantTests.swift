/// Properties that run a journal again find strategies with one thing wrong, and journals that fail become
/// small ones that fail the same.
import Foundation
import Journal
import Testing

@testable import Research
@testable import TradingCore

@Suite("Mutants are found and shrunk")
struct CheckMutantTests {
  private func failure(
    _ name: String, _ engine: CheckEngine
  ) throws -> PropertyFailure? {
    let property = try #require(PropertyList.named(name))
    let result = try CheckFixture.verdicts(try CheckFixture.subject(engine), [property])[0]
    if case .fails(let failure, _) = result.verdict { return failure }
    Issue.record("\(name) holds: \(result.verdict)")
    return nil
  }

  @Test(
    "an indicator that knows the next bar looks ahead",
    arguments: ["no-look-ahead", "no-foresight"])
  func lookAhead(property: String) throws {
    let found = try failure(property, CheckFixture.engine { CentredAverage(of: $0) })
    #expect(found?.kind == "look-ahead")
  }

  @Test("a strategy that counts facts does not stand heartbeats")
  func heartbeats() throws {
    #expect(try failure("heartbeats", CheckFixture.engine { _ in CountingFacts() }) != nil)
  }

  @Test("a strategy with a price in its code does not stand other prices")
  func fixedPrice() throws {
    #expect(try failure("scale-prices", CheckFixture.engine { _ in FixedPrice() }) != nil)
  }

  @Test("a strategy that counts from its start never converges")
  func start() throws {
    #expect(try failure("warm-up", CheckFixture.engine { _ in EveryThirdBar() }) != nil)
  }

  private func shrink(
    _ subject: CheckSubject, _ property: String
  ) throws -> ShrunkJournal {
    let clock = ContinuousClock()
    let start = clock.now
    var shrinker = Shrinker(try #require(PropertyList.named(property)), seed: 1, cases: 6) {
      _, _ in clock.now - start < .seconds(60)
    }
    return try shrinker.shrink(subject)
  }

  @Test("a look-ahead shrinks to at most twenty events within a minute", arguments: 1...3)
  func shrinksLookAhead(seed: Int) throws {
    let engine = CheckFixture.engine { CentredAverage(of: $0) }
    let subject = try CheckFixture.subject(engine, seed: UInt64(seed))
    let shrunk = try shrink(subject, "no-look-ahead")
    #expect(shrunk.failure.kind == "look-ahead" && !shrunk.isOutOfTime)
    #expect(shrunk.subject.events.count <= 20, "\(shrunk.story)")
    let again = try CheckFixture.verdicts(
      shrunk.subject, [try #require(PropertyList.named("no-look-ahead")), Rederives()])
    #expect(again[0].verdict != .holds && again[1].verdict == .holds)
  }

  @Test("a fee slip shrinks to at most twenty events and is asked again from its folder")
  func shrinksFee() throws {
    var events = try CheckFixture.subject(of: "ema-cross").events
    let place = try #require(events.lastIndex { $0.kind == .fill })
    guard case .fill(var fill) = events[place].body else { return }
    fill.fee += 1
    events[place].body = .fill(fill)
    let shrunk = try shrink(try CheckSubject(events), "fees")
    #expect(shrunk.failure.kind == "fee" && !shrunk.isOutOfTime)
    #expect(shrunk.subject.events.count <= 20, "\(shrunk.story)")
    #expect(shrunk.story.contains("^ here it fails: fee"))

    let folder = FileManager.default.temporaryDirectory.path + "/shrunk-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // The same failure is kept once; of another seed it is another one.
    for (seed, name) in [(1, "fees-1"), (1, "fees-1"), (2, "fees-2"), (1, "fees-1")]
      as [(UInt64, _)]
    {
      let path = try Regressions.keep(
        shrunk, in: folder, seed: seed, cases: 6, source: "a run", build: "test")
      #expect(path == "\(folder)/\(name)")
    }
    try "Not a regression.".write(toFile: "\(folder)/README", atomically: true, encoding: .utf8)
    let kept = try Regressions.all(in: folder)
    #expect(kept.map(\.name) == ["fees-1", "fees-2"] && kept.allSatisfy { $0.property == "fees" })
    let read = try CheckSubject(reading: kept[0].journal)
    #expect(read.events == shrunk.subject.events)
    let result = try CheckFixture.verdicts(read, [PropertyList.fees])[0]
    guard case .fails(let failure, _) = result.verdict else {
      Issue.record("the kept journal does not fail")
      return
    }
    #expect(failure == shrunk.failure)
  }

  @Test("a failure that shows itself in a journal of its own is shrunk there")
  func witness() throws {
    struct Planted: Property {
      let name = "planted"
      let summary = "Another journal fails."
      let witness: [Event]
      func failure(of subject: CheckSubject, _ test: CheckCase) -> PropertyFailure? {
        PropertyFailure(at: 1, "canary", "it has a last event", witness: witness)
      }
    }
    let subject = try CheckFixture.subject(of: "ema-cross", count: 40)
    let planted = Planted(witness: try CheckFixture.subject(of: "breakout", count: 60).events)
    var shrinker = Shrinker(planted, seed: 1, cases: 2) { _, _ in true }
    let shrunk = try shrinker.shrink(subject)
    #expect(shrunk.property == "canary" && shrunk.subject.events.count == 1)
  }

  @Test("a search that is stopped keeps what it has")
  func outOfTime() throws {
    let engine = CheckFixture.engine { CentredAverage(of: $0) }
    let subject = try CheckFixture.subject(engine, count: 60)
    let property = try #require(PropertyList.named("no-look-ahead"))
    var shrinker = Shrinker(property, seed: 1, cases: 6) { tries, _ in tries < 4 }
    let shrunk = try shrinker.shrink(subject)
    #expect(shrunk.isOutOfTime && shrunk.tries == 4 && shrunk.failure.kind == "look-ahead")
  }

  @Test("what holds, or does not apply, is not shrunk")
  func nothingToShrink() throws {
    let subject = try CheckFixture.subject(of: "ema-cross")
    #expect(throws: ShrinkError.holds(property: "fees", reason: "holds with seed 1")) {
      _ = try shrink(subject, "fees")
    }
    let facts = try CheckSubject(CheckFixture.market(seed: 1, count: 9))
    #expect(throws: ShrinkError.self) { _ = try shrink(facts, "no-look-ahead") }
  }
}
