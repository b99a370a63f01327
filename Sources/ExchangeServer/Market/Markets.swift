/// All markets of the exchange, by instrument and by symbol.

internal import TradingCore

/// The markets, in order of definition.
struct Markets: Sendable {
  private var all: [PublicMarket?] = []
  private var bySymbol: [String: InstrumentID] = [:]

  var indices: [InstrumentID] { all.indices.map { InstrumentID(UInt16($0)) }.filter(has) }

  func has(_ id: InstrumentID) -> Bool { id.index < all.count && all[id.index] != nil }

  subscript(_ id: InstrumentID) -> PublicMarket? {
    id.index < all.count ? all[id.index] : nil
  }

  /// The market of a symbol, upper case.
  func named(_ symbol: String) -> PublicMarket? { bySymbol[symbol].flatMap { self[$0] } }

  mutating func add(_ market: PublicMarket) {
    while all.count <= market.id.index { all.append(nil) }
    all[market.id.index] = market
    bySymbol[market.symbol] = market.id
  }

  /// Changes a market in place; nothing happens for one that is not there.
  mutating func change<Result>(
    _ id: InstrumentID, _ body: (inout PublicMarket) -> Result
  ) -> Result? {
    guard has(id), var market = all[id.index] else { return nil }
    // Taken out while it is changed, so that nothing of it is copied.
    all[id.index] = nil
    defer { all[id.index] = market }
    return body(&market)
  }
}
