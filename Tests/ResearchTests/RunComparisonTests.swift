/// One small thing is changed, and the comparison names it, and the first event that parts because of it.

import Journal
import Research
import Testing
import TradingCore

@Suite("Where two runs part")
struct RunComparisonTests {
  /// A change of a scenario by the smallest step, what of the head differs, and the kinds of the first
  /// events that part.
  struct Change: Sendable, CustomTestStringConvertible {
    var setting: String
    var name: String
    var field: String
    var kinds: Set<EventKind>
    var testDescription: String { setting }
  }

  static let changes = [
    Change(
      setting: "strategy.parameters.fast=4", name: "strategy.parameters.fast", field: "",
      kinds: [.signal, .depth, .quote, .trade, .bookSnapshot]),
    Change(
      setting: "fees={maker: 0.1%, taker: 0.100001%}", name: "fee", field: "taker",
      kinds: [.fill]),
    Change(
      setting: "risk={maxPosition: 94.9998%}", name: "limit maxPosition", field: "",
      kinds: [.order, .refused]),
    Change(
      setting: "latency=20000001ns", name: "configure latency 0", field: "settingValue",
      kinds: [.accepted]),
    Change(
      setting: "size={equity: 94.9999%}", name: "configure sizing 0", field: "settingValue",
      kinds: [.order]),
  ]

  private struct Stop: Error {}

  @Test("a comparison can be stopped wherever it is", arguments: RunAlignment.allCases)
  func stopped(alignment: RunAlignment) throws {
    let one = try RecordedScenario()
    let other = try RecordedScenario(setting: ["latency=21ms"])
    var looks = 0
    let found = try RunComparison(one.journal, other.journal, alignment: alignment) { _ in
      looks += 1
    }
    let text = try RunComparisonText(found) { looks += 1 }
    #expect(!text.text.isEmpty)
    #expect(looks >= (alignment == .market ? 4 : 2))
    for last in stride(from: 1, through: looks, by: 1) {
      var left = last
      func look() throws {
        left -= 1
        if left == 0 { throw Stop() }
      }
      #expect(throws: Stop.self) {
        let found = try RunComparison(one.journal, other.journal, alignment: alignment) { _ in
          try look()
        }
        _ = try RunComparisonText(found, watch: look)
      }
    }
  }

  @Test(
    "the smallest change of a setting is named with the first event that parts", arguments: changes)
  func settings(change: Change) throws {
    let plain = try RecordedScenario()
    let changed = try RecordedScenario(setting: [change.setting])
    let found = try RunComparison(plain.journal, changed.journal)
    #expect(!found.isEqual && found.alignment == .sequence)
    let named = found.settings.filter { $0.name != "scenario" }
    #expect(named.map(\.name) == [change.name] && named.map(\.field) == [change.field])
    let parting = try #require(found.partings.first)
    let kinds = [parting.left.event, parting.right.event].compactMap { $0?.kind }
    #expect(Set(kinds).isSubset(of: change.kinds), "\(kinds)")
    try expectFirst(parting, plain, changed, found)
  }

  /// Looks for the first difference by another road: whole journals in memory, their heads and
  /// fingerprints cut off, numbers of events taken out of every line.
  private func expectFirst(
    _ parting: Parting, _ left: RecordedScenario, _ right: RecordedScenario, _ found: RunComparison
  ) throws {
    let (first, second) = (
      try bare(left, head: found.left.head.count), try bare(right, head: found.right.head.count)
    )
    let place = try #require(
      zip(first, second).enumerated().first { $1.0.1 != $1.1.1 }?.offset)
    #expect(parting.left.sequence == first[place].0)
    #expect(parting.right.sequence == second[place].0)
  }

  private func bare(_ run: RecordedScenario, head: Int) throws -> [(Sequence64, [String])] {
    let fields = EventFields()
    let numbers: Set<String> = ["sequence", "cause", "order", "venueOrderID"]
    return try run.events().enumerated().dropFirst(head).compactMap { index, event in
      guard event.kind != .stateHash else { return nil }
      let list = fields.list(event, 0).filter { !numbers.contains($0.name) }
      return (Sequence64(index) + 1, list.map { "\($0.name)=\($0.value.text ?? "")" })
    }
  }

  @Test("a changed order, as another build of a strategy would make, is the first event that parts")
  func strategy() throws {
    let run = try RecordedScenario()
    var events = try run.events()
    let place = try #require(events.firstIndex { $0.kind == .order })
    guard case .order(var order) = events[place].body else { return }
    order.terms.quantity.lots -= 1
    events[place].body = .order(order)
    let found = try RunComparison(
      run.journal, run.rewritten(events, as: "changed", build: "another"))
    #expect(found.settings.isEmpty)
    let parting = try #require(found.partings.first)
    #expect(parting.left.sequence == Sequence64(place) + 1)
    #expect(parting.right == PartingSide(Sequence64(place) + 1, events[place]))
    let text = try RunComparisonText(found).text
    #expect(text.contains("another") && text.contains("quantity"))
  }

  @Test("another model, another build and other rules are named by their facts in the head")
  func models() throws {
    let run = try RecordedScenario()
    let events = try run.events()
    let time = events[0].receiveTime
    let facts: [(EventBody, EventBody, String)] = [
      (
        .model(Model(id: 1, digest: (1, 2, 3, 4))), .model(Model(id: 1, digest: (1, 2, 3, 5))),
        "model 1"
      ),
      (.build(LogicVersion(version: 7)), .build(LogicVersion(version: 8)), "build"),
      (
        .logicVersion(LogicVersion(version: 7)), .logicVersion(LogicVersion(version: 8)),
        "logicVersion"
      ),
    ]
    for (index, fact) in facts.enumerated() {
      let journals = try [fact.0, fact.1].enumerated().map { side, body in
        try run.rewritten(
          [Event(receiveTime: time, body)] + events, as: "\(index)-\(side)")
      }
      let found = try RunComparison(journals[0], journals[1])
      #expect(!found.isEqual && found.partings.isEmpty)
      #expect(found.settings.map(\.name) == [fact.2])
      #expect(found.settings.first?.left?.sequence == 1)
    }
  }

  @Test("equal runs are equal, and two looks at fingerprints say so for most of them")
  func equal() throws {
    let runs = try (0..<2).map { _ in
      try RecordedScenario(setting: ["source.generator.eventsPerSecond=120"])
    }
    let found = try RunComparison(runs[0].journal, runs[1].journal)
    #expect(found.isEqual)
    #expect(try #require(found.fingerprints).lastEqual > 65_535)
    let whole = try RunComparison(runs[0].journal, runs[1].journal, thoroughly: true)
    #expect(whole.isEqual && whole.equalCount > found.equalCount + 60_000)
  }

  @Test("what leaves no trace in the state is found where nothing else differs")
  func traceless() throws {
    let run = try RecordedScenario(setting: ["source.generator.eventsPerSecond=120"])
    var events = try run.events()
    let place = try #require(events.firstIndex { $0.kind == .quote })
    let same = try run.rewritten(events, as: "same")
    guard case .quote(var quote) = events[place].body else { return }
    quote.bidQuantity.lots += 1
    events[place].body = .quote(quote)
    let other = try run.rewritten(events, as: "other")
    let found = try RunComparison(same, other)
    #expect(try #require(found.fingerprints).lastEqual > 65_535)
    #expect(found.partings.first?.left.sequence == Sequence64(place) + 1)
    #expect(found.isFirst && !found.isEqual)
  }

  @Test("a run that ends before the other parts there")
  func shorter() throws {
    let run = try RecordedScenario()
    let events = try run.events()
    let short = try run.rewritten(Array(events.dropLast(5)), as: "short")
    let parting = try #require(try RunComparison(run.journal, short).partings.first)
    #expect(parting.right == PartingSide(UInt64(events.count) - 4, nil))
    #expect(parting.left.event == events[events.count - 5])
  }

  @Test("a run and its backtest are compared by market, decisions and fills")
  func backtest() throws {
    let run = try RecordedScenario()
    let again = { (latency: String) in
      try RecordedScenario(
        """
        source: {journal: \(run.journal)}
        strategy: {name: ema-cross, bar: 10s, parameters: {fast: 3, slow: 8}}
        capital: {USDT: 100000}
        latency: \(latency)
        """)
    }
    let (same, late) = (try again("20ms"), try again("400ms"))
    let equal = try RunComparison(run.journal, same.journal)
    #expect(equal.isEqual && equal.alignment == .market)
    let different = try RunComparison(run.journal, late.journal)
    #expect(!different.isEqual && different.fills?.number == 1)
    let orders = try [run, late].map { try $0.events().compactMap(terms) }
    let place = try #require(
      zip(orders[0], orders[1]).enumerated().first { $1.0 != $1.1 }?.offset)
    #expect(different.partings.first?.left.event.flatMap(terms) == orders[0][place])
  }

  private func terms(_ event: Event) -> OrderTerms? {
    if case .order(let order) = event.body { order.terms } else { nil }
  }
}
