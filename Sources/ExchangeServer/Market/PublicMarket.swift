/// One instrument as everybody sees it: its name, filters, trades and bars. The book is in the state
/// that the reducer keeps; this is what the reducer does not remember.

internal import TradingCore

/// A market's public side.
struct PublicMarket: Sendable {
  let id: InstrumentID
  let symbol: String
  let base: String
  let quote: String
  private(set) var grid: MarketGrid
  /// Filters that are facts, by kind.
  private var givenFilters: [ExchangeFilter] = []
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
    self.base = base
    self.quote = quote
    grid = MarketGrid(definition: definition)
  }

  /// Takes another definition of the same pair. On a new grid old prices and lots mean something else:
  /// what was traded is forgotten and filters are to be given again; ids go on.
  mutating func redefine(_ definition: InstrumentDefinition) {
    let isSameGrid = grid.counts(as: definition)
    grid = MarketGrid(definition: definition)
    guard !isSameGrid else { return }
    givenFilters.removeAll()
    trades.forget()
    seconds = BarSeries(width: .second)
    minutes = BarSeries(width: .minute)
    fast.begin(at: updateID)
    slow.begin(at: updateID)
    hasQuotes = false
  }

  /// In the order of their kinds, at most one of each: those that are facts, and the usual ones.
  var filters: [ExchangeFilter] {
    let usual = PublicMarket.usualFilters(grid.definition).filter { usual in
      !givenFilters.contains { $0.kind == usual.kind }
    }
    return (usual + givenFilters).sorted { $0.kind.rawValue < $1.kind.rawValue }
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

  mutating func apply(_ filter: ExchangeFilter) {
    givenFilters.removeAll { $0.kind == filter.kind }
    givenFilters.append(filter)
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
  private(set) var lastID: Int64 = 0

  /// Begins anew, with nothing changed.
  mutating func begin(at updateID: Int64) {
    levels.removeAll()
    lastID = updateID
  }

  mutating func note(_ side: Side, _ price: Price) {
    levels.append(Level(isAsk: side == .sell, ticks: price.ticks))
  }

  /// What changed since the last message, whose id `firstID` follows; `nil` where nothing did.
  mutating func take(upTo updateID: Int64) -> (levels: [Level], firstID: Int64)? {
    guard updateID > lastID else { return nil }
    defer { lastID = updateID }
    return (takeLevels(), lastID + 1)
  }

  /// Each changed level once: bids from the best down, then asks from the best up. Empties the list.
  private mutating func takeLevels() -> [Level] {
    let sorted = levels.sorted {
      $0.isAsk != $1.isAsk ? $1.isAsk : ($0.ticks < $1.ticks) == $0.isAsk && $0.ticks != $1.ticks
    }
    levels.removeAll(keepingCapacity: true)
    var unique: [Level] = []
    for level in sorted where unique.last != level { unique.append(level) }
    return unique
  }
}
