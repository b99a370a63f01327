/// What all positions and everything that works may come to together, as shares of equity.
extension OrderReview {
  /// Correlation from which instruments count as one when no limit says, in 10⁻⁶.
  static let correlationThreshold: Int64 = 700_000

  /// Whether a limit asks for the exposures of other instruments.
  func needsExposures(_ state: borrowing State) -> Bool {
    state.limit(.grossExposure, terms) != nil || state.limit(.netExposure, terms) != nil
      || state.limit(.correlatedExposure, terms) != nil
  }

  func checkExposures(
    _ size: Size, _ exposures: borrowing Exposures, _ state: borrowing State,
    _ judgement: inout Judgement
  ) {
    if let limit = state.limit(.grossExposure, terms) {
      let value = gross(size, exposures, state)
      judgement.weigh(.grossExposure, .grossExposure, state.shareOfEquity(value), limit.value)
    }
    if let limit = state.limit(.netExposure, terms) {
      let value = net(size, exposures, state)
      judgement.weigh(.netExposure, .netExposure, state.shareOfEquity(value), limit.value)
    }
    if let limit = state.limit(.correlatedExposure, terms) {
      let value = correlated(size, exposures, state, &judgement)
      let share = state.shareOfEquity(value)
      judgement.weigh(.correlatedExposure, .correlatedExposure, share, limit.value)
    }
  }

  /// This order's lots, each at the mark or at the order's price where that is higher, as money.
  private func added(_ size: Size, _ state: borrowing State) -> Money {
    state.value(
      of: definition.notional(max(price, mark), Quantity(lots: size.lots)), in: definition.quote)
      ?? .largestBooked
  }

  /// Σ of the most that is held of each instrument, whichever way its orders are filled.
  private func gross(
    _ size: Size, _ exposures: borrowing Exposures, _ state: borrowing State
  ) -> Money {
    var sum = Money.zero
    for index in state.instruments.indices where index != terms.instrument.index {
      let most = Int128(clamping: exposures.entries[index].most)
      sum += Exposures.value(most, of: index, state)?.magnitude ?? .largestBooked
    }
    let entry = exposures.entries[terms.instrument.index]
    let sign = Int128(terms.side.sign)
    let index = terms.instrument.index
    guard let reached = Exposures.value(entry.reach(terms.side) * sign, of: index, state),
      let away = Exposures.value(entry.reach(terms.side.opposite), of: index, state)
    else { return .largestBooked }
    return sum + max(away.magnitude, reached + added(size, state))
  }

  /// Longs less shorts if every order on this side is filled and none on the other, toward this side.
  private func net(
    _ size: Size, _ exposures: borrowing Exposures, _ state: borrowing State
  ) -> Money {
    var sum = added(size, state)
    for index in state.instruments.indices {
      let lots = exposures.entries[index].reach(terms.side) * Int128(terms.side.sign)
      guard let value = Exposures.value(lots, of: index, state) else { return .largestBooked }
      sum += value
    }
    return max(.zero, sum)
  }

  /// The same over the instruments that move with this one, those that move against it counted the
  /// other way. An instrument of which too little is known counts as moving with it, whichever way it
  /// is held: what cannot be told must not make room.
  private func correlated(
    _ size: Size, _ exposures: borrowing Exposures, _ state: borrowing State,
    _ judgement: inout Judgement
  ) -> Money {
    let limit = state.limit(.correlationThreshold, terms)?.value
    let threshold = Double(limit ?? OrderReview.correlationThreshold) / 1_000_000
    var sum = added(size, state)
    for index in state.instruments.indices where state.instruments[index] != nil {
      let entry = exposures.entries[index]
      let other = InstrumentID(UInt16(index))
      guard let correlation = state.risk.returns.correlation(terms.instrument, other) else {
        guard entry.most > 0 else { continue }
        judgement.assessment.warnings.insert(.unknownCorrelation)
        let most = Exposures.value(Int128(clamping: entry.most), of: index, state)
        sum += most?.magnitude ?? .largestBooked
        continue
      }
      guard correlation.magnitude >= threshold else { continue }
      let side = correlation < 0 ? terms.side.opposite : terms.side
      let lots = entry.reach(side) * Int128(side.sign)
      guard let value = Exposures.value(lots, of: index, state) else { return .largestBooked }
      sum += value
    }
    return max(.zero, sum)
  }
}
