/// A journal from creation to seal: what stands on the disk at each step, and after a mishap.

import Foundation
import Journal
import Testing
import TradingCore

private func timers(_ count: Int) -> [Event] {
  (0..<count).map {
    Event(
      receiveTime: Timestamp(nanoseconds: Int64($0)), .timer(TimerFired(id: UInt32($0))))
  }
}

private func batch(_ events: [Event], first: UInt64) -> EventBatch {
  var batch = EventBatch()
  batch.events.append(contentsOf: events)
  batch.firstSequence = first
  return batch
}

@Suite("A journal appears whole or not at all")
struct LifeCycleTests {
  @Test("an abandoned or dropped writer leaves nothing behind")
  func abandoned() throws {
    let folder = TestFolder()
    do {
      var writer = try JournalWriter(
        creating: folder.path("j"), identity: identity(), replacing: false)
      try writer.append(batch(timers(100), first: 1))
      #expect(folder.names.count == 1 && folder.names != ["j"])
      writer.abandon()
    }
    #expect(folder.names.isEmpty)
    do {
      let sink = try JournalSink(creating: folder.path("j"), identity: identity(), replacing: false)
      try sink.append(batch(timers(100), first: 1))
    }
    #expect(folder.names.isEmpty)
  }

  @Test("an existing journal is refused, or replaced at the very end")
  func replacing() throws {
    let folder = TestFolder()
    try write(timers(10), to: folder.path("j"))
    #expect(throws: JournalError.exists(path: folder.path("j"))) {
      try write(timers(20), to: folder.path("j"))
    }
    var writer = try JournalWriter(
      creating: folder.path("j"), identity: identity(2), replacing: true)
    try writer.append(batch(timers(20), first: 1))
    #expect(try read(folder.path("j")) == timers(10))
    _ = try writer.seal()
    #expect(try read(folder.path("j")) == timers(20))
    #expect(folder.names == ["j"])
  }

  @Test("a folder that is no journal is never replaced")
  func foreign() throws {
    let folder = TestFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path("home"), withIntermediateDirectories: true)
    try Data("precious".utf8).write(to: URL(fileURLWithPath: folder.path("home/thesis.txt")))
    #expect(throws: JournalError.self) {
      _ = try JournalWriter(creating: folder.path("home"), identity: identity(), replacing: true)
    }
    #expect(try bytes(folder.path("home/thesis.txt")) == Array("precious".utf8))
  }

  @Test("what a link leads to is never replaced, nor the link")
  func link() throws {
    let folder = TestFolder()
    var writer = try JournalWriter(
      creating: folder.path("j"), identity: identity(), replacing: false)
    try writer.append(batch(timers(5), first: 1))
    _ = try writer.seal()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "j")
    let before = folder.names
    #expect(throws: JournalError.self) {
      _ = try JournalWriter(creating: folder.path("link"), identity: identity(2), replacing: true)
    }
    #expect(folder.names == before)
    #expect(try JournalReader(opening: folder.path("j")).facts.identity == identity())
  }

  @Test("events out of order are refused and the writer goes on")
  func order() throws {
    let folder = TestFolder()
    var writer = try JournalWriter(
      creating: folder.path("j"), identity: identity(), replacing: false)
    try writer.append(batch(timers(5), first: 1))
    do {
      try writer.append(batch(timers(5), first: 7))
      Issue.record("a gap was accepted")
    } catch { #expect(error == .outOfOrder(expected: 6, found: 7)) }
    try writer.append(batch(timers(5), first: 6))
    #expect(try writer.seal().events == 10)
  }

  @Test("facts, totals and the verifier agree with what was written")
  func facts() throws {
    let folder = TestFolder()
    var numbers = Numbers(seed: 4)
    let events = (0..<30_000).map { _ in
      anyEvent(EventKind.allCases[numbers.below(EventKind.allCases.count)], &numbers)
    }
    let summary = try write(events, to: folder.path("j"), segmentLimit: 200_000)
    let feed = try JournalFeed(opening: folder.path("j"))
    let totals = try JournalTotals(of: folder.path("j"))
    let report = try JournalVerifier.verify(folder.path("j"))
    #expect(feed.facts == report.facts)
    #expect(feed.facts.chainHead == summary.chainHead && feed.facts.events == 30_000)
    #expect(feed.facts.identity == (try identity()) && feed.facts.segments == summary.segments)
    #expect(totals.bytes == summary.bytes && report.bytes == summary.bytes)
    for (kind, count) in totals.kinds { #expect(count == events.count { $0.kind == kind }) }
    #expect(totals.kinds.reduce(0) { $0 + $1.count } == 30_000)
    let times = events.map(\.receiveTime)
    #expect(totals.receiveTimes == times.min()!...times.max()!)
    let venueTimes = events.map(\.venueTime).filter { !$0.isNone }
    #expect(totals.venueTimes == venueTimes.min()!...venueTimes.max()!)
  }

  @Test("seeking hands out the same events as reading from the start", arguments: 0..<3)
  func seeking(seed: UInt64) throws {
    let folder = TestFolder()
    var numbers = Numbers(seed: seed)
    let kinds: [EventKind] = [.trade, .quote, .depth, .fill, .text]
    let events = (0..<20_000).map { _ in anyEvent(kinds[numbers.below(5)], &numbers) }
    try write(events, to: folder.path("j"), segmentLimit: 150_000)
    for _ in 0..<20 {
      let sequence = numbers.below(20_000) + 1
      #expect(
        try read(folder.path("j"), from: UInt64(sequence)) == Array(events[(sequence - 1)...]))
    }
    #expect(throws: JournalError.noSuchSequence(20_001, last: 20_000)) {
      try read(folder.path("j"), from: 20_001)
    }
  }

  @Test("same inputs, same identity; any other input, another")
  func identities() throws {
    let first = try JournalIdentity(inputs: [1, 2], scenario: "a")
    #expect(first == (try JournalIdentity(inputs: [1, 2], scenario: "a")))
    #expect(first.id != (try JournalIdentity(inputs: [1], scenario: "a")).id)
    #expect(first.id != (try JournalIdentity(inputs: [1, 2], scenario: "b")).id)
    #expect(
      first.id
        != (try JournalIdentity(
          inputs: [1, 2], scenario: "a", logicVersion: LogicVersion(version: 99))).id)
    let rebuilt = try JournalIdentity(inputs: [1, 2], scenario: "a", build: "other")
    #expect(first.id == rebuilt.id && first.salt == rebuilt.salt)
  }

  @Test("the build stands outside the content: another build, the same chain head")
  func build() throws {
    let folder = TestFolder()
    var heads: [SHA256Digest] = []
    for build in ["one", "two"] {
      let identity = try JournalIdentity(inputs: [1], scenario: "s", build: build)
      var writer = try JournalWriter(
        creating: folder.path(build), identity: identity, replacing: false)
      try writer.append(batch(timers(1_000), first: 1))
      heads.append(try writer.seal().chainHead)
    }
    #expect(heads[0] == heads[1])
  }
}
