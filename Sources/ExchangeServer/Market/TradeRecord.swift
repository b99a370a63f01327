/// A market's trades as they were published, the latest of them.

internal import TradingCore

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

  /// Forgets all trades; ids go on.
  mutating func forget() { entries.removeAll() }

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

  /// The last few, oldest first.
  func latest(_ count: Int) -> ArraySlice<Entry> { entries.suffix(count) }
}
