/// Fields of instruments and their markets.

internal import TradingCore

extension StateFields {
  static let instruments = FieldFamily(
    "instruments", of: "SYMBOL", at: instrumentPlaces,
    [
      FieldDefinition("tick", .quote, "The price grid.") { state, place, _ in
        definition(state, place).map {
          .string(decimalText(Int128($0.tickMantissa), scale: Int($0.tickScale)))
        } ?? .null
      },
      FieldDefinition("lot", .base, "The quantity grid.") { state, place, _ in
        definition(state, place).map {
          .string(decimalText(Int128($0.lotMantissa), scale: Int($0.lotScale)))
        } ?? .null
      },
      FieldDefinition("minQuantity", .base, "The smallest order.") { state, place, _ in
        definition(state, place).map { .string($0.text($0.minQuantity)) } ?? .null
      },
      .fingerprint("fingerprint") { state, place in definition(state, UInt64(place)) },
    ])

  static let markets = FieldFamily(
    "markets", of: "SYMBOL", at: instrumentPlaces, topFields + bookFields + barFields)

  private static let topFields = [
    FieldDefinition("mark", .quote, "The price that positions are valued at.") { state, place, _ in
      price(market(state, place)?.mark, state, place)
    },
    FieldDefinition("bid", .quote, "The best bid.") { state, place, _ in
      price(top(state, place)?.bidPrice, state, place)
    },
    FieldDefinition("bidQuantity", .base, "What it shows.") { state, place, _ in
      quantity(top(state, place)?.bidQuantity, state, place)
    },
    FieldDefinition("ask", .quote, "The best ask.") { state, place, _ in
      price(top(state, place)?.askPrice, state, place)
    },
    FieldDefinition("askQuantity", .base, "What it shows.") { state, place, _ in
      quantity(top(state, place)?.askQuantity, state, place)
    },
    FieldDefinition("updateID", .none, "The venue's number of the best quotes.") {
      state, place, _ in
      top(state, place).map { .count($0.updateID) } ?? .null
    },
    FieldDefinition("hasTraded", .none, "Whether a trade or a candle was seen.") {
      state, place, _ in
      market(state, place).map { .bool($0.hasTraded) } ?? .null
    },
    FieldDefinition("orderStep", .named("lots"), "What an order's quantity is a multiple of.") {
      state, place, _ in market(state, place).map { .count($0.orderStep) } ?? .null
    },
    FieldDefinition("gapCount", .none, "Gaps of its streams.") { state, place, _ in
      market(state, place).map { .count($0.gapCount) } ?? .null
    },
    .fingerprint("fingerprint") { state, place in market(state, UInt64(place)) },
  ]

  private static let bookFields = [
    FieldDefinition("book.status", .none, "Whether the book can be believed.") { state, place, _ in
      market(state, place).map { .string("\($0.book.status)") } ?? .null
    },
    FieldDefinition("book.updateID", .none, "The venue's number of its last update.") {
      state, place, _ in market(state, place).map { .count($0.book.updateID) } ?? .null
    },
    FieldDefinition("book.bids", .named("levels"), "Levels on the bid side.") { state, place, _ in
      market(state, place).map { .count($0.book.bids.count) } ?? .null
    },
    FieldDefinition("book.asks", .named("levels"), "Levels on the ask side.") { state, place, _ in
      market(state, place).map { .count($0.book.asks.count) } ?? .null
    },
    FieldDefinition("book.bestBid", .quote, "Its best bid.") { state, place, _ in
      price(market(state, place)?.book.bids.best?.price, state, place)
    },
    FieldDefinition("book.bestAsk", .quote, "Its best ask.") { state, place, _ in
      price(market(state, place)?.book.asks.best?.price, state, place)
    },
    FieldDefinition("book.gapCount", .none, "Updates that did not follow the last.") {
      state, place, _ in market(state, place).map { .count($0.book.gapCount) } ?? .null
    },
    FieldDefinition("book.staleCount", .none, "Updates from before its snapshot.") {
      state, place, _ in market(state, place).map { .count($0.book.staleCount) } ?? .null
    },
    .fingerprint("book.fingerprint") { state, place in market(state, UInt64(place))?.book },
  ]

  private static let barFields = [
    barField("bar.start", .none, "Start of the bar that closed last.") { bar, _ in
      moment(bar.start)
    },
    barField("bar.open", .quote, "Its first price.") { .string($1.text($0.open)) },
    barField("bar.high", .quote, "Its highest price.") { .string($1.text($0.high)) },
    barField("bar.low", .quote, "Its lowest price.") { .string($1.text($0.low)) },
    barField("bar.close", .quote, "Its last price.") { .string($1.text($0.close)) },
    barField("bar.volume", .base, "What traded in it.") { .string($1.text($0.volume)) },
    FieldDefinition("bar.sequence", .none, "The event that closed it.") { state, place, _ in
      market(state, place).map { .count($0.lastBarSequence) } ?? .null
    },
    FieldDefinition("openBar.start", .none, "Start of the bar that is open.") { state, place, _ in
      market(state, place)?.bars.open.map { moment($0.start) } ?? .null
    },
    FieldDefinition("bars.lateCount", .none, "Pieces that came after their bar had closed.") {
      state, place, _ in market(state, place).map { .count($0.bars.lateCount) } ?? .null
    },
    .fingerprint("bars.fingerprint") { state, place in market(state, UInt64(place))?.bars },
  ]

  private static func barField(
    _ name: String, _ unit: FieldUnit, _ meaning: String,
    _ read: @escaping @Sendable (Bar, InstrumentDefinition) -> JSONValue
  ) -> FieldDefinition {
    FieldDefinition(name, unit, meaning) { state, place, _ in
      guard let bar = market(state, place)?.lastBar, let grid = definition(state, place) else {
        return .null
      }
      return read(bar, grid)
    }
  }

  private static func market(_ state: borrowing State, _ place: UInt64) -> MarketState? {
    place < state.markets.count ? state.markets[Int(place)] : nil
  }

  private static func top(_ state: borrowing State, _ place: UInt64) -> Quote? {
    guard place < state.markets.count, state.markets[Int(place)].hasTop else { return nil }
    return state.markets[Int(place)].top
  }

  private static func price(
    _ price: Price?, _ state: borrowing State, _ place: UInt64
  ) -> JSONValue {
    guard let price, let grid = definition(state, place) else { return .null }
    return .string(grid.text(price))
  }

  private static func quantity(
    _ quantity: Quantity?, _ state: borrowing State, _ place: UInt64
  ) -> JSONValue {
    guard let quantity, let grid = definition(state, place) else { return .null }
    return .string(grid.text(quantity))
  }
}
