/// Whether regimes look like their names, judged from the events alone, over several seeds.
import Testing

@testable import TradingCore

@Suite("Market regimes")
struct MarketRegimeTests {
  /// Middle prices of the quotes, spreads as a share of price, and receive times.
  struct Tape {
    var middles: [Double] = []
    var spreads: [Double] = []
    var bidLots: [Double] = []

    init(_ events: some Swift.Sequence<Event>) {
      for event in events {
        guard case .quote(let quote) = event.body else { continue }
        let middle = Double(quote.bidPrice.ticks + quote.askPrice.ticks) / 2
        middles.append(middle)
        spreads.append(Double(quote.askPrice.ticks - quote.bidPrice.ticks) / middle)
        bidLots.append(Double(quote.bidQuantity.lots))
      }
    }

    var change: Double { middles[middles.count - 1] / middles[0] - 1 }
    var lowest: Double { (middles.min() ?? 0) / middles[0] - 1 }
    var range: Double { ((middles.max() ?? 0) - (middles.min() ?? 0)) / middles[0] }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
  }

  /// Twenty minutes at 20 events a second.
  static func events(_ regimes: [MarketRegime], seed: UInt64) throws -> [Event] {
    var settings = MarketGeneratorTests.settings(seed: seed, regimes)
    settings.eventsPerSecond = 20
    return try MarketGeneratorTests.events(settings)
  }

  static func tape(_ regimes: [MarketRegime], seed: UInt64) throws -> Tape {
    Tape(try events(regimes, seed: seed))
  }

  @Test("trends go their way, a quiet market stays in a narrower range", arguments: 1...8)
  func trends(seed: UInt64) throws {
    // Chance moves 20 minutes by 0.35 % (one deviation).
    #expect(try Self.tape([.trendUp], seed: seed).change > 0.001)
    #expect(try Self.tape([.trendDown], seed: seed).change < -0.001)
    let quiet = try Self.tape([.quiet], seed: seed)
    #expect(quiet.range < 0.003)
    #expect(try Self.tape([.volatile], seed: seed).range > 2 * quiet.range)
  }

  @Test("a crash falls by more than 6 % and comes back part of the way", arguments: 1...8)
  func crash(seed: UInt64) throws {
    let tape = try Self.tape([.crash], seed: seed)
    #expect(tape.lowest < -0.06)
    #expect(tape.change > tape.lowest + 0.02)
    #expect(tape.change < -0.005)
  }

  @Test("a thin market has wider spreads and less at its best prices", arguments: 1...4)
  func thin(seed: UInt64) throws {
    let normal = try Self.tape([.normal], seed: seed)
    let thin = try Self.tape([.thin], seed: seed)
    #expect(thin.mean(thin.spreads) > 2 * normal.mean(normal.spreads))
    #expect(thin.mean(thin.bidLots) < 0.3 * normal.mean(normal.bidLots))
  }

  @Test("a gap moves the price by 2 % or more within a few seconds", arguments: 1...8)
  func gap(seed: UInt64) throws {
    let events = try Self.events([.normal, .gap], seed: seed)
    let start = GeneratorSettings().start + Interval(nanoseconds: 600_000_000_000)
    let before = Tape(events.filter { $0.receiveTime < start })
    let later = start + Interval(nanoseconds: 10_000_000_000)
    let after = Tape(events.filter { $0.receiveTime > later })
    #expect((after.middles[0] / before.middles[before.middles.count - 1] - 1).magnitude > 0.02)
  }

  @Test("an outage is silence between disconnected, gap and connected, then a fresh snapshot")
  func outage() throws {
    let events = try MarketGeneratorTests.events(
      MarketGeneratorTests.settings(seed: 9, [.normal, .outage, .normal], minutes: 30))
    let lost = try #require(events.firstIndex { $0.kind == .disconnected })
    #expect(events[lost + 1].kind == .gap)
    #expect(events[lost + 2].kind == .connected)
    #expect(events[lost + 3].kind == .bookSnapshot)
    let silence = events[lost + 2].receiveTime - events[lost].receiveTime
    #expect((silence.seconds - 600).magnitude < 1)
  }

  @Test("a year of candles is whole, on its grid, and returns vary as asked")
  func candles() throws {
    var settings = MarketGeneratorTests.settings(seed: 10)
    settings.duration = Interval(nanoseconds: 365 * Interval.day.nanoseconds)
    settings.candleInterval = .hour
    let candles = try MarketGeneratorTests.events(settings).compactMap { event -> Candle? in
      guard case .candle(let candle) = event.body else { return nil }
      #expect(event.receiveTime == event.venueTime + .hour)
      #expect(event.venueTime.floored(to: .hour) == event.venueTime)
      return candle
    }
    #expect(candles.count == 365 * 24)
    var days = ReturnStatistics()
    for index in stride(from: 24, to: candles.count, by: 24) {
      days.add(Double(candles[index].open.ticks) / Double(candles[index - 24].open.ticks) - 1)
    }
    #expect((days.standardDeviation! / 0.03 - 1).magnitude < 0.12)
    for (index, candle) in candles.enumerated() {
      #expect(candle.low <= min(candle.open, candle.close) && candle.volume.lots > 0)
      #expect(candle.high >= max(candle.open, candle.close))
      if index > 0 { #expect(candle.open == candles[index - 1].close) }
    }
  }

  @Test("an outage leaves out candles and says so")
  func candleOutage() throws {
    var settings = MarketGeneratorTests.settings(seed: 11, [.normal, .outage, .normal])
    settings.duration = Interval(nanoseconds: 3 * Interval.day.nanoseconds)
    settings.candleInterval = .minute
    let events = try MarketGeneratorTests.events(settings)
    #expect(events.filter { $0.kind == .candle }.count == 2 * 1_440)
    let kinds = events.map(\.kind).filter { [.disconnected, .gap, .connected].contains($0) }
    #expect(kinds == [.connected, .disconnected, .gap, .connected])
  }
}
