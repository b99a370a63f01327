/// Which instrument a product's id means. Several products may be one book: what trades against USDC trades
/// in the book against USD, and the market channels tell it under that name (`alias`). Source:
/// docs.cdp.coinbase.com, "Advanced Trade WebSocket channels" and "List public products".

import TradingCore

/// Products by the names that the market channels tell them under.
struct CoinbaseProducts: Sendable {
  /// Products that are told under another's name.
  private var aliases: [(product: String, feed: [UInt8])] = []

  /// Notes that a product is told under the name `feed`; an empty one is none.
  mutating func note(_ product: String, toldAs feed: String) {
    aliases.removeAll { $0.product == product }
    if !feed.isEmpty, feed != product { aliases.append((product, Array(feed.utf8))) }
  }

  /// The name that a product's market is told under. O(aliases).
  func feed(of product: String) -> String {
    let alias = aliases.first { $0.product == product }
    return alias.map { String(decoding: $0.feed, as: UTF8.self) } ?? product
  }

  /// The index of the symbol that a name in a market channel means; a fault that names a stranger.
  /// O(length), and O(aliases) for a name that is not in the directory.
  func index(
    of text: Span<UInt8>, _ range: Range<Int>, in directory: borrowing VenueDirectory
  ) throws(LineFault) -> Int {
    if let known = directory.symbolTable.find(text, range) { return known }
    for alias in aliases
    where alias.feed.count == range.count
      && alias.feed.indices.allSatisfy({ alias.feed[$0] == text[range.lowerBound + $0] })
    {
      let product = Array(alias.product.utf8)
      if let index = directory.symbolTable.find(product.span, product.indices) { return index }
    }
    return try directory.symbolTable.index(of: text, range)
  }
}
