/// A recorded run is decided again: what was changed in its journal is named, and nothing else is.

import Foundation
import Journal
import Research
import Testing
import TradingCore

/// A run of some thousand events with orders, and its journal.
final class RecordedScenario {
  let folder: String
  var journal: String { folder + "/journal" }

  /// - Parameters:
  ///   - scenario: of which `changes` are made first.
  ///   - name: what the run is called in its folder.
  init(_ text: String = RecordedScenario.trading, setting changes: [String] = []) throws {
    folder = NSTemporaryDirectory() + "recorded-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = try Backtest(scenario(text, setting: changes), file: "s.yaml").run(
      journal: journal, build: "test")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static let trading = """
    source:
      generator: {seed: 5, duration: 12m, eventsPerSecond: 20, volatility: 20%}
    strategy: {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 8}}
    capital: {USDT: 100000}
    latency: 20ms
    """

  func events() throws -> [Event] { try allEvents(of: journal) }

  /// Makes the last order one lot larger.
  /// - Returns: the index of an early market event that decides nothing, and the order's sequence.
  func enlargeLastOrder(in events: inout [Event]) throws -> (place: Int, order: Sequence64) {
    let place = try #require(events.firstIndex { $0.kind.isMarket }) + 1
    let order = try #require(events.lastIndex { $0.kind == .order })
    guard case .order(var larger) = events[order].body else { return (place, 0) }
    larger.terms.quantity.lots += 1
    events[order].body = .order(larger)
    return (place, Sequence64(order) + 1)
  }

  /// The first parameter as the head does not have it.
  static let otherParameter = EventBody.configure(
    Configure(
      .strategyParameter, value: Int64(bitPattern: (4.0).bitPattern), place: 0, book: BookID(0)))

  /// Writes events as a journal of the same identity beside this one.
  func rewritten(_ events: [Event], as name: String, build: String = "test") throws -> String {
    let path = folder + "/" + name
    let facts = try JournalReader(opening: journal).facts.identity
    let sink = try JournalSink(
      creating: path,
      identity: JournalIdentity(inputs: facts.id.bytes, scenario: name, build: build),
      replacing: true)
    var batch = EventBatch()
    for start in stride(from: 0, to: events.count, by: EventBatch.capacity) {
      batch.removeAll()
      batch.firstSequence = Sequence64(start) + 1
      batch.events.append(
        contentsOf: events[start..<min(events.count, start + EventBatch.capacity)])
      try sink.append(batch)
    }
    _ = try sink.seal()
    return path
  }
}

extension Event {
  /// What it sets, if anything.
  var setting: Setting? {
    if case .configure(let change) = body { change.setting } else { nil }
  }
}

/// Every event of a sealed journal.
func allEvents(of journal: String) throws -> [Event] {
  let feed = try JournalFeed(opening: journal)
  var batch = EventBatch()
  var events: [Event] = []
  while try feed.next(into: &batch) { events += batch.events }
  return events
}

@Suite("Recorded runs decided again")
struct VerificationTests {
  @Test("a run's journal is identical, and every event of it was looked at")
  func identical() throws {
    let run = try RecordedScenario(setting: ["source.generator.eventsPerSecond=120"])
    let found = try Verification(of: run.journal)
    let events = try run.events()
    #expect(found.isIdentical && found.missing == nil)
    #expect(found.counts.events == UInt64(events.count))
    #expect(found.counts.decisions == UInt64(events.count { !$0.isFact && $0.kind != .stateHash }))
    #expect(found.counts.decisions > 10 && found.counts.fingerprints > 0)
    #expect(found.state == events.reduce(into: State(), reduce))
    #expect(found.run.strategies?.text == "ema-cross fast=3 slow=8 short=1")
  }

  @Test("a changed decision is named with its field", arguments: [EventKind.signal, .order])
  func changed(kind: EventKind) throws {
    let run = try RecordedScenario()
    var events = try run.events()
    let place = try #require(events.lastIndex { $0.kind == kind })
    let made = events[place]
    switch events[place].body {
    case .signal(var signal):
      signal.weightMillionths += 1
      events[place].body = .signal(signal)
    case .order(var order):
      order.terms.quantity.lots += 1
      events[place].body = .order(order)
    default: break
    }
    let found = try Verification(of: run.rewritten(events, as: "changed"))
    let expected = Divergence(at: Sequence64(place) + 1, recorded: events[place], made: made)
    #expect(found.divergence == expected)
    let text = try VerificationText(found, seconds: 1, build: "test").text
    #expect(text.hasPrefix("diverged: "))
    #expect(text.contains(kind == .order ? "  quantity" : "  weight"), "\(text)")
  }

  @Test(
    "a setting behind the head excuses what lies behind it, and only where the head says otherwise")
  func strategySet() throws {
    let run = try RecordedScenario()
    var events = try run.events()
    let (place, order) = try run.enlargeLastOrder(in: &events)
    let named = try #require(events.first { $0.setting == .strategy })
    let parameter = try #require(events.first { $0.setting == .strategyParameter })
    for same in [named, parameter] {
      events[place].body = same.body
      let found = try Verification(of: run.rewritten(events, as: "same"))
      #expect(found.divergence?.sequence == order && found.refusal == nil)
    }
    events[place].body = RecordedScenario.otherParameter
    let behind = try Verification(of: run.rewritten(events, as: "behind"))
    #expect(behind.divergence?.sequence == order && behind.refusal != nil)
    events[place].body = named.body
    events.insert(
      Event(receiveTime: events[place].receiveTime, RecordedScenario.otherParameter), at: Int(order)
    )
    let before = try Verification(of: run.rewritten(events, as: "before"))
    #expect(before.divergence?.sequence == order && before.refusal == nil)
  }

  @Test("a changed fingerprint is named")
  func fingerprint() throws {
    let run = try RecordedScenario(setting: ["source.generator.eventsPerSecond=120"])
    var events = try run.events()
    let place = try #require(events.firstIndex { $0.kind == .stateHash })
    guard case .stateHash(var hashes) = events[place].body else { return }
    hashes.strategy ^= 1
    events[place].body = .stateHash(hashes)
    let found = try Verification(of: run.rewritten(events, as: "changed"))
    #expect(found.divergence?.sequence == Sequence64(place) + 1)
    #expect(found.divergence?.made?.kind == .stateHash)
  }

  @Test("a decision that is not in the journal, and one too many, are both named")
  func missingAndAdded() throws {
    let run = try RecordedScenario()
    let events = try run.events()
    let place = try #require(events.lastIndex { $0.kind == .signal })
    var fewer = events
    fewer.removeSubrange(place...(place + 1))
    let without = try Verification(of: run.rewritten(fewer, as: "fewer"))
    #expect(without.divergence?.made == events[place])
    #expect(without.divergence?.recorded == fewer[place])
    var more = events
    more.insert(events[place], at: place)
    let with = try Verification(of: run.rewritten(more, as: "more"))
    #expect(with.divergence?.sequence == Sequence64(place) + 2)
  }

  @Test("a sealed journal whose last decision was cut off has diverged")
  func cutOff() throws {
    let run = try RecordedScenario()
    let events = try run.events()
    let place = try #require(events.lastIndex { $0.kind == .signal })
    let found = try Verification(of: run.rewritten(Array(events[..<place]), as: "cut"))
    let expected = Divergence(at: Sequence64(place) + 1, recorded: nil, made: events[place])
    #expect(found.divergence == expected && found.missing == nil)
    #expect(found.counts.events == UInt64(place))
  }

  @Test("a journal whose writer died inside a decision is identical as far as it goes")
  func killed() throws {
    let run = try RecordedScenario()
    let events = try run.events()
    let place = try #require(events.lastIndex { $0.kind == .signal })
    let live = try LiveJournal(opening: run.folder + "/live")
    var batch = EventBatch()
    for start in stride(from: 0, to: place, by: EventBatch.capacity) {
      batch.removeAll()
      batch.firstSequence = Sequence64(start) + 1
      batch.events.append(contentsOf: events[start..<min(place, start + EventBatch.capacity)])
      try live.append(batch)
    }
    try live.written(upTo: Sequence64(place))
    let found = try Verification(of: run.folder + "/live")
    #expect(found.isIdentical)
    #expect(found.missing == events[place])
    let text = try VerificationText(found, seconds: 1, build: "test").text
    #expect(text.contains("ends early"))
  }

  @Test("a changed fact shows where it first changes a decision")
  func fact() throws {
    let run = try RecordedScenario()
    var events = try run.events()
    let signal = try #require(events.firstIndex { $0.kind == .signal })
    let place = try #require(events[..<signal].lastIndex { $0.kind == .trade })
    guard case .trade(var trade) = events[place].body else { return }
    trade.price.ticks /= 2
    events[place].body = .trade(trade)
    let found = try Verification(of: run.rewritten(events, as: "changed"))
    let sequence = try #require(found.divergence?.sequence)
    #expect(sequence > Sequence64(place))
  }

  @Test("facts alone are identical, and it is said that nothing was decided")
  func factsOnly() throws {
    let run = try RecordedScenario()
    let market = try run.events().filter { $0.kind.isMarket || $0.kind.isDefinition }
    let found = try Verification(of: run.rewritten(market, as: "facts"))
    #expect(found.isIdentical && found.run.strategies == nil)
    let text = try VerificationText(found, seconds: 1, build: "test").text
    #expect(text.contains("nothing was decided in it"))
  }
}
