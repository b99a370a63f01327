/// What one order may be and what its position may become, as shares of equity. Shares are rounded
/// up, in integers: no limit is exceeded by a rounding, and nothing here can be not a number.
extension OrderReview {
  /// Where a plain order is assumed to be stopped when no limit says, in 10⁻⁶ of its price.
  static let assumedStop: Int64 = 100_000

  /// The order by itself: its size, its price, its risk. Reduce-only orders meet none of these, and
  /// what only shrinks a position may have any size, or a limit could keep a position open.
  func checkOrder(_ size: Size, _ state: borrowing State, _ judgement: inout Judgement) {
    guard !terms.reduceOnly else { return }
    if let limit = state.limit(.maxOrder, terms), !isReducing(size) {
      weigh(.maxOrder, .maxOrder, size.value, limit, state, &judgement)
    }
    if let limit = state.limit(.priceCollar, terms) {
      checkCollar(size, limit, state, &judgement)
    }
    if let limit = state.limit(.riskPerTrade, terms) { checkRisk(size, limit, state, &judgement) }
  }

  /// How far the limit, or a market order's expected price, is from the mark, or from the trigger that
  /// the order waits for.
  private func checkCollar(
    _ size: Size, _ limit: LimitInForce, _ state: borrowing State, _ judgement: inout Judgement
  ) {
    let isAwaiting = terms.type.waitsForTrigger && terms.trigger.ticks > 0
    let reference = isAwaiting ? terms.trigger : mark
    var tested = terms.price
    if !terms.type.hasLimit {
      guard !terms.type.waitsForTrigger else { return }
      let expected = ExpectedPrice(
        terms.side, lots: size.lots, in: state.markets[terms.instrument.index], mark: mark)
      judgement.assessment.warnings.formUnion(expected.warnings)
      tested = expected.price
    }
    let distance = (Int128(tested.ticks) - Int128(reference.ticks)).magnitude
    let share = (distance * 1_000_000 + UInt128(reference.ticks) - 1) / UInt128(reference.ticks)
    judgement.weigh(.priceCollar, .priceCollar, Int64(clamping: share), limit.value)
  }

  /// The loss of what the order opens between its price and its stop: the one in its list, or one
  /// that is assumed.
  private func checkRisk(
    _ size: Size, _ limit: LimitInForce, _ state: borrowing State, _ judgement: inout Judgement
  ) {
    let loss = lossPerLot(state, &judgement)
    let lots = Quantity(lots: openingLots(size))
    guard definition.canValue(loss, lots) else {
      return judgement.weigh(.riskPerTrade, .riskPerTrade, .max, limit.value)
    }
    let value = definition.notional(loss, lots)
    weigh(.riskPerTrade, .riskPerTrade, value, limit, state, &judgement)
  }

  private func lossPerLot(_ state: borrowing State, _ judgement: inout Judgement) -> Price {
    if let stop = candidate.stop {
      let distance =
        terms.side == .buy
        ? price.ticks.subtractingClamped(stop.ticks) : stop.ticks.subtractingClamped(price.ticks)
      // A stop that is not behind the price stops nothing.
      if distance > 0 { return Price(ticks: distance) }
    }
    if candidate.trailing == 0 { judgement.assessment.warnings.insert(.assumedStop) }
    let assumed = state.limit(.assumedStop, terms)?.value ?? OrderReview.assumedStop
    let share = candidate.trailing > 0 ? Int64(candidate.trailing) * 100 : assumed
    let loss = (Int128(price.ticks) * Int128(share) + 999_999) / 1_000_000
    return Price(ticks: Int64(clamping: loss))
  }

  /// The position if this order and all that works on its side are filled, each lot at the mark or at
  /// the order's price where that is higher; of the book alone, where the limit is set for the book. In
  /// a book a reduce-only order can grow a position, since it is the account's that it shrinks.
  func checkPosition(_ size: Size, _ state: borrowing State, _ judgement: inout Judgement) {
    guard let limit = state.limit(.maxPosition, terms) else { return }
    var (before, working) = (heldAfterClosing, growing)
    if limit.book != .all {
      before = state.position(terms.instrument, in: limit.book).lots
      working = state.orders.working(
        terms.instrument, terms.side, of: limit.book, without: candidate.uncounted)
    }
    let change = (Int128(max(0, working)) + Int128(size.lots)) * Int128(terms.side.sign)
    let after = (Int128(before) + change).magnitude
    let shrinks = (before < 0) != (change < 0) && change.magnitude <= before.magnitude
    guard before == 0 || !shrinks else { return }
    let lots = Quantity(lots: Int64(clamping: after))
    guard definition.canValue(max(price, mark), lots) else {
      return judgement.weigh(.maxPosition, .maxPosition, .max, limit.value)
    }
    weigh(
      .maxPosition, .maxPosition, definition.notional(max(price, mark), lots), limit, state,
      &judgement)
  }

  /// Weighs an amount of the quote asset as a share of equity.
  private func weigh(
    _ kind: LimitKind, _ reason: RefusalReason, _ value: Money, _ limit: LimitInForce,
    _ state: borrowing State, _ judgement: inout Judgement
  ) {
    let share = state.value(of: value, in: definition.quote).map { state.shareOfEquity($0) }
    judgement.weigh(kind, reason, share ?? .max, limit.value)
  }
}

extension State {
  /// A value in the reporting asset, not negative, in 10⁻⁶ of equity, rounded up; the largest number
  /// where equity is not positive.
  func shareOfEquity(_ value: Money) -> Int64 {
    let equity = account.equity.units
    guard equity > 0 else { return .max }
    let share = value.scaled(by: 1_000_000, over: equity).units
    let (whole, overflow) = share.multipliedReportingOverflow(by: equity)
    let (asked, askedOverflow) = value.units.multipliedReportingOverflow(by: 1_000_000)
    let isRoundedDown = !overflow && !askedOverflow && whole < asked
    return Int64(clamping: share + (isRoundedDown ? 1 : 0))
  }
}
