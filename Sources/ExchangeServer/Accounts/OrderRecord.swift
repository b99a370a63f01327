/// An order as its account remembers it: what was asked, what became of it, and how it is written in
/// answers. It outlives the matching, which forgets an order when it ends.

internal import TradingCore

/// A part of an order that traded.
struct TradeRow: Sendable {
  var id: Int64
  var order: Int64
  var list: Int64
  var instrument: InstrumentID
  var side: Side
  var price: Price
  var quantity: Quantity
  var value: Money
  var fee: Money
  var feeAsset: AssetID
  var isMaker: Bool
  var time: Timestamp
  /// What its price and quantity are counted in.
  var grid: MarketGrid
}

/// A quantity that was reduced without losing its place.
struct AmendmentRow: Sendable {
  var execution: Int64
  var oldClientID: String
  var newClientID: String
  var oldQuantity: Quantity
  var newQuantity: Quantity
  var time: Timestamp
}

/// One order of an account.
struct OrderRecord: NumberedRecord, Sendable {
  let id: Int64
  /// What its prices and quantities are counted in, which may not be its market's any more.
  let grid: MarketGrid
  /// -1 for an order that stands alone.
  var list: Int64 = -1
  var clientID: String
  /// The client id it was placed under.
  let placedAs: String
  /// The id it had before it was canceled or amended under another.
  var originalClientID = ""
  var terms: OrderTerms
  let type: VenueOrderType
  let prevention: PreventionMode
  /// Lots an iceberg shows; zero for the others.
  var iceberg = Quantity.zero
  var strategyID: Int64?
  var strategyType: Int64?
  var status = OrderStatus.new
  /// Why it was rejected, for the request that placed it.
  var rejection: RejectReason?
  var executed = Quantity.zero
  var executedValue = Money.zero
  let created: Timestamp
  var updated: Timestamp
  /// When it began to work; `none` while it waits.
  var working = Timestamp.none
  var trades: [TradeRow] = []
  var amendments: [AmendmentRow] = []

  init(
    id: Int64, clientID: String, terms: OrderTerms, type: VenueOrderType,
    prevention: PreventionMode, grid: MarketGrid, at time: Timestamp
  ) {
    self.id = id
    self.grid = grid
    self.clientID = clientID
    placedAs = clientID
    self.terms = terms
    self.type = type
    self.prevention = prevention
    created = time
    updated = time
  }

  var isOpen: Bool { status.isOpen }
  /// Every client id that ever found it.
  var clientIDs: [String] {
    [clientID, originalClientID, placedAs] + amendments.map(\.oldClientID)
  }
  var isInQuote: Bool { terms.flags.contains(.inQuote) }
  /// Lots asked for; what was bought where an amount was asked for.
  var quantity: Quantity { isInQuote ? executed : terms.quantity }
  /// The amount of the quote asset asked for.
  var quoteQuantity: Money {
    guard isInQuote else { return .zero }
    return Money(units: Int128(terms.quantity.lots) * Int128(powerOfTen(Money.scale - 8)))
  }
  var open: Quantity { Quantity(lots: max(0, quantity.lots - executed.lots)) }
  /// Whether it is in the book or trades.
  var isWorking: Bool { !working.isNone }

  /// What it reserves of its account; `nil` when nothing.
  var reserve: (asset: AssetID, amount: Money)? {
    let definition = grid.definition
    guard status.isOpen, terms.list.role != .exit || status != .pending,
      terms.list.role != .alternative || terms.list.offset == 0
    else { return nil }
    if terms.side == .sell {
      return (definition.base, Money(units: Int128(open.lots) * definition.lotAmount))
    }
    let price = terms.type.hasLimit ? terms.price : terms.trigger
    guard definition.canValue(price, open) else { return nil }
    return (definition.quote, definition.notional(price, open))
  }
}
