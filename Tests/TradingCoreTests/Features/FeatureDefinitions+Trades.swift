/// The definitions of features of trades.
import Foundation

@testable import TradingCore

extension FeatureDefinitions {
  static func signs(_ market: FeatureWitness) -> [Double?] {
    guard let last = market.prints.last else { return [nil, nil] }
    let away = last.quotes.map { last.price - $0.middle } ?? 0
    let guess: Double? = abs(away) < 1e-9 ? lastChange(market) : (away > 0 ? 1 : -1)
    return [last.sign, guess]
  }

  private static func lastChange(_ market: FeatureWitness) -> Double? {
    let prices = market.prints.map(\.price)
    let changes = zip(prices.dropFirst(), prices).map { $0 - $1 }
    return changes.last { $0 != 0 }.map { $0 > 0 ? 1 : -1 }
  }

  private static func recent(
    _ market: FeatureWitness, _ window: Int64, _ now: Int64
  ) -> [FeatureWitness.Print]? {
    guard let first = market.prints.first, first.time + window <= now else { return nil }
    return market.prints.filter { $0.time > now - window }
  }

  static func intensity(_ market: FeatureWitness, _ window: Int64, _ now: Int64) -> [Double?] {
    guard let prints = recent(market, window, now) else { return [nil, nil, nil] }
    let span = Double(window) / 1e9
    return [prints.count, prints.count { $0.sign > 0 }, prints.count { $0.sign < 0 }].map {
      Double($0) / span
    }
  }

  static func decaying(_ market: FeatureWitness, _ halfLife: Int64, _ now: Int64) -> Double? {
    guard let first = market.prints.first, first.time + 5 * halfLife <= now else { return nil }
    let rate = log(2.0) / (Double(halfLife) / 1e9)
    return market.prints.reduce(0) { $0 + rate * exp(-rate * Double(now - $1.time) / 1e9) }
  }

  static func tradeImbalance(_ market: FeatureWitness, _ window: Int64, _ now: Int64) -> Double? {
    guard let prints = recent(market, window, now), !prints.isEmpty else { return nil }
    let all = prints.reduce(0) { $0 + $1.quantity }
    return prints.reduce(0) { $0 + $1.sign * $1.quantity } / all
  }

  // MARK: Costs

  static func effective(_ market: FeatureWitness, _ length: Int) -> [Double?] {
    let known = market.costs.compactMap { print in
      print.quotes.map { (2 * print.sign * (print.price - $0.middle), $0.middle) }
    }
    guard known.count >= length else { return [nil, nil] }
    let last = known.suffix(length)
    return [mean(last.map(\.0)), mean(last.map { $0.0 / $0.1 * 10_000 })]
  }

  static func realised(
    _ market: FeatureWitness, _ horizon: Int64, _ length: Int, _ now: Int64
  ) -> [Double?] {
    var found: [(Double, Double)] = []
    for print in market.costs where print.time + horizon < now {
      let told = market.course.last { $0.time <= print.time + horizon }
      guard let quotes = print.quotes, let later = told?.quotes else { continue }
      let scale = 2 * print.sign / quotes.middle * 10_000
      found.append(
        (scale * (print.price - later.middle), scale * (later.middle - quotes.middle)))
    }
    guard found.count >= length else { return [nil, nil] }
    return [mean(found.suffix(length).map(\.0)), mean(found.suffix(length).map(\.1))]
  }

  static func roll(_ market: FeatureWitness, _ length: Int) -> [Double?] {
    let prices = market.prints.map(\.price)
    // Prices are whole ticks, so their changes are too, and what cancels out is 0 and not nearly.
    let changes = zip(prices.dropFirst(), prices).map { ($0 - $1) / FeatureWitness.tick }
      .map { $0.rounded() }
    let pairs = zip(changes.dropFirst(), changes).suffix(length).map { ($0, $1) }
    guard pairs.count == length, let price = prices.last else { return [nil, nil] }
    let n = Double(length)
    let (x, y) = (pairs.reduce(0) { $0 + $1.1 }, pairs.reduce(0) { $0 + $1.0 })
    let covariance = (pairs.reduce(0) { $0 + $1.0 * $1.1 } - x * y / n) / (n - 1)
    guard covariance < 1e-12 else { return [nil, nil] }
    let spread = 2 * max(0, -covariance).squareRoot() * FeatureWitness.tick
    return [spread, spread / price * 10_000]
  }

  // MARK: Flow and price

  private struct Interval {
    var number: Int64
    var price = 0.0
    var flow = 0.0
    var value = 0.0
  }

  /// The trades by intervals of the clock that are over; those without a trade are not there.
  private static func intervals(
    _ market: FeatureWitness, _ every: Int64, _ now: Int64
  ) -> [Interval] {
    var found: [Interval] = []
    for print in market.prints where (print.time / every + 1) * every <= now {
      if found.last?.number != print.time / every {
        found.append(Interval(number: print.time / every))
      }
      found[found.count - 1].price = print.price
      found[found.count - 1].flow += print.sign * print.quantity
      found[found.count - 1].value += print.price * print.quantity
    }
    return found
  }

  static func kyle(
    _ market: FeatureWitness, _ every: Int64, _ length: Int, _ now: Int64
  ) -> [Double?] {
    let all = intervals(market, every, now)
    let pairs = zip(all.dropFirst(), all).suffix(length).map { ($0.flow, $0.price - $1.price) }
    guard pairs.count == length else { return [nil, nil] }
    let (x, y) = (mean(pairs.map(\.0)), mean(pairs.map(\.1)))
    let squares = pairs.reduce(0) { $0 + ($1.0 - x) * ($1.0 - x) }
    let products = pairs.reduce(0) { $0 + ($1.0 - x) * ($1.1 - y) }
    let changes = pairs.reduce(0) { $0 + ($1.1 - y) * ($1.1 - y) }
    guard squares > 0 else { return [nil, nil] }
    let explained = changes > 1e-20 ? products * products / (squares * changes) : 0
    return [products / squares, explained]
  }

  static func amihud(
    _ market: FeatureWitness, _ every: Int64, _ length: Int, _ now: Int64
  ) -> Double? {
    let all = intervals(market, every, now)
    let ratios = zip(all.dropFirst(), all).suffix(length).map { later, before in
      abs(later.price / before.price - 1) / later.value
    }
    return ratios.count == length ? mean(ratios) * 1e6 : nil
  }

  /// Lot by lot: what of each trade lies in each of the last full buckets.
  static func vpin(_ market: FeatureWitness, _ volume: Double, _ buckets: Int) -> Double? {
    let size = max(1, Int64((volume / FeatureWitness.lot).rounded()))
    var start: Int64 = 0
    let spans = market.prints.map { print in
      defer { start += print.lots }
      return (first: start, end: start + print.lots, sign: Int64(print.sign))
    }
    let full = start / size
    guard full >= buckets else { return nil }
    let imbalance = ((full - Int64(buckets))..<full).reduce(Int64(0)) { sum, bucket in
      sum
        + abs(
          spans.reduce(0) {
            $0 + $1.sign * max(0, min($1.end, (bucket + 1) * size) - max($1.first, bucket * size))
          })
    }
    return Double(imbalance) / (Double(buckets) * Double(size))
  }
}
