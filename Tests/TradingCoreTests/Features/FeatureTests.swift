/// Every feature against its definition over all that was told, and what every feature promises.
import Testing

@testable import TradingCore

@Suite("Features")
struct FeatureTests {
  static let names = FeatureRegistry.all.map(\.name)

  /// Small windows, so that random markets fill them between losses.
  static let small: [String: [(String, Double)]] = [
    "ofi": [("window", 2)], "level_ofi": [("levels", 3), ("window", 1.5)],
    "depth": [("levels", 3)], "book_slope": [("levels", 4)], "band_depth": [("reach", 2.5)],
    "intensity": [("window", 3)], "decaying_intensity": [("halflife", 0.7)],
    "trade_imbalance": [("window", 1)], "effective_spread": [("length", 7)],
    "realised_spread": [("horizon", 0.8), ("length", 6)], "vpin": [("volume", 7), ("buckets", 6)],
    "kyle_lambda": [("every", 0.5), ("length", 8)], "amihud": [("every", 0.4), ("length", 9)],
    "roll_spread": [("length", 12)],
  ]

  /// Seeds, and how often something is lost.
  private static let markets: [(UInt64, Double)] = [
    (1, 0), (2, 0.01), (3, 0.03), (4, 0.05), (5, 0.05), (6, 0.05), (7, 0.1),
  ]

  static func choice(_ name: String, isSmall: Bool = true) throws -> FeatureChoice {
    let entry = try FeatureRegistry.entry(named: name)
    var values = ParameterValues(defaultsOf: entry.parameters)
    for (parameter, value) in isSmall ? small[name] ?? [] : [] {
      try values.set(parameter, to: value)
    }
    return entry.choose(values)
  }

  static func set(_ names: [String] = names) throws -> FeatureSet {
    FeatureSet(try names.map { try choice($0) }, of: InstrumentID(0))
  }

  @Test("every feature has a definition to be judged by, and the names stand in order")
  func complete() {
    #expect(FeatureDefinitions.all.map(\.name) == Self.names)
    #expect(Set(Self.names).count == Self.names.count)
  }

  @Test("answers what its definition says over all that was told", arguments: names)
  func definitions(name: String) throws {
    let choice = try Self.choice(name)
    let definition = try #require(FeatureDefinitions.definition(of: name))
    var answers = 0
    for (seed, losses) in Self.markets {
      var features = FeatureSet([choice], of: InstrumentID(0))
      var witness = FeatureWitness()
      var state = State()
      for (index, event) in FeatureMarket.events(1_500, seed: seed, losses: losses).enumerated() {
        reduce(&state, event)
        witness.take(event)
        features.take(event, state)
        guard !event.body.isInsideRun else { continue }
        witness.endMessage()
        let later = Int64(index % 3) * 250_000_000
        guard index % 5 == 0 else { continue }
        let now = witness.now + later
        // Of a copy: nothing more may happen up to a moment that was asked for.
        var asked = features
        asked.answer(state, at: Timestamp(nanoseconds: now))
        let expected = definition(witness, choice.values, now)
        let found = Array(asked.values)
        answers += found.count { $0 != nil }
        #expect(isClose(found, expected), "\(name), seed \(seed), event \(index)")
      }
    }
    #expect(answers > 50, "\(name) said too little to be judged")
  }

  private func isClose(_ found: [Double?], _ expected: [Double?]) -> Bool {
    found.count == expected.count
      && zip(found, expected).allSatisfy { one, other in
        guard let one, let other else { return one == nil && other == nil }
        return (one - other).magnitude <= 1e-9 * max(one.magnitude, other.magnitude) + 1e-11
      }
  }

  @Test("asking changes nothing: answers do not depend on how often others were asked for")
  func asking() throws {
    var (often, seldom) = (try Self.set(), try Self.set())
    var state = State()
    for (index, event) in FeatureMarket.events(4_000, seed: 7).enumerated() {
      reduce(&state, event)
      often.take(event, state)
      seldom.take(event, state)
      often.answer(state)
      guard index % 211 == 0 else { continue }
      seldom.answer(state)
      #expect(often.values.map { $0?.bitPattern } == seldom.values.map { $0?.bitPattern })
    }
  }

  @Test("a set that remembers the same goes on the same, and its bytes say so")
  func memory() throws {
    let events = FeatureMarket.events(3_000, seed: 9)
    var whole = try Self.set()
    var state = State()
    for event in events[..<2_000] {
      reduce(&state, event)
      whole.take(event, state)
    }
    var copy = whole
    var other = whole
    #expect(copy.fingerprint == whole.fingerprint)
    for event in events[2_000...] {
      reduce(&state, event)
      whole.take(event, state)
      copy.take(event, state)
      if case .trade = event.body { continue }
      other.take(event, state)
    }
    #expect(copy.fingerprint == whole.fingerprint)
    #expect(other.fingerprint != whole.fingerprint)
  }

  @Test("what a strategy of one instrument is shown is enough")
  func ownEvents() throws {
    var (all, own) = (try Self.set(), try Self.set())
    var state = State()
    var compared = 0
    for event in FeatureMarket.events(4_000, seed: 5, losses: 0.02) {
      reduce(&state, event)
      all.take(event, state)
      guard event.body.instrument == InstrumentID(0), !event.body.isInsideRun else { continue }
      own.take(event, state)
      all.answer(state)
      own.answer(state)
      compared += all.values.count { $0 != nil }
      #expect(Array(all.values) == Array(own.values))
    }
    #expect(compared > 10_000)
  }

  @Test("nothing stops it: any event of any kind, plausible or absurd")
  func totality() throws {
    for wildness in [0, 0.2, 1.0] {
      var fuzz = EventFuzz(seed: 21, wildness: wildness)
      var features = try Self.set()
      var state = State()
      for _ in 0..<20_000 {
        let event = fuzz.next()
        reduce(&state, event)
        features.take(event, state)
        features.answer(state)
        for value in features.values { #expect(value?.isFinite ?? true) }
      }
    }
  }

  @Test("a flow forgets the oldest where it has no room, and is whole again when that would be out")
  func room() {
    var flow = TimedFlow(span: .second, capacity: 3)
    let start = Timestamp(nanoseconds: 0)
    func after(_ milliseconds: Int64) -> Timestamp {
      start + Interval(nanoseconds: milliseconds * 1_000_000)
    }
    for (place, amount) in [1, 2, 4, 8].enumerated() {
      flow.add(Int64(amount), at: after(Int64(place) * 500))
    }
    #expect(flow.net == 12)
    let wasWhole = flow.isWhole(at: after(1_500))
    #expect(wasWhole)
    for amount in [16, 32] { flow.add(Int64(amount), at: after(1_500)) }
    #expect(flow.net == 56)
    let found = [1_999, 2_000].map { flow.isWhole(at: after($0)) }
    #expect(found == [false, true])
  }

  @Test("however many levels are followed, what all remember is bounded")
  func levels() throws {
    let entry = try FeatureRegistry.entry(named: "level_ofi")
    var values = ParameterValues(defaultsOf: entry.parameters)
    try values.set("levels", to: 100)
    try values.set("window", to: 86_400)
    var (features, state) = (FeatureSet([entry.choose(values)], of: InstrumentID(0)), State())
    func take(_ body: EventBody) {
      let event = Event(receiveTime: Timestamp(nanoseconds: 1), body)
      reduce(&state, event)
      features.take(event, state)
    }
    func level(_ side: Side, _ ticks: Int64, _ flags: RunFlags) -> EventBody {
      .bookSnapshot(
        BookSnapshot(
          instrument: InstrumentID(0), side: side, price: Price(ticks: ticks),
          quantity: Quantity(lots: 1), updateID: 1, flags: flags))
    }
    take(.instrument(FeatureMarket.definition(0)))
    for place in Int64(0)..<100 {
      take(level(.buy, 1_000 - place, place == 0 ? .first : []))
      take(level(.sell, 2_000 + place, place == 99 ? .last : []))
    }
    // A better bid comes and goes: every level changes with each message.
    let messages = Int64(LevelFlowImbalance.mostChanges / 100 + 100)
    for message in 0..<messages {
      take(
        .depth(
          Depth(
            instrument: InstrumentID(0), side: .buy, price: Price(ticks: 1_001),
            quantity: Quantity(lots: 1 - message % 2), lastUpdateID: 2 + message, updateSpan: 0,
            flags: [.first, .last])))
    }
    var bytes = CanonicalBytes()
    features.encode(into: &bytes)
    let most = 16 * LevelFlowImbalance.mostChanges
    #expect(most - 16_384...most + 16_384 ~= bytes.bytes.count)
  }

  @Test("a market gone silent forgets its windows and ages, and nothing runs over")
  func silence() throws {
    var features = try Self.set(["intensity", "ofi", "age", "trade_imbalance"])
    var state = State()
    for event in FeatureMarket.events(500, seed: 2, losses: 0) {
      reduce(&state, event)
      features.take(event, state)
    }
    features.answer(state, at: state.time + .hour)
    let values = features.values
    #expect(Array(values[0..<4]) == [0, 0, 0, 0])
    #expect(values[4...6].allSatisfy { ($0 ?? 0) > 3_590 })
    #expect(values[7] == nil)
    features.answer(state, at: .distantFuture)
  }
}
