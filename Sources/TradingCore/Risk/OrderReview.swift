/// One order's way through the rules of the gate: from form to money to limits, and the first rule it
/// breaks stands. What it is judged by is looked up once; `judge` can then be asked about any quantity.

/// An order as it is judged.
struct ReviewedOrder {
  var terms: OrderTerms
  /// The order that these are the new terms of; their quantity is the whole of it.
  var amended: LiveOrder?
  /// The order that this one is placed in the stead of.
  var replaced: LiveOrder?
  /// Orders of its list that are placed before it.
  var ahead = 0
  /// The most an exit may be: what its entry is.
  var entryQuantity: Quantity?
  /// The trigger of the stop among its exits.
  var stop: Price?
  /// How far the stop among its exits trails, in 10⁻⁴; 0 where none does.
  var trailing: UInt16 = 0

  /// The order whose place it takes.
  var predecessor: LiveOrder? { amended ?? replaced }

  /// The order that no longer counts: one that is amended, and one that is replaced by an order that may
  /// only shrink a position. Any other that is replaced can be filled until the venue says that it is
  /// canceled, and then its replacement besides.
  var uncounted: OrderID {
    amended?.id ?? (terms.reduceOnly ? replaced?.id : nil) ?? .none
  }
}

/// What was found: the first objection, and the numbers of every limit that was looked at.
struct Judgement {
  struct Objection {
    var reason: RefusalReason
    var value: Int64
    var limit: Int64
  }

  private(set) var objection: Objection?
  var assessment = RiskAssessment()

  mutating func refuse(_ reason: RefusalReason, value: Int64, limit: Int64) {
    guard objection == nil else { return }
    objection = Objection(reason: reason, value: value, limit: limit)
  }

  /// Notes a number and its limit, and objects where it is beyond.
  mutating func weigh(_ kind: LimitKind, _ reason: RefusalReason, _ value: Int64, _ limit: Int64) {
    assessment.note(kind, value, limit)
    if value > limit { refuse(reason, value: value, limit: limit) }
  }
}

struct OrderReview {
  let candidate: ReviewedOrder
  let definition: InstrumentDefinition
  let mark: Price
  /// The price the order is valued at.
  let price: Price
  /// Lots held, of either sign.
  let held: Int64
  /// Lots that work on the order's side, and those of them that are not reduce-only.
  private(set) var working: Int64 = 0
  private(set) var growing: Int64 = 0

  var terms: OrderTerms { candidate.terms }

  init(
    _ candidate: ReviewedOrder, _ definition: InstrumentDefinition, mark: Price,
    _ state: borrowing State
  ) {
    self.candidate = candidate
    self.definition = definition
    self.mark = mark
    price = candidate.terms.valuationPrice(mark: mark)
    held = state.position(candidate.terms.instrument).lots
    let (instrument, side) = (candidate.terms.instrument, candidate.terms.side)
    for place in state.orders.live.indices {
      let order = state.orders.live[place]
      guard order.terms.instrument == instrument, order.terms.side == side,
        order.id != candidate.uncounted
      else { continue }
      let lots = state.orders.countedLots(at: place)
      working = working.addingClamped(lots)
      if !order.terms.reduceOnly { growing = growing.addingClamped(lots) }
    }
  }

  /// What the gate says to so much of the order. `exposures` are counted already where a limit asks.
  func judge(
    _ quantity: Quantity, _ exposures: borrowing Exposures, _ state: borrowing State
  ) -> Judgement {
    var judgement = Judgement()
    guard let size = size(quantity), !growsListed(quantity),
      quantity <= candidate.entryQuantity ?? quantity
    else {
      judgement.refuse(.malformed, value: price.ticks, limit: 0)
      return judgement
    }
    checkMinimum(size, &judgement)
    checkHalt(size, state, &judgement)
    checkOpenOrders(state, &judgement)
    checkRate(state, &judgement)
    guard terms.list.role != .exit else { return judgement }
    checkFunds(size, state, &judgement)
    checkOrder(size, state, &judgement)
    checkPosition(size, state, &judgement)
    if !isReducing(size) { checkExposures(size, exposures, state, &judgement) }
    return judgement
  }

  // MARK: Form

  /// What is left of a quantity, as lots and as what they are worth at the order's price.
  struct Size {
    var lots: Int64
    var value: Money
  }

  /// `nil` where the terms do not go together, are amended without a limit, leave nothing, or are worth
  /// more than can be booked.
  private func size(_ quantity: Quantity) -> Size? {
    var terms = terms
    terms.quantity = quantity
    guard terms.isWellFormed, price.ticks > 0, mark.ticks > 0,
      candidate.amended == nil || terms.type.hasLimit
    else { return nil }
    guard terms.flags.contains(.inQuote) else {
      let left = Quantity(lots: quantity.lots.subtractingClamped(filledLots))
      guard left > .zero, definition.canValue(max(price, mark), left) else { return nil }
      return Size(lots: left.lots, value: definition.notional(price, left))
    }
    let amount = Money(units: Int128(quantity.lots) * Int128(powerOfTen(10)))
    let lot = Int128(mark.ticks) * Int128(definition.tickValue)
    let lots = Int64(clamping: (amount.units - 1) / lot + 1)
    guard definition.canValue(mark, Quantity(lots: lots)) else { return nil }
    return Size(lots: lots, value: amount)
  }

  /// Lots that an amended order has traded.
  private var filledLots: Int64 { candidate.amended?.filled.lots ?? 0 }

  /// An amend may not make an order of a list larger: what the others of the list were judged by.
  private func growsListed(_ quantity: Quantity) -> Bool {
    guard let old = candidate.amended, terms.list != .alone else { return false }
    return terms.list.role != .replacement && quantity > old.terms.quantity
  }

  private func checkMinimum(_ size: Size, _ judgement: inout Judgement) {
    if size.lots < definition.minQuantity.lots {
      judgement.refuse(.belowMinimum, value: size.lots, limit: definition.minQuantity.lots)
    }
    let value = size.value.hundredMillionths
    if value < definition.minNotional {
      judgement.refuse(.belowMinimum, value: value, limit: definition.minNotional)
    }
  }

  /// While halted only orders that shrink a position pass; while orders are being taken back or the
  /// position is being closed only those that do so at once, or closing would never end. Reduce-only
  /// orders always must shrink one, but exits, whose entry has still to make it.
  private func checkHalt(_ size: Size, _ state: borrowing State, _ judgement: inout Judgement) {
    let shrinks = isReducing(size)
    let unwinding =
      state.risk.unwinding.isCanceling || state.risk.unwinding.isClosing(terms.instrument)
    let isAtOnce = terms.reduceOnly && terms.type == .market
    if state.risk.halt != nil || unwinding {
      judgement.assessment.warnings.insert(.halted)
      if !shrinks || (unwinding && !isAtOnce) {
        judgement.refuse(.halted, value: Int64(state.risk.halt?.rawValue ?? 0), limit: 0)
      }
    }
    if terms.reduceOnly, !shrinks, terms.list.role != .exit {
      judgement.refuse(
        .insufficientHolding, value: size.lots, limit: Int64(clamping: held.magnitude))
    }
  }

  // MARK: Counts

  /// Reduce-only orders meet only the room there is, so that no limit can keep a position open.
  private func checkOpenOrders(_ state: borrowing State, _ judgement: inout Judgement) {
    let before = candidate.ahead + (candidate.predecessor == nil ? 1 : 0)
    let all = Int64(state.orders.live.count + before)
    if all > Int64(OrderTable.capacity) {
      judgement.refuse(.maxOpenOrders, value: all, limit: Int64(OrderTable.capacity))
    }
    guard let limit = state.limit(.maxOpenOrders, terms), !terms.reduceOnly else { return }
    let live = state.orders.live.count { limit.covers($0.terms) }
    judgement.weigh(.maxOpenOrders, .maxOpenOrders, Int64(live + before), limit.value)
  }

  /// The rate is that of all orders, whatever the limit's scope: it is the venue that counts them.
  private func checkRate(_ state: borrowing State, _ judgement: inout Judgement) {
    guard let limit = state.limit(.orderRate, terms), !terms.reduceOnly else { return }
    let count = state.risk.rate.count(at: state.time) + Int64(candidate.ahead) + 1
    judgement.weigh(.orderRate, .orderRate, count, limit.value)
  }

  // MARK: Reductions

  /// Whether the order, with all that works on its side, only shrinks what is held.
  func isReducing(_ size: Size) -> Bool {
    held != 0 && (held > 0) == (terms.side == .sell)
      && working.addingClamped(size.lots).magnitude <= held.magnitude
  }

  /// Lots held when the reduce-only orders on this side are filled, as they may be before the others.
  var heldAfterClosing: Int64 {
    let closing = working.subtractingClamped(growing)
    let closable = Int64(clamping: held.magnitude)
    guard held != 0, (held > 0) == (terms.side == .sell) else { return held }
    return held > 0 ? held - min(closing, closable) : held + min(closing, closable)
  }

  /// Lots of the order that open a position, rather than close what is held and not yet being closed.
  func openingLots(_ size: Size) -> Int64 {
    guard held != 0, (held > 0) == (terms.side == .sell) else { return size.lots }
    let closable = Int64(clamping: held.magnitude).subtractingClamped(working)
    return max(0, size.lots.subtractingClamped(max(0, closable)))
  }
}

extension State {
  /// The limit that holds for an order.
  func limit(_ kind: LimitKind, _ terms: OrderTerms) -> LimitInForce? {
    risk.limits.limit(kind, terms.instrument, terms.book)
  }
}

extension Money {
  /// The amount in 10⁻⁸, toward zero, clamped to 64 bits: the unit of amounts in refusals.
  var hundredMillionths: Int64 { Int64(clamping: units / Int128(powerOfTen(10))) }
}
