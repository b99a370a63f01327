/// Features on a handful of events, worked out by hand: ticks of 0.005, lots of 0.001, a second apart.
import Testing

@testable import TradingCore

@Suite("Features by hand")
struct FeatureExampleTests {
  /// A market that is told something every second.
  private struct Course {
    var state = State()
    var features: FeatureSet
    private var seconds: Int64 = 0

    init(_ spelled: [(String, [(String, Double)])]) throws {
      let choices = try spelled.map { name, set in
        let entry = try FeatureRegistry.entry(named: name)
        var values = ParameterValues(defaultsOf: entry.parameters)
        for (parameter, value) in set { try values.set(parameter, to: value) }
        return entry.choose(values)
      }
      features = FeatureSet(choices, of: InstrumentID(0))
      take(.instrument(FeatureMarket.definition(0)))
    }

    mutating func take(_ body: EventBody) {
      seconds += 1
      let event = Event(
        receiveTime: Timestamp(nanoseconds: seconds * Interval.second.nanoseconds), body)
      reduce(&state, event)
      features.take(event, state)
      features.answer(state)
    }

    mutating func quote(_ bid: Int64, _ bidLots: Int64, _ ask: Int64, _ askLots: Int64) {
      take(
        .quote(
          Quote(
            instrument: InstrumentID(0), bidPrice: Price(ticks: bid),
            bidQuantity: Quantity(lots: bidLots), askPrice: Price(ticks: ask),
            askQuantity: Quantity(lots: askLots), updateID: 0)))
    }

    mutating func trade(_ ticks: Int64, _ lots: Int64, _ side: Side) {
      take(
        .trade(
          Trade(
            instrument: InstrumentID(0), price: Price(ticks: ticks),
            quantity: Quantity(lots: lots), aggressor: side, id: 0)))
    }

    mutating func lose(_ stream: StreamKind) {
      take(.gap(Gap(instrument: InstrumentID(0), stream: stream, count: 1, reason: .sequence)))
    }

    var values: [Double?] { Array(features.values) }
  }

  @Test("what the quotes say: 3 wait to buy at 9.99, 1 to sell at 10.01")
  func quotes() throws {
    var course = try Course([
      ("spread", []), ("mid", []), ("microprice", []), ("queue_imbalance", []),
    ])
    course.quote(1_998, 3_000, 2_002, 1_000)
    #expect(course.values == [0.02, 20, 10, 10.005, 5, 0.5])
    course.lose(.trade)
    #expect(course.values[0] == 0.02)
    course.lose(.quote)
    #expect(course.values == [nil, nil, nil, nil, nil, nil])
    course.quote(2_000, 1_000, 2_000, 1_000)
    #expect(course.values[0] == nil)
  }

  @Test("a lost connection ends the quotes, and one venue of several only by the gaps behind it")
  func lostConnection() throws {
    var course = try Course([("mid", [])])
    course.quote(1_998, 3_000, 2_002, 1_000)
    course.take(.disconnected(ConnectionReport(venue: 2, stream: .any)))
    #expect(course.values == [10])
    course.take(.disconnected(ConnectionReport(venue: 0, stream: .any)))
    #expect(course.values == [nil])
  }

  @Test("order flow: what each move of the quotes adds, in lots")
  func orderFlow() throws {
    var course = try Course([("ofi", [("window", 60)])])
    for _ in 0..<61 { course.quote(1_998, 3_000, 2_002, 1_000) }
    #expect(course.values == [0])
    // The bid grows by 0.5; it rises a tick with 2; it falls back from 2; the ask falls with 4, then rises.
    let moves: [(Int64, Int64, Int64, Int64, Double)] = [
      (1_998, 3_500, 2_002, 1_000, 0.5), (1_999, 2_000, 2_002, 1_000, 2.5),
      (1_998, 7_000, 2_002, 1_000, 0.5), (1_998, 7_000, 2_001, 4_000, -3.5),
      (1_998, 7_000, 2_002, 9_000, 0.5),
    ]
    for (bid, bidLots, ask, askLots, sum) in moves {
      course.quote(bid, bidLots, ask, askLots)
      #expect(course.values == [sum])
    }
  }

  @Test("VPIN: buckets of 1, the last two full ones, a trade cut in parts")
  func toxicity() throws {
    var course = try Course([("vpin", [("volume", 1), ("buckets", 2)])])
    course.trade(2_000, 600, .buy)
    course.trade(2_000, 400, .sell)
    #expect(course.values == [nil])
    // A bucket of 0.6 and 0.4; one of 0.7 bought and 0.3 sold; one of 1 sold, and 0.2 of the next.
    course.trade(2_000, 700, .buy)
    course.trade(2_000, 1_500, .sell)
    #expect(course.values == [(0.4 + 1) / 2])
    #expect(course.features.columns.map(\.name) == ["vpin_buckets_2"])
    course.trade(2_000, 5_000, .buy)
    #expect(course.values == [1])
    course.lose(.trade)
    #expect(course.values == [nil])
  }

  @Test("costs: bought at 10.01 around 10, and the middle is 10.005 two seconds later")
  func costs() throws {
    var course = try Course([
      ("effective_spread", [("length", 2)]),
      ("realised_spread", [("horizon", 2), ("length", 2)]), ("trade_sign", []),
    ])
    course.quote(1_998, 1_000, 2_002, 1_000)
    course.trade(2_002, 10, .buy)
    course.trade(1_998, 10, .sell)
    #expect(Array(course.values[0...1]) == [0.02, 20])
    #expect(Array(course.values[4...5]) == [-1, -1])
    course.quote(2_000, 1_000, 2_002, 1_000)
    #expect(course.values[2] == nil)
    course.trade(2_001, 10, .buy)
    // At the middle, so the last change of price decides.
    #expect(Array(course.values[4...5]) == [1, 1])
    course.trade(2_001, 10, .buy)
    // Bought: 10 bp left of 20. Sold: 30 of 20, because the middle came back to its side.
    #expect(course.values[2]?.isNear(20, within: 1e-12) == true)
    #expect(course.values[3] == 0)
  }

  @Test("Roll: prices that bounce by a tick; a trend has no spread")
  func roll() throws {
    var course = try Course([("roll_spread", [("length", 4)])])
    for ticks in [2_000, 2_001, 2_000, 2_001, 2_000, 2_001] { course.trade(Int64(ticks), 1, .buy) }
    // Changes of 1, −1 … : a covariance of −4/3 square ticks.
    let spread = 2 * (4.0 / 3).squareRoot() * 0.005
    #expect(course.values[0]?.isNear(spread, within: 1e-12) == true)
    for ticks in [2_003, 2_006, 2_010, 2_015, 2_021] { course.trade(Int64(ticks), 1, .buy) }
    #expect(course.values == [nil, nil])
  }

  @Test("Kyle and Amihud: each lot bought moves the price by a tick")
  func impact() throws {
    var course = try Course([
      ("kyle_lambda", [("every", 1), ("length", 3)]), ("amihud", [("every", 1), ("length", 1)]),
    ])
    var ticks: Int64 = 2_000
    for lots in [5, 1, -2, 3, 4] as [Int64] {
      ticks += lots
      course.trade(ticks, abs(lots), lots > 0 ? .buy : .sell)
    }
    // 0.005 for 0.001, all explained; the interval of 3 lots from 2 004 to 2 007 ticks is the last closed.
    #expect(course.values[0]?.isNear(5, within: 1e-12) == true)
    #expect(course.values[1] == 1)
    let ratio = 3.0 / 2_004 / (2_007 * 0.005 * 0.003) * 1e6
    #expect(course.values[2]?.isNear(ratio, within: 1e-12) == true)
  }
}
