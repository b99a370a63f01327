/// Splits a parent order over all instruments of its two assets: level by level, the cheapest first,
/// where a level costs its price and the taker's fee. With lots of one size and no smallest order that
/// is the cheapest split there is: every lot is bought where the next one costs least.
struct Router {
  /// One instrument, and how far into its levels the split has come.
  private struct Place {
    var definition: InstrumentDefinition
    /// The level looked at next.
    var depth = 0
    /// Whether there is nothing more to take here.
    var isDone = false
    var lots: Int64 = 0
    /// The price of the last level taken: the limit of the child.
    var worst = Price.zero
  }

  private let parent: LiveParent
  private let open: Money
  private let limit: Money?
  private var places: ContiguousArray<Place> = []

  /// The most instruments looked at, the first by id.
  static let capacity = 16

  init(_ parent: LiveParent, _ definition: InstrumentDefinition, _ state: borrowing State) {
    self.parent = parent
    open = parent.open
    limit = parent.terms.limit.ticks > 0 ? definition.coinPrice(parent.terms.limit) : nil
    for other in state.instruments where places.count < Router.capacity {
      guard let other, other.base == definition.base, other.quote == definition.quote,
        state.displayed(other.instrument, against: parent.terms.side, 0) != nil
      else { continue }
      places.append(Place(definition: other))
    }
  }

  /// Whether any instrument shows what could be taken.
  var hasPrices: Bool { !places.isEmpty }

  /// Splits what is open. A part too small for its venue is left out and split over the others.
  /// O(instruments² · levels taken).
  mutating func split(_ state: borrowing State) {
    for _ in 0...places.count {
      takeLevels(state)
      let small = places.firstIndex {
        $0.lots > 0 && $0.lots < state.smallestLots($0.definition, at: $0.worst)
      }
      guard let small else { return }
      places.remove(at: small)
    }
  }

  /// One child for each instrument that got a part: at the worst price counted on, or it expires.
  var orders: ContiguousArray<OrderTerms> {
    var orders: ContiguousArray<OrderTerms> = []
    for place in places where place.lots > 0 {
      var order = OrderTerms(
        instrument: place.definition.instrument, side: parent.terms.side, type: .limit,
        quantity: Quantity(lots: place.lots), price: place.worst, timeInForce: .immediateOrCancel)
      order.book = parent.terms.book
      orders.append(order)
    }
    return orders
  }

  private mutating func takeLevels(_ state: borrowing State) {
    for index in places.indices { places[index] = Place(definition: places[index].definition) }
    var left = open
    while left.units > 0, let best = best(state) {
      let place = places[best.index]
      let lots = min(
        best.lots, Int64(clamping: left.units / place.definition.lotAmount))
      if lots > 0 {
        places[best.index].lots += lots
        places[best.index].worst = best.price
        left -= Money(units: Int128(lots) * place.definition.lotAmount)
      }
      places[best.index].isDone = lots < best.lots
      places[best.index].depth += 1
    }
  }

  /// The cheapest level that is left within the limit; at equal costs the instrument with the lower id.
  private func best(
    _ state: borrowing State
  ) -> (index: Int, price: Price, lots: Int64)? {
    var found: (index: Int, price: Price, lots: Int64)?
    var least = Money.zero
    for index in places.indices where !places[index].isDone {
      let definition = places[index].definition
      guard
        let level = state.displayed(
          definition.instrument, against: parent.terms.side, places[index].depth)
      else { continue }
      let price = definition.coinPrice(level.price)
      let cost = cost(of: price, definition, state)
      guard level.lots > 0, isWithinLimit(price), found == nil || cost < least else { continue }
      found = (index, level.price, level.lots)
      least = cost
    }
    return found
  }

  private func isWithinLimit(_ price: Money) -> Bool {
    guard let limit else { return true }
    return parent.terms.side == .buy ? price <= limit : price >= limit
  }

  /// What a coin costs with the fee, or how little it brings: the smaller the better on both sides.
  private func cost(
    of price: Money, _ definition: InstrumentDefinition, _ state: borrowing State
  ) -> Money {
    let fee = state.risk.fees.taking(definition, at: price)
    return parent.terms.side == .buy ? price + fee : fee - price
  }
}

extension InstrumentDefinition {
  /// The price of a whole coin in the quote asset; clamped.
  func coinPrice(_ price: Price) -> Money {
    let tick = Int128(tickMantissa) * Int128(powerOfTen(Money.scale - Int(tickScale)))
    return Money(units: Int128(price.ticks)).scaled(by: tick, over: 1)
  }
}

extension State {
  /// A level that an order of a side could take: of the recorded book where orders meet that and it is
  /// sound, else the best quote. `nil` where there is none. O(1).
  func displayed(
    _ instrument: InstrumentID, against side: Side, _ depth: Int
  ) -> (price: Price, lots: Int64)? {
    let index = instrument.index
    if settings.fillRule.usesBook, markets[index].book.isValid, !markets[index].book.isCrossed {
      let count = side == .buy ? markets[index].book.asks.count : markets[index].book.bids.count
      guard depth < count else { return nil }
      let level =
        side == .buy ? markets[index].book.asks[depth] : markets[index].book.bids[depth]
      return (level.price, level.quantity.lots)
    }
    guard depth == 0, markets[index].hasTop else { return nil }
    let top = markets[index].top
    let lots = side == .buy ? top.askQuantity.lots : top.bidQuantity.lots
    let price = side == .buy ? top.askPrice : top.bidPrice
    return lots > 0 && price.ticks > 0 ? (price, lots) : nil
  }
}
