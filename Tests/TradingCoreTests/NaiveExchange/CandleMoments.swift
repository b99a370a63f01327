/// Which candles of a recording open together: those that follow one another in it, each of another
/// instrument, with one open and one close.
@testable import TradingCore

struct CandleMoments {
  private let facts: [Event]
  private var index = 0
  /// How many of the next facts have been opened.
  private var opened = 0

  init(_ facts: [Event]) { self.facts = facts }

  /// Moves on by one fact.
  /// - Returns: the candles that open before it is observed, itself among them; nearly always none.
  mutating func next() -> [Event] {
    defer {
      index += 1
      opened -= 1
    }
    guard opened <= 0 else { return [] }
    var moment: [Event] = []
    var instruments: Set<UInt16> = []
    for fact in facts[index...] {
      guard case .candle(let candle) = fact.body, fact.receiveTime == facts[index].receiveTime,
        moment.isEmpty || Self.start(fact) == Self.start(moment[0]),
        instruments.insert(candle.instrument.raw).inserted
      else { break }
      moment.append(fact)
    }
    opened = moment.count
    return moment
  }

  private static func start(_ fact: Event) -> Timestamp? {
    guard case .candle(let candle) = fact.body else { return nil }
    return min(fact.start(of: candle), fact.receiveTime)
  }
}
