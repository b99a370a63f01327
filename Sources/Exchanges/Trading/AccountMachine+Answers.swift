/// Answers of the venue, by what was asked.

internal import Dialects
internal import TradingCore

extension AccountMachine {
  /// An answer came, or will not come; what it brought is in `batch`.
  /// - Parameters:
  ///   - asked: when the question left, by the steady clock.
  ///   - isLast: whether the same answer tells of nothing else that was asked: only then is asked what is due.
  mutating func answered(
    _ action: VenueAction, _ outcome: VenueOutcome, _ batch: borrowing FrameBatch,
    asked: Timestamp, isLast: Bool = true, at time: Moment
  ) {
    switch action {
    case .query(let id, let instrument, let page):
      if outcome == .done, let standing = batch.standings.first {
        found(id, instrument, standing, asked: asked, at: time)
      } else {
        notFound(id, page, outcome, asked: asked, at: time)
      }
    case .fillsOf(let id, let instrument, _, _):
      take(batch.events, at: time)
      turnPage(of: id, instrument, outcome, at: time)
    case .account: compare(outcome, batch.statements, at: time)
    case .cancel(let id, _): cancelAnswered(id, outcome, batch, at: time)
    case .shrink(let id, _, _):
      take(batch.events, at: time)
      shrinkAnswered(id, outcome, at: time)
    case .replace(let old, let new):
      takeEnds(batch, at: time)
      if ledger.live[old] != nil { cancelFailed(old, at: time) }
      expect(new.id, batch.standings, at: time)
    case .place(let order):
      take(batch.events, at: time)
      expect(order.id, batch.standings, at: time)
    case .placeList(let orders):
      take(batch.events, at: time)
      for order in orders { expect(order.id, batch.standings, at: time) }
    default: take(batch.events, at: time)
    }
    if isLast { tick(at: time) }
  }

  /// Takes what an answer to a cancel brought. An order that traded more than was told does not end yet:
  /// its reports bring the fills before the end, and should they be lost, the question does.
  private mutating func takeEnds(_ batch: borrowing FrameBatch, at time: Moment) {
    let ended = batch.standings.filter { hasUntoldFills($0) }.map(\.order)
    for id in ended { doubt(id, time, after: Self.reportPatience) }
    take(
      batch.events.filter { event in
        guard case .canceled(let report) = event.body else { return true }
        return !ended.contains(report.order)
      }, at: time)
  }

  /// Whether an order ended and traded more than was told.
  private func hasUntoldFills(_ standing: OrderStanding) -> Bool {
    guard let entry = ledger.live[standing.order] else { return false }
    return standing.status.isFinal && standing.filled.lots > entry.filled
  }

  /// Reports of what the answer says are under way: if they do not come, they are asked for.
  private mutating func expect(
    _ id: OrderID, _ standings: borrowing ContiguousArray<OrderStanding>, at time: Moment
  ) {
    guard let standing = standings.first(where: { $0.order == id }),
      let entry = ledger.live[id], entry.nextQuery == nil,
      standing.status.isFinal || standing.filled.lots > entry.filled
    else { return }
    doubt(id, time, after: Self.reportPatience)
  }

  /// A cancel that nothing came of, for its time or its number was refused, is sent again. While the account's
  /// link is away no report tells the end: it is asked for at a run's end, else when the link is back.
  private mutating func cancelAnswered(
    _ id: OrderID, _ outcome: VenueOutcome, _ batch: borrowing FrameBatch, at time: Moment
  ) {
    takeEnds(batch, at: time)
    switch outcome {
    case .done where isConnected: break
    case .done:
      ledger.update(id) { $0.awaitsEnd = true }
      doubt(id, time)
    case .clockSkew where ledger.live[id]?.mayCancelAgain == true:
      cancelLater(id, at: time, after: LedgerEntry.firstPatience)
    case .rejected(let why) where why.reason == .rateLimit:
      cancelBeyondLimit(id, at: time)
    default: cancelFailed(id, at: time)
    }
  }

  /// The venue counts how often orders change, and one change was too many: it is tried again, ever more seldom.
  private mutating func cancelBeyondLimit(_ id: OrderID, at time: Moment) {
    guard let entry = ledger.live[id], entry.mayCancelAgain else {
      return cancelFailed(id, at: time)
    }
    let wait = LedgerEntry.firstPatience.nanoseconds << Int64(entry.cancelsAgain)
    cancelLater(
      id, at: time, after: min(LedgerEntry.mostPatience, Interval(nanoseconds: wait)))
  }

  private mutating func cancelLater(_ id: OrderID, at time: Moment, after wait: Interval) {
    ledger.update(id) {
      $0.nextCancel = time.steady + wait
      $0.cancelsAgain += 1
    }
  }

  /// An order that is not to be canceled after all goes on, and the state has to hear it.
  private mutating func cancelFailed(_ id: OrderID, at time: Moment) {
    ledger.update(id) { $0.isCancelRefused = true }
    doubt(id, time, after: LedgerEntry.firstPatience)
  }

  /// An amendment nobody knows the outcome of: where the order stands will say.
  private mutating func shrinkAnswered(
    _ id: OrderID, _ outcome: VenueOutcome, at time: Moment
  ) {
    switch outcome {
    case .done: break
    case .unknown:
      ledger.update(id) { $0.isAmendmentUnknown = true }
      doubt(id, time)
    default: amendFailed(id, at: time)
    }
  }

  /// What was to change did not: the terms that stand are told, so that nobody counts on others.
  mutating func amendFailed(_ id: OrderID, at time: Moment) {
    guard let entry = ledger.live[id] else { return }
    let standing = Amended(
      order: id, price: entry.terms.price, quantity: entry.terms.quantity,
      instrument: entry.terms.instrument)
    tell(.amended(standing), at: time)
  }

  // MARK: Orders in doubt

  /// Takes where orders stand by reports that tell no fill: fills that were not told are asked for, and again
  /// should the list not have them yet.
  mutating func take(
    standings: borrowing ContiguousArray<OrderStanding>, at time: Moment
  ) {
    guard hasBegun else { return }
    for place in standings.indices {
      let standing = standings[place]
      guard let entry = ledger.live[standing.order] else { continue }
      if standing.filled.lots > entry.filled {
        doubt(standing.order, time, after: Self.reportPatience)
      }
      found(standing.order, standing.instrument, standing, asked: time.steady, at: time)
    }
  }

  /// The venue says where an order stands. That it works, an answer to what was asked before the last doubt does not
  /// say: what is doubted may have happened behind the question. That it ended, any does.
  private mutating func found(
    _ id: OrderID, _ instrument: InstrumentID, _ standing: OrderStanding, asked: Timestamp,
    at time: Moment
  ) {
    guard let entry = ledger.live[id] else { return }
    ledger.update(id) { $0.search = nil }
    guard standing.status.isFinal || asked >= entry.doubtedAt else {
      return ledger.update(id) { $0.nextQuery = time.steady }
    }
    ledger.update(id) { ($0.standing, $0.standingAsked) = (standing, asked) }
    let report = OrderReport(
      order: id, venueOrderID: standing.venueOrderID, instrument: instrument)
    if entry.isCancelRefused, entry.isAccepted, !standing.status.isFinal {
      tell(.unknown(report), at: time)
    }
    if standing.status != .rejected {
      tell(.accepted(report), at: time, venueTime: standing.time)
    }
    if entry.isAmendmentUnknown, !standing.status.isFinal {
      ledger.update(id) { $0.isAmendmentUnknown = false }
      let terms = Amended(
        order: id, price: standing.price, quantity: standing.quantity, instrument: instrument)
      tell(.amended(terms), at: time, venueTime: standing.time)
    }
    guard standing.filled.lots <= entry.filled else { return askForFills(of: id, instrument) }
    settle(id, at: time)
  }

  /// Asks for fills that were not told, if any, from where their list was left.
  private mutating func askForFills(of id: OrderID, _ instrument: InstrumentID) {
    guard let entry = ledger.live[id], let standing = entry.standing,
      standing.filled.lots > entry.filled
    else { return }
    questions.append(
      .fillsOf(id, instrument, venueOrder: standing.venueOrderID, page: entry.fillPage))
  }

  /// An order's fills were listed, or not. What was not answered is asked again; what was refused begins anew, for a
  /// page may be too old.
  private mutating func turnPage(
    of id: OrderID, _ instrument: InstrumentID, _ outcome: VenueOutcome, at time: Moment
  ) {
    switch outcome {
    case .done:
      ledger.update(id) { $0.fillPage = nil }
      settle(id, at: time)
    case .halfway(let next):
      ledger.update(id) { $0.fillPage = next }
      settle(id, at: time)
      askForFills(of: id, instrument)
    case .rejected, .noSuchOrder, .unauthorised: ledger.update(id) { $0.fillPage = nil }
    case .limited, .clockSkew, .unknown: break
    }
  }

  /// Every fill that led to where an order stands was told: now its end, or that it works.
  private mutating func settle(_ id: OrderID, at time: Moment) {
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
    // It came into doubt again while its fills were asked for.
    guard entry.standingAsked >= entry.doubtedAt else {
      return ledger.update(id) { ($0.standing, $0.fillPage) = (nil, nil) }
    }
    ledger.update(id) {
      ($0.standing, $0.fillPage, $0.isCancelRefused) = (nil, nil, false)
      guard !$0.awaitsEnd else { return }
      $0.nextQuery = nil
      $0.patience = LedgerEntry.firstPatience
    }
    // Nobody knew what became of its cancel, and nobody cancels it again behind the run's end.
    if isEnding, entry.isCancelRefused, entry.mayCancelAgain {
      cancelLater(id, at: time, after: .zero)
    }
  }

  // MARK: Balances

  private mutating func compare(
    _ outcome: VenueOutcome, _ statements: borrowing ContiguousArray<BalanceStatement>,
    at time: Moment
  ) {
    guard phase == .counting else { return }
    nextCount = time.steady + Self.countPause
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
