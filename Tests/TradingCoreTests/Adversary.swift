/// A strategy that asks for anything at any time.
@testable import TradingCore

/// Asks for orders of every type, lists, cancels, replacements, amendments, quotes and targets, at
/// random, whether or not trading is halted.
struct Adversary: Strategy {
  static let name = "adversary"
  static let summary = "For tests."
  static let parameters: [Parameter] = []
  private var random: RandomSource

  init(_ values: ParameterValues, _ instrument: InstrumentID) throws(ParameterError) {
    self.init(seed: 1)
  }

  init(seed: UInt64) { random = RandomSource(seed: seed, label: "adversary") }

  var warmUpBars: Int { 0 }
  func encode(into bytes: inout CanonicalBytes) {}

  mutating func decide(_ event: Event, _ state: borrowing State, _ decisions: inout Decisions) {
    // An answer to every fill at no latency would never end.
    guard state.markets.count == 2, event.kind.isMarket || random.chance(0.1) else { return }
    for _ in 0..<random.below(3) { wish(state, &decisions) }
  }

  private mutating func wish(_ state: borrowing State, _ decisions: inout Decisions) {
    let instrument = InstrumentID(random.chance(0.7) ? 0 : 1)
    let mark = state.markets[instrument.index].mark?.ticks ?? 1_000
    let terms = terms(instrument, mark)
    let live = state.orders.live
    let some = live.isEmpty ? nil : live[Int(random.below(UInt64(live.count)))]
    switch random.below(12) {
    case 0: bracket(terms, mark, &decisions)
    case 1:
      let sound = patient(terms)
      decisions.oco(sound, patient(self.terms(instrument, mark), like: sound))
    case 2: if let some { decisions.cancel(some.id) }
    case 3: if random.chance(0.2) { decisions.cancelAll(instrument) }
    case 4: decisions.target(instrument, weight: random.normal())
    case 5:
      decisions.quote(
        instrument, bid: Price(ticks: mark - 2), ask: Price(ticks: mark + 2),
        quantity: Quantity(lots: lots()))
    case 6: if let some { decisions.replace(some.id, with: terms) }
    case 7: if let some { amend(some, mark, &decisions) }
    case 8: decisions.order(inQuote(terms, mark))
    default: decisions.order(terms)
    }
  }

  /// Another price and whole quantity, which may be less than is filled.
  private mutating func amend(
    _ order: LiveOrder, _ mark: Int64, _ decisions: inout Decisions
  ) {
    let price =
      random.chance(0.3) ? order.terms.price : Price(ticks: mark + random.integer(in: -6...6))
    let whole = order.terms.quantity.lots
    let lots = random.chance(0.5) ? random.integer(in: 1...max(1, whole)) : lots()
    decisions.amend(order.id, price: price, quantity: Quantity(lots: lots))
  }

  /// A market order for an amount of the quote asset.
  private mutating func inQuote(_ terms: OrderTerms, _ mark: Int64) -> OrderTerms {
    var order = OrderTerms(
      instrument: terms.instrument, side: terms.side, type: .market,
      quantity: Quantity(lots: terms.quantity.lots * mark * 1_000), reduceOnly: terms.reduceOnly)
    order.flags.insert(.inQuote)
    return order
  }

  private mutating func lots() -> Int64 {
    random.integer(in: 1...(random.chance(0.1) ? 100_000 : 3_000))
  }

  /// An order of any type; most of them are well formed.
  private mutating func terms(_ instrument: InstrumentID, _ mark: Int64) -> OrderTerms {
    let type = OrderType(rawValue: UInt8(random.below(6))) ?? .market
    let near = mark + random.integer(in: -6...6)
    var terms = OrderTerms(
      instrument: instrument, side: random.chance(0.5) ? .buy : .sell, type: type,
      quantity: Quantity(lots: lots()), price: Price(ticks: type.hasLimit ? near : 0),
      timeInForce: TimeInForce(rawValue: UInt8(random.below(3))) ?? .goodTillCanceled,
      reduceOnly: random.chance(0.3))
    if type.waitsForTrigger {
      terms.trigger = Price(ticks: mark + random.integer(in: -6...6))
      if type.isStop, random.chance(0.3) {
        terms.trailing = UInt16(random.integer(in: 1...100))
        terms.trigger = .zero
      }
    }
    if type == .limit, terms.timeInForce == .goodTillCanceled {
      if random.chance(0.2) { terms.flags.insert(.postOnly) }
      if random.chance(0.2) { terms.parts = 3 }
    }
    terms.flags.selfTrade = SelfTrade(rawValue: UInt8(random.below(4))) ?? .allow
    return terms
  }

  /// The same as an order that stays.
  private mutating func patient(_ terms: OrderTerms, like other: OrderTerms? = nil) -> OrderTerms {
    var terms = terms
    terms.side = other?.side ?? terms.side
    terms.timeInForce = .goodTillCanceled
    if terms.type == .market {
      terms.type = .limit
      terms.price = Price(ticks: 1_000 + random.integer(in: -20...20))
    }
    return terms
  }

  /// Exits that make sense: a profit to take, and often a stop.
  private mutating func bracket(
    _ terms: OrderTerms, _ mark: Int64, _ decisions: inout Decisions
  ) {
    let (side, sign) = (terms.side.opposite, terms.side.sign)
    let profit = OrderTerms(
      instrument: terms.instrument, side: side, type: .limit, quantity: terms.quantity,
      price: Price(ticks: mark + sign * random.integer(in: 1...9)))
    var stop = profit
    stop.type = .stop
    stop.price = .zero
    stop.trigger = Price(ticks: mark - sign * random.integer(in: 1...9))
    decisions.bracket(terms, exit: profit, or: random.chance(0.5) ? stop : nil)
  }
}
