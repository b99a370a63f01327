/// Every feature written a second time, from its definition and over all that a witness wrote down: no
/// windows that move, no state. Exponentials are the C library's.
import Foundation

@testable import TradingCore

enum FeatureDefinitions {
  typealias Definition = @Sendable (FeatureWitness, ParameterValues, _ now: Int64) -> [Double?]

  static func definition(of name: String) -> Definition? {
    all.first { $0.name == name }?.definition
  }

  static let all: [(name: String, definition: Definition)] = [
    ("spread", { market, _, _ in quoted(market) { [$0.ask - $0.bid, bp($0.ask - $0.bid, $0)] } }),
    ("mid", { market, _, _ in [market.quotes?.middle] }),
    (
      "microprice",
      { market, _, _ in
        quoted(market) {
          let price = ($0.bid * $0.askLots + $0.ask * $0.bidLots) / ($0.bidLots + $0.askLots)
          return [price, bp(price - $0.middle, $0)]
        }
      }
    ),
    (
      "queue_imbalance",
      { market, _, _ in
        [market.quotes.map { ($0.bidLots - $0.askLots) / ($0.bidLots + $0.askLots) }]
      }
    ),
    ("ofi", { [ofi($0, seconds($1, "window"), $2)] }),
    ("age", { market, _, now in ages(market, now) }),
    ("depth", { market, values, _ in depth(market, values.whole("levels")) }),
    ("band_depth", { market, values, _ in band(market, values["reach"]) }),
    ("book_imbalance", { market, values, _ in imbalance(market, values.whole("levels")) }),
    ("book_slope", { market, values, _ in slope(market, values.whole("levels")) }),
    ("level_ofi", { levelFlow($0, $1.whole("levels"), seconds($1, "window"), $2) }),
    ("trade_sign", { market, _, _ in signs(market) }),
    ("intensity", { intensity($0, seconds($1, "window"), $2) }),
    ("decaying_intensity", { [decaying($0, seconds($1, "halflife"), $2)] }),
    ("trade_imbalance", { [tradeImbalance($0, seconds($1, "window"), $2)] }),
    ("effective_spread", { market, values, _ in effective(market, values.whole("length")) }),
    ("realised_spread", { realised($0, seconds($1, "horizon"), $1.whole("length"), $2) }),
    ("vpin", { market, values, _ in [vpin(market, values["volume"], values.whole("buckets"))] }),
    ("kyle_lambda", { kyle($0, seconds($1, "every"), $1.whole("length"), $2) }),
    ("amihud", { [amihud($0, seconds($1, "every"), $1.whole("length"), $2)] }),
    ("roll_spread", { market, values, _ in roll(market, values.whole("length")) }),
  ]

  static func seconds(_ values: ParameterValues, _ name: String) -> Int64 {
    Int64((values[name] * 1e9).rounded())
  }

  static func mean(_ numbers: some Collection<Double>) -> Double {
    numbers.reduce(0, +) / Double(numbers.count)
  }

  private static func bp(_ distance: Double, _ quotes: FeatureWitness.Quotes) -> Double {
    distance / quotes.middle * 10_000
  }

  private static func quoted(
    _ market: FeatureWitness, _ answer: (FeatureWitness.Quotes) -> [Double]
  ) -> [Double?] {
    market.quotes.map(answer) ?? [nil, nil]
  }

  private static func ages(_ market: FeatureWitness, _ now: Int64) -> [Double?] {
    [market.prints.last?.time, market.tellings.last?.time, market.books.last?.time].map {
      $0.map { Double(now - $0) / 1e9 }
    }
  }

  // MARK: The book

  private typealias Side = [(price: Double, quantity: Double)]

  private static func sides(_ market: FeatureWitness, _ levels: Int) -> (bids: Side, asks: Side)? {
    guard let book = market.book, book.bids.count >= levels, book.asks.count >= levels else {
      return nil
    }
    return (Array(book.bids.prefix(levels)), Array(book.asks.prefix(levels)))
  }

  private static func middle(_ market: FeatureWitness) -> Double {
    guard let book = market.book, let bid = book.bids.first, let ask = book.asks.first else {
      return .nan
    }
    return (bid.price + ask.price) / 2
  }

  private static func total(_ side: some Sequence<(price: Double, quantity: Double)>) -> Double {
    side.reduce(0) { $0 + $1.quantity }
  }

  private static func depth(_ market: FeatureWitness, _ levels: Int) -> [Double?] {
    guard let (bids, asks) = sides(market, levels) else { return [nil, nil] }
    return [total(bids), total(asks)]
  }

  private static func band(_ market: FeatureWitness, _ reach: Double) -> [Double?] {
    guard sides(market, 1) != nil, let book = market.book else { return [nil, nil] }
    let middle = middle(market)
    // The border belongs to the band, as far as a price in decimal digits can lie on it.
    return [book.bids, book.asks].map {
      total($0.filter { abs($0.price - middle) / middle * 10_000 <= reach * (1 + 1e-12) })
    }
  }

  private static func imbalance(_ market: FeatureWitness, _ levels: Int) -> [Double?] {
    guard let (bids, asks) = sides(market, levels) else {
      return Array(repeating: nil, count: levels)
    }
    return (1...levels).map {
      let (bought, sold) = (total(bids.prefix($0)), total(asks.prefix($0)))
      return (bought - sold) / (bought + sold)
    }
  }

  private static func slope(_ market: FeatureWitness, _ levels: Int) -> [Double?] {
    guard let (bids, asks) = sides(market, levels) else { return [nil, nil] }
    let middle = middle(market)
    return [bids, asks].map { side in
      let away = side.map { abs($0.price - middle) / middle * 10_000 }
      let sums = (1...levels).map { total(side.prefix($0)) }
      return zip(away, sums).reduce(0) { $0 + $1.0 * $1.1 } / away.reduce(0) { $0 + $1 * $1 }
    }
  }

  // MARK: Order flow

  private typealias Level = (price: Double, quantity: Double)

  private static func gain(_ before: (Level, Level), _ after: (Level, Level)) -> Double {
    let (bidBefore, askBefore) = before
    let (bid, ask) = after
    var gain = 0.0
    if bid.price >= bidBefore.price { gain += bid.quantity }
    if bid.price <= bidBefore.price { gain -= bidBefore.quantity }
    if ask.price <= askBefore.price { gain -= ask.quantity }
    if ask.price >= askBefore.price { gain += askBefore.quantity }
    return gain
  }

  private static func flow(
    _ moments: some Collection<(time: Int64, sides: (Level, Level)?)>, _ window: Int64, _ now: Int64
  ) -> Double? {
    let moments = Array(moments)
    let start = moments.lastIndex { $0.sides == nil }.map { $0 + 1 } ?? 0
    guard start < moments.count, moments[start].time + window <= now else { return nil }
    var sum = 0.0
    for index in moments.indices where index > start && moments[index].time > now - window {
      guard let before = moments[index - 1].sides, let after = moments[index].sides else {
        continue
      }
      sum += gain(before, after)
    }
    return sum
  }

  private static func ofi(_ market: FeatureWitness, _ window: Int64, _ now: Int64) -> Double? {
    let moments = market.tellings.map { telling in
      (
        time: telling.time,
        sides: telling.quotes.map {
          ((price: $0.bid, quantity: $0.bidLots), (price: $0.ask, quantity: $0.askLots))
        }
      )
    }
    return flow(moments, window, now).map { $0 * FeatureWitness.lot }
  }

  private static func levelFlow(
    _ market: FeatureWitness, _ levels: Int, _ window: Int64, _ now: Int64
  ) -> [Double?] {
    (0..<levels).map { level in
      let moments = market.books.map { book in
        let isDeep = min(book.bids.count, book.asks.count) >= levels
        return (time: book.time, sides: isDeep ? (book.bids[level], book.asks[level]) : nil)
      }
      return flow(moments, window, now)
    }
  }
}
