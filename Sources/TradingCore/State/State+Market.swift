/// How market facts change the state: marks, quotes, books, bars, and equity with the marks.
extension State {
  mutating func apply(_ trade: Trade, _ event: Event) {
    let index = trade.instrument.index
    guard index < markets.count, markets[index].isDefined else { return countUndefined() }
    let time = event.moment
    let piece = Bar(single: trade.price, trade.quantity, at: time)
    let isFirst = markets[index].take(piece, endingAt: time, sequence: sequence)
    marked(trade.price, trade.instrument, isFirst: isFirst)
  }

  @inline(__always)
  mutating func apply(_ candle: Candle, _ event: Event) {
    let index = candle.instrument.index
    guard isKnown(candle.instrument) else { return }
    let isFirst = markets[index].take(
      candle, from: event.start(of: candle), sequence: sequence)
    marked(candle.close, candle.instrument, isFirst: isFirst)
  }

  mutating func apply(_ quote: Quote) {
    guard isKnown(quote.instrument) else { return }
    let index = quote.instrument.index
    markets[index].top = quote
    markets[index].hasTop = true
    markMiddle(index)
  }

  mutating func apply(_ depth: Depth, _ event: Event) {
    guard isKnown(depth.instrument) else { return }
    let index = depth.instrument.index
    markets[index].book.update(depth.level)
    guard depth.flags.contains(.last) else { return }
    if !event.venueTime.isNone {
      markets[index].closeBar(at: event.venueTime, sequence: sequence)
    }
    readTop(index, depth.instrument)
  }

  mutating func apply(_ level: BookSnapshot) {
    guard isKnown(level.instrument) else { return }
    let index = level.instrument.index
    markets[index].book.load(level.level)
    if level.flags.contains(.last) { readTop(index, level.instrument) }
  }

  /// Only a depth gap invalidates a book; every gap is counted with its market.
  mutating func apply(_ gap: Gap) {
    for index in markets.indices
    where gap.instrument == .none || gap.instrument.index == index {
      markets[index].gapCount &+= 1
      if gap.stream == .depth || gap.stream == .any { markets[index].book.invalidate() }
    }
  }

  /// One venue of several takes only its own books along, which the gaps behind this name.
  mutating func loseConnection(_ report: ConnectionReport) {
    guard report.endsAll, report.stream == .depth || report.stream == .any else { return }
    for index in markets.indices { markets[index].book.invalidate() }
  }

  /// The best levels of a book at the end of a message, when it is newer than the quote.
  private mutating func readTop(_ index: Int, _ instrument: InstrumentID) {
    let reading = markets[index].readTop(instrument)
    if reading.isCrossed { anomalies.crossedBooks += 1 }
    if reading.isNewer { markMiddle(index) }
  }

  /// While nothing has traded, the middle of the quotes is the mark.
  private mutating func markMiddle(_ index: Int) {
    guard !markets[index].hasTraded, let twice = markets[index].twiceMiddle else { return }
    let isFirst = markets[index].mark == nil
    let middle = Price(ticks: twice >> 1)
    markets[index].mark = middle
    marked(middle, InstrumentID(UInt16(index)), isFirst: isFirst)
  }

  /// A new mark moves equity, and equity moves risk and metrics.
  @inline(__always)
  private mutating func marked(_ price: Price, _ instrument: InstrumentID, isFirst: Bool) {
    if isFirst { return revalueAfterFirstMark(instrument) }
    revalueMark(instrument.index, at: price)
    observeEquity()
  }

  @inline(never)
  private mutating func revalueAfterFirstMark(_ instrument: InstrumentID) {
    guard let definition = instruments[instrument.index] else { return }
    let before = account.equity
    revalue(definition.base)
    revalue(definition.quote)
    revalueIndirect()
    if metrics.fillCount == 0 {
      restartMetrics()
    } else {
      transfer(account.equity - before)
    }
    observeEquity()
  }

  @inline(__always)
  private mutating func isKnown(_ instrument: InstrumentID) -> Bool {
    if instrument.index < markets.count, markets[instrument.index].isDefined { return true }
    countUndefined()
    return false
  }

  @inline(never)
  private mutating func countUndefined() { anomalies.undefinedInstruments += 1 }

  /// Performance counts from here: the balances of the start, all of them valued.
  mutating func restartMetrics() {
    risk.restart(account.equity)
    metrics.start(equity: account.equity, at: time, sampleInterval: settings.sampleInterval)
  }

  /// Whether strategies see facts only to have seen them: nothing is traded or measured.
  public var isWarmingUp: Bool {
    @inline(__always) get { time < settings.warmUpEnd }
  }

  /// Whether performance counted from a time before trading began, which it has by now.
  var isFirstAfterWarmUp: Bool {
    @inline(__always) get {
      metrics.firstTime < settings.warmUpEnd && !isWarmingUp && metrics.hasStarted
    }
  }

  /// What was put in, or was held all along and only now has a price, is no profit.
  mutating func transfer(_ amount: Money) {
    risk.transfer(amount)
    metrics.transfer(amount)
  }

  mutating func observeEquity() {
    // Nothing is risked before trading begins, so no fall of it halts.
    if !isWarmingUp { observeRisk() }
    metrics.observe(equity: account.equity, at: time)
  }

  private mutating func observeRisk() {
    risk.observe(account.equity, after: metrics.equity, at: time, sequence: sequence)
  }
}
