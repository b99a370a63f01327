/// Candles as the exchange counts them: price, volume in both assets, trades, and the takers' share.

internal import TradingCore

/// What was traded from one moment to another.
struct TradeBar: Equatable, Sendable {
  /// When the bar begins.
  var start: Timestamp
  var open: Price
  var high: Price
  var low: Price
  var close: Price
  var volume: Quantity = .zero
  var quoteVolume: Money = .zero
  var count: Int64 = 0
  /// What buyers took.
  var takerVolume: Quantity = .zero
  var takerQuoteVolume: Money = .zero
  /// Ids of the first and the last trade; -1 without one.
  var firstID: Int64 = -1
  var lastID: Int64 = -1

  /// A bar in which nothing was traded.
  init(from start: Timestamp, at price: Price) {
    self.start = start
    (open, high, low, close) = (price, price, price, price)
  }

  /// Takes a trade worth `value`.
  mutating func add(_ trade: Trade, value: Money) {
    if count == 0 { (open, high, low) = (trade.price, trade.price, trade.price) }
    high = max(high, trade.price)
    low = min(low, trade.price)
    close = trade.price
    volume.lots += trade.quantity.lots
    quoteVolume += value
    count += Int64(trade.count)
    if trade.aggressor == .buy {
      takerVolume.lots += trade.quantity.lots
      takerQuoteVolume += value
    }
    if firstID < 0 { firstID = trade.firstID }
    lastID = trade.firstID + Int64(trade.count) - 1
  }

  /// Takes a bar that follows on this one.
  mutating func add(_ next: TradeBar) {
    guard next.count > 0 || next.volume.lots > 0 else {
      if count == 0, volume.lots == 0 { (open, high, low, close) = next.prices }
      return
    }
    if count == 0, volume.lots == 0 { (open, high, low) = (next.open, next.high, next.low) }
    high = max(high, next.high)
    low = min(low, next.low)
    close = next.close
    volume.lots += next.volume.lots
    quoteVolume += next.quoteVolume
    count += next.count
    takerVolume.lots += next.takerVolume.lots
    takerQuoteVolume += next.takerQuoteVolume
    if firstID < 0 { firstID = next.firstID }
    if next.lastID >= 0 { lastID = next.lastID }
  }

  private var prices: (Price, Price, Price, Price) { (open, high, low, close) }
}

/// Bars of one width, oldest first; periods without a trade have none.
struct BarSeries: Sendable {
  let width: Interval
  private(set) var bars: [TradeBar] = []

  /// The most bars kept; the oldest half goes when they are that many.
  static let capacity = 1 << 20

  init(width: Interval) { self.width = width }

  var last: TradeBar? { bars.last }

  mutating func add(_ trade: Trade, value: Money, at time: Timestamp) {
    let start = time.floored(to: width)
    if bars.last.map({ $0.start < start }) ?? true {
      makeRoom()
      bars.append(TradeBar(from: start, at: trade.price))
    }
    bars[bars.count - 1].add(trade, value: value)
  }

  mutating func add(_ bar: TradeBar) {
    let start = bar.start.floored(to: width)
    if bars.last.map({ $0.start < start }) ?? true {
      makeRoom()
      var first = bar
      first.start = start
      bars.append(first)
    } else {
      bars[bars.count - 1].add(bar)
    }
  }

  private mutating func makeRoom() {
    if bars.count == BarSeries.capacity { bars.removeFirst(bars.count / 2) }
  }

  /// The place of the first bar at or after a moment. O(log bars).
  func place(of time: Timestamp) -> Int { bars.place { $0.start < time } }

  /// All bars from one moment up to, not including, another as one; `nil` when there is none.
  func sum(from: Timestamp, to: Timestamp) -> TradeBar? {
    var place = place(of: from)
    guard place < bars.count, bars[place].start < to else { return nil }
    var total = bars[place]
    place += 1
    while place < bars.count, bars[place].start < to {
      total.add(bars[place])
      place += 1
    }
    return total
  }
}
