/// Answers of the venue, by what was asked.

internal import Dialects
internal import TradingCore

extension AccountMachine {
  /// An answer came, or will not come; what it brought is in `batch`.
  mutating func answered(
    _ action: VenueAction, _ outcome: VenueOutcome, _ batch: borrowing FrameBatch,
    at time: Timestamp
  ) {
    switch action {
    case .query(let id, let instrument):
      found(id, instrument, outcome, batch.standings.first, at: time)
    case .fillsOf(let id, _, _):
      take(batch.events)
      if outcome == .done { settle(id, at: time) }
    case .account: compare(outcome, batch.statements, at: time)
    case .cancel(let id, _):
      take(batch.events)
      if outcome != .done { cancelFailed(id, outcome, at: time) }
    case .shrink(let id, _, _):
      take(batch.events)
      if outcome != .done { amendFailed(id, at: time) }
    case .replace(let old, let new):
      take(batch.events)
      if ledger.live[old] != nil { cancelFailed(old, outcome, at: time) }
      expect(new.id, batch.standings, at: time)
    case .place(let order):
      take(batch.events)
      expect(order.id, batch.standings, at: time)
    case .placeList(let orders):
      take(batch.events)
      for order in orders { expect(order.id, batch.standings, at: time) }
    default: take(batch.events)
    }
    tick(at: time)
  }

  /// Reports of what the answer says are under way: if they do not come, they are asked for.
  private mutating func expect(
    _ id: OrderID, _ standings: borrowing ContiguousArray<OrderStanding>, at time: Timestamp
  ) {
    guard let standing = standings.first(where: { $0.order == id }),
      let entry = ledger.live[id], entry.nextQuery == nil,
      standing.status.isFinal || standing.filled.lots > entry.filled
    else { return }
    doubt(id, time, after: Self.reportPatience)
  }

  /// An order that is not to be canceled after all goes on, and the state has to hear it.
  private mutating func cancelFailed(_ id: OrderID, _ outcome: VenueOutcome, at time: Timestamp) {
    ledger.update(id) { $0.isCancelRefused = true }
    doubt(id, time, after: LedgerEntry.firstPatience)
  }

  /// What was to change did not: the terms that stand are told, so that nobody counts on others.
  mutating func amendFailed(_ id: OrderID, at time: Timestamp) {
    guard let entry = ledger.live[id] else { return }
    let standing = Amended(
      order: id, price: entry.terms.price, quantity: entry.terms.quantity,
      instrument: entry.terms.instrument)
    tell(.amended(standing), at: time)
  }

  // MARK: Orders in doubt

  private mutating func found(
    _ id: OrderID, _ instrument: InstrumentID, _ outcome: VenueOutcome, _ standing: OrderStanding?,
    at time: Timestamp
  ) {
    guard let entry = ledger.live[id] else { return }
    switch outcome {
    case .done:
      guard let standing else { return }
      ledger.update(id) { $0.standing = standing }
      let report = OrderReport(
        order: id, venueOrderID: standing.venueOrderID, instrument: instrument)
      if entry.isCancelRefused, entry.isAccepted, !standing.status.isFinal {
        tell(.unknown(report), at: time)
      }
      if standing.status != .rejected {
        tell(.accepted(report), at: time, venueTime: standing.time)
      }
      guard standing.filled.lots <= entry.filled else {
        return questions.append(.fillsOf(id, instrument, venueOrder: standing.venueOrderID))
      }
      settle(id, at: time)
    case .noSuchOrder: missing(id, entry, at: time)
    default: break  // Asked again when the next question is due.
    }
  }

  /// The venue does not know an order. Until its window has passed it may still arrive.
  private mutating func missing(_ id: OrderID, _ entry: LedgerEntry, at time: Timestamp) {
    let end = entry.since + window + LedgerEntry.firstPatience
    guard time > end else {
      return ledger.update(id) { $0.nextQuery = end + LedgerEntry.firstPatience }
    }
    let report = OrderReport(
      order: id, venueOrderID: entry.venueOrderID, instrument: entry.terms.instrument,
      reason: .unknownOrder)
    tell(entry.isAccepted || entry.filled > 0 ? .canceled(report) : .sendFailed(report), at: time)
  }

  /// Every fill that led to where an order stands was told: now its end, or that it works.
  private mutating func settle(_ id: OrderID, at time: Timestamp) {
    guard let entry = ledger.live[id], let standing = entry.standing else { return }
    // Fills that the list did not have yet: the question that is due asks again.
    guard standing.filled.lots <= entry.filled else { return }
    if let end = standing.report, standing.status.isFinal {
      return tell(end, at: time, venueTime: standing.time)
    }
    guard standing.status != .filled else {
      // Its quantity was in the quote asset, so no number of lots says that it is done.
      let report = OrderReport(
        order: id, venueOrderID: standing.venueOrderID, instrument: standing.instrument)
      return tell(.expired(report), at: time, venueTime: standing.time)
    }
    ledger.update(id) {
      ($0.nextQuery, $0.standing, $0.isCancelRefused) = (nil, nil, false)
      $0.patience = LedgerEntry.firstPatience
    }
  }

  // MARK: Balances

  private mutating func compare(
    _ outcome: VenueOutcome, _ statements: borrowing ContiguousArray<BalanceStatement>,
    at time: Timestamp
  ) {
    guard phase == .counting else { return }
    nextCount = time + Self.countPause
    guard outcome == .done else { return }
    let differences = differences(from: statements)
    if differences.isEmpty { return becomeReady() }
    disagreements = ledger.fills == fillsAtCount ? disagreements + 1 : 0
    guard disagreements >= Self.enoughDisagreements else { return }
    for difference in differences {
      let amount = AssetAmount(
        asset: difference.asset, amount: difference.venue - difference.journal,
        reason: AssetAmount.reconciled)
      tell(.adjustment(amount), at: time, venueTime: difference.time)
    }
    tell(.halt(HaltCommand(reason: HaltCommand.reconciliation)), at: time)
    phase = .blocked(differences)
  }

  private mutating func becomeReady() {
    phase = .ready
    nextCount = nil
    disagreements = 0
  }

  /// Assets of which the venue says another amount; those it does not name it holds none of.
  private func differences(
    from statements: borrowing ContiguousArray<BalanceStatement>
  ) -> [BalanceDifference] {
    let count = max(
      ledger.account.balances.count, statements.map { $0.asset.index + 1 }.max() ?? 0)
    return (0..<count).compactMap { index in
      let asset = AssetID(UInt16(index))
      let statement = statements.first { $0.asset == asset }
      let (journal, venue) = (ledger.account.balance(asset), statement?.total ?? .zero)
      guard journal != venue else { return nil }
      return BalanceDifference(
        asset: asset, journal: journal, venue: venue, time: statement?.time ?? .none)
    }
  }
}
