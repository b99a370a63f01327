/// The generated market: reproducible, consistent with itself, and like its regimes' names.
import Testing

@testable import TradingCore

@Suite("The market generator")
struct MarketGeneratorTests {
  static func settings(
    seed: UInt64 = 1, _ regimes: [MarketRegime] = [], minutes: Int64 = 20
  ) -> GeneratorSettings {
    var settings = GeneratorSettings()
    settings.seed = seed
    settings.duration = Interval(nanoseconds: minutes * 60_000_000_000)
    settings.regimes = regimes.map { RegimeShare($0, share: 1) }
    return settings
  }

  static func events(_ settings: GeneratorSettings) throws -> [Event] {
    let generator = try MarketGenerator(settings)
    var batch = EventBatch()
    var events: [Event] = []
    while try generator.next(into: &batch) {
      #expect(batch.events.count <= EventBatch.capacity)
      #expect(batch.firstSequence == Sequence64(events.count) + 1)
      events.append(contentsOf: batch.events)
    }
    return events
  }

  @Test("equal settings give equal events, another seed gives others")
  func reproducible() throws {
    let first = try Self.events(Self.settings(seed: 1, minutes: 5))
    #expect(try Self.events(Self.settings(seed: 1, minutes: 5)) == first)
    #expect(try Self.events(Self.settings(seed: 2, minutes: 5)) != first)
  }

  @Test("definitions come first and name the instrument and its assets")
  func definitions() throws {
    let events = try Self.events(Self.settings(minutes: 1))
    let firstMarket = try #require(events.firstIndex { $0.kind.isMarket })
    let before = events[..<firstMarket].filter { $0.kind != .connected }
    #expect(before.allSatisfy { $0.kind.isDefinition })
    #expect(events[firstMarket...].allSatisfy { !$0.kind.isDefinition })
    #expect(before.first?.kind == .logicVersion)
    let texts = before.compactMap { event -> String? in
      guard case .text(let text) = event.body else { return nil }
      return String(decoding: text.utf8, as: UTF8.self)
    }
    #expect(texts == ["BTC", "USDT", "BTCUSDT", "generator"])
  }

  /// A second reading of the events, with a plain dictionary for each side of the book.
  struct Reading {
    var bids: [Int64: Int64] = [:]
    var asks: [Int64: Int64] = [:]
    var lastUpdate: Int64?
    var lastTrade: Int64?
    var lastReceive = Timestamp.distantPast
    var counts: [EventKind: Int] = [:]
    /// The first things that were wrong.
    var faults: [String] = []

    mutating func require(_ holds: Bool, _ fault: @autoclosure () -> String) {
      if !holds, faults.count < 5 { faults.append(fault()) }
    }

    mutating func set(_ side: Side, _ price: Price, _ quantity: Quantity) {
      let lots = quantity.lots == 0 ? nil : quantity.lots
      if side == .buy { bids[price.ticks] = lots } else { asks[price.ticks] = lots }
    }

    mutating func take(_ event: Event) {
      counts[event.kind, default: 0] += 1
      require(event.receiveTime >= lastReceive, "time went back: \(event)")
      require(event.venueTime <= event.receiveTime, "received before it was sent: \(event)")
      lastReceive = event.receiveTime
      switch event.body {
      case .bookSnapshot(let level):
        if level.flags.contains(.first) { (bids, asks) = ([:], [:]) }
        set(level.side, level.price, level.quantity)
        lastUpdate = level.updateID
      case .depth(let depth): take(depth)
      case .trade(let trade): take(trade)
      case .quote(let quote): take(quote)
      case .disconnected: (lastUpdate, lastTrade) = (nil, nil)
      default: break
      }
    }

    mutating func take(_ depth: Depth) {
      if depth.flags.contains(.first) {
        require(depth.firstUpdateID == (lastUpdate ?? -2) + 1, "ids do not continue: \(depth)")
      }
      set(depth.side, depth.price, depth.quantity)
      if depth.flags.contains(.last) { lastUpdate = depth.lastUpdateID }
    }

    mutating func take(_ trade: Trade) {
      if let lastTrade { require(trade.id == lastTrade + 1, "ids do not count up: \(trade)") }
      lastTrade = trade.id
      let book = trade.aggressor == .buy ? asks : bids
      let there = book[trade.price.ticks] ?? 0
      require(there >= trade.quantity.lots, "takes more than the \(there) there: \(trade)")
    }

    mutating func take(_ quote: Quote) {
      let (bid, ask) = (quote.bidPrice, quote.askPrice)
      require(bid < ask, "crossed: \(quote)")
      require(quote.updateID == lastUpdate, "not the book's id: \(quote)")
      require(bid.ticks == bids.keys.max() && ask.ticks == asks.keys.min(), "not best: \(quote)")
      require(bids[bid.ticks] == quote.bidQuantity.lots, "not the bid's quantity: \(quote)")
      require(asks[ask.ticks] == quote.askQuantity.lots, "not the ask's quantity: \(quote)")
    }
  }

  @Test("trades, depth and quotes agree with one book", arguments: MarketRegime.allCases)
  func consistent(regime: MarketRegime) throws {
    var reading = Reading()
    for event in try Self.events(Self.settings(seed: 3, [.normal, regime, .normal], minutes: 6)) {
      reading.take(event)
    }
    #expect(reading.faults == [], "seed 3")
    #expect(reading.counts[.trade, default: 0] > 500)
    #expect(reading.counts[.quote, default: 0] > 1_000)
    #expect(reading.counts[.depth, default: 0] > 5_000)
    #expect(reading.bids.count <= 64 && reading.asks.count <= 64)
  }

  @Test("the state's own book follows without a gap, a stale message or a crossing")
  func state() throws {
    var state = State()
    for event in try Self.events(Self.settings(seed: 4, [.volatile, .outage, .thin])) {
      reduce(&state, event)
    }
    let market = try #require(state.markets.first)
    #expect(market.book.isValid && market.book.gapCount == 0 && market.book.staleCount == 0)
    #expect(market.gapCount == 1)
    #expect(state.anomalies == Anomalies())
  }

  @Test("the pace is what the settings ask for", arguments: [1.0, 100, 2_000])
  func pace(eventsPerSecond: Double) throws {
    var settings = Self.settings(seed: 5, minutes: eventsPerSecond < 10 ? 600 : 2)
    settings.eventsPerSecond = eventsPerSecond
    let count = Double(try Self.events(settings).count)
    let asked = eventsPerSecond * settings.duration.seconds
    #expect((count / asked - 1).magnitude < 0.08, "seed 5: \(count) events, asked \(asked)")
  }

  @Test("a digest of a short market is pinned: a change of the generator is a change of logic")
  func pinned() throws {
    let settings = Self.settings(seed: 6, [.normal, .crash, .outage, .gap], minutes: 2)
    var bytes = CanonicalBytes()
    for event in try Self.events(settings) {
      bytes.append(event.receiveTime)
      bytes.append(event.kind.rawValue)
      guard case .quote(let quote) = event.body else { continue }
      bytes.append(quote.bidPrice)
      bytes.append(quote.askQuantity)
    }
    #expect(bytes.fingerprint == 15_034_487_657_460_123_069)
  }

  @Test("settings no market can be made with are refused by name")
  func refused() {
    var settings = GeneratorSettings()
    settings.eventsPerSecond = 0
    #expect(
      throws: ParameterError.outOfRange(
        name: "eventsPerSecond", value: 0, minimum: 0.001, maximum: 1e7)
    ) { try settings.check() }
    settings = GeneratorSettings()
    settings.candleInterval = Interval(nanoseconds: 1_500_000_000)
    #expect(throws: ParameterError.notWhole(name: "candleInterval", value: 1.5)) {
      try settings.check()
    }
    settings = GeneratorSettings()
    settings.tick = Decimal64(mantissa: 0, scale: 0)
    #expect(throws: ParameterError.self) { try settings.check() }
  }
}
