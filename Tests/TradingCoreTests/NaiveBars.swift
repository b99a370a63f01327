/// Bars by looking at whole arrays of trades: slow, and too plain to be wrong in the same way.

@testable import TradingCore

struct NaiveTrade: Equatable {
  var time: Int64
  var price: Int64
  var lots: Int64
  var isBuy: Bool
  var count: UInt32 = 1

  var trade: Trade {
    var trade = Trade(
      instrument: InstrumentID(0), price: Price(ticks: price), quantity: Quantity(lots: lots),
      aggressor: isBuy ? .buy : .sell, id: 0)
    trade.count = count
    return trade
  }
}

enum NaiveBars {
  /// One lot is 0.001, one tick 0.01.
  static let instrument = InstrumentDefinition(
    instrument: InstrumentID(0), base: AssetID(0), quote: AssetID(1),
    tick: Decimal64(mantissa: 1, scale: 2), lot: Decimal64(mantissa: 1, scale: 3))

  /// The bar of some trades in a row, which are at least one.
  static func bar(_ trades: ArraySlice<NaiveTrade>, times: (Int64, Int64)? = nil) -> MarketBar {
    let prices = trades.map(\.price)
    var bar = MarketBar(trades[trades.startIndex].trade, at: Timestamp(nanoseconds: 0))
    let (from, to) = times ?? (trades[trades.startIndex].time, trades.map(\.time).max() ?? 0)
    bar.openTime = Timestamp(nanoseconds: from)
    bar.closeTime = Timestamp(nanoseconds: to)
    bar.high = Price(ticks: prices.max() ?? 0)
    bar.low = Price(ticks: prices.min() ?? 0)
    bar.close = Price(ticks: prices[prices.count - 1])
    bar.volume = Int128(trades.map(\.lots).reduce(0, +))
    bar.flow?.buyVolume = Int128(trades.filter(\.isBuy).map(\.lots).reduce(0, +))
    bar.flow?.turnover = Int128(trades.map { $0.price * $0.lots }.reduce(0, +))
    bar.flow?.tradeCount = UInt64(trades.map { Int($0.count) }.reduce(0, +))
    return bar
  }

  /// Trades sorted into intervals; the last interval is still open. Times must not go backwards.
  static func time(_ trades: [NaiveTrade], width: Int64) -> [MarketBar] {
    func bucket(_ time: Int64) -> Int64 { Int64((Double(time) / Double(width)).rounded(.down)) }
    let buckets = trades.map { bucket($0.time) }
    return Set(buckets).sorted().dropLast().map { bucket in
      let inside = trades.indices.filter { buckets[$0] == bucket }.map { trades[$0] }
      return bar(inside[...], times: (bucket * width, (bucket + 1) * width))
    }
  }

  /// Bars that end when what `size` counts reaches `most`.
  static func amount(
    _ trades: [NaiveTrade], most: Int64, _ size: (NaiveTrade) -> Int64
  ) -> [MarketBar] {
    cut(trades) { bar, _ in bar.map(size).reduce(0, +) >= most }
  }

  /// Imbalance bars, every expectation summed up anew from all that went before.
  static func imbalance(
    _ trades: [NaiveTrade], length: Int, span: Int, signs: [Int64],
    _ size: @escaping (NaiveTrade) -> Int64
  ) -> [MarketBar] {
    var lengths: [Double] = []
    return cut(trades) { bar, start in
      let flows = bar.indices.map { signs[$0] * size(trades[$0]) }
      let isOver: Bool
      if lengths.isEmpty {
        isOver = bar.count >= length
      } else {
        let before = (0..<start).map { Double(signs[$0] * size(trades[$0])) }
        let expected =
          mean(lengths, span: Double(span)) * abs(mean(before, span: Double(span * length)))
        let isBeyond = Double(abs(flows.reduce(0, +))) >= expected
        isOver = bar.count >= max(1, length / 10) && (isBeyond || bar.count >= 10 * length)
      }
      if isOver { lengths.append(Double(bar.count)) }
      return isOver
    }
  }

  /// pandas' `ewm(span=span, adjust=True).mean()` at the last number.
  private static func mean(_ numbers: [Double], span: Double) -> Double {
    let decay = 1 - 2 / (span + 1)
    var (sum, total, weight) = (0.0, 0.0, 1.0)
    for number in numbers.reversed() {
      sum += number * weight
      total += weight
      weight *= decay
    }
    return sum / total
  }

  private static func cut(
    _ trades: [NaiveTrade], _ isOver: (ArraySlice<NaiveTrade>, Int) -> Bool
  ) -> [MarketBar] {
    var bars: [MarketBar] = []
    var start = 0
    for end in trades.indices where isOver(trades[start...end], start) {
      bars.append(bar(trades[start...end]))
      start = end + 1
    }
    return bars
  }

  /// The tick rule over a whole array; the aggressor before the first change of price.
  static func tickRule(_ trades: [NaiveTrade]) -> [Int64] {
    trades.indices.map { index in
      let other = trades[..<index].lastIndex { $0.price != trades[index].price }
      guard let other else { return trades[index].isBuy ? 1 : -1 }
      return trades[other + 1].price > trades[other].price ? 1 : -1
    }
  }
}
