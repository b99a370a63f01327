/// How orders' fates, fills, balances and definitions change the state.
extension State {
  /// Applies a report to the order table, or counts why it does not fit.
  mutating func report(_ report: OrderReport, _ change: (inout OrderTable) -> Bool) {
    if !change(&orders) { countStranger(report.order) }
  }

  mutating func apply(_ fill: Fill) {
    guard fill.instrument.index < instruments.count,
      let definition = instruments[fill.instrument.index]
    else {
      anomalies.undefinedInstruments += 1
      return
    }
    guard fill.quantity.lots > 0, fill.feeAsset.hasRoom || fill.fee == 0 else {
      anomalies.malformedFacts += 1
      return
    }
    guard definition.canValue(fill.price, fill.quantity) else { return overflow() }
    var fill = fill
    if !fill.feeAsset.hasRoom { fill.feeAsset = definition.quote }
    guard recentFills.insert(fill) else {
      anomalies.duplicateFills += 1
      return
    }
    let parent = orders[fill.order]?.parent ?? .none
    book(fill, definition, take(fill), parent: parent)
    if risk.unwinding.isClosing(fill.instrument) { risk.unwinding.noteFill() }
  }

  /// Takes the filled lots off their order.
  /// - Returns: the book the order trades for; 0 where nobody knows the order any more.
  private mutating func take(_ fill: Fill) -> BookID {
    guard let order = orders[fill.order] else {
      countStranger(fill.order)
      return orders.bookOfClosed(fill.order) ?? BookID(0)
    }
    if !orders.fill(fill.order, fill.quantity) { anomalies.overfills += 1 }
    return order.terms.book
  }

  private mutating func book(
    _ fill: Fill, _ definition: InstrumentDefinition, _ book: BookID, parent: OrderID
  ) {
    account.reserve(fill.instrument)
    account.reserve(fill.feeAsset)
    let fee = account.feeMoney(fill)
    account.exchange(fill, fee: fee, definition)
    account.post(LedgerEntries(fill, fee: fee, definition))
    let feeInQuote = feeValue(fill, fee, definition)
    let baseFee = fill.feeAsset == definition.base ? fee : .zero
    let move = BaseMove(fill, fee: feeInQuote, baseFee: baseFee, definition)
    let closed = account.apply(move, fee: feeInQuote, at: time)
    if !books.isEmpty { books.apply(move, fee: feeInQuote, to: book, at: time) }
    revalue(definition.base)
    revalue(definition.quote)
    if fill.feeAsset != definition.base, fill.feeAsset != definition.quote {
      revalue(fill.feeAsset)
    }
    record(fill, feeInQuote, closed, definition)
    if parent != .none { note(fill, of: parent, fee: feeInQuote, definition) }
    if !isBookable(fill, definition, book) { overflow() }
  }

  /// Whether what a fill moved is still small enough to be exact.
  @inline(__always)
  private func isBookable(
    _ fill: Fill, _ definition: InstrumentDefinition, _ book: BookID
  ) -> Bool {
    account.balance(definition.base).isBookable && account.balance(definition.quote).isBookable
      && account.balance(fill.feeAsset).isBookable
      && account.positions[fill.instrument.index].isBookable(definition)
      && account.lots[fill.instrument.index].isBookable
      && (books.isEmpty || books[book]?.isBookable(definition) != false)
  }

  mutating func add(_ order: Order) {
    var terms = order.terms
    if !terms.book.hasRoom {
      anomalies.beyondCapacity += 1
      terms.book = BookID(0)
    }
    if terms.book.raw != 0 { open(terms.book) }
    let parent = parents[OrderID(order.cause)]?.id ?? .none
    let lots = State.lots(of: terms, instruments, markets)
    if !orders.add(OrderID(sequence), terms, open: lots, parent: parent) {
      anomalies.beyondCapacity += 1
    }
    risk.rate.note(at: time)
    if terms.reduceOnly, terms.type == .market, risk.unwinding.isClosing(terms.instrument) {
      risk.unwinding.noteAttempt(at: time)
    }
  }

  /// Counts an amendment under way.
  mutating func ask(_ change: AmendTerms) {
    orders.ask(change)
    risk.rate.note(at: time)
  }

  /// Makes room for a book, which must be one that has room.
  private mutating func open(_ book: BookID) {
    guard books[book] == nil else { return }
    books.open(book, account, fillCount: metrics.fillCount)
  }

  /// The lots of an order: as it says, or those that its amount of the quote asset buys at the mark,
  /// rounded up.
  @inline(__always)
  func lots(of terms: OrderTerms) -> Quantity { State.lots(of: terms, instruments, markets) }

  /// The same on the fields it needs: handing over the state would copy it.
  private static func lots(
    of terms: OrderTerms, _ instruments: ContiguousArray<InstrumentDefinition?>,
    _ markets: ContiguousArray<MarketState>
  ) -> Quantity {
    guard terms.flags.contains(.inQuote), terms.instrument.index < instruments.count,
      let definition = instruments[terms.instrument.index],
      let mark = markets[terms.instrument.index].mark, mark.ticks > 0
    else { return terms.quantity }
    let lot = Int128(mark.ticks) * Int128(definition.tickValue)
    let amount = Int128(max(0, terms.quantity.lots)) * Int128(powerOfTen(10))
    return Quantity(lots: Int64(clamping: (amount - 1) / lot + (amount > 0 ? 1 : 0)))
  }

  /// A refusal while a position is being closed, and nothing stands in the way of that, is an attempt
  /// that failed, unless it is the word that nothing but closing passes now. What a strategy is refused
  /// before is none: it comes after the closing order, which has made the time's attempt.
  mutating func note(_ refusal: Refused) {
    guard refusal.reason != .halted, risk.unwinding.isClosing(refusal.instrument),
      !risk.unwinding.isCanceling,
      !orders.live.contains(where: { $0.terms.instrument == refusal.instrument })
    else { return }
    risk.unwinding.noteAttempt(at: time)
  }

  mutating func apply(_ change: LimitChange) {
    guard !change.kind.isForAccountOnly || !change.isNarrow else {
      anomalies.malformedFacts += 1
      return
    }
    if !risk.apply(change, sequence) { anomalies.beyondCapacity += 1 }
  }

  private mutating func record(
    _ fill: Fill, _ fee: Money, _ closed: RoundTrip?, _ definition: InstrumentDefinition
  ) {
    let value = definition.notional(fill.price, fill.quantity)
    metrics.fill(
      value: self.value(of: value, in: definition.quote) ?? .zero,
      fee: self.value(of: fee, in: definition.quote) ?? .zero)
    if var closed {
      closed.profit = self.value(of: closed.profit, in: definition.quote) ?? .zero
      metrics.close(closed)
      lastRoundTrip = closed
    }
    metrics.setExposed(account.positions.contains { $0.isOpen }, at: time)
    observeEquity()
  }

  /// A fee in the quote asset: itself, or its value at the fill's price or at the last marks.
  private mutating func feeValue(
    _ fill: Fill, _ fee: Money, _ definition: InstrumentDefinition
  ) -> Money {
    if fill.feeAsset == definition.quote { return fee }
    if fill.feeAsset == definition.base {
      if let value = definition.value(of: fee, at: fill.price) { return value }
      overflow()
      return .zero
    }
    guard let inReporting = value(of: fee, in: fill.feeAsset) else { return .zero }
    if settings.reporting.contains(definition.quote) { return inReporting }
    guard let one = value(of: .one, in: definition.quote), one.units != 0 else { return .zero }
    return inReporting.scaled(by: Money.one.units, over: one.units)
  }

  /// Sets a balance: before the first order it is the opening capital, and performance counts from
  /// here. Later what differs was put in or taken out; a venue that repeats what is known changes nothing.
  mutating func setBalance(_ balance: AssetAmount) {
    guard reserve(balance.asset) else { return }
    let difference = balance.amount - account.balances[balance.asset.index]
    guard difference != .zero || isOpening else { return }
    move(difference, of: balance.asset)
  }

  mutating func adjust(_ difference: AssetAmount) {
    guard reserve(difference.asset) else { return }
    move(difference.amount, of: difference.asset)
  }

  /// Whether nothing was ever ordered or traded.
  private var isOpening: Bool { metrics.fillCount == 0 && orders.isUnused }

  /// Takes what was put in, or taken out where it is negative. It is neither profit nor loss: what falls
  /// are measured from moves by its value.
  private mutating func move(_ amount: Money, of asset: AssetID) {
    let before = account.equity
    account.balances[asset.index] += amount
    account.post(LedgerEntries(deposit: amount, of: asset))
    if !account.balances[asset.index].isBookable { overflow() }
    revalue(asset)
    if isOpening { return restartMetrics() }
    transfer(account.equity - before)
    observeEquity()
  }

  /// Makes room for an asset, or counts that there is none.
  private mutating func reserve(_ asset: AssetID) -> Bool {
    guard asset.hasRoom else {
      anomalies.beyondCapacity += 1
      return false
    }
    account.reserve(asset)
    return true
  }

  mutating func configure(_ change: Configure) {
    let isTaken = change.book.raw == 0 ? settings.apply(change) : configureBook(change)
    if !isTaken { anomalies.unknownSettings += 1 }
    switch change.setting {
    case .barInterval:
      for index in markets.indices {
        markets[index].bars = BarBuilder(interval: settings.barInterval)
      }
    case .reportingAsset, .reportingTwin:
      account.reserve(settings.reporting.asset)
      revalueAll()
    case .sampleInterval: if isOpening { restartMetrics() }
    case .strategyParameter, .tradedInstrument, .account, .sizing, .latency, .fillRule, .strategy,
      .seed, .impact, .volumeCap, .queue, .execution, .volumeProfile, .selfTrade, .warmUpEnd:
      break
    }
  }

  /// Takes what only one book is configured with.
  /// - Returns: false for a book there is no room for or a value this build does not know.
  private mutating func configureBook(_ change: Configure) -> Bool {
    guard change.book.hasRoom else { return false }
    guard change.setting == .sizing else { return true }
    guard let mode = SizingMode(rawValue: change.place) else { return false }
    open(change.book)
    books.setSizing(Sizing(mode: mode, value: change.value), of: change.book)
    return true
  }

  /// Takes a definition. An id keeps its assets for good; a new grid is taken, and what the market
  /// showed on the old one is forgotten.
  mutating func define(_ definition: InstrumentDefinition) {
    guard definition.isExact else {
      anomalies.undefinedInstruments += 1
      return
    }
    guard makeRoom(for: definition) else { return }
    let index = definition.instrument.index
    if let old = instruments[index] {
      guard old.base == definition.base, old.quote == definition.quote else {
        anomalies.malformedFacts += 1
        return
      }
      if !old.hasGrid(of: definition) {
        markets[index] = MarketState(barInterval: settings.barInterval)
      }
    }
    instruments[index] = definition
    markets[index].isDefined = true
    account.positions[index].adopt(definition)
    books.adopt(definition)
    revalue(definition.base)
    revalue(definition.quote)
    revalueIndirect()
  }

  /// Takes the step that quantities must be multiples of; a venue's other filters are its own to judge.
  mutating func restrict(_ filter: ExchangeFilter) {
    guard filter.kind == .lot, filter.instrument.index < markets.count else { return }
    markets[filter.instrument.index].orderStep = max(1, filter.step)
  }

  private mutating func makeRoom(for definition: InstrumentDefinition) -> Bool {
    guard definition.instrument.hasRoom else {
      anomalies.beyondCapacity += 1
      return false
    }
    guard reserve(definition.base), reserve(definition.quote) else { return false }
    account.reserve(definition.instrument)
    while instruments.count <= definition.instrument.index {
      instruments.append(nil)
      markets.append(MarketState(barInterval: settings.barInterval))
    }
    return true
  }

  mutating func define(_ asset: AssetDefinition) {
    guard reserve(asset.asset) else { return }
    account.commissionDecimals[asset.asset.index] = min(asset.commissionDecimals, 18)
  }

  private mutating func countStranger(_ id: OrderID) {
    if orders.wasClosed(id) {
      anomalies.lateReports += 1
    } else {
      anomalies.unknownOrders += 1
    }
  }

  /// A number too large to book stops trading: the books would no longer be exact.
  mutating func overflow() {
    anomalies.overflows += 1
    risk.stop(.overflow, sequence)
  }
}
