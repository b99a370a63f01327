/// One instrument as everybody sees it: its name, filters, trades and bars. The book is in the state
/// that the reducer keeps; this is what the reducer does not remember.

internal import TradingCore

/// A market's public side.
struct PublicMarket: Sendable {
  let id: InstrumentID
  let symbol: String
  /// The name in streams.
  let streamSymbol: String
  let base: String
  let quote: String
  let grid: Grid
  /// In the order of their kinds, at most one of each.
  private(set) var filters: [ExchangeFilter]
  private(set) var trades = TradeRecord()
  private(set) var seconds = BarSeries(width: .second)
  private(set) var minutes = BarSeries(width: .minute)
  /// Whether the recording has quotes of its own, so that none need be read from its book.
  var hasQuotes = false
  /// What is added to the recording's update ids so that the published ones never go back.
  private(set) var updateOffset: Int64 = 0
  /// The update id published last.
  private(set) var updateID: Int64 = 0
  var fast = DepthChanges()
  var slow = DepthChanges()

  init(_ definition: InstrumentDefinition, symbol: String, base: String, quote: String) {
    id = definition.instrument
    self.symbol = symbol
    streamSymbol = symbol.lowercased()
    self.base = base
    self.quote = quote
    grid = Grid(definition: definition)
    filters = PublicMarket.usualFilters(definition)
  }

  /// What an exchange demands at least: the grid, the smallest order, and so many orders.
  private static func usualFilters(_ definition: InstrumentDefinition) -> [ExchangeFilter] {
    let id = definition.instrument
    let least = max(1, definition.minQuantity.lots)
    let most: Int64 = 9_000_000_000_000_000
    func bound(_ mantissa: Int64, _ scale: UInt8) -> Int64 {
      max(1_000, min(most / mantissa, 1_000_000 * powerOfTen(Int(scale)) / mantissa))
    }
    let prices = bound(definition.tickMantissa, min(definition.tickScale, 10))
    let lots = bound(definition.lotMantissa, min(definition.lotScale, 10))
    return [
      ExchangeFilter(.price, instrument: id, low: 1, high: prices, step: 1),
      ExchangeFilter(.lot, instrument: id, low: least, high: lots, step: 1),
      ExchangeFilter(
        .notional, instrument: id, low: definition.minNotional, step: 1, averageMinutes: 5),
      ExchangeFilter(.icebergParts, instrument: id, high: 100),
      ExchangeFilter(.maxOrders, instrument: id, high: 200),
      ExchangeFilter(.maxAlgoOrders, instrument: id, high: 5),
      ExchangeFilter(
        .trailingDelta, instrument: id, low: 10, high: 2_000, step: 10, other: 2_000),
      ExchangeFilter(.maxAmends, instrument: id, high: 10),
    ]
  }

  func filter(_ kind: FilterKind) -> ExchangeFilter? { filters.first { $0.kind == kind } }

  mutating func apply(_ filter: ExchangeFilter) {
    filters.removeAll { $0.kind == filter.kind }
    filters.append(filter)
    filters.sort { $0.kind.rawValue < $1.kind.rawValue }
  }

  // MARK: What the market does

  /// Takes a trade and gives it an id where the recording has none.
  /// - Returns: the trade as it is published.
  mutating func note(_ trade: Trade, at time: Timestamp) -> Trade {
    let trade = trades.add(trade, at: time)
    let value = grid.value(trade.price, trade.quantity)
    seconds.add(trade, value: value, at: time)
    minutes.add(trade, value: value, at: time)
    return trade
  }

  /// Takes a candle of a recording that has no trades.
  mutating func note(_ candle: Candle, from start: Timestamp) {
    var bar = TradeBar(from: start, at: candle.open)
    (bar.high, bar.low, bar.close) = (candle.high, candle.low, candle.close)
    bar.volume = candle.volume
    bar.quoteVolume = grid.value(candle.close, candle.volume)
    minutes.add(bar)
  }

  /// A level of the book changed.
  mutating func noteLevel(_ side: Side, _ price: Price) {
    fast.note(side, price)
    slow.note(side, price)
  }

  /// The book is at an update of the recording; published ids only rise.
  mutating func noteUpdate(_ recorded: Int64, isReloaded: Bool) {
    if isReloaded, recorded + updateOffset <= updateID { updateOffset = updateID + 1 - recorded }
    updateID = max(updateID, recorded + updateOffset)
    // What the first snapshot shows is where every stream begins.
    if fast.lastID == 0 { fast.begin(at: updateID) }
    if slow.lastID == 0 { slow.begin(at: updateID) }
  }

  /// A recorded update id as it is published.
  func published(_ recorded: Int64) -> Int64 { recorded == 0 ? updateID : recorded + updateOffset }

  /// The last price; `nil` before the first trade or candle.
  var lastPrice: Price? { minutes.last?.close }
}

/// The levels that changed since they were last published, and the id they were published at.
struct DepthChanges: Sendable {
  struct Level: Hashable, Sendable {
    var isAsk: Bool
    var ticks: Int64
  }

  private var levels: [Level] = []
  /// The id of the last message; 0 before the first.
  var lastID: Int64 = 0

  /// Begins anew, with nothing changed.
  mutating func begin(at updateID: Int64) {
    levels.removeAll()
    lastID = updateID
  }

  mutating func note(_ side: Side, _ price: Price) {
    levels.append(Level(isAsk: side == .sell, ticks: price.ticks))
  }

  /// Each changed level once: bids from the best down, then asks from the best up. Empties the list.
  mutating func take() -> [Level] {
    let sorted = levels.sorted {
      $0.isAsk != $1.isAsk ? $1.isAsk : ($0.ticks < $1.ticks) == $0.isAsk && $0.ticks != $1.ticks
    }
    levels.removeAll(keepingCapacity: true)
    var unique: [Level] = []
    for level in sorted where unique.last != level { unique.append(level) }
    return unique
  }
}

/// The latest trades, oldest first.
struct TradeRecord: Sendable {
  struct Entry: Sendable {
    var trade: Trade
    var time: Timestamp
    /// The number of the aggregate it is.
    var aggregate: Int64
  }

  private(set) var entries: [Entry] = []
  private var lastID: Int64 = 0
  private var lastAggregate: Int64 = 0

  /// The most trades remembered; the older half is forgotten when they are that many.
  static let capacity = 1 << 17

  /// - Returns: the trade, with an id.
  mutating func add(_ trade: Trade, at time: Timestamp) -> Trade {
    var trade = trade
    if trade.firstID <= 0 { trade.firstID = lastID + 1 }
    if trade.id <= 0 { trade.id = trade.firstID }
    lastID = max(lastID, trade.firstID + Int64(trade.count) - 1)
    lastAggregate = trade.isAggregate ? trade.id : lastAggregate + 1
    if entries.count == TradeRecord.capacity { entries.removeFirst(entries.count / 2) }
    entries.append(Entry(trade: trade, time: time, aggregate: lastAggregate))
    return trade
  }

  var last: Entry? { entries.last }

  /// The place of the first entry that is not before what a test says. O(log entries).
  func place(where isBefore: (Entry) -> Bool) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(entries[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
