/// An order inside the simulated exchange: what is left of it and where it stands in its queue.
struct RestingOrder: BitwiseCopyable {
  /// Where in the exchange an order is.
  enum Stage: UInt8 {
    /// It arrived and is being worked.
    case arrived
    /// An exit whose entry has not filled.
    case kept
    /// It waits for its trigger.
    case waiting
    /// It waits for the next candle's open.
    case opening
    /// It rests in its queue.
    case resting
  }

  let id: OrderID
  var stage = Stage.arrived
  var terms: OrderTerms
  /// Lots filled.
  private(set) var filled: Int64 = 0
  /// Lots not filled; meaningless for an order whose quantity is in the quote asset.
  var open: Int64
  /// Money of the quote asset not spent or earned, for an order whose quantity is in it.
  var budget: Money
  /// Lots of `open` that the book would show: all, or an iceberg's part.
  var shown: Int64
  /// Recorded lots that trade at its price before it does.
  var ahead: Int64 = 0
  /// Lots traded at its price since the last recorded level there: they explain a fall of the level.
  var traded: Int64 = 0
  /// When it arrived: candles that opened earlier do not trade with it.
  var since: Timestamp
  /// Its age in the exchange: lower is older. A new one when it joins its queue anew.
  var priority: UInt64 = 0
  /// The market message during which it joined its queue: that message does not fill it.
  var joined: UInt64 = 0
  /// The candle on whose path an exit came to life: it takes part in that one from there on.
  var born: UInt64 = 0
  /// The candle that reached it and filled what volume allowed: the rest waits for the next one.
  var met: UInt64 = 0
  /// The best reference price a trailing stop has seen, in ticks, once it trails.
  var best: Int64?
  /// How often it was amended.
  var amendCount: Int64 = 0

  init(id: OrderID, terms: OrderTerms, since: Timestamp) {
    self.id = id
    self.terms = terms
    self.since = since
    let isInQuote = terms.flags.contains(.inQuote)
    open = isInQuote ? 0 : terms.quantity.lots
    budget = isInQuote ? Money(units: Int128(terms.quantity.lots) * Self.budgetUnit) : .zero
    shown = terms.displayed(of: open)
  }

  /// An order that a venue had accepted, with what was left of it. What one in the quote asset has spent
  /// is not known: all of it is left.
  init(adopting order: LiveOrder, since: Timestamp) {
    self.init(id: order.id, terms: order.terms, since: since)
    guard !isInQuote else { return }
    filled = order.filled.lots
    open = order.open.lots
    shown = terms.displayed(of: open)
  }

  /// Money units of 10⁻⁸ of an asset, in which such quantities are counted.
  private static let budgetUnit = Int128(powerOfTen(Money.scale - 8))

  var side: Side { terms.side }
  var isInQuote: Bool { terms.flags.contains(.inQuote) }

  /// Whether anything is left to trade. An order in the quote asset ends by its last report instead.
  var isOpen: Bool { isInQuote ? budget > .zero : open > 0 }

  /// All of it, filled or not, as it was asked for or last amended.
  var whole: Quantity { isInQuote ? terms.quantity : Quantity(lots: open.addingClamped(filled)) }

  /// Whether it may trade at a price: at its limit or better, or at any without one.
  func accepts(_ price: Price) -> Bool {
    guard terms.type.hasLimit else { return true }
    return terms.side == .buy ? price <= terms.price : price >= terms.price
  }

  /// Whether a price is strictly beyond its limit, so that whoever traded there passed it by.
  func isBehind(_ price: Price) -> Bool {
    terms.side == .buy ? price < terms.price : price > terms.price
  }

  /// Lots it would take at a price, of as many as it likes.
  func wanted(at price: Price, _ definition: InstrumentDefinition) -> Int64 {
    guard isInQuote else { return open }
    let lot = definition.notional(price, Quantity(lots: 1))
    return lot.units > 0 ? Int64(clamping: budget.units / lot.units) : 0
  }

  /// Takes filled lots off what is left.
  mutating func reduce(by lots: Int64, at price: Price, _ definition: InstrumentDefinition) {
    if isInQuote {
      budget -= definition.notional(price, Quantity(lots: lots))
    } else {
      open -= lots
      filled += lots
      shown = max(0, shown - lots)
    }
  }
}

extension RestingOrder {
  /// The price, in ticks, that sets a waiting order off, or `nil` while a trailing one does not trail.
  var triggerTicks: Int64? {
    guard terms.trailing > 0 else { return terms.trigger.ticks }
    guard let best else { return nil }
    let distance = max(1, Int64(Int128(best) * Int128(terms.trailing) / 10_000))
    return terms.side == .sell
      ? best.subtractingClamped(distance) : best.addingClamped(distance)
  }

  /// Whether a falling reference price sets it off: sell stops and buy take-profits.
  var triggersBelow: Bool { terms.type.isStop == (terms.side == .sell) }

  /// Whether a reference price sets it off.
  func isSetOff(by price: Price) -> Bool {
    guard let trigger = triggerTicks else { return false }
    return triggersBelow ? price.ticks <= trigger : price.ticks >= trigger
  }

  /// Follows the reference price with a trailing stop, which may begin to trail by it.
  mutating func trail(_ price: Price) {
    guard terms.trailing > 0 else { return }
    let isSell = terms.side == .sell
    if let seen = best {
      best = isSell ? max(seen, price.ticks) : min(seen, price.ticks)
    } else if terms.trigger == .zero
      || (isSell ? price >= terms.trigger : price <= terms.trigger)
    {
      best = price.ticks
    }
  }
}
